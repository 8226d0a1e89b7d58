# SPDX-License-Identifier: Apache-2.0
"""Groups of users of one domain."""
import sqlalchemy as sa

from praline_common.db import engine
from praline_common.db import query
from praline_identity.db import effective
from praline_identity.db import filters
from praline_identity.db import mirror
from praline_identity.db import models
from praline_identity.db import revision
from praline_identity.db import rows
from praline_identity.db import users

KIND = 'group'
FILTERS = ('name', 'domain_id')
_G, _M, _E = models.groups, models.group_members, models.expiring_group_members


def get(conn, group_id):
    found = rows.get(conn, _G, group_id, KIND)
    if found['mirrored_at'] == mirror.GONE:
        raise rows.missing(KIND, group_id)
    return found


def list(conn, asked, wanted, user_id=None):
    """The groups that live here; user_id: those that this user is in, wherever they live.

    Of a user, with membership_expires_at where a federated login made it so.
    """
    statement = filters.apply(sa.select(_G), _G, asked, FILTERS)
    if user_id is None:
        return query.page(conn, statement.where(_G.c.mirrored_at.is_(None)), _G, wanted)
    ends = sa.select(sa.func.max(_E.c.expires_at)).where(_E.c.user_id == user_id, _E.c.group_id == _G.c.id)
    lasting = sa.select(_M.c.group_id).where(_M.c.user_id == user_id)
    statement = statement.where(_G.c.id.in_(effective.groups_of(user_id))).add_columns(
        sa.case((_G.c.id.in_(lasting), None), else_=ends.scalar_subquery()).label('membership_expires_at'))
    return query.page(conn, statement, _G, wanted)


def existing(conn, group_ids):
    """Those of these ids that are groups'."""
    return set(conn.execute(sa.select(_G.c.id).where(_G.c.id.in_(group_ids))).scalars()) if group_ids else set()


def ids_by_name(conn, places):
    """Ids of the groups that [(name, domain id)] names; one that does not exist is left out."""
    clauses = [sa.and_(_G.c.name == name, _G.c.domain_id == domain_id) for name, domain_id in places]
    return conn.execute(sa.select(_G.c.id).where(sa.or_(*clauses))).scalars().all() if clauses else []


def named(conn, user_id, group_ids=()):
    """[(name, name of the domain)] of a user's groups and of these."""
    domain = models.projects
    mine = sa.or_(_G.c.id.in_(effective.groups_of(user_id)), _G.c.id.in_(group_ids))
    found = conn.execute(sa.select(_G.c.name, domain.c.name).join(domain, domain.c.id == _G.c.domain_id).where(mine)
                         .order_by(_G.c.name, domain.c.name))
    return [tuple(row) for row in found]


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
    return engine.scalar(conn, sa.select(sa.literal(group_id).in_(effective.groups_of(user_id))))


def members(conn, group_id, asked, wanted):
    """Users of the group, as users.list shows them."""
    return users.list(conn, asked, wanted, models.users.c.id.in_(
        sa.select(_M.c.user_id).where(_M.c.group_id == group_id)))
