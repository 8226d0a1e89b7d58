# SPDX-License-Identifier: Apache-2.0
"""Brings back the content that a volume had when its latest snapshot was taken."""
from praline_volume.db import snapshots
from praline_volume.db import volumes
from praline_volume.flows import base


class RevertVolume(base.VolumeFlow):
    """arguments: snapshot_id."""

    kind = 'revert_volume'
    deadline = 3600
    steps = ('restore',)

    def restore(self):
        volume = self.volume()
        self.agent(volume['host'], 'revert', volume=base.wire(volume), snapshot_id=self.arguments['snapshot_id'])

    def finished(self, conn):
        self._end(conn, 'available')

    def failed(self, conn, cause):
        self._end(conn, 'error')
        self.tell(conn, 'revert volume', cause)

    def _end(self, conn, status):
        volumes.save(conn, self.resource_id, ('reverting',), status=status)
        snapshots.save(conn, self.arguments['snapshot_id'], ('restoring',), status='available')
