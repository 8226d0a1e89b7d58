# SPDX-License-Identifier: Apache-2.0
"""The scheduler's rows: providers, what they have, what they can, and who holds what of it."""
