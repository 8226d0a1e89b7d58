# SPDX-License-Identifier: Apache-2.0
"""Take a volume from a server: out of the guest, then the export and the attachment."""
from praline_common import errors
from praline_compute.db import actions, devices
from praline_compute.flows import guests, volumes
from praline_compute.flows.base import LONG, ServerFlow


class DetachVolume(ServerFlow):
    """Arguments: device_id, volume_id.  What fails leaves the volume attached as it was."""

    kind, deadline = 'detach_volume', 600
    steps = ('begin', 'unplug', 'release')

    def begin(self):
        """The volume is detaching; asked twice, it already is."""
        try:
            self.contracts.volume.begin_detaching(self.context, self.arguments['volume_id'])
        except errors.BadRequest:
            status = self.contracts.volume.get(self.context, self.arguments['volume_id'])['status']
            if status not in ('detaching', 'reserved'):
                raise

    def undo_begin(self):
        self.contracts.volume.roll_detaching(self.context, self.arguments['volume_id'])

    def unplug(self):
        if self.server['host']:
            self.agent('detach_disk', timeout=LONG, uuid=self.resource_id, volume_id=self.arguments['volume_id'])

    def undo_unplug(self):
        """The guest gets it back; where it never let go, nothing changes."""
        with self.db.read() as conn:
            device = devices.get(conn, self.arguments['device_id'])
        if self.server['host'] and device:
            connection = volumes.attach(self, device, self.agent('connector'))
            self.agent('attach_disk', timeout=LONG, uuid=self.resource_id, disk=guests.disk(device, connection))
            self.contracts.volume.complete(self.context, device['id'])

    def release(self):
        self.contracts.volume.detach(self.context, self.arguments['device_id'])

    def finished(self, conn):
        devices.delete(conn, self.arguments['device_id'])
        actions.finish(conn, self.row['id'], host=self._host())

    def failed(self, conn, cause):
        devices.save(conn, self.arguments['device_id'], state='attached')
        actions.finish(conn, self.row['id'], host=self._host(), message='Error')

    def cancelled(self, conn):
        self.failed(conn, None)
