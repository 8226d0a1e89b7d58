# SPDX-License-Identifier: Apache-2.0
"""The used amounts against the allocations they are the sum of, and consumers against what they hold."""
import sqlalchemy as sa

from praline_scheduler.db import providers, revisions
from praline_scheduler.db.models import allocations, consumers, inventories


def audit(runtime, repair=False):
    """[{'kind', 'id', 'what', 'repaired'}].

    usage: `used` is not the sum of the allocations.  empty: a consumer holds nothing.  stray: an
    allocation of a class that its provider has no inventory of, for a person to look at.
    """
    if not repair:
        with runtime.db.read() as conn:
            return [_shown(entry) for entry in _drift(conn)]
    with runtime.db.write() as conn:
        drift = _drift(conn)
        if any(entry['kind'] != 'stray' for entry in drift):
            revisions.advance(conn)
        for entry in drift:
            _repair(conn, entry)
    return [_shown(entry) for entry in drift]


def _drift(conn):
    sums = {(row.provider_id, row.resource_class): int(row.used) for row in conn.execute(
        sa.select(allocations.c.provider_id, allocations.c.resource_class, sa.func.sum(allocations.c.used).label('used'))
        .group_by(allocations.c.provider_id, allocations.c.resource_class))}
    drift = []
    for provider_id, name, used in conn.execute(sa.select(
            inventories.c.provider_id, inventories.c.resource_class, inventories.c.used)):
        right = sums.pop((provider_id, name), 0)
        if used != right:
            drift.append({'kind': 'usage', 'id': '%s/%s' % (provider_id, name), 'sum': right, 'repaired': False,
                          'what': 'used says %d, the allocations sum to %d' % (used, right)})
    drift += [{'kind': 'stray', 'id': '%s/%s' % key, 'what': '%d allocated without inventory' % used,
               'repaired': False} for key, used in sums.items()]
    drift += [{'kind': 'empty', 'id': consumer_id, 'what': 'a consumer that holds nothing', 'repaired': False}
              for consumer_id in conn.execute(sa.select(consumers.c.id).where(
                  ~sa.exists().where(allocations.c.consumer_id == consumers.c.id))).scalars()]
    return drift


def _repair(conn, entry):
    if entry['kind'] == 'usage':
        provider_id, name = entry['id'].split('/')
        conn.execute(inventories.update().where(
            inventories.c.provider_id == provider_id, inventories.c.resource_class == name).values(used=entry['sum']))
        providers.touch(conn, [provider_id])
        entry['repaired'] = True
    elif entry['kind'] == 'empty':
        conn.execute(consumers.delete().where(consumers.c.id == entry['id']))
        entry['repaired'] = True


def _shown(entry):
    return {name: value for name, value in entry.items() if name != 'sum'}
