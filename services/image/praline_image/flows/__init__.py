# SPDX-License-Identifier: Apache-2.0
"""What the image service does in the background."""
