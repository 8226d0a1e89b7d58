# SPDX-License-Identifier: Apache-2.0
"""The pure decision, for any cloud and any request."""
import datetime

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from praline_scheduler.schedule import schedule
from praline_scheduler.snapshot import Host, Inventory, Provider, Request

AT = datetime.datetime(2026, 1, 1)
CLASSES = ('DISK_GB', 'MEMORY_MB', 'VCPU')

inventories = st.builds(
    lambda total, used: Inventory(total, 0, 1, total, 1, 1.0, total, min(used, total)),
    st.integers(1, 64), st.integers(0, 64))
providers = st.builds(
    lambda number, have, enabled, up, traits: Provider(
        {'id': 'p%d' % number, 'name': 'h%d' % number, 'generation': 0, 'parent_id': None, 'root_id': 'p%d' % number,
         'created_at': AT, 'updated_at': AT, 'shape_revision': 1},
        have, frozenset(traits), frozenset(), Host('h%d' % number, 'a', enabled, up, 'nova', [])),
    st.integers(0, 1000), st.dictionaries(st.sampled_from(CLASSES), inventories), st.booleans(), st.booleans(),
    st.sets(st.sampled_from(('A', 'B'))))
requests = st.builds(
    lambda resources, required, forbidden: Request(resources, frozenset(required), frozenset(forbidden)),
    st.dictionaries(st.sampled_from(CLASSES), st.integers(1, 64), min_size=1),
    st.sets(st.sampled_from(('A', 'B'))), st.sets(st.sampled_from(('A', 'B'))))


def suits(request, provider):
    return (provider.host.enabled and provider.host.up and request.required_traits <= provider.traits
            and not request.forbidden_traits & provider.traits
            and all(name in provider.inventories and provider.inventories[name].fits(amount)
                    for name, amount in request.resources.items()))


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(requests, st.lists(providers, max_size=8))
def test_chooses_a_host_exactly_when_one_suits(request, hosts):
    best, reasons = schedule(request, hosts)
    if best is None:
        assert not any(suits(request, item) for item in hosts)
        assert len(reasons) == 1
    else:
        assert suits(request, best)
        assert reasons == []


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(requests, st.lists(providers, min_size=1, max_size=8))
def test_reasons_count_every_host_once(request, hosts):
    best, reasons = schedule(request, hosts)
    if best is None:
        head, _, tail = reasons[0].partition(': ')
        counts = [int(part.split()[0]) for part in _parts(tail)]
        assert sum(counts) == len(hosts) == int(head.split()[0])


def _parts(text):
    """The reasons; the commas inside parentheses do not part them."""
    depth, part = 0, ''
    for letter in text:
        depth += (letter == '(') - (letter == ')')
        if letter == ',' and not depth:
            yield part.strip()
            part = ''
        else:
            part += letter
    yield part.strip()
