# SPDX-License-Identifier: Apache-2.0
"""Give a server another volume: reserved, exported to its host, put into the guest."""
from praline_compute.db import actions, devices
from praline_compute.flows import guests, volumes
from praline_compute.flows.base import LONG, ServerFlow


class AttachVolume(ServerFlow):
    """Arguments: device_id, the row of block_devices and the attachment's id.  Without a host it is only reserved."""

    kind, deadline = 'attach_volume', 600
    steps = ('reserve', 'connect', 'complete')

    def reserve(self):
        device = self._device()
        self.contracts.volume.reserve(self.context, device['id'], device['volume_id'], self.resource_id)

    def undo_reserve(self):
        self.contracts.volume.detach(self.context, self.arguments['device_id'])

    def connect(self):
        if not self.server['host']:
            return None
        device = self._device()
        connection = volumes.attach(self, device, self.agent('connector'))
        return {'device_name': self.agent('attach_disk', timeout=LONG, uuid=self.resource_id,
                                          disk=guests.disk(device, connection))}

    def undo_connect(self):
        device = self._device()
        if self.server['host'] and device:
            self.agent('detach_disk', timeout=LONG, uuid=self.resource_id, volume_id=device['volume_id'])

    def complete(self):
        """Also without a host: a volume of a shelved server is in use, whoever asks."""
        self.contracts.volume.complete(self.context, self.arguments['device_id'], self.recall('device_name'))

    def finished(self, conn):
        """The server's task is not touched: it may belong to an operation that waits behind this one."""
        device = self._device()
        devices.save(conn, device['id'], state='attached',
                     device_name=self.recall('device_name') or device['device_name'])
        actions.finish(conn, self.row['id'], host=self._host())

    def failed(self, conn, cause):
        devices.delete(conn, self.arguments['device_id'])
        actions.finish(conn, self.row['id'], host=self._host(), message='Error')

    def cancelled(self, conn):
        self.failed(conn, None)

    def _device(self):
        with self.db.read() as conn:
            return devices.get(conn, self.arguments['device_id'])
