# SPDX-License-Identifier: Apache-2.0
"""Begins something on a server: state and lock checked, task set, operation and action written, in one transaction."""
from praline_compute import states
from praline_compute.db import actions, servers

DEADLINE = 600


def begin(controller, req, server, verb, kind, action=None, arguments=None, deadline=DEADLINE, also=None, **values):
    """Start the flow `kind` for this server; the id of its operation.

    verb: a row of states.MACHINE; action: the name that the history of the server shows (the verb's by default);
    values: more columns to set; also(conn, server): more to write in the same transaction.
    WrongState, ServerLocked.
    """
    runtime, context = controller.runtime, req.context
    with runtime.db.write() as conn:
        server = servers.get(conn, context, server['id'])
        check(server, verb, context, action)
        task = states.MACHINE[verb].task
        if task is not None:
            values.setdefault('task_state', task)
        if also is not None:
            also(conn, server)
        if values:
            servers.change(conn, server, **values)
        operation_id = runtime.operations.start(conn, context, kind, server['id'], arguments, deadline)
        actions.create(conn, context, server['id'], action or verb.partition(' ')[0], operation_id)
    return operation_id


def check(server, verb, context, action=None):
    """WrongState, ServerLocked."""
    states.check_unlocked(server, context)
    states.check(server, verb, action)
