# SPDX-License-Identifier: Apache-2.0
"""Migrations of servers between hosts and flavors: rows that the flows write and the API shows."""
import sqlalchemy as sa

from praline_common import errors
from praline_common.db import engine, query
from praline_compute.db.columns import now
from praline_compute.db.models import MIGRATIONS

LIVE = 'live-migration'
LIVE_IN_PROGRESS = ('queued', 'preparing', 'running', 'post-migrating')
_C = MIGRATIONS.c


def list(conn, filters, page, since=None, before=None, key='id'):
    """One page; filters: {'host' | 'source_compute' | 'status' | ...: value} in the API's names."""
    statement = sa.select(MIGRATIONS)
    columns = {'status': _C.status, 'instance_uuid': _C.server_id, 'migration_type': _C.migration_type,
               'source_compute': _C.source_host, 'user_id': _C.user_id, 'project_id': _C.project_id}
    for name, value in filters.items():
        if name == 'host':
            statement = statement.where(sa.or_(_C.source_host == value, _C.dest_host == value))
        elif name in columns:
            statement = statement.where(columns[name] == value)
    if since:
        statement = statement.where(sa.func.coalesce(_C.updated_at, _C.created_at) >= since)
    if before:
        statement = statement.where(sa.func.coalesce(_C.updated_at, _C.created_at) <= before)
    return query.page(conn, statement, MIGRATIONS, page, key=key)


def live_in_progress(conn, server_id):
    return engine.rows(conn, sa.select(MIGRATIONS).where(
        _C.server_id == server_id, _C.migration_type == LIVE, _C.status.in_(LIVE_IN_PROGRESS)).order_by(_C.id))


def get(conn, server_id, migration_id):
    """The server's migration of this number (text).  NotFound."""
    number = int(migration_id) if migration_id.isascii() and migration_id.isdigit() else -1
    found = engine.one(conn, sa.select(MIGRATIONS).where(_C.server_id == server_id, _C.id == number))
    if found is None:
        raise errors.NotFound('Migration %s not found for instance %s' % (migration_id, server_id))
    return found


def create(conn, context, migration_uuid, server, kind, dest_host, new_flavor_id=None, status='migrating'):
    """Record that the server leaves its host or its flavor; asked twice it is one row."""
    if find(conn, migration_uuid):
        return
    time = now()
    conn.execute(MIGRATIONS.insert().values(
        uuid=migration_uuid, server_id=server['id'], migration_type=kind, status=status,
        source_host=server['host'], dest_host=dest_host, old_flavor_id=server['flavor_id'],
        new_flavor_id=new_flavor_id or server['flavor_id'], user_id=context.user_id, project_id=context.project_id,
        created_at=time, updated_at=time))


def save(conn, migration_uuid, **values):
    conn.execute(MIGRATIONS.update().where(_C.uuid == migration_uuid).values(updated_at=now(), **values))


def find(conn, migration_uuid):
    """The row, or None."""
    return engine.one(conn, sa.select(MIGRATIONS).where(_C.uuid == migration_uuid))


def latest(conn, server_id, status='finished'):
    """The server's newest migration in this status, or None."""
    return engine.one(conn, sa.select(MIGRATIONS).where(
        _C.server_id == server_id, _C.status == status).order_by(_C.id.desc()).limit(1))


def unfinished(conn, server_id):
    """The uuids of the server's migrations that may still hold resources."""
    return conn.execute(sa.select(_C.uuid).where(_C.server_id == server_id, _C.status.in_(
        ('migrating', 'finished', 'running', 'accepted')))).scalars().all()
