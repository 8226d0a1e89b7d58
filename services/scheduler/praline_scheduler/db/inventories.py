# SPDX-License-Identifier: Apache-2.0
"""What a provider has of each resource class, and how much of it is used.

An inventory is a dict: total, reserved, min_unit, max_unit, step_size, allocation_ratio.  Changing
one never touches `used`; a capacity below what is used is allowed and only stops new claims.
"""
import sqlalchemy as sa

from praline_common.db import engine
from praline_scheduler import errors
from praline_scheduler.db.models import inventories

FIELDS = ('total', 'reserved', 'min_unit', 'max_unit', 'step_size', 'allocation_ratio')
DEFAULTS = {'reserved': 0, 'min_unit': 1, 'max_unit': 2147483647, 'step_size': 1, 'allocation_ratio': 1.0}
_LARGEST = 1 << 62


def capacity(inventory):
    """How much of it can be allocated in all, as an integer."""
    room = (inventory['total'] - inventory['reserved']) * inventory['allocation_ratio']
    return int(max(-_LARGEST, min(_LARGEST, room)))


def list_of(conn, provider_id):
    """{class: row} of a provider."""
    return {row['resource_class']: row for row in engine.rows(
        conn, sa.select(inventories).where(inventories.c.provider_id == provider_id))}


def replace(conn, provider_id, wanted):
    """Make `wanted` ({class: inventory}) all that the provider has.  InventoryInUse."""
    present = list_of(conn, provider_id)
    delete(conn, provider_id, [present[name] for name in present if name not in wanted])
    for name, inventory in wanted.items():
        if name in present:
            update(conn, provider_id, name, inventory)
        else:
            create(conn, provider_id, name, inventory)


def create(conn, provider_id, name, inventory):
    conn.execute(inventories.insert().values(
        provider_id=provider_id, resource_class=name, used=0, capacity=capacity(inventory),
        **{field: inventory[field] for field in FIELDS}))


def update(conn, provider_id, name, inventory):
    """Whether there was one to update."""
    return bool(conn.execute(inventories.update().where(
        inventories.c.provider_id == provider_id, inventories.c.resource_class == name).values(
            capacity=capacity(inventory), **{field: inventory[field] for field in FIELDS})).rowcount)


def delete(conn, provider_id, rows):
    """InventoryInUse when anything is allocated from one of them."""
    used = sorted(row['resource_class'] for row in rows if row['used'])
    if used:
        raise errors.InventoryInUse("Inventory for '%s' on resource provider '%s' in use."
                                    % (', '.join(used), provider_id))
    if rows:
        conn.execute(inventories.delete().where(
            inventories.c.provider_id == provider_id,
            inventories.c.resource_class.in_([row['resource_class'] for row in rows])))
