# SPDX-License-Identifier: Apache-2.0
"""Sets what consumers hold, all of them or none, with the checks that placement's clients rely on.

Unlike a claim this takes what the client chose.  Room that a consumer gives back counts for what it
takes; a provider that is over its capacity already may still be given less.
"""
from praline_common import errors as common
from praline_scheduler import errors
from praline_scheduler.db import allocations, consumers, inventories, providers, resource_classes, revisions

_ANY = object()


def replace(conn, wanted):
    """wanted: {consumer id: {'resources': {provider id: {class: amount}}, 'project_id', 'user_id'
    [, 'generation', 'consumer_type']}}; no resources give everything back.

    ConcurrentUpdate when a quoted consumer generation is not the newest, DoesNotFit, BadRequest for
    unknown providers or classes.
    """
    revisions.advance(conn)
    before = {}
    for consumer_id, item in wanted.items():
        consumer = consumers.get(conn, consumer_id)
        _check_generation(consumer, item.get('generation', _ANY))
        before[consumer_id] = consumer
    held = {consumer_id: allocations.held(conn, consumer_id) for consumer_id in wanted}
    _check_room(conn, wanted, held)
    for consumer_id, item in wanted.items():
        _write(conn, consumer_id, item, before[consumer_id], held[consumer_id])
    providers.touch(conn, {provider_id for item in (*held.values(), *(w['resources'] for w in wanted.values()))
                           for provider_id in item})


def drop(conn, consumer_id):
    """Give back all that the consumer holds; whether it held anything."""
    revisions.advance(conn)
    held = allocations.held(conn, consumer_id)
    if held:
        allocations.give_back(conn, held)
        allocations.forget(conn, consumer_id)
        consumers.delete(conn, consumer_id)
        providers.touch(conn, held, generation=False)
    return bool(held)


def _check_generation(consumer, quoted):
    newest = consumer['generation'] if consumer else None
    if quoted is not _ANY and quoted != newest:
        raise errors.ConcurrentUpdate('consumer generation conflict - expected %s but got %s'
                                      % ('null' if newest is None else newest, 'null' if quoted is None else quoted))


def _write(conn, consumer_id, item, consumer, held):
    resources = item['resources']
    if held:
        allocations.give_back(conn, held)
        allocations.forget(conn, consumer_id)
    if not resources:
        consumers.delete(conn, consumer_id)
        return
    who = {'project_id': item['project_id'], 'user_id': item['user_id']}
    if 'consumer_type' in item:
        who['consumer_type'] = item['consumer_type']
    if consumer is None:
        consumers.create(conn, consumer_id, **who)
    else:
        consumers.update(conn, consumer_id, **who)
    allocations.give_back(conn, {provider_id: {name: -amount for name, amount in given.items()}
                                 for provider_id, given in resources.items()})
    allocations.write(conn, consumer_id, resources)


def _check_room(conn, wanted, held):
    """Every amount fits its inventory's units, and what is taken in all fits what is free."""
    change, asked = {}, {}
    for consumer_id, item in wanted.items():
        _add(change, held[consumer_id], -1)
        _add(change, item['resources'], 1)
        _add(asked, item['resources'], 1)
    by_provider = {}
    for provider_id, name in asked:
        by_provider.setdefault(provider_id, []).append(name)
    present = {provider_id: _inventories(conn, provider_id, names) for provider_id, names in by_provider.items()}
    for item in wanted.values():
        for provider_id, resources in item['resources'].items():
            for name, amount in resources.items():
                _check_units(present[provider_id][name], provider_id, name, amount)
    for (provider_id, name), amount in change.items():
        inventory = present.get(provider_id, {}).get(name)
        if inventory is not None and amount > 0 and inventory['used'] + amount > inventory['capacity']:
            raise _unable(provider_id, name, 'exceed the capacity: asked %d, free %d'
                          % (amount, max(0, inventory['capacity'] - inventory['used'])))


def _add(sums, by_provider, sign):
    for provider_id, resources in by_provider.items():
        for name, amount in resources.items():
            sums[provider_id, name] = sums.get((provider_id, name), 0) + sign * amount


def _inventories(conn, provider_id, names):
    try:
        providers.get(conn, provider_id)
    except errors.ProviderNotFound:
        raise common.BadRequest("Allocation for resource provider '%s' that does not exist." % provider_id) from None
    try:
        resource_classes.require(conn, names)
    except errors.ResourceClassNotFound as error:
        raise common.BadRequest('Unable to allocate inventory: %s' % error.message) from None
    present = inventories.list_of(conn, provider_id)
    missing = sorted(set(names) - set(present))
    if missing:
        raise errors.DoesNotFit("Unable to allocate inventory: Inventory for '%s' on resource provider '%s' invalid."
                                % (', '.join(missing), provider_id))
    return present


def _check_units(inventory, provider_id, name, amount):
    if not inventory['min_unit'] <= amount <= inventory['max_unit'] or amount % inventory['step_size']:
        raise _unable(provider_id, name, 'violate inventory constraints')


def _unable(provider_id, name, why):
    return errors.DoesNotFit("Unable to allocate inventory: Unable to create allocation for '%s' on resource provider "
                             "'%s'. The requested amount would %s." % (name, provider_id, why))
