# SPDX-License-Identifier: Apache-2.0
"""The microversions that this API answers."""
from praline_common.api.microversion import History

HISTORY = History('volume', '3.0', '3.71', aliases=('block-storage', 'volumev3'))
UPDATED = '2026-11-21T00:00:00Z'

MESSAGES = (3, 3)
GLANCE_METADATA_FILTER = (3, 4)
GROUP_FILTER = (3, 10)
GROUP_ID = (3, 13)
PROVIDER_ID = (3, 21)
DELETE_FORCE = (3, 23)
POOL_FILTER = (3, 28)
GENERAL_FILTERS = (3, 31)
LIKE_FILTER = (3, 34)
SUMMARY_METADATA = (3, 36)
LIMITS_OF_PROJECT = (3, 39)
SNAPSHOT_USER_ID = (3, 41)
EXTEND_IN_USE = (3, 42)
COUNT = (3, 45)
SHARED_TARGETS = (3, 48)
BACKEND_STATE = (3, 49)
CLUSTER_NAME = (3, 61)
TYPE_ID = (3, 63)
CONSUMES_QUOTA = (3, 65)
SNAPSHOT_ALWAYS_FORCED = (3, 66)
SHARED_TARGETS_TRISTATE = (3, 69)
