# SPDX-License-Identifier: Apache-2.0
"""What every Praline service stands on."""
