# SPDX-License-Identifier: Apache-2.0
"""Volumes of a server: made where asked, attached, let go.  The attachment has the block device's own id."""
import time
import uuid

from praline_common import errors
from praline_common.operations import Cancelled
from praline_compute.db import devices
from praline_compute.flows import guests

MADE = uuid.UUID('5d5d5b0a-6d1c-4c3b-9d49-6f2f5a0b7a51')
WAIT = 600


def ensure(flow, device):
    """The volume of this device exists and is available; its id is in the row.  Error when it cannot be made."""
    if device['source_type'] != 'volume' and not device['volume_id']:
        volume_id = str(uuid.uuid5(MADE, device['id']))
        sources = {'image': 'image_id', 'snapshot': 'snapshot_id'}
        source = {sources[device['source_type']]: device['source_id']} if device['source_type'] in sources else {}
        flow.contracts.volume.create(flow.context, volume_id, device['volume_size'], name='',
                                     volume_type=device['volume_type'], **source)
        with flow.db.write() as conn:
            devices.save(conn, device['id'], volume_id=volume_id)
        device['volume_id'] = volume_id
    if device['source_type'] != 'volume':
        wait(flow, device['volume_id'])


def wait(flow, volume_id):
    """Until the volume can be attached.  Error when it goes wrong, Cancelled when somebody deletes the server."""
    deadline, pause = time.monotonic() + WAIT, 0.1
    while True:
        volume = flow.contracts.volume.get(flow.context, volume_id)
        if volume['status'] in ('available', 'in-use', 'reserved', 'attaching'):
            return volume
        if volume['status'].startswith('error'):
            raise errors.Error('Block Device Mapping is Invalid: volume %s ended in status %s.'
                               % (volume_id, volume['status']))
        if time.monotonic() > deadline:
            raise errors.Error('Volume %s was still %s after %d seconds.' % (volume_id, volume['status'], WAIT))
        if flow.wanted_to_stop():
            raise Cancelled()
        time.sleep(pause)
        pause = min(1.0, pause * 1.5)


def attach(flow, device, connector):
    """Reserve and export; the connection's dict for the guest's disk."""
    flow.contracts.volume.reserve(flow.context, device['id'], device['volume_id'], flow.resource_id)
    return flow.contracts.volume.connect(flow.context, device['id'], connector, mountpoint=device['device_name'])


def disks(flow, server, found, **where):
    """All disks of the guest of this row: its root, the volumes among `found` exported to its host, blank ones.

    where: the host and agent that it is built on, when they are not the row's.
    """
    made = [] if guests.boots_from_volume(found) else [guests.root_from_image(server['image'])]
    connector = None
    for device in found:
        if device['destination_type'] == 'volume':
            connector = connector or flow.agent('connector', **where)
            made.append(guests.disk(device, attach(flow, device, connector)))
        elif device['guest_format'] != 'swap':
            made.append(guests.disk(device))
    return made


def let_go(flow, device, delete_made=False):
    """Unexport and delete the attachment; and the volume, when it goes with its server."""
    if not device['volume_id']:
        return
    flow.contracts.volume.detach(flow.context, device['id'])
    if device['delete_on_termination'] or (delete_made and device['source_type'] != 'volume'):
        flow.contracts.volume.delete(flow.context, device['volume_id'])
