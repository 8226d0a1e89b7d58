# SPDX-License-Identifier: Apache-2.0
"""Lets go of a snapshot: it stays where it is, and is no longer ours."""
from praline_volume.db import snapshots
from praline_volume.flows import base


class ReleaseSnapshot(base.VolumeFlow):
    """The resource is the snapshot.  arguments: volume_id."""

    kind = 'release_snapshot'
    deadline = 600
    steps = ('release',)

    def release(self):
        self.agent(self.host_of_volume(self.arguments['volume_id']), 'release_snapshot', snapshot_id=self.resource_id)

    def finished(self, conn):
        snapshots.delete(conn, self.resource_id)

    def failed(self, conn, cause):
        snapshots.save(conn, self.resource_id, ('unmanaging',), status='error')
        self.tell(conn, 'unmanage snapshot', cause, 'VOLUME_SNAPSHOT')
