# SPDX-License-Identifier: Apache-2.0
"""Domains, which are rows of projects with is_domain, and everything that lives in one."""
import sqlalchemy as sa

from praline_common.db import engine
from praline_common.db import query
from praline_identity.db import filters
from praline_identity.db import identity_providers
from praline_identity.db import models
from praline_identity.db import projects
from praline_identity.db import revision
from praline_identity.db import rows
from praline_identity.db import trusts

KIND = 'domain'
FILTERS = ('name', 'enabled')
_P = models.projects


def get(conn, domain_id):
    """The domain with its tags."""
    found = engine.one(conn, sa.select(_P).where(_P.c.id == domain_id, _P.c.is_domain.is_(True)))
    if found is None:
        raise rows.missing(KIND, domain_id)
    found['tags'] = projects.tags(conn, [domain_id])[domain_id]
    return found


def list(conn, asked, wanted, ids=None):
    """Rows with their tags; ids: only these."""
    statement = filters.apply(sa.select(_P).where(_P.c.is_domain.is_(True)), _P, asked, FILTERS)
    if ids is not None:
        statement = statement.where(_P.c.id.in_(ids))
    found = query.page(conn, statement, _P, wanted)
    tags = projects.tags(conn, [row['id'] for row in found])
    return [{**row, 'tags': tags[row['id']]} for row in found]


def create(conn, values):
    rows.create(conn, _P, {**values, 'is_domain': True, 'domain_id': '', 'parent_id': None}, KIND)


def save(conn, domain_id, values):
    rows.save(conn, _P, domain_id, values, KIND)
    revision.bump(conn)


def delete(conn, domain_id):
    """The domain with its projects, users, groups, roles, identity providers and configuration."""
    identity_providers.delete_of_domain(conn, domain_id)
    users, groups, roles = models.users, models.groups, models.roles
    people = sa.select(users.c.id).where(users.c.domain_id == domain_id)
    gangs = sa.select(groups.c.id).where(groups.c.domain_id == domain_id)
    assigned = models.assignments
    conn.execute(sa.delete(assigned).where(sa.or_(
        sa.and_(assigned.c.actor_kind == 'user', assigned.c.actor_id.in_(people)),
        sa.and_(assigned.c.actor_kind == 'group', assigned.c.actor_id.in_(gangs)))))
    for table in (models.credentials, models.request_tokens, models.access_tokens):
        conn.execute(sa.delete(table).where(table.c.user_id.in_(people)))
    table = models.trusts
    trusts.delete_of(conn, sa.or_(table.c.trustor_user_id.in_(people), table.c.trustee_user_id.in_(people)))
    conn.execute(sa.delete(models.limits).where(models.limits.c.domain_id == domain_id))
    inside = conn.execute(sa.select(_P.c.id).where(_P.c.domain_id == domain_id)).scalars().all()
    projects.delete(conn, [*inside, domain_id])
    conn.execute(sa.delete(roles).where(roles.c.domain_id == domain_id))
