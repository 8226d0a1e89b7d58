# SPDX-License-Identifier: Apache-2.0
"""Role assignments: who (user, group) has which role where (project, domain, system), inherited or not."""
import sqlalchemy as sa

from praline_common.db import engine
from praline_identity.db import models
from praline_identity.db import revision
from praline_identity.db import rows

_A, _R = models.assignments, models.roles


def grant(conn, role_id, actor_kind, actor_id, target_kind, target_id, inherited=False):
    """Nothing happens when it is granted already."""
    rows.add(conn, _A, role_id=role_id, actor_kind=actor_kind, actor_id=actor_id, target_kind=target_kind,
             target_id=target_id, inherited=inherited)
    revision.bump(conn)


def revoke(conn, role_id, actor_kind, actor_id, target_kind, target_id, inherited=False):
    """False when there was no such assignment."""
    gone = rows.remove(conn, _A, role_id=role_id, actor_kind=actor_kind, actor_id=actor_id, target_kind=target_kind,
                       target_id=target_id, inherited=inherited)
    revision.bump(conn)
    return bool(gone)


def granted(conn, role_id, actor_kind, actor_id, target_kind, target_id, inherited=False):
    return rows.has(conn, _A, role_id=role_id, actor_kind=actor_kind, actor_id=actor_id, target_kind=target_kind,
                    target_id=target_id, inherited=inherited)


def roles(conn, actor_kind, actor_id, target_kind, target_id, inherited=False):
    """The role rows granted directly."""
    return engine.rows(conn, sa.select(_R).join(_A, _A.c.role_id == _R.c.id).where(
        _A.c.actor_kind == actor_kind, _A.c.actor_id == actor_id, _A.c.target_kind == target_kind,
        _A.c.target_id == target_id, _A.c.inherited.is_(inherited)).order_by(_R.c.id))


def in_projects(conn, user_id):
    """{(project id, role id)} of what a user was granted directly, for the project itself."""
    found = conn.execute(sa.select(_A.c.target_id, _A.c.role_id).where(
        _A.c.actor_kind == 'user', _A.c.actor_id == user_id, _A.c.target_kind == 'project', _A.c.inherited.is_(False)))
    return {tuple(row) for row in found}
