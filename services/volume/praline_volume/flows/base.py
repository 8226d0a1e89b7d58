# SPDX-License-Identifier: Apache-2.0
"""What the flows of this service share: where the volume lives, how to ask there, how to tell the user."""
from praline_common import errors
from praline_common import operations
from praline_common.objects.volume import Volume
from praline_volume.db import groups
from praline_volume.db import messages
from praline_volume.db import snapshots
from praline_volume.db import volumes

# What users' programs know failures by: action and detail numbers of the Block Storage API's messages.
EVENTS = {
    'schedule allocate volume': '001_003', 'create volume from backend storage': '008_012',
    'copy image to volume': '005_012', 'copy volume to image': '003_004', 'extend volume': '007_010',
    'create snapshot': '009_013', 'delete snapshot': '010_016', 'reimage volume': '016_001',
    'delete volume': '101_001', 'revert volume': '102_001', 'unmanage volume': '006_001',
    'manage volume': '103_001', 'manage snapshot': '104_001', 'unmanage snapshot': '105_001',
}


class VolumeFlow(operations.Flow):
    """resource_id is the id of the volume or, where a flow says so, of a snapshot."""

    def volume(self):
        """The row.  NotFound when somebody deleted it."""
        with self.db.read() as conn:
            row = volumes.find(conn, self.resource_id)
        if row is None:
            raise errors.NotFound(f'volume {self.resource_id} is gone')
        return row

    def host_of_volume(self, volume_id):
        """The `host@backend` that holds it, or None if it was never placed."""
        with self.db.read() as conn:
            row = volumes.find(conn, volume_id)
        return row and row['host']

    def agent(self, host, method, **arguments):
        """Ask the agent of `host@backend#pool`; copying may take long."""
        return self.runtime.agents.call(self.context, method, server=host.partition('@')[0],
                                        timeout=self.runtime.options.copy_timeout, **arguments)

    def follow(self, conn):
        """The group that the volume is in goes with it."""
        groups.follow(conn, (volumes.find(conn, self.resource_id) or {}).get('group_id'))

    def follow_snapshot(self, conn):
        """The same for a snapshot."""
        groups.follow_snapshot(conn, (snapshots.find(conn, self.resource_id) or {}).get('group_snapshot_id'))

    def tell(self, conn, action, cause, kind='VOLUME'):
        """Leave who asked, or the owner, a message about what failed; `action` is one of EVENTS."""
        find = snapshots.find if kind == 'VOLUME_SNAPSHOT' else volumes.find
        # The system and who acts on it as a whole have no project.
        project_id = self.row['project_id'] or (find(conn, self.resource_id) or {}).get('project_id')
        if project_id is None:
            return
        messages.create(conn, self.context, project_id, kind, self.resource_id,
                        f'VOLUME_{kind}_{EVENTS[action]}', f'{action}:{cause}')


def wire(row, size=None):
    return Volume(id=row['id'], size_gb=size or row['size'])


def find_snapshot(conn, snapshot_id):
    row = snapshots.find(conn, snapshot_id)
    if row is None:
        raise errors.NotFound(f'snapshot {snapshot_id} is gone')
    return row
