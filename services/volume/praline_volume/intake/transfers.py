# SPDX-License-Identifier: Apache-2.0
"""Hands a volume to whoever knows the key that its owner was given."""
import hashlib
import hmac
import secrets
import uuid

from praline_common import errors as common
from praline_volume import errors
from praline_volume.db import snapshots
from praline_volume.db import transfers
from praline_volume.db import volumes
from praline_volume.intake import quota


def create(conn, volume, name, no_snapshots):
    """`(row, key)`; only a digest of the key is kept.  The volume awaits its new owner."""
    if not volumes.save(conn, volume['id'], ('available',), status='awaiting-transfer'):
        raise errors.InvalidVolume(f'volume {volume["id"]} is {volume["status"]}; to be transferred it must be '
                                   f'available')
    for snapshot in () if no_snapshots else snapshots.of_volume(conn, volume['id']):
        if snapshot['status'] != 'available':
            raise errors.InvalidSnapshot(f'snapshot {snapshot["id"]} is {snapshot["status"]}; to be transferred '
                                         f'with its volume it must be available')
    key, salt = secrets.token_hex(8), secrets.token_hex(8)
    return transfers.create(conn, {
        'id': str(uuid.uuid4()), 'volume_id': volume['id'], 'project_id': volume['project_id'], 'name': name,
        'salt': salt, 'digest': _digest(salt, key), 'no_snapshots': no_snapshots}), key


def cancel(conn, transfer):
    volumes.save(conn, transfer['volume_id'], ('awaiting-transfer',), status='available')
    transfers.delete(conn, transfer['id'])


def accept(runtime, conn, context, transfer_id, key):
    """The volume, and its snapshots unless told otherwise, belong to the context's project; the transfer's row."""
    transfer = transfers.find(conn, transfer_id)
    if transfer is None:
        raise common.NotFound(f'Transfer {transfer_id} could not be found.')
    if not hmac.compare_digest(transfer['digest'], _digest(transfer['salt'], key)):
        raise common.BadRequest(f'Invalid auth key: it does not fit transfer {transfer_id}.')
    volume = volumes.find(conn, transfer['volume_id'])
    moved = [] if transfer['no_snapshots'] else snapshots.of_volume(conn, volume['id'])
    quota.require(conn, runtime.conf, context.project_id, volume['volume_type'], volumes=1, snapshots=len(moved),
                  gigabytes=volume['size'] + sum(snapshot['size'] for snapshot in moved))
    if not volumes.save(conn, volume['id'], ('awaiting-transfer',), status='available',
                        project_id=context.project_id, user_id=context.user_id):
        raise errors.InvalidVolume(f'volume {volume["id"]} is {volume["status"]}, not awaiting-transfer')
    for snapshot in moved:
        snapshots.save(conn, snapshot['id'], project_id=context.project_id, user_id=context.user_id)
    transfers.delete(conn, transfer_id)
    return transfer


def _digest(salt, key):
    return hmac.new(salt.encode(), key.encode(), hashlib.sha256).hexdigest()
