# SPDX-License-Identifier: Apache-2.0
"""How much a project may have, and whether it still may."""
import sqlalchemy as sa

from praline_common.db import engine
from praline_network import errors
from praline_network.db import models

# What counts against each quota; ports of the system itself have no project and count for nobody.
TABLES = {
    'network': models.networks, 'subnet': models.subnets, 'port': models.ports, 'router': models.routers,
    'floatingip': models.floatingips, 'security_group': models.security_groups,
    'security_group_rule': models.security_group_rules, 'subnetpool': models.subnetpools,
    'rbac_policy': models.rbac_policies,
}


def _check_of(resource):
    """The statement that asks for a project's own limit (or NULL) and for what it has."""
    table, own, project = TABLES[resource], models.quotas, sa.bindparam('project')
    limit = sa.select(own.c.limit).where(own.c.project_id == project, own.c.resource == resource).scalar_subquery()
    return sa.select(limit, sa.select(sa.func.count()).select_from(table).where(
        table.c.project_id == project).scalar_subquery())


_CHECKS = {name: _check_of(name) for name in TABLES}


def defaults(options):
    return {name: options['quota_' + name] for name in TABLES}


def get(conn, project_id, options):
    """{resource: limit} of a project, its own limits before the defaults."""
    table = models.quotas
    own = engine.rows(conn, sa.select(table).where(table.c.project_id == project_id))
    return {**defaults(options), **{row['resource']: row['limit'] for row in own}}


def list(conn, options):
    """[{'project_id', resource: limit}] of the projects that have limits of their own."""
    found = {}
    for row in engine.rows(conn, sa.select(models.quotas).order_by(models.quotas.c.project_id)):
        found.setdefault(row['project_id'], defaults(options))[row['resource']] = row['limit']
    return [{'project_id': project_id, **limits} for project_id, limits in found.items()]


def save(conn, project_id, limits):
    """Give the project limits of its own."""
    table = models.quotas
    conn.execute(table.delete().where(table.c.project_id == project_id, table.c.resource.in_(limits)))
    if limits:
        conn.execute(table.insert(), [{'project_id': project_id, 'resource': name, 'limit': limit}
                                      for name, limit in limits.items()])


def delete(conn, project_id):
    """Back to the defaults."""
    conn.execute(models.quotas.delete().where(models.quotas.c.project_id == project_id))


def used(conn, project_id):
    """{resource: how many the project has}, in one statement."""
    counts = [sa.select(sa.func.count()).select_from(table).where(table.c.project_id == project_id)
              .scalar_subquery().label(name) for name, table in TABLES.items()]
    return engine.one(conn, sa.select(*counts))


def check_limits(conn, project_id, limits):
    """BadRequest when the project has more of something than these limits."""
    have = used(conn, project_id)
    for name, limit in limits.items():
        if 0 <= limit < have[name]:
            raise errors.refuse('InvalidQuotaValue', 'The project has %d of %s; its quota cannot be %d with check_limit.'
                                % (have[name], name, limit))


def check(conn, options, project_id, resource, asked=1):
    """OverQuota when the project may not have `asked` more of the resource.  One statement."""
    limit, count = conn.execute(_CHECKS[resource], {'project': project_id}).one()
    limit = options['quota_' + resource] if limit is None else limit
    if limit >= 0 and count + asked > limit:
        raise errors.over_quota(resource, count, limit, asked)
