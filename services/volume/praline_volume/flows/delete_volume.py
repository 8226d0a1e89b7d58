# SPDX-License-Identifier: Apache-2.0
"""Removes a volume, and the snapshots that go with it."""
from praline_volume.db import groups
from praline_volume.db import snapshots
from praline_volume.db import volumes
from praline_volume.flows import base


class DeleteVolume(base.VolumeFlow):
    """arguments: snapshots, the ids of those to remove first."""

    kind = 'delete_volume'
    deadline = 600
    steps = ('remove_snapshots', 'remove')

    def remove_snapshots(self):
        host = self.host_of_volume(self.resource_id)
        for snapshot_id in self.arguments['snapshots']:
            if host:
                self.agent(host, 'delete_snapshot', snapshot_id=snapshot_id)
            with self.db.write() as conn:
                snapshots.delete(conn, snapshot_id)

    def remove(self):
        host = self.host_of_volume(self.resource_id)
        if host:
            self.agent(host, 'delete', volume_id=self.resource_id)

    def finished(self, conn):
        group_id = (volumes.find(conn, self.resource_id) or {}).get('group_id')
        volumes.delete(conn, self.resource_id)
        groups.follow(conn, group_id)

    def failed(self, conn, cause):
        volumes.save(conn, self.resource_id, ('deleting',), status='error_deleting')
        self.follow(conn)
        for snapshot_id in self.arguments['snapshots']:
            snapshots.save(conn, snapshot_id, ('deleting',), status='error_deleting')
        self.tell(conn, 'delete volume', cause)
