# SPDX-License-Identifier: Apache-2.0
"""The shapes of names and ids, as schemas use them."""

CLASS = '^[A-Z0-9_]+$'
CUSTOM = '^CUSTOM_[A-Z0-9_]+$'
UUID = '^[0-9a-fA-F-]{36}$'
ID = {'type': 'string', 'format': 'uuid'}
TEXT = {'type': 'string'}
MANY = {'type': ['string', 'array']}
LARGEST = 2147483647
