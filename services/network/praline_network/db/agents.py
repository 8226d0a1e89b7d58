# SPDX-License-Identifier: Apache-2.0
"""The agents that report, and which of them gets new work."""
import time
import uuid

import sqlalchemy as sa

from praline_common.db import engine
from praline_network.db import models
from praline_network.db import resources

DHCP, ROUTING, WIRING, METADATA = 'DHCP agent', 'L3 agent', 'Linux bridge agent', 'Metadata agent'
TABLE = models.agents


def report(conn, host, agent_type, binary, configurations, options):
    """The agent lives; whether that is news: it is new here, or was down."""
    mine = sa.and_(TABLE.c.host == host, TABLE.c.agent_type == agent_type)
    values = {'heartbeat': time.time(), 'configurations': configurations, 'binary': binary}
    if conn.execute(TABLE.update().where(mine, TABLE.c.heartbeat > time.time() - options.agent_down_seconds)
                    .values(**values)).rowcount:
        return False
    if conn.execute(TABLE.update().where(mine).values(**values)).rowcount:
        return True
    moment = resources.now()
    conn.execute(TABLE.insert().values(
        id=str(uuid.uuid4()), agent_type=agent_type, binary=binary, topic='network.agent', host=host, description='',
        admin_state_up=True, availability_zone='nova' if agent_type in (DHCP, ROUTING) else None,
        configurations=configurations, created_at=moment, started_at=moment, heartbeat=time.time()))
    return True


def visible(context):
    """Only who sees everything sees agents."""
    return None if context.is_admin else sa.false()


def complete(conn, rows, context=None):
    return rows


def get(conn, context, agent_id):
    return resources.fetch(conn, TABLE, 'agent', agent_id, visible(context))


def save(conn, row, changes):
    if changes:
        conn.execute(TABLE.update().where(TABLE.c.id == row['id']).values(**changes))
    return {**row, **changes}


def delete(conn, row):
    resources.remove(conn, TABLE, row['id'])


def hosts(conn, agent_type, options):
    """Hosts whose agent of this type is enabled and lives."""
    return list(conn.execute(sa.select(TABLE.c.host).where(
        TABLE.c.agent_type == agent_type, TABLE.c.admin_state_up.is_(True),
        TABLE.c.heartbeat > time.time() - options.agent_down_seconds).order_by(TABLE.c.host)).scalars())


def all_hosts(conn, options):
    """Every host of which some agent lives, enabled or not."""
    return list(conn.execute(sa.select(TABLE.c.host).distinct().where(
        TABLE.c.heartbeat > time.time() - options.agent_down_seconds)).scalars())


def bound_to(conn, column, host, options):
    """The clause `column names a host that this host's agent serves`: itself, or with the fake driver every
    host that has no agent of its own."""
    if options.driver != 'fake':
        return column == host
    others = sa.select(TABLE.c.host).where(TABLE.c.host != host)
    return sa.and_(column != '', column.not_in(others))


def serving(conn, hosts, options):
    """{host: the host whose agent serves it}: itself, or with the fake driver one that has an agent."""
    hosts = [host for host in hosts if host]
    if options.driver != 'fake':
        return {host: host for host in hosts}
    known = list(conn.execute(sa.select(TABLE.c.host).distinct().order_by(TABLE.c.host)).scalars())
    return {host: host if host in known or not known else known[0] for host in hosts}


def tunnel_addresses(conn, names):
    """{host: address that its tunnels end at} of those of the named hosts that told one."""
    rows = engine.rows(conn, sa.select(TABLE.c.host, TABLE.c.configurations).where(
        TABLE.c.host.in_(names), TABLE.c.agent_type == WIRING))
    found = {row['host']: (row['configurations'] or {}).get('tunneling_ip') for row in rows}
    return {host: address for host, address in found.items() if address}


def silent(conn, agent_type, names, before):
    """Those of the named hosts whose agent of this type has not reported since `before`, or is none."""
    heard = set(conn.execute(sa.select(TABLE.c.host).where(
        TABLE.c.agent_type == agent_type, TABLE.c.heartbeat >= before)).scalars())
    return set(names) - heard


def least_loaded(conn, agent_type, options, load):
    """The live host with the least load, or ''.  load: {host: number}."""
    names = hosts(conn, agent_type, options)
    return min(names, key=lambda host: (load.get(host, 0), host)) if names else ''
