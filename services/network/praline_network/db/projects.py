# SPDX-License-Identifier: Apache-2.0
"""What a whole project has in network, in the order in which it goes."""
import sqlalchemy as sa

from praline_common import emptying
from praline_common.db import engine
from praline_network.db import models

# (plural, table); ports: only those that no router or floating IP made.
ORDER = (('floatingips', models.floatingips), ('routers', models.routers), ('ports', models.ports),
         ('rbac_policies', models.rbac_policies), ('subnets', models.subnets), ('networks', models.networks),
         ('security_groups', models.security_groups), ('subnetpools', models.subnetpools),
         ('address_scopes', models.address_scopes))


def resources(conn, project_id):
    """Entries of project_resources; see contracts/projects.py."""
    found = []
    for kind, table in ORDER:
        found += emptying.count(conn, kind, table, *_of(table, project_id),
                                name='name' if 'name' in table.c else '')
    return found + emptying.count(conn, 'quotas', models.quotas, models.quotas.c.project_id == project_id, identity='')


def things(conn, table, project_id):
    """[{'id', 'name'}] of the project's rows in this table."""
    named = table.c.name if 'name' in table.c else sa.literal('').label('name')
    return engine.rows(conn, sa.select(table.c.id, named).where(*_of(table, project_id)).order_by(table.c.id))


def legs(conn, router_id):
    """Ids of the ports by which the router is in networks of projects."""
    table = models.ports
    return conn.execute(sa.select(table.c.id).where(
        table.c.device_id == router_id, table.c.device_owner == 'network:router_interface')).scalars().all()


def _of(table, project_id):
    where = [table.c.project_id == project_id]
    if table is models.ports:
        where.append(table.c.device_owner.not_like('network:%'))
    return where
