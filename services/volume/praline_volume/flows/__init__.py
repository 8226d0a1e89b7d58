# SPDX-License-Identifier: Apache-2.0
"""What takes several steps: one file an operation."""
