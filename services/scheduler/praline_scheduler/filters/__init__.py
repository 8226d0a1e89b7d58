# SPDX-License-Identifier: Apache-2.0
"""The chain of filters: each has `keep(request, hosts) -> (those it keeps, [why it left the others out])`.

A filter is pure: it reads the request and the hosts (snapshot.Provider with a host), nothing else.
The chain runs from the cheapest and most telling to the dearest; a host is counted under the first
reason that rules it out, so the order is also what an operator reads.
"""
from praline_scheduler.filters.affinity import Affinity
from praline_scheduler.filters.aggregates import AggregateMetadata
from praline_scheduler.filters.named import Excluded, Named
from praline_scheduler.filters.resources import Resources
from praline_scheduler.filters.state import Enabled, Up
from praline_scheduler.filters.traits import Traits
from praline_scheduler.filters.zone import Zone

CHAIN = (
    Named(),              # a forced host first: nothing else matters to the other hosts
    Excluded(),           # hosts that were tried already, or that other members of a group rule out
    Enabled(),            # an operator's decision is the clearest reason
    Up(),                 # a host that does not report cannot start anything
    Zone(),
    AggregateMetadata(),
    Traits(),
    Affinity(),
    Resources(),          # the dearest, and its numbers should only speak of hosts that qualify otherwise
)
