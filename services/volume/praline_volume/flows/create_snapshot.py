# SPDX-License-Identifier: Apache-2.0
"""Takes a snapshot."""
from praline_volume.db import snapshots
from praline_volume.flows import base


class CreateSnapshot(base.VolumeFlow):
    """The resource is the snapshot.  arguments: volume_id."""

    kind = 'create_snapshot'
    deadline = 3600
    steps = ('take',)

    def take(self):
        self.agent(self.host_of_volume(self.arguments['volume_id']), 'create_snapshot', snapshot_id=self.resource_id,
                   volume_id=self.arguments['volume_id'])

    def undo_take(self):
        host = self.host_of_volume(self.arguments['volume_id'])
        if host:
            self.agent(host, 'delete_snapshot', snapshot_id=self.resource_id)

    def finished(self, conn):
        snapshots.save(conn, self.resource_id, ('creating',), status='available', progress='100%')
        self.follow_snapshot(conn)

    def failed(self, conn, cause):
        snapshots.save(conn, self.resource_id, ('creating',), status='error')
        self.follow_snapshot(conn)
        self.tell(conn, 'create snapshot', cause, 'VOLUME_SNAPSHOT')
