# SPDX-License-Identifier: Apache-2.0
"""What the API and the neighbours' calls have in common: checks, rows, operations, in one transaction."""
