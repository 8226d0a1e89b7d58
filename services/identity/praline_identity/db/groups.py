# SPDX-License-Identifier: Apache-2.0
"""Groups of users of one domain."""
import sqlalchemy as sa

from praline_common.db import query
from praline_identity.db import filters
from praline_identity.db import mirror
from praline_identity.db import models
from praline_identity.db import revision
from praline_identity.db import rows
from praline_identity.db import users

KIND = 'group'
FILTERS = ('name', 'domain_id')
_G, _M = models.groups, models.group_members


def get(conn, group_id):
    found = rows.get(conn, _G, group_id, KIND)
    if found['mirrored_at'] == mirror.GONE:
        raise rows.missing(KIND, group_id)
    return found


def list(conn, asked, wanted, user_id=None):
    """The groups that live here; user_id: those that this user is in, wherever they live."""
    statement = filters.apply(sa.select(_G), _G, asked, FILTERS)
    if user_id is None:
        statement = statement.where(_G.c.mirrored_at.is_(None))
    else:
        statement = statement.where(_G.c.id.in_(sa.select(_M.c.group_id).where(_M.c.user_id == user_id)))
    return query.page(conn, statement, _G, wanted)


def create(conn, values):
    rows.create(conn, _G, values, KIND)


def save(conn, group_id, values):
    rows.save(conn, _G, group_id, values, KIND)


def delete(conn, group_id):
    rows.delete(conn, _G, group_id, KIND)
    rows.remove(conn, models.assignments, actor_kind='group', actor_id=group_id)
    revision.bump(conn)


def add(conn, group_id, user_id):
    rows.add(conn, _M, group_id=group_id, user_id=user_id)
    revision.bump(conn)


def remove(conn, group_id, user_id):
    """False when the user was not in the group."""
    gone = rows.remove(conn, _M, group_id=group_id, user_id=user_id)
    revision.bump(conn)
    return bool(gone)


def member(conn, group_id, user_id):
    return rows.has(conn, _M, group_id=group_id, user_id=user_id)


def members(conn, group_id, asked, wanted):
    """Users of the group, as users.list shows them."""
    return users.list(conn, asked, wanted, models.users.c.id.in_(
        sa.select(_M.c.user_id).where(_M.c.group_id == group_id)))
