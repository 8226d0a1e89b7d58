# SPDX-License-Identifier: Apache-2.0
"""The providers as trees, and who shares what with them through aggregates."""

SHARES = 'MISC_SHARES_VIA_AGGREGATE'


class Forest:
    """trees: {root id: [providers]}; made from one state of the mirror."""

    def __init__(self, providers):
        self.providers = providers
        self.trees, self.sharing = {}, []
        for item in providers.values():
            self.trees.setdefault(item.root_id, []).append(item)
            if SHARES in item.traits and item.aggregates:
                self.sharing.append(item)

    def reachable(self, root_id):
        """The providers of a tree, then those that share with any of them."""
        tree = self.trees[root_id]
        if not self.sharing:
            return tree
        aggregates = set().union(*(item.aggregates for item in tree))
        return tree + [item for item in self.sharing if item.root_id != root_id
                       and not item.aggregates.isdisjoint(aggregates)]

    def is_below(self, provider_id, ancestor_id):
        """Whether the provider is the ancestor or hangs anywhere under it."""
        while provider_id is not None:
            if provider_id == ancestor_id:
                return True
            provider_id = self.providers[provider_id].parent_id
        return False
