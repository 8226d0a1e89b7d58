# SPDX-License-Identifier: Apache-2.0
"""A whole project in volume: what it has, and the end of it; see praline_common.contracts.projects."""
from praline_common import emptying
from praline_common import errors
from praline_common import rpc
from praline_volume.db import projects
from praline_volume.db import snapshots
from praline_volume.db import transfers
from praline_volume.db import volumes
from praline_volume.intake import snapshots as snapshot_intake
from praline_volume.intake import transfers as transfer_intake
from praline_volume.intake import volumes as volume_intake

# Whatever makes the volume is cancelled by its end.
_FORCED = ('creating', 'downloading', 'error', 'reserved')


class Projects:

    def __init__(self, runtime):
        self._runtime, self._db = runtime, runtime.db

    @rpc.method
    def project_resources(self, ctx, project_id):
        with self._db.read() as conn:
            return projects.resources(conn, project_id)

    @rpc.method
    def delete_project_resources(self, ctx, project_id):
        """Volumes go with their snapshots, out of transfers and groups; what a server still has stays."""
        work = emptying.Emptying(self._runtime.operations)
        with self._db.write() as conn:
            work.begin(conn, ctx, 'volume', projects.volumes(conn, project_id), 'delete_volume',
                       lambda volume: self._delete(conn, ctx, volume))
            work.begin(conn, ctx, 'snapshot', projects.lone_snapshots(conn, project_id), 'delete_snapshot',
                       lambda snapshot: self._delete_snapshot(conn, ctx, snapshot))
            if work.idle:
                projects.forget(conn, project_id)
        return work.answer()

    def _delete(self, conn, ctx, volume):
        if volume['foreign']:
            raise errors.Conflict('another project has %d snapshots of it: %s'
                                  % (len(volume['foreign']), ', '.join(volume['foreign'])))
        transfer = transfers.of_volume(conn, volume['id'])
        if transfer:
            transfer_intake.cancel(conn, transfer)
        volume_intake.delete(self._runtime, conn, ctx, volumes.get(conn, ctx, volume['id']), cascade=True,
                             force=volume['status'] in _FORCED, with_group=True)

    def _delete_snapshot(self, conn, ctx, snapshot):
        snapshot_intake.delete(self._runtime, conn, ctx, snapshots.get(conn, ctx, snapshot['id']),
                               with_group=True)
