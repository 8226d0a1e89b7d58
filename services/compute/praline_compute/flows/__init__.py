# SPDX-License-Identifier: Apache-2.0
"""What happens to servers step by step, each step with its undo."""
