# SPDX-License-Identifier: Apache-2.0
"""Who holds how much of what, and the one statement by which room is taken.

`take` compares and sets: the used amounts grow only where every class still has the room, so two
workers that chose the same host cannot both have its last place.
"""
import sqlalchemy as sa

from praline_common.db import engine
from praline_scheduler.db.models import allocations, consumers, inventories

_OF_CONSUMER = sa.select(allocations.c.provider_id, allocations.c.resource_class, allocations.c.used).where(
    allocations.c.consumer_id == sa.bindparam('which'))
_GIVE = inventories.update().where(
    inventories.c.provider_id == sa.bindparam('provider'), inventories.c.resource_class == sa.bindparam('name')
).values(used=inventories.c.used - sa.bindparam('amount'))
_TAKES = {}


def held(conn, consumer_id):
    """{provider id: {class: amount}} of one consumer."""
    out = {}
    for provider_id, name, used in conn.execute(_OF_CONSUMER, {'which': consumer_id}):
        out.setdefault(provider_id, {})[name] = used
    return out


def take(conn, provider_id, resources):
    """Whether all of it was free on this provider; if not, nothing is taken or the caller rolls back."""
    names = sorted(resources)
    values = {'provider': provider_id}
    for index, name in enumerate(names):
        values['name%d' % index], values['amount%d' % index] = name, resources[name]
    return conn.execute(_take_statement(len(names)), values).rowcount == len(names)


def _take_statement(count):
    """One UPDATE that adds each class's amount where it fits, made once for each number of classes."""
    if count not in _TAKES:
        table, fits, amounts = inventories.c, [], []
        for index in range(count):
            name, amount = sa.bindparam('name%d' % index), sa.bindparam('amount%d' % index, type_=sa.BigInteger)
            fits.append(sa.and_(table.resource_class == name, table.used + amount <= table.capacity))
            amounts.append((table.resource_class == name, amount))
        _TAKES[count] = inventories.update().where(
            table.provider_id == sa.bindparam('provider'), sa.or_(*fits)).values(
                used=table.used + sa.case(*amounts, else_=0))
    return _TAKES[count]


def give_back(conn, by_provider):
    """Undo take for {provider id: {class: amount}}."""
    changes = [{'provider': provider_id, 'name': name, 'amount': amount}
               for provider_id, resources in by_provider.items() for name, amount in resources.items()]
    if changes:
        conn.execute(_GIVE, changes)


def write(conn, consumer_id, by_provider):
    """The rows that say who took it."""
    conn.execute(allocations.insert(), [
        {'consumer_id': consumer_id, 'provider_id': provider_id, 'resource_class': name, 'used': amount}
        for provider_id, resources in by_provider.items() for name, amount in resources.items()])


def forget(conn, consumer_id):
    """Delete the rows; the room is given back by give_back."""
    conn.execute(allocations.delete().where(allocations.c.consumer_id == consumer_id))


def of_provider(conn, provider_id):
    """[{consumer_id, generation (the consumer's), resource_class, used}] on a provider."""
    return engine.rows(conn, sa.select(
        allocations.c.consumer_id, consumers.c.generation, allocations.c.resource_class, allocations.c.used
    ).join(consumers, consumers.c.id == allocations.c.consumer_id).where(
        allocations.c.provider_id == provider_id).order_by(allocations.c.consumer_id))


def of_consumers(conn, consumer_ids=None):
    """[{consumer_id, provider_id, resource_class, used}] of these consumers, or of all."""
    query = sa.select(allocations)
    if consumer_ids is not None:
        query = query.where(allocations.c.consumer_id.in_(consumer_ids))
    return engine.rows(conn, query)
