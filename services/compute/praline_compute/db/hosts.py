# SPDX-License-Identifier: Apache-2.0
"""Hosts as their agents report them, and what the scheduler is told of them."""
import time
import uuid

import sqlalchemy as sa

from praline_common.db import engine
from praline_compute.db import aggregates
from praline_compute.db.columns import now
from praline_compute.db.models import AGGREGATE_HOSTS, AGGREGATES, HOSTS

NAMESPACE = uuid.UUID('8a1b6c53-6b9e-4d0c-9a0a-4e3f0f3f5d11')


def record(conn, agent, reports):
    """Write what an agent reports; whether anything that the scheduler knows has changed.

    An unchanged host costs its share of one update of the time it was seen.
    """
    names = [report['hostname'] for report in reports]
    known = {row['host']: row for row in engine.rows(conn, sa.select(HOSTS).where(HOSTS.c.host.in_(names)))}
    changed, seen = False, time.time()
    for report in reports:
        row = known.get(report['hostname'])
        if row is None:
            _create(conn, agent, report, seen)
            changed = True
        elif row['report'] != report or row['agent'] != agent or not row['up']:
            changed = changed or not row['up'] or _shape(row['report']) != _shape(report) or row['agent'] != agent
            conn.execute(HOSTS.update().where(HOSTS.c.id == row['id']).values(
                agent=agent, report=report, seen_at=seen, up=True, updated_at=now()))
    conn.execute(HOSTS.update().where(HOSTS.c.host.in_(names)).values(seen_at=seen))
    return changed


def _create(conn, agent, report, seen):
    conn.execute(HOSTS.insert().values(
        uuid=report['uuid'], service_id=str(uuid.uuid5(NAMESPACE, report['hostname'])), host=report['hostname'],
        agent=agent, report=report, seen_at=seen, up=True, created_at=now()))


def _shape(report):
    return [report.get(name) for name in ('uuid', 'vcpus', 'memory_mb', 'disk_gb', 'traits')]


def silent(conn, before):
    """Mark the hosts that were not seen since `before` as down; whether there were any."""
    return bool(conn.execute(HOSTS.update().where(HOSTS.c.up, HOSTS.c.seen_at < before).values(
        up=False, updated_at=now())).rowcount)


def for_scheduler(conn, options):
    """Every host in the words of contracts.scheduler.report_hosts; three statements."""
    zones, metadata = aggregates.zones(conn), {}
    for host, aggregate_id, values in conn.execute(sa.select(
            AGGREGATE_HOSTS.c.host, AGGREGATES.c.uuid, AGGREGATES.c.metadata).join(
            AGGREGATES, AGGREGATES.c.id == AGGREGATE_HOSTS.c.aggregate_id)):
        metadata.setdefault(host, []).append({'id': aggregate_id, 'metadata': values})
    return [{'host': row['host'], 'agent': row['agent'], 'provider_id': row['uuid'],
             'inventory': inventory(row['report'], options), 'traits': row['report'].get('traits') or [],
             'enabled': not row['disabled'], 'up': row['up'] and not row['forced_down'],
             'disabled_reason': row['disabled_reason'],
             'availability_zone': zones.get(row['host'], options.default_availability_zone),
             'aggregates': metadata.get(row['host'], [])}
            for row in engine.rows(conn, sa.select(HOSTS).order_by(HOSTS.c.id))]


def inventory(report, options):
    """{class: what the host can give} by its report and the options."""
    found = {}
    for name, total, reserved, ratio in (
            ('VCPU', report['vcpus'], 0, options.cpu_allocation_ratio),
            ('MEMORY_MB', report['memory_mb'], options.reserved_host_memory_mb, options.ram_allocation_ratio),
            ('DISK_GB', report['disk_gb'], options.reserved_host_disk_gb, options.disk_allocation_ratio)):
        if total > 0:
            found[name] = {'total': total, 'reserved': min(reserved, total), 'allocation_ratio': ratio, 'min_unit': 1,
                           'max_unit': total, 'step_size': 1}
    return found
