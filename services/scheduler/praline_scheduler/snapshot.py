# SPDX-License-Identifier: Apache-2.0
"""What a decision is made from: providers as they stand at one moment, and one request.

All of it is immutable: a mirror replaces what changed, so a decision never sees half a change.
"""
import dataclasses


class Inventory:
    """capacity and used of one class, with the units in which it is given out."""

    __slots__ = ('total', 'reserved', 'min_unit', 'max_unit', 'step_size', 'allocation_ratio', 'capacity', 'used')

    def __init__(self, total, reserved, min_unit, max_unit, step_size, allocation_ratio, capacity, used):
        self.total, self.reserved, self.allocation_ratio = total, reserved, allocation_ratio
        self.min_unit, self.max_unit, self.step_size = min_unit, max_unit, step_size
        self.capacity, self.used = capacity, used

    def fits(self, amount):
        return (self.used + amount <= self.capacity and self.min_unit <= amount <= self.max_unit
                and amount % self.step_size == 0)

    @property
    def free(self):
        """The most that one claim can take."""
        return max(0, min(self.capacity - self.used, self.max_unit))


class Provider:
    """inventories: {class: Inventory}; traits, aggregates: frozensets; host: Host or None."""

    __slots__ = ('id', 'name', 'generation', 'parent_id', 'root_id', 'created_at', 'updated_at', 'inventories',
                 'traits', 'trait_list', 'aggregates', 'host', 'shape_revision', 'rendered')

    def __init__(self, row, inventories, traits, aggregates, host):
        self.id, self.name, self.generation = row['id'], row['name'], row['generation']
        self.parent_id, self.root_id = row['parent_id'], row['root_id']
        self.created_at, self.updated_at = row['created_at'], row['updated_at']
        self.shape_revision = row['shape_revision']
        self.inventories, self.aggregates, self.host = inventories, aggregates, host
        self.traits, self.trait_list = traits, sorted(traits)
        self.rendered = {}


class Host:
    """What compute reported of the host behind a provider.  metadata: [dict of each host aggregate]."""

    __slots__ = ('name', 'agent', 'enabled', 'up', 'availability_zone', 'metadata')

    def __init__(self, name, agent, enabled, up, availability_zone, metadata):
        self.name, self.agent, self.enabled, self.up = name, agent, enabled, up
        self.availability_zone, self.metadata = availability_zone, metadata


@dataclasses.dataclass(frozen=True)
class Request:
    """What a consumer asks for; see contracts.scheduler.  held: {provider id: {class: amount}} it would give back."""

    resources: dict
    required_traits: frozenset = frozenset()
    forbidden_traits: frozenset = frozenset()
    availability_zone: str | None = None
    host: str | None = None
    exclude_hosts: frozenset = frozenset()
    same_host: frozenset = frozenset()
    different_host: frozenset = frozenset()
    affinity: dict | None = None
    aggregate_metadata: dict | None = None
    held: dict = dataclasses.field(default_factory=dict)
