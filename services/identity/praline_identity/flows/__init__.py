# SPDX-License-Identifier: Apache-2.0
"""Identity's durable operations."""
