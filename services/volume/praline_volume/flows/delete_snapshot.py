# SPDX-License-Identifier: Apache-2.0
"""Removes a snapshot."""
from praline_volume.db import groups
from praline_volume.db import snapshots
from praline_volume.flows import base


class DeleteSnapshot(base.VolumeFlow):
    """The resource is the snapshot.  arguments: volume_id."""

    kind = 'delete_snapshot'
    deadline = 600
    steps = ('remove',)

    def remove(self):
        host = self.host_of_volume(self.arguments['volume_id'])
        if host:
            self.agent(host, 'delete_snapshot', snapshot_id=self.resource_id)

    def finished(self, conn):
        together = (snapshots.find(conn, self.resource_id) or {}).get('group_snapshot_id')
        snapshots.delete(conn, self.resource_id)
        groups.follow_snapshot(conn, together)

    def failed(self, conn, cause):
        snapshots.save(conn, self.resource_id, ('deleting',), status='error_deleting')
        self.follow_snapshot(conn)
        self.tell(conn, 'delete snapshot', cause, 'VOLUME_SNAPSHOT')
