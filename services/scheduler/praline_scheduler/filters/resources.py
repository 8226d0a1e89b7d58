# SPDX-License-Identifier: Apache-2.0
"""Hosts that have room for every class asked for."""


class Resources:

    def keep(self, request, hosts):
        kept, reasons = hosts, []
        for name, amount in sorted(request.resources.items()):
            if request.held:
                fitting = [item for item in kept if _fits_after_return(item, name, amount, request.held)]
            else:
                fitting = [item for item in kept
                           if name in item.inventories and item.inventories[name].fits(amount)]
            if len(fitting) < len(kept):
                reasons.append(_reason(kept, fitting, name, amount))
            kept = fitting
        return kept, reasons


def _fits_after_return(item, name, amount, held):
    """As fits, with what the consumer itself gives back counted as free."""
    inventory = item.inventories.get(name)
    if inventory is None:
        return False
    back = held.get(item.id, {}).get(name, 0)
    return (inventory.used - back + amount <= inventory.capacity
            and inventory.min_unit <= amount <= inventory.max_unit and amount % inventory.step_size == 0)


def _reason(before, fitting, name, amount):
    passed = {id(item) for item in fitting}
    left = [item for item in before if id(item) not in passed]
    free = [item.inventories[name].free for item in left if name in item.inventories]
    if not free:
        return '%d without %s' % (len(left), name)
    return '%d lack %s (asked %d, largest free %d)' % (len(left), name, amount, max(free))
