# SPDX-License-Identifier: Apache-2.0
"""Begins the end of a server: delete wins over whatever runs on it."""
from praline_compute import states
from praline_compute.db import actions, servers

DEADLINE = 3600


def begin(controller, req, server, soft=False, force=False):
    """Cancel what runs and start to delete; soft keeps it where it can be restored.  ServerLocked."""
    runtime, context = controller.runtime, req.context
    with runtime.db.write() as conn:
        server = servers.get(conn, context, server['id'])
        states.check_unlocked(server, context)
        if server['task_state'] == 'deleting' and not force:
            return
        soft = soft and not force and server['launched_at'] and not states.MACHINE.refuses(
            'soft_delete', server['vm_state'], server['task_state'])
        kind, task = ('soft_delete_server', 'soft-deleting') if soft else ('delete_server', 'deleting')
        runtime.operations.cancel(conn, server['id'])
        servers.change(conn, server, task_state=task, progress=0)
        operation_id = runtime.operations.start(conn, context, kind, server['id'], None, DEADLINE)
        actions.create(conn, context, server['id'], 'delete', operation_id)
