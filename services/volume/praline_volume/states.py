# SPDX-License-Identifier: Apache-2.0
"""From which states each action starts, and the names that users see.

    volume:    creating|downloading -> available <-> reserved -> attaching -> in-use -> detaching -> available
               available -> extending|uploading|retyping|awaiting-transfer|reverting -> available
               available|error* -> deleting -> (gone)
    snapshot:  creating -> available -> deleting -> (gone)
Every state that ends in -ing has a flow with a deadline behind it, and that flow ends it.
"""

# A delete that failed may be tried again by its owner: in Cinder that takes an operator, for no reason.
DELETABLE = ('available', 'error', 'error_restoring', 'error_extending', 'error_managing', 'error_deleting')
EXTENDABLE = ('available',)
EXTENDABLE_IN_USE = ('available', 'in-use')
UPLOADABLE = ('available',)
UPLOADABLE_BY_FORCE = ('available', 'in-use')
SNAPSHOTTABLE = ('available',)
SNAPSHOTTABLE_BY_FORCE = ('available', 'in-use')
RETYPABLE = ('available', 'in-use')
TRANSFERABLE = ('available',)
CLONABLE = ('available', 'in-use')
JOINING, LEAVING = ('available', 'in-use'), ('available', 'in-use', 'error', 'error_deleting')
BACKUPABLE = ('available', 'in-use')
READONLY_SETTABLE = ('available',)
REIMAGEABLE = ('available', 'error')
REIMAGEABLE_RESERVED = ('available', 'error', 'reserved')
# The other way round: while it is so, the volume itself or its metadata stays as it is.
UNCHANGEABLE = ('maintenance',)
METADATA_UNCHANGEABLE = ('maintenance', 'uploading')

SNAPSHOT_DELETABLE = ('available', 'error', 'error_deleting')

# What an operator may write by os-reset_status; `deleting` is refused, for no flow would stand behind it.
VOLUME_STATUSES = (
    'creating', 'available', 'deleting', 'error', 'error_deleting', 'error_managing', 'managing', 'attaching',
    'in-use', 'detaching', 'maintenance', 'restoring-backup', 'error_restoring', 'reserved', 'awaiting-transfer',
    'backing-up', 'error_backing-up', 'error_extending', 'downloading', 'uploading', 'retyping', 'extending')
ATTACH_STATUSES = ('detached', 'attached', 'attaching', 'detaching', 'reserved')
MIGRATION_STATUSES = ('migrating', 'error', 'success', 'completing', 'none', 'starting')
SNAPSHOT_STATUSES = ('creating', 'available', 'deleting', 'error', 'error_deleting', 'backing-up', 'unmanaging')
BACKUP_STATUSES = ('error', 'error_deleting', 'creating', 'available', 'deleting', 'deleted', 'restoring')
