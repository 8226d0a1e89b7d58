# SPDX-License-Identifier: Apache-2.0
"""Server groups; their members are the servers that carry the group's id."""
import builtins
import uuid

import sqlalchemy as sa

from praline_common import errors
from praline_common.db import engine
from praline_compute.db.columns import now
from praline_compute.db.models import SERVER_GROUPS, SERVERS


def list(conn, project_id=None, limit=None, offset=0):
    """Groups of a project, or of all, oldest first, each with its `members`; two statements."""
    statement = sa.select(SERVER_GROUPS).order_by(SERVER_GROUPS.c.created_at, SERVER_GROUPS.c.id)
    if project_id is not None:
        statement = statement.where(SERVER_GROUPS.c.project_id == project_id)
    return _with_members(conn, engine.rows(conn, statement.limit(limit).offset(offset)))


def get(conn, context, group_id):
    """The group with its `members`, if the context may see it.  NotFound."""
    statement = sa.select(SERVER_GROUPS).where(SERVER_GROUPS.c.id == group_id)
    if not context.is_admin:
        statement = statement.where(SERVER_GROUPS.c.project_id == context.project_id)
    found = engine.rows(conn, statement)
    if not found:
        raise errors.NotFound('Instance group %s could not be found.' % group_id)
    return _with_members(conn, found)[0]


def create(conn, context, name, policy, rules):
    row = {'id': str(uuid.uuid4()), 'project_id': context.project_id, 'user_id': context.user_id, 'name': name,
           'policy': policy, 'rules': rules, 'created_at': now()}
    conn.execute(SERVER_GROUPS.insert().values(**row))
    return {**row, 'members': []}


def delete(conn, group_id):
    """The group goes; its members stay and are in none."""
    conn.execute(SERVERS.update().where(SERVERS.c.server_group_id == group_id).values(server_group_id=None))
    conn.execute(SERVER_GROUPS.delete().where(SERVER_GROUPS.c.id == group_id))


def _with_members(conn, groups):
    members = {}
    for group_id, server_id in conn.execute(sa.select(SERVERS.c.server_group_id, SERVERS.c.id).where(
            SERVERS.c.server_group_id.in_([group['id'] for group in groups]), SERVERS.c.deleted.is_(False)
    ).order_by(SERVERS.c.created_at, SERVERS.c.id)):
        members.setdefault(group_id, builtins.list()).append(server_id)
    return [{**group, 'members': members.get(group['id'], [])} for group in groups]


def find(conn, group_id):
    """The row without its members, or None; whoever asks."""
    return engine.one(conn, sa.select(SERVER_GROUPS).where(SERVER_GROUPS.c.id == group_id))
