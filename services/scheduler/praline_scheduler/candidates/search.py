# SPDX-License-Identifier: Apache-2.0
"""Goes through the trees and yields candidates, so that a limit stops the work and not only the answer.

A tree is fit when every group finds providers in it or sharing with it; a candidate is one choice
for every group.  A tree of one provider with nobody sharing, which hosts are, takes the short way.
"""
import itertools

from praline_scheduler.candidates.groups import Candidate


def find(search, forest):
    """Yield Candidates; each amount fits, also where several groups meet on one provider."""
    seen = set()
    for root_id, tree in forest.trees.items():
        root = forest.providers.get(root_id)
        if root is None or not _root_suits(search, root):
            continue
        if len(tree) == 1 and not forest.sharing:
            candidate = _alone(search, root)
            if candidate is not None:
                yield candidate
            continue
        for candidate in _of_tree(search, forest, root_id):
            key = (tuple(sorted((provider_id, tuple(sorted(resources.items())))
                                for provider_id, resources in candidate.resources.items())),
                   tuple(sorted((suffix, tuple(ids)) for suffix, ids in candidate.mappings.items())))
            if key not in seen:
                seen.add(key)
                yield candidate


def _root_suits(search, root):
    return search.root_required <= root.traits and root.traits.isdisjoint(search.root_forbidden)


def _alone(search, provider):
    """The candidate that has everything on this one provider, or None."""
    total, mappings = {}, {}
    if search.isolate and sum(group.together for group in search.groups.values()) > 1:
        return None
    for suffix, group in search.groups.items():
        if not (_in_place(group, provider, provider) and _has_traits(group, provider)
                and _has_room(provider, group.resources)):
            return None
        mappings[suffix] = [provider.id]
        for name, amount in group.resources.items():
            total[name] = total.get(name, 0) + amount
    if len(search.groups) > 1 and not _has_room_in_all(provider, total):
        return None
    return Candidate({provider.id: total}, mappings, provider.id)


def _of_tree(search, forest, root_id):
    reachable = forest.reachable(root_id)
    choices = []
    for suffix, group in search.groups.items():
        found = list(_choices(group, forest, reachable))
        if not found:
            return
        choices.append([(suffix, choice) for choice in found])
    for combination in itertools.product(*choices):
        candidate = _merge(search, forest, root_id, combination)
        if candidate is not None:
            yield candidate


def _choices(group, forest, reachable):
    """Yield {provider: {class: amount}} that fulfil the group."""
    suiting = [item for item in reachable if _in_place(group, item, forest.providers[item.root_id])]
    if group.together:
        for item in suiting:
            if _has_traits(group, item) and _has_room(item, group.resources):
                yield {item: group.resources}
        return
    suiting = [item for item in suiting if item.traits.isdisjoint(group.forbidden)]
    names = list(group.resources)
    by_class = [[item for item in suiting if _has_room(item, {name: group.resources[name]})] for name in names]
    for combination in itertools.product(*by_class):
        choice = {}
        for name, item in zip(names, combination):
            choice.setdefault(item, {})[name] = group.resources[name]
        traits = set().union(*(item.traits for item in choice))
        if all(not traits.isdisjoint(any_of) for any_of in group.required):
            yield choice


def _merge(search, forest, root_id, combination):
    """One candidate of a choice for every group, or None when they do not go together."""
    resources, mappings, used = {}, {}, []
    for suffix, choice in combination:
        mappings[suffix] = [item.id for item in choice]
        if search.groups[suffix].together and search.groups[suffix].resources:
            used += mappings[suffix]
        for item, amounts in choice.items():
            total = resources.setdefault(item, {})
            for name, amount in amounts.items():
                total[name] = total.get(name, 0) + amount
    if search.isolate and len(used) != len(set(used)):
        return None
    if not any(item.root_id == root_id for item in resources):
        return None
    if not search.nested and len({item.root_id for item in resources}) != len(resources):
        return None
    if not all(_has_room_in_all(item, total) for item, total in resources.items()):
        return None
    if not all(_hang_together(forest, suffixes, mappings) for suffixes in search.same_subtree):
        return None
    return Candidate({item.id: total for item, total in resources.items() if total}, mappings, root_id)


def _hang_together(forest, suffixes, mappings):
    ids = [provider_id for suffix in suffixes for provider_id in mappings.get(suffix, ())]
    return any(all(forest.is_below(provider_id, top) for provider_id in ids) for top in ids)


def _in_place(group, provider, root):
    """The provider is where the group wants it: in the tree, in the aggregates, by itself or by its root."""
    if group.tree is not None and provider.root_id != group.tree:
        return False
    if group.forbidden_aggregates and not (provider.aggregates | root.aggregates).isdisjoint(
            group.forbidden_aggregates):
        return False
    return all(not provider.aggregates.isdisjoint(ids) or (not group.together and not root.aggregates.isdisjoint(ids))
               for ids in group.member_of)


def _has_traits(group, provider):
    return (all(not provider.traits.isdisjoint(any_of) for any_of in group.required)
            and provider.traits.isdisjoint(group.forbidden))


def _has_room(provider, wanted):
    inventories = provider.inventories
    for name, amount in wanted.items():
        inventory = inventories.get(name)
        if inventory is None or not inventory.fits(amount):
            return False
    return True


def _has_room_in_all(provider, total):
    """As _has_room for sums of several groups: each part kept to the units, the sum to what is free."""
    for name, amount in total.items():
        inventory = provider.inventories[name]
        if inventory.used + amount > inventory.capacity or amount > inventory.max_unit:
            return False
    return True
