# SPDX-License-Identifier: Apache-2.0
"""A whole project in compute: what it has, and the end of it; see praline_common.contracts.projects."""
from praline_common import emptying
from praline_common import rpc
from praline_compute.db import actions, projects, servers

DEADLINE = 3600


class Projects:

    def __init__(self, runtime):
        self.db, self.operations = runtime.db, runtime.operations

    @rpc.method
    def project_resources(self, ctx, project_id):
        with self.db.read() as conn:
            return projects.resources(conn, project_id)

    @rpc.method
    def delete_project_resources(self, ctx, project_id):
        """Locked and soft-deleted servers go too; what else runs on a server is cancelled."""
        work = emptying.Emptying(self.operations)
        with self.db.write() as conn:
            work.begin(conn, ctx, 'server', projects.servers(conn, project_id), 'delete_server',
                       lambda server: self._delete(conn, ctx, server['id']))
            if work.idle:
                projects.forget(conn, project_id)
        return work.answer()

    def _delete(self, conn, ctx, server_id):
        self.operations.cancel(conn, server_id)
        servers.save(conn, server_id, task_state='deleting', progress=0)
        operation_id = self.operations.start(conn, ctx, 'delete_server', server_id, None, DEADLINE)
        actions.create(conn, ctx, server_id, 'delete', operation_id)
