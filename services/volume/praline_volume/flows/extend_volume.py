# SPDX-License-Identifier: Apache-2.0
"""Grows a volume, and tells the servers that have it."""
from praline_common.db import engine
from praline_volume.db import attachments
from praline_volume.db import volumes
from praline_volume.flows import base


class ExtendVolume(base.VolumeFlow):
    """arguments: size, in GiB."""

    kind = 'extend_volume'
    deadline = 600
    steps = ('grow',)

    def grow(self):
        self.agent(self.volume()['host'], 'extend', volume_id=self.resource_id, size_gb=self.arguments['size'])

    def finished(self, conn):
        volume = volumes.find(conn, self.resource_id)
        volumes.save(conn, self.resource_id, ('extending',), status=volume['previous_status'],
                     size=self.arguments['size'])
        for held in attachments.of_volume(conn, self.resource_id):
            if held['status'] == 'attached' and held['server_id']:
                engine.after(conn, lambda server_id=held['server_id']: self.contracts.compute.volume_extended(
                    self.context, server_id, self.resource_id, self.arguments['size']))

    def failed(self, conn, cause):
        volumes.save(conn, self.resource_id, ('extending',), status='error_extending')
        self.tell(conn, 'extend volume', cause)
