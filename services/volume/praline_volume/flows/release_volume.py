# SPDX-License-Identifier: Apache-2.0
"""Lets go of a volume: it stays where it is, and is no longer ours."""
from praline_volume.db import volumes
from praline_volume.flows import base


class ReleaseVolume(base.VolumeFlow):
    """arguments: none."""

    kind = 'release_volume'
    deadline = 600
    steps = ('release',)

    def release(self):
        self.agent(self.volume()['host'], 'release', volume_id=self.resource_id)

    def finished(self, conn):
        volumes.delete(conn, self.resource_id)

    def failed(self, conn, cause):
        volumes.save(conn, self.resource_id, ('unmanaging',), status='error')
        self.tell(conn, 'unmanage volume', cause)
