# SPDX-License-Identifier: Apache-2.0
"""Accepts what is asked for a snapshot: create and delete."""
import uuid

from praline_volume import errors
from praline_volume import states
from praline_volume.db import snapshots
from praline_volume.db import types
from praline_volume.db import volumes
from praline_volume.intake import quota
from praline_volume.intake import standing


def create(runtime, conn, context, volume, wanted, force=False):
    """Write the row of a snapshot of `volume` and start taking it; the row."""
    snapshot = write(runtime, conn, context, volume, wanted, force)
    runtime.operations.start(conn, context, 'create_snapshot', snapshot['id'], {'volume_id': volume['id']},
                             deadline=runtime.options.copy_timeout)
    return snapshot


def write(runtime, conn, context, volume, wanted, force=False):
    """The row of a snapshot of `volume` that is going to be there; InvalidVolume, VolumeOverQuota.

    wanted: id (or none: a new one), name, description, metadata; `force`: also of a volume in use.
    """
    allowed = states.SNAPSHOTTABLE_BY_FORCE if force else states.SNAPSHOTTABLE
    standing.require_thawed(conn, volume)
    if not volume['host']:
        raise errors.InvalidVolume(f'volume {volume["id"]} is on no back end yet; there is nothing to take a '
                                   f'snapshot of')
    if volume['status'] not in allowed:
        raise errors.InvalidVolume(f'volume {volume["id"]} is {volume["status"]}; for a snapshot it must be '
                                   f'{" or ".join(allowed)}')
    type_row = volume['volume_type_id'] and types.find(conn, volume['volume_type_id'])
    quota.require(conn, runtime.conf, volume['project_id'], type_row and type_row['name'], snapshots=1,
                  gigabytes=volume['size'])
    return snapshots.create(conn, {
        'id': wanted.get('id') or str(uuid.uuid4()), 'volume_id': volume['id'], 'project_id': volume['project_id'],
        'user_id': context.user_id, 'name': wanted.get('name'), 'description': wanted.get('description'),
        'size': volume['size'], 'status': 'creating', 'volume_type_id': volume['volume_type_id'],
        'group_snapshot_id': wanted.get('group_snapshot_id'), 'metadata': wanted.get('metadata') or {}})


def delete(runtime, conn, context, snapshot, force=False, with_group=False):
    """Start deleting.  InvalidSnapshot when it is in use, or one of a group snapshot that does not go with it."""
    standing.require_thawed(conn, volumes.find(conn, snapshot['volume_id']) or {'host': None})
    if not with_group:
        require_alone(snapshot)
    if not snapshots.save(conn, snapshot['id'], None if force else states.SNAPSHOT_DELETABLE, status='deleting'):
        raise errors.InvalidSnapshot(f'snapshot {snapshot["id"]} is {snapshot["status"]}; to be deleted it must be '
                                     f'{" or ".join(states.SNAPSHOT_DELETABLE)}')
    runtime.operations.cancel(conn, snapshot['id'])
    runtime.operations.start(conn, context, 'delete_snapshot', snapshot['id'], {'volume_id': snapshot['volume_id']})


def require_alone(snapshot):
    """InvalidSnapshot for one of several that were taken together."""
    if snapshot['group_snapshot_id']:
        raise errors.InvalidSnapshot(f'snapshot {snapshot["id"]} is part of group snapshot '
                                     f'{snapshot["group_snapshot_id"]}; delete that one')
