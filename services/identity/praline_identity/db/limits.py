# SPDX-License-Identifier: Apache-2.0
"""Limits that a project or domain has instead of the registered default."""
import sqlalchemy as sa

from praline_common.db import engine
from praline_common.db import query
from praline_identity import errors
from praline_identity.db import filters
from praline_identity.db import models
from praline_identity.db import rows

KIND = 'limit'
_SHOWN = ('id', 'project_id', 'domain_id', 'service_id', 'region_id', 'resource_name', 'resource_limit', 'description')
_L, _R = models.limits, models.registered_limits


def _select():
    return sa.select(_L, _R.c.service_id, _R.c.region_id, _R.c.resource_name).join(
        _R, _R.c.id == _L.c.registered_limit_id)


def get(conn, limit_id):
    found = engine.one(conn, _select().where(_L.c.id == limit_id))
    if found is None:
        raise errors.NotFound('Could not find limit for %s.' % limit_id)
    return found


def view(row):
    """What the API shows of one."""
    return {name: row[name] for name in _SHOWN}


def list(conn, asked, wanted, clause=None):
    statement = filters.apply(_select(), _R, asked, ('service_id', 'region_id', 'resource_name'))
    statement = filters.apply(statement, _L, asked, ('project_id', 'domain_id'))
    if clause is not None:
        statement = statement.where(clause)
    return query.page(conn, statement, _L, wanted)


def of_projects(conn, project_ids):
    """{project id: [limits]}."""
    found = {project_id: [] for project_id in project_ids}
    for row in list(conn, {}, query.Page(), _L.c.project_id.in_(found.keys())):
        found[row['project_id']].append(row)
    return found


def amounts(conn, registered_id, clause):
    """The amounts of this registered limit in the limits that the clause picks."""
    return conn.execute(sa.select(_L.c.resource_limit).where(_L.c.registered_limit_id == registered_id, clause)
                        ).scalars().all()


def of_domain(domain_id):
    """The clause: a domain's own, or of a project in it."""
    projects = models.projects
    inside = sa.select(projects.c.id).where(projects.c.domain_id == domain_id)
    return sa.or_(_L.c.domain_id == domain_id, _L.c.project_id.in_(inside))


def of_project(project_id):
    return _L.c.project_id == project_id


def taken(conn, values):
    return rows.has(conn, _L, **{name: values[name] for name in ('registered_limit_id', 'project_id', 'domain_id')})


def create(conn, values):
    rows.create(conn, _L, values, KIND)


def save(conn, limit_id, values):
    rows.save(conn, _L, limit_id, values, KIND)


def delete(conn, limit_id):
    rows.delete(conn, _L, limit_id, KIND)
