# SPDX-License-Identifier: Apache-2.0
"""Accepts that something that lies on a back end becomes ours, or stops being ours, with its content as it is."""
import uuid

from praline_volume import errors
from praline_volume import states
from praline_volume.db import snapshots
from praline_volume.db import volumes
from praline_volume.intake import quota
from praline_volume.intake import snapshots as snapshot_intake
from praline_volume.intake import volumes as volume_intake

PREFIXES = ('volume-', '_snapshot-')


def adopt_volume(runtime, conn, context, backend, name, wanted):
    """The row of a volume that the back end knows as `name`, in status managing; its size is found out.

    wanted: name, description, metadata, availability_zone, bootable, volume_type (a row or None).
    """
    _require_stranger(conn, volumes, name)
    kind = volume_intake.type_of(runtime, conn, context, wanted.pop('volume_type'))
    quota.require(conn, runtime.conf, context.project_id, kind['name'], volumes=1)
    volume = volumes.create(conn, {
        **wanted, 'id': str(uuid.uuid4()), 'project_id': context.project_id, 'user_id': context.user_id, 'size': 0,
        'status': 'managing', 'host': backend['host'], 'service_uuid': backend['service_uuid'],
        'availability_zone': wanted['availability_zone'] or backend['zone'], 'volume_type_id': kind['id'],
        'multiattach': volume_intake.is_multiattach(kind)})
    runtime.operations.start(conn, context, 'adopt_volume', volume['id'], {'name': name})
    return volume


def release_volume(runtime, conn, context, volume):
    """Start letting go of the volume; InvalidVolume where it could not be deleted either."""
    volume_intake.require_unused(conn, volume)
    if not volume['host'] or not volumes.save(conn, volume['id'], states.DELETABLE, status='unmanaging'):
        raise errors.InvalidVolume(f'volume {volume["id"]} is {volume["status"]} on {volume["host"]}; to be let go of '
                                   f'it must be {" or ".join(states.DELETABLE)}')
    runtime.operations.start(conn, context, 'release_volume', volume['id'], {})


def adopt_snapshot(runtime, conn, context, volume, name, wanted):
    """The row of a snapshot that the volume's back end knows as `name`, in status creating."""
    _require_stranger(conn, snapshots, name)
    snapshot = snapshot_intake.write(runtime, conn, context, volume, wanted, force=True)
    runtime.operations.start(conn, context, 'adopt_snapshot', snapshot['id'], {
        'volume_id': volume['id'], 'name': name})
    return snapshot


def release_snapshot(runtime, conn, context, snapshot):
    """Start letting go of the snapshot; InvalidSnapshot where it could not be deleted either."""
    snapshot_intake.require_alone(snapshot)
    if not snapshots.save(conn, snapshot['id'], states.SNAPSHOT_DELETABLE, status='unmanaging'):
        raise errors.InvalidSnapshot(f'snapshot {snapshot["id"]} is {snapshot["status"]}; to be let go of it must be '
                                     f'{" or ".join(states.SNAPSHOT_DELETABLE)}')
    runtime.operations.start(conn, context, 'release_snapshot', snapshot['id'], {'volume_id': snapshot['volume_id']})



def _require_stranger(conn, rows, name):
    for prefix in PREFIXES:
        if name.startswith(prefix) and rows.find(conn, name.removeprefix(prefix)):
            raise errors.InvalidVolume(f'{name} is managed already')
