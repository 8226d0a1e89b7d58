# SPDX-License-Identifier: Apache-2.0
"""What a guest reads at 169.254.169.254 about itself."""
