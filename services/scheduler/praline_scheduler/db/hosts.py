# SPDX-License-Identifier: Apache-2.0
"""The hosts behind providers, as the compute service reports them.

A report owns what it brought: classes, traits and aggregates that an operator added through the
placement API stay; those that an earlier report brought and this one does not are taken away.
"""
import sqlalchemy as sa

from praline_common.db import engine
from praline_scheduler.db import inventories, providers, revisions, shapes
from praline_scheduler.db.models import allocations, hosts

_STATE = ('agent', 'enabled', 'up', 'disabled_reason', 'availability_zone')
DISABLED = 'COMPUTE_STATUS_DISABLED'


def last_reports(conn):
    """{host: the report as it was last taken in}."""
    return dict(conn.execute(sa.select(hosts.c.host, hosts.c.reported)).all())


def by_name(conn, host):
    """The row or None."""
    return engine.one(conn, sa.select(hosts).where(hosts.c.host == host))


def is_used(conn, provider_id):
    return bool(conn.execute(sa.select(allocations.c.consumer_id).where(
        allocations.c.provider_id == provider_id).limit(1)).first())


def take_in(conn, report, before):
    """Make provider, inventory, traits, aggregates and state of one host as reported."""
    provider_id = _provider(conn, report)
    _inventory(conn, provider_id, report, before)
    _traits(conn, provider_id, report, before)
    _aggregates(conn, provider_id, report, before)
    values = {name: report.get(name) for name in _STATE}
    values.update(enabled=bool(values['enabled']), up=bool(values['up']), host=report['host'],
                  aggregates=report.get('aggregates') or [], reported=report)
    if not conn.execute(hosts.update().where(hosts.c.provider_id == provider_id).values(**values)).rowcount:
        conn.execute(hosts.insert().values(provider_id=provider_id, **values))
    same_shape = before and {**report, 'inventory': None} == {**before, 'inventory': None}
    if same_shape:
        providers.touch(conn, [provider_id])
    else:
        providers.touch_shape(conn, provider_id)


def _provider(conn, report):
    """The provider of this host: the reported id, else the one it had, else a new one."""
    row = by_name(conn, report['host'])
    wanted = report.get('provider_id') or (row and row['provider_id'])
    if row and row['provider_id'] != wanted:
        conn.execute(hosts.delete().where(hosts.c.host == report['host']))
    if wanted and engine.scalar(conn, sa.select(providers.providers.c.id).where(providers.providers.c.id == wanted)):
        return wanted
    return providers.create(conn, report['host'], wanted)['id']


def _inventory(conn, provider_id, report, before):
    wanted = report.get('inventory') or {}
    present = inventories.list_of(conn, provider_id)
    gone = [row for name, row in present.items()
            if name not in wanted and name in ((before or {}).get('inventory') or {}) and not row['used']]
    inventories.delete(conn, provider_id, gone)
    for name, given in wanted.items():
        inventory = {**inventories.DEFAULTS, **{key: value for key, value in given.items() if value is not None}}
        if name not in present:
            inventories.create(conn, provider_id, name, inventory)
        elif any(present[name][field] != inventory[field] for field in inventories.FIELDS):
            inventories.update(conn, provider_id, name, inventory)


def _traits(conn, provider_id, report, before):
    wanted = set(report.get('traits') or ())
    if not report.get('enabled'):
        wanted.add(DISABLED)
    earlier = set((before or {}).get('traits') or ()) | {DISABLED}
    present = set(shapes.traits_of(conn, provider_id))
    shapes.create_custom_traits(conn, wanted)
    shapes.set_traits(conn, provider_id, (present - earlier) | wanted, present)


def _aggregates(conn, provider_id, report, before):
    wanted = {item['id'] for item in report.get('aggregates') or ()}
    earlier = {item['id'] for item in (before or {}).get('aggregates') or ()}
    present = set(shapes.aggregates_of(conn, provider_id))
    shapes.set_aggregates(conn, provider_id, (present - earlier) | wanted, present)


def forget(conn, provider_id):
    """Delete host and provider; ProviderInUse when anything is allocated there."""
    providers.delete(conn, provider_id)


def change_all(conn, reports):
    """Take in those of the reports that say something new; how many did."""
    known = last_reports(conn)
    changed = [report for report in reports if known.get(report['host']) != report]
    if changed:
        revisions.advance(conn)
    for report in changed:
        take_in(conn, report, known.get(report['host']))
    return len(changed)
