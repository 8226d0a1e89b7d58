# SPDX-License-Identifier: Apache-2.0
"""The hypervisors, a row of `hosts` each, and the servers on them."""
import sqlalchemy as sa

from praline_common import errors
from praline_common.db import engine, query
from praline_compute.db.models import HOSTS, SERVERS


def list(conn, page=None, key='id', pattern=None):
    """Hypervisors in the order of their numbers: one page, or those whose name holds `pattern`."""
    statement = sa.select(HOSTS)
    if pattern is not None:
        statement = statement.where(HOSTS.c.host.contains(pattern, autoescape=True))
    return query.page(conn, statement, HOSTS, page or query.Page(sort=[('id', 'asc')]), key=key)


def get(conn, hypervisor_id):
    """The hypervisor of this number (an int) or uuid.  NotFound."""
    column = HOSTS.c.id if isinstance(hypervisor_id, int) else HOSTS.c.uuid
    found = engine.one(conn, sa.select(HOSTS).where(column == hypervisor_id))
    if found is None:
        raise errors.NotFound("Hypervisor with ID '%s' could not be found." % hypervisor_id)
    return found


def servers(conn, hosts):
    """{host: [{'uuid', 'name'}]} of these hosts."""
    found = {}
    for row in conn.execute(sa.select(SERVERS.c.host, SERVERS.c.id, SERVERS.c.name).where(
            SERVERS.c.host.in_(hosts), SERVERS.c.deleted.is_(False)).order_by(SERVERS.c.created_at, SERVERS.c.id)):
        found.setdefault(row.host, []).append({'uuid': row.id, 'name': row.name})
    return found


def usage_by_project(conn, host):
    """[{'project_id', 'vcpus', 'ram', 'disk'}] of the servers on a host."""
    totals = {}
    for project_id, flavor in conn.execute(sa.select(SERVERS.c.project_id, SERVERS.c.flavor).where(
            SERVERS.c.host == host, SERVERS.c.deleted.is_(False)).order_by(SERVERS.c.project_id)):
        row = totals.setdefault(project_id, {'project_id': project_id, 'vcpus': 0, 'ram': 0, 'disk': 0})
        row['vcpus'] += flavor['vcpus']
        row['ram'] += flavor['ram']
        row['disk'] += flavor['disk'] + flavor.get('ephemeral', 0)
    return [*totals.values()]
