# SPDX-License-Identifier: Apache-2.0
"""The record of what was asked of each server; its events are the journal of the operation that did it."""
from praline_compute.db.columns import now
from praline_compute.db.models import ACTIONS


def create(conn, context, server_id, action, operation_id=None, message=None):
    """Record that `action` began; without an operation it is over at once."""
    time = now()
    conn.execute(ACTIONS.insert().values(**values(context, server_id, action, operation_id, time, message)))


def values(context, server_id, action, operation_id, time, message=None):
    """The row of a new action, for one insert of many."""
    return {'server_id': server_id, 'action': action, 'request_id': context.request_id,
            'user_id': context.user_id, 'project_id': context.project_id, 'operation_id': operation_id,
            'message': message, 'started_at': time, 'updated_at': time,
            'finished_at': None if operation_id else time}


def finish(conn, operation_id, host=None, message=None):
    """The operation has ended; message says why when it failed."""
    time = now()
    conn.execute(ACTIONS.update().where(ACTIONS.c.operation_id == operation_id).values(
        finished_at=time, updated_at=time, host=host, message=message))
