# SPDX-License-Identifier: Apache-2.0
"""Everything about the collection of images but their data."""
