# SPDX-License-Identifier: Apache-2.0
"""Servers: one row each holds all that the API shows, so that a page of them is one select."""
import builtins
import functools

import sqlalchemy as sa

from praline_common import errors as common_errors
from praline_common.db import engine, query
from praline_common.db.prepared import Prepared
from praline_compute import errors
from praline_compute.db.columns import now
from praline_compute.db.models import SERVERS

_ONE = sa.select(SERVERS)
_LIVE = _ONE.where(SERVERS.c.id == sa.bindparam('server_id'), SERVERS.c.deleted.is_(False))
_BY_ID = Prepared(_LIVE)
_OWN = Prepared(_LIVE.where(SERVERS.c.project_id == sa.bindparam('project_id')))
_UNLISTED = ('admin_password', 'key', 'image', 'hints', 'old_flavor', 'user_data', 'network_info', 'addresses',
             'guest_password')
_AS_TEXT = ('metadata', 'flavor', 'shown_addresses', 'shown_groups', 'fault', 'trusted_certs', 'image', 'hints')


def _listed(column):
    return sa.type_coerce(column, sa.Text).label(column.name) if column.name in _AS_TEXT else column


_COLUMNS = [_listed(column) for column in SERVERS.columns if column.name not in _UNLISTED]
# Of a row of a list; behind them come those that were asked for besides.
LISTED = [''.join(column.name) for column in _COLUMNS]
_NAMED = Prepared(sa.select(SERVERS.c.id, SERVERS.c.name))
# What nearly every list asks for.
OWN = query.Standing(SERVERS.c.project_id == sa.bindparam('project_id'))
LIVE = query.Standing(SERVERS.c.deleted.is_(False))
NOT_SOFT_DELETED = query.Standing(SERVERS.c.vm_state != 'soft-delete')


def get(conn, context, server_id):
    """The server of this id that the context may see.  ServerNotFound."""
    if context.is_admin:
        found = engine.one(conn, _BY_ID, server_id=server_id)
    else:
        found = engine.one(conn, _OWN, server_id=server_id, project_id=context.project_id)
    if found is None:
        raise errors.ServerNotFound(server_id=server_id)
    return found


def find(conn, server_id, deleted=False):
    """The row, or None; whoever asks."""
    if deleted:
        return engine.one(conn, _ONE.where(SERVERS.c.id == server_id))
    return engine.one(conn, _BY_ID, server_id=server_id)


def list(conn, page, clauses, **values):
    """[{'id', 'name'}]: one page of the servers that fit every clause.  values: of the clauses."""
    return query.page(conn, _NAMED, SERVERS, page, clauses=clauses, **values)


@functools.cache
def _selected(besides):
    return Prepared(sa.select(*_COLUMNS, *(_listed(SERVERS.c[name]) for name in besides)))


def list_detail(conn, page, clauses, besides=(), **values):
    """The same with all that is shown: tuples of LISTED and the columns `besides`, JSON as the text that is stored."""
    return query.page(conn, _selected(besides), SERVERS, page, clauses=clauses, fetch=engine.tuples, **values)


def of_host(conn, host):
    """Rows of the servers that are on this host now."""
    return engine.rows(conn, _ONE.where(SERVERS.c.host == host, SERVERS.c.deleted.is_(False)))


def with_ids(conn, ids):
    return engine.rows(conn, _ONE.where(SERVERS.c.id.in_(builtins.list(ids)), SERVERS.c.deleted.is_(False)))


def create(conn, rows):
    """Write new servers in one statement."""
    conn.execute(SERVERS.insert(), rows)


def save(conn, server_id, **values):
    """Write to a server that is not deleted; whether it was there."""
    return bool(conn.execute(SERVERS.update().where(SERVERS.c.id == server_id, SERVERS.c.deleted.is_(False)).values(
        generation=SERVERS.c.generation + 1, updated_at=now(), **values)).rowcount)


def change(conn, server, **values):
    """Write to a server if nobody has since it was read, and update the dict.  Superseded if somebody has."""
    values['updated_at'] = now()
    if not conn.execute(SERVERS.update().where(
            SERVERS.c.id == server['id'], SERVERS.c.generation == server['generation'], SERVERS.c.deleted.is_(False)
    ).values(generation=server['generation'] + 1, **values)).rowcount:
        raise common_errors.Superseded('Instance %s was changed by another request; ask again.' % server['id'])
    server.update(values, generation=server['generation'] + 1)


def note(conn, server_id, **values):
    """Write what the user did not ask for (addresses, power state): the time of the last update stays."""
    conn.execute(SERVERS.update().where(SERVERS.c.id == server_id).values(**values))


def delete(conn, server_id):
    """The server is gone; its row stays for those who list what was deleted."""
    time = now()
    conn.execute(SERVERS.update().where(SERVERS.c.id == server_id, SERVERS.c.deleted.is_(False)).values(
        deleted=True, vm_state='deleted', task_state=None, host=None, agent=None, power_state=0, admin_password=None,
        deleted_at=time, terminated_at=time, updated_at=time))


def soft_deleted(conn, before):
    """Ids of the servers that were soft-deleted before this time and wait for nothing."""
    return conn.execute(sa.select(SERVERS.c.id).where(
        SERVERS.c.vm_state == 'soft-delete', SERVERS.c.task_state.is_(None), SERVERS.c.updated_at < before,
        SERVERS.c.deleted.is_(False))).scalars().all()


def hosts_of_group(conn, group_id):
    """{server id: host} of a server group's members."""
    found = conn.execute(sa.select(SERVERS.c.id, SERVERS.c.host).where(
        SERVERS.c.server_group_id == group_id, SERVERS.c.deleted.is_(False)))
    return {server_id: host for server_id, host in found}


def hosts(conn, ids):
    """{server id: host} of these servers, None while they have none."""
    found = conn.execute(sa.select(SERVERS.c.id, SERVERS.c.host).where(
        SERVERS.c.id.in_(builtins.list(ids)), SERVERS.c.deleted.is_(False)))
    return {server_id: host for server_id, host in found}
