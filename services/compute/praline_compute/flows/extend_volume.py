# SPDX-License-Identifier: Apache-2.0
"""Tell a guest that one of its disks has grown."""
from praline_compute.db import actions, devices
from praline_compute.flows.base import ServerFlow


class ExtendVolume(ServerFlow):
    """Arguments: device_id, volume_id, size in GiB.  A guest that cannot take it sees the size when it starts next."""

    kind, deadline = 'extend_volume', 600
    steps = ('extend_volume',)

    def extend_volume(self):
        if self.server['host']:
            self.agent('extend_disk', uuid=self.resource_id, volume_id=self.arguments['volume_id'],
                       size_gb=self.arguments['size'])

    def finished(self, conn):
        devices.save(conn, self.arguments['device_id'], volume_size=self.arguments['size'])
        actions.finish(conn, self.row['id'], host=self._host())

    def failed(self, conn, cause):
        actions.finish(conn, self.row['id'], host=self._host(), message='Error')
