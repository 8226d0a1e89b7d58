# SPDX-License-Identifier: Apache-2.0
"""Which roles someone has where: direct, by group, inherited from above, implied by others.

A fixed number of statements whatever the depth of projects or the number of groups.
"""
import sqlalchemy as sa

from praline_common.db import engine
from praline_common.db.prepared import Prepared
from praline_identity import clock
from praline_identity.db import models

_A, _P, _R = models.assignments, models.projects, models.roles


def groups_of(user_id):
    """A select of the ids of a user's groups, those of a federated login that still hold included."""
    members, expiring = models.group_members, models.expiring_group_members
    now = sa.bindparam('now', callable_=clock.now)
    return sa.select(members.c.group_id).where(members.c.user_id == user_id).union_all(
        sa.select(expiring.c.group_id).where(expiring.c.user_id == user_id, expiring.c.expires_at > now))


def actors(user_id, group_ids=None):
    """The clause: the assignment is this user's, one of their groups', or one of these groups'."""
    group = _A.c.actor_id.in_(groups_of(user_id))
    if group_ids is not None:
        group = sa.or_(group, _A.c.actor_id.in_(group_ids))
    return sa.or_(sa.and_(_A.c.actor_kind == 'user', _A.c.actor_id == user_id),
                  sa.and_(_A.c.actor_kind == 'group', group))


def ancestors(project_id):
    """A select of the ids of the projects above one, its domain included."""
    walk = sa.select(_P.c.parent_id.label('id')).where(_P.c.id == project_id).cte('above', recursive=True)
    walk = walk.union(sa.select(_P.c.parent_id).join(walk, _P.c.id == walk.c.id))
    return sa.select(walk.c.id).where(walk.c.id.is_not(None))


def _held(kind, in_groups=None):
    """The statement for role ids of a user, and of groups, at a place of this kind."""
    target = sa.bindparam('target_id')
    here = sa.and_(_A.c.target_kind == kind, _A.c.target_id == target, _A.c.inherited.is_(False))
    if kind == 'project':
        here = sa.or_(here, sa.and_(_A.c.inherited.is_(True), _A.c.target_id.in_(ancestors(target))))
    return sa.select(_A.c.role_id).distinct().where(here, actors(sa.bindparam('user_id'), in_groups))


_KINDS = ('project', 'domain', 'system')
_HELD = {kind: Prepared(_held(kind)) for kind in _KINDS}
# Made once, too; IN makes them SQLAlchemy's.
_HELD_BY_GROUPS = {kind: _held(kind, sa.bindparam('group_ids', expanding=True)) for kind in _KINDS}


def direct_ids(conn, user_id, scope, group_ids=()):
    """Role ids by assignment, without what they imply; scope: (kind, id)."""
    kind, target = scope
    given = {'user_id': user_id, 'target_id': target or 'system', 'now': clock.now()}
    if group_ids:
        return set(conn.execute(_HELD_BY_GROUPS[kind], {**given, 'group_ids': list(group_ids)}).scalars())
    return {row['role_id'] for row in engine.rows(conn, _HELD[kind], **given)}


def implications(conn):
    """{prior role id: [implied role ids]}."""
    table, found = models.implied_roles, {}
    for prior, implied in conn.execute(sa.select(table.c.prior_role_id, table.c.implied_role_id)):
        found.setdefault(prior, []).append(implied)
    return found


def closure(role_ids, implied):
    """The role ids and everything that they imply."""
    out, waiting = set(), list(role_ids)
    while waiting:
        role_id = waiting.pop()
        if role_id not in out:
            out.add(role_id)
            waiting.extend(implied.get(role_id, ()))
    return out


def reachable(conn, user_id, group_ids=()):
    """(project ids, domain ids) where a user has any role; three statements."""
    mine = actors(user_id, list(group_ids))
    found = conn.execute(sa.select(_A.c.target_kind, _A.c.target_id, _A.c.inherited).distinct().where(mine)).all()
    projects = {target for kind, target, inherited in found if kind == 'project' and not inherited}
    domains = {target for kind, target, inherited in found if kind == 'domain' and not inherited}
    tops = {target for kind, target, inherited in found if inherited}
    if tops:
        projects |= below(conn, tops)
    return projects, domains


def below(conn, tops):
    """Ids of every project under these projects and domains."""
    walk = sa.select(_P.c.id).where(_P.c.parent_id.in_(list(tops))).cte('under', recursive=True)
    walk = walk.union(sa.select(_P.c.id).join(walk, _P.c.parent_id == walk.c.id))
    return set(conn.execute(sa.select(walk.c.id)).scalars())
