# SPDX-License-Identifier: Apache-2.0
"""The rows of operations: accepted in the caller's transaction, leased, journalled, ended.

All times are seconds since the epoch.  Every write that a worker makes names the owner it leased
the row as, so a worker that lost its lease changes nothing.
"""
import time
import uuid

import sqlalchemy as sa

from praline_common import errors
from praline_common.db import engine
from praline_common.operations.models import ENDED, LIVE


def accept(conn, tables, context, kind, resource_id, arguments, deadline):
    """Write a pending operation; its id.  Call in the transaction that accepts the request."""
    operation_id, now = str(uuid.uuid4()), time.time()
    conn.execute(tables.operations.insert().values(
        id=operation_id, kind=kind, resource_id=resource_id, request_id=context.request_id,
        project_id=context.project_id, user_id=context.user_id, context=context.to_wire(),
        arguments=arguments, state='pending', cancelled=False, attempts=0, lease_until=0,
        deadline=now + deadline, sequence=now, created_at=now))
    return operation_id


def cancel(conn, tables, resource_id, but=None):
    """Ask every live operation on this resource to stop at its next step and undo itself."""
    table = tables.operations
    query = table.update().where(table.c.resource_id == resource_id, table.c.state.in_(LIVE))
    if but:
        query = query.where(table.c.id != but)
    return conn.execute(query.values(cancelled=True)).rowcount


def lease(conn, tables, operation_id, owner, until):
    """Take the operation if it is free and the oldest live one of its resource; the row or None."""
    table = tables.operations
    older = table.alias()
    taken = conn.execute(table.update().where(
        table.c.id == operation_id, table.c.state.in_(LIVE), table.c.lease_until < time.time(),
        ~sa.exists().where(older.c.resource_id == table.c.resource_id, older.c.state.in_(LIVE),
                           older.c.sequence < table.c.sequence)
    ).values(owner=owner, lease_until=until, attempts=table.c.attempts + 1)).rowcount
    return get(conn, tables, operation_id) if taken else None


def renew(conn, tables, owner, ids, until):
    table = tables.operations
    conn.execute(table.update().where(table.c.owner == owner, table.c.id.in_(ids)).values(lease_until=until))


def update(conn, tables, row, **values):
    """Write to a leased operation.  Superseded when the lease went to somebody else."""
    table = tables.operations
    if not conn.execute(table.update().where(
            table.c.id == row['id'], table.c.owner == row['owner'], table.c.state.in_(LIVE))
            .values(**values)).rowcount:
        raise errors.Superseded('operation %s is worked on by somebody else' % row['id'])
    row.update(values)


def end(conn, tables, row, state, cause=None):
    update(conn, tables, row, state=state, cause=cause, ended_at=time.time(), lease_until=0)


def write_journal(conn, tables, operation_id, step, event, data=None):
    conn.execute(tables.journal.insert().values(
        operation_id=operation_id, at=time.time(), step=step, event=event, data=data))


def get(conn, tables, operation_id):
    return engine.one(conn, sa.select(tables.operations).where(tables.operations.c.id == operation_id))


def is_cancelled(conn, tables, operation_id):
    table = tables.operations
    return bool(conn.execute(sa.select(table.c.cancelled).where(table.c.id == operation_id)).scalar())


def journal(conn, tables, operation_id):
    table = tables.journal
    return engine.rows(conn, sa.select(table).where(table.c.operation_id == operation_id).order_by(table.c.id))


def waiting(conn, tables, limit=200):
    """Ids of live operations that nobody holds now, oldest first."""
    table = tables.operations
    return list(conn.execute(sa.select(table.c.id).where(
        table.c.state.in_(LIVE), table.c.lease_until < time.time()).order_by(table.c.sequence).limit(limit)).scalars())


def next_of(conn, tables, resource_id):
    """The id of the oldest live operation of this resource, or None."""
    table = tables.operations
    return conn.execute(sa.select(table.c.id).where(
        table.c.resource_id == resource_id, table.c.state.in_(LIVE)).order_by(table.c.sequence).limit(1)).scalar()


def live(conn, tables, resource_ids):
    """Whether a live operation works on one of these resources."""
    table = tables.operations
    return conn.execute(sa.select(table.c.id).where(
        table.c.resource_id.in_(resource_ids), table.c.state.in_(LIVE)).limit(1)).scalar() is not None


def outcomes(conn, tables, request_id, kind):
    """{resource id: (state, cause)} of the operations of this kind that a request began."""
    table = tables.operations
    found = conn.execute(sa.select(table.c.resource_id, table.c.state, table.c.cause).where(
        table.c.request_id == request_id, table.c.kind == kind).order_by(table.c.sequence))
    return {resource_id: (state, cause) for resource_id, state, cause in found}


def release_all(conn, tables):
    """Free every lease: only when it is known that no other process works on this database."""
    table = tables.operations
    conn.execute(table.update().where(table.c.state.in_(LIVE)).values(lease_until=0))


def find(conn, tables, some_id):
    """Operations whose own id, resource, or request is some_id, oldest first."""
    table = tables.operations
    return engine.rows(conn, sa.select(table).where(sa.or_(
        table.c.id == some_id, table.c.resource_id == some_id, table.c.request_id == some_id)
    ).order_by(table.c.sequence))


def forget(conn, tables, before):
    """Delete operations that ended before this time, with their journal; how many."""
    table, lines = tables.operations, tables.journal
    old = sa.select(table.c.id).where(table.c.state.in_(ENDED), table.c.ended_at < before)
    conn.execute(lines.delete().where(lines.c.operation_id.in_(old)))
    return conn.execute(table.delete().where(table.c.state.in_(ENDED), table.c.ended_at < before)).rowcount


def counts(conn, tables):
    table = tables.operations
    return dict(conn.execute(sa.select(table.c.state, sa.func.count()).group_by(table.c.state)).all())
