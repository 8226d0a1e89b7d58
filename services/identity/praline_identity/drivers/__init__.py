# SPDX-License-Identifier: Apache-2.0
"""Where a domain's users and groups are kept when it is not in identity's own tables."""
