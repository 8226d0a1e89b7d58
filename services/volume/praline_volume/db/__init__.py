# SPDX-License-Identifier: Apache-2.0
"""The service's rows: small functions over connections, rows as plain dicts."""
