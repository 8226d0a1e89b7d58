# SPDX-License-Identifier: Apache-2.0
"""What was asked of a server, and the journal of how it went: read only, `actions` writes."""
import sqlalchemy as sa

from praline_common import errors
from praline_common.db import engine
from praline_compute.db.models import ACTIONS, JOURNAL, OPERATIONS


def list(conn, server_id, limit=None, marker=None, since=None, before=None):
    """Newest first; marker: the request id of the last one seen.  BadRequest when the marker is not there."""
    statement = sa.select(ACTIONS).where(ACTIONS.c.server_id == server_id)
    if since:
        statement = statement.where(ACTIONS.c.updated_at >= since)
    if before:
        statement = statement.where(ACTIONS.c.updated_at <= before)
    if marker:
        last = engine.scalar(conn, sa.select(sa.func.min(ACTIONS.c.id)).where(
            ACTIONS.c.server_id == server_id, ACTIONS.c.request_id == marker))
        if last is None:
            raise errors.BadRequest('Marker %s could not be found.' % marker)
        statement = statement.where(ACTIONS.c.id < last)
    return engine.rows(conn, statement.order_by(ACTIONS.c.id.desc()).limit(limit))


def get(conn, server_id, request_id):
    """The action of this request.  NotFound."""
    found = engine.one(conn, sa.select(ACTIONS).where(
        ACTIONS.c.server_id == server_id, ACTIONS.c.request_id == request_id).order_by(ACTIONS.c.id.desc()))
    if found is None:
        raise errors.NotFound('Action %s not found' % request_id)
    return found


def events(conn, operation_id):
    """[{'event', 'started_at', 'finished_at', 'result', 'cause'}], times in seconds since the epoch, newest first."""
    lines = engine.rows(conn, sa.select(JOURNAL).where(
        JOURNAL.c.operation_id == operation_id).order_by(JOURNAL.c.id))
    began = engine.one(conn, sa.select(OPERATIONS.c.created_at, OPERATIONS.c.state, OPERATIONS.c.step).where(
        OPERATIONS.c.id == operation_id))
    if began is None:
        return []
    found, since = [], began['created_at']
    for line in lines:
        word = {'undone': 'undo_' + line['step'], 'left': 'undo_' + line['step']}.get(line['event'], line['step'])
        failed = line['event'] in ('failed', 'left')
        if line['event'] != 'waiting':
            found.append({'event': word, 'started_at': since, 'finished_at': line['at'],
                          'result': 'Error' if failed else 'Success', 'cause': (line['data'] or {}).get('cause')
                          if failed else None})
            since = line['at']
    if began['state'] in ('pending', 'running', 'undoing'):
        found.append({'event': 'wait' if began['state'] == 'pending' else 'work', 'started_at': since,
                      'finished_at': None, 'result': None, 'cause': None})
    return found[::-1]
