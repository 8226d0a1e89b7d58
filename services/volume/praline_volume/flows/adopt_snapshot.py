# SPDX-License-Identifier: Apache-2.0
"""Makes ours a snapshot that lies beside its volume already."""
from praline_volume.db import snapshots
from praline_volume.flows import base


class AdoptSnapshot(base.VolumeFlow):
    """The resource is the snapshot.  arguments: volume_id, name (what the snapshot is called there)."""

    kind = 'adopt_snapshot'
    deadline = 600
    steps = ('adopt',)

    def adopt(self):
        return {'size': self.agent(self.host_of_volume(self.arguments['volume_id']), 'adopt_snapshot',
                                   snapshot_id=self.resource_id, name=self.arguments['name'])}

    def finished(self, conn):
        snapshots.save(conn, self.resource_id, ('creating',), status='available', progress='100%',
                       size=self.recall('size'))

    def failed(self, conn, cause):
        snapshots.save(conn, self.resource_id, ('creating',), status='error')
        self.tell(conn, 'manage snapshot', cause, 'VOLUME_SNAPSHOT')
