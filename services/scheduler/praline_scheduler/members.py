# SPDX-License-Identifier: Apache-2.0
"""The rule of a server group, looked at in the transaction that takes the room.

Compute says which group a consumer is of; where its members are, the allocations say.  So of two members that
are placed at one moment the second sees the first, whichever process works for it.
"""
import collections
import dataclasses

from praline_scheduler.db import consumers


@dataclasses.dataclass(frozen=True)
class Group:
    """contracts.scheduler's affinity.  hosts: of members that hold nothing here; aside: consumers not counted."""

    id: str | None = None
    policy: str | None = None
    most: int = 1
    hosts: frozenset = frozenset()
    aside: frozenset = frozenset()

    def of_providers(self, conn, consumer_id):
        """Counter {provider id: members there}, without the consumer itself."""
        if self.id is None:
            return collections.Counter()
        return collections.Counter(consumers.providers_of_group(conn, self.id, {consumer_id, *self.aside}))

    def rule(self, providers, known):
        """{'policy', 'hosts'} as filters and weighers take it; known: {id: snapshot.Provider}."""
        if not self.policy:
            return None
        deciding = [known[key] for key, count in providers.items()
                    if key in known and (self.policy != 'anti-affinity' or count >= self.most)]
        return {'policy': self.policy,
                'hosts': sorted(self.hosts | {item.host.name for item in deciding if item.host})}

    def allows(self, providers, best):
        """Whether the rule still holds with one more member on this provider."""
        if self.policy == 'affinity':
            return not providers or best.id in providers or best.host.name in self.hosts
        if self.policy == 'anti-affinity':
            return providers[best.id] < self.most
        return True


def group(affinity):
    """The Group that the contract's dict describes; one without a rule for None."""
    if not affinity:
        return Group()
    return Group(affinity.get('group'), affinity.get('policy'), affinity.get('most') or 1,
                 frozenset(affinity.get('hosts') or ()), frozenset(affinity.get('aside') or ()))
