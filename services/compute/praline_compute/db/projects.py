# SPDX-License-Identifier: Apache-2.0
"""What a whole project has in compute.  Key pairs are not among it: they are their users'."""
import sqlalchemy as sa

from praline_common import emptying
from praline_common.db import engine
from praline_compute.db import server_groups
from praline_compute.db.models import FLAVOR_ACCESS, QUOTAS, SERVER_GROUPS, SERVERS


def resources(conn, project_id):
    """Entries of project_resources; see contracts/projects.py."""
    return [
        *emptying.count(conn, 'servers', SERVERS, *_servers(project_id), size=SERVERS.c.ram, unit='MiB of RAM'),
        *emptying.count(conn, 'server_groups', SERVER_GROUPS, SERVER_GROUPS.c.project_id == project_id),
        *emptying.count(conn, 'flavor_access', FLAVOR_ACCESS, FLAVOR_ACCESS.c.project_id == project_id, name='',
                        identity='flavor_id'),
        *emptying.count(conn, 'quotas', QUOTAS, QUOTAS.c.project_id == project_id, identity='')]


def servers(conn, project_id):
    """[{'id', 'name', 'busy'}] of the project's servers, oldest first."""
    table = SERVERS
    return engine.rows(conn, sa.select(
        table.c.id, table.c.name, (sa.func.coalesce(table.c.task_state, '') == 'deleting').label('busy')).where(
            *_servers(project_id)).order_by(table.c.created_at, table.c.id))


def forget(conn, project_id):
    """Server groups, quotas and the flavors that were shared with the project."""
    for group_id in conn.execute(sa.select(SERVER_GROUPS.c.id).where(SERVER_GROUPS.c.project_id == project_id)).scalars().all():
        server_groups.delete(conn, group_id)
    for table in (QUOTAS, FLAVOR_ACCESS):
        conn.execute(table.delete().where(table.c.project_id == project_id))


def _servers(project_id):
    return SERVERS.c.project_id == project_id, SERVERS.c.deleted.is_(False)
