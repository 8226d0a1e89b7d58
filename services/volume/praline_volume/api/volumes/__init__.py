# SPDX-License-Identifier: Apache-2.0
"""The volumes collection, the largest of this API."""
