# SPDX-License-Identifier: Apache-2.0
"""The microversions of the Block Storage API, a line each; those that a condition asks for have a name below."""
from praline_common.api.microversion import History

# 3.1  visibility and protection of uploads  3.37 backups sorted by name
# 3.2  what bootable may be in a filter      3.38 replication of groups: refused, none is replicated
# 3.3  messages                              3.39 limits of another project
# 3.4  filter by image metadata              3.40 revert to the latest snapshot
# 3.5  pages of messages                     3.41 user of a snapshot
# 3.6  consistency groups may lose a name    3.42 extend while in use
# 3.7  clusters, and of a service            3.43 metadata of backups
# 3.8  manageable volumes and snapshots      3.44 complete an attachment
# 3.9  update a backup                       3.45 count in lists
# 3.10 filter by group                       3.46 volume from an image that stands for a snapshot
# 3.11 group types                           3.47 volume from a backup
# 3.12 summary of volumes                    3.48 shared_targets and service of a volume
# 3.13 groups                                3.49 state of a back end with its service
# 3.14 group snapshots, copies of groups     3.50 multi-attach by volume types
# 3.15 Etag of volume metadata               3.51 backups in another zone
# 3.16 migrate to a cluster                  3.52 zones of a type, types by extra specs
# 3.17 manageable things of a cluster        3.53 unknown fields of volumes are refused
# 3.18 project of a backup                   3.54 mode of an attachment
# 3.19 reset a group snapshot                3.55 transfers with snapshots
# 3.20 reset a group                         3.56 user of a backup
# 3.21 provider_id of a volume               3.57 projects of a transfer
# 3.22 snapshots by metadata                 3.58 project of a group
# 3.23 force in deletes                      3.59 pages of transfers
# 3.24 clean up after a dead service         3.60 filters of times
# 3.25 volumes of a group                    3.61 cluster of a volume
# 3.26 fail over a cluster: refused          3.62 default types of projects
# 3.27 attachments                           3.63 id of a volume's type
# 3.28 filters of pools                      3.64 key of an encrypted volume: none is encrypted
# 3.29 pages of group snapshots              3.65 what consumes quota
# 3.30 snapshots sorted by name              3.66 snapshots in use need no force
# 3.31 unknown filters are refused           3.67 no project in paths
# 3.32 log levels of services                3.68 re-image a volume
# 3.33 resource filters                      3.69 shared_targets may be null
# 3.34 filters by a part                     3.70 transfers of encrypted volumes: none is encrypted
# 3.35 pools by volume type                  3.71 complete an extension: none waits for it
# 3.36 metadata in the summary
HISTORY = History('volume', '3.0', '3.71', aliases=('block-storage', 'volumev3'), first_holds=True)
UPDATED = '2026-11-21T00:00:00Z'

UPLOAD_PARAMETERS = (3, 1)
STRICT_BOOLEANS = (3, 2)
GLANCE_METADATA_FILTER = (3, 4)
MESSAGE_PAGES = (3, 5)
CLUSTERS = (3, 7)
MANAGEABLE = (3, 8)
GROUP_FILTER = (3, 10)
GROUP_ID = (3, 13)
GROUP_SNAPSHOTS = (3, 14)
ETAGS = (3, 15)
CLUSTER_OF_STRANGERS = (3, 17)
PROVIDER_ID = (3, 21)
SNAPSHOT_METADATA_FILTER = (3, 22)
DELETE_FORCE = (3, 23)
GROUP_VOLUMES = (3, 25)
CLUSTER_REPLICATION = (3, 26)
POOL_FILTER = (3, 28)
GENERAL_FILTERS = (3, 31)
LIKE_FILTER = (3, 34)
POOL_TYPE_FILTER = (3, 35)
SUMMARY_METADATA = (3, 36)
GROUP_REPLICATION = (3, 38)
LIMITS_OF_PROJECT = (3, 39)
SNAPSHOT_USER_ID = (3, 41)
EXTEND_IN_USE = (3, 42)
COUNT = (3, 45)
IMAGE_OF_SNAPSHOT = (3, 46)
SHARED_TARGETS = (3, 48)
BACKEND_STATE = (3, 49)
TYPE_SPECS_FILTER = (3, 52)
TRANSFER_SNAPSHOTS = (3, 55)
TRANSFER_PROJECTS = (3, 57)
GROUP_PROJECT_ID = (3, 58)
TIME_FILTERS = (3, 60)
CLUSTER_NAME = (3, 61)
TYPE_ID = (3, 63)
CONSUMES_QUOTA = (3, 65)
SNAPSHOT_ALWAYS_FORCED = (3, 66)
