# SPDX-License-Identifier: Apache-2.0
"""What a search asks for: groups of wishes, and wishes about the whole."""
import dataclasses


@dataclasses.dataclass
class Group:
    """One group.  together: a single provider must fulfil all of it (numbered or named groups).

    required: [set of traits, one of which is needed]; member_of: [set of aggregates, one of which is
    needed]; tree: root id of the tree that providers must belong to, '' when that tree is not there.
    """

    together: bool
    resources: dict = dataclasses.field(default_factory=dict)
    required: list = dataclasses.field(default_factory=list)
    forbidden: set = dataclasses.field(default_factory=set)
    member_of: list = dataclasses.field(default_factory=list)
    forbidden_aggregates: set = dataclasses.field(default_factory=set)
    tree: str | None = None


@dataclasses.dataclass
class Search:
    """groups: {suffix: Group}; isolate: no two groups on one provider; root_*: traits of the tree's root;
    same_subtree: [set of suffixes whose providers hang under one of them]; nested: a candidate may use
    several providers of one tree."""

    groups: dict
    isolate: bool = False
    root_required: set = dataclasses.field(default_factory=set)
    root_forbidden: set = dataclasses.field(default_factory=set)
    same_subtree: list = dataclasses.field(default_factory=list)
    nested: bool = True


@dataclasses.dataclass
class Candidate:
    """resources: {provider id: {class: amount}}; mappings: {suffix: [provider ids]}; root: id of its tree."""

    resources: dict
    mappings: dict
    root: str
