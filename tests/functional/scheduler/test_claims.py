# SPDX-License-Identifier: Apache-2.0
"""Claims through the contract: one host, never more than there is, and gone without a trace."""
import concurrent.futures
import uuid

import pytest

from praline_common import errors

SMALL = {'VCPU': 1, 'MEMORY_MB': 1024}


@pytest.fixture
def claim(scheduler, ctx):
    def ask(consumer_id=None, resources=SMALL, **asked):
        return scheduler.claim(ctx, consumer_id or str(uuid.uuid4()), resources, 'p1', 'u1', **asked)
    return ask


@pytest.fixture
def hosts(scheduler, ctx, report):
    scheduler.report_hosts(ctx, [report('h1'), report('h2')])


def used(scheduler, ctx, name='VCPU'):
    return {host: classes[name]['used'] for host, classes in scheduler.host_usages(ctx).items()}


def test_answers_host_agent_and_provider(hosts, claim, report):
    found = claim(host='h2')
    assert found == {'host': 'h2', 'agent': 'agent-h2', 'provider_id': report('h2')['provider_id']}


def test_asked_twice_answers_the_same_host_and_takes_once(hosts, claim, scheduler, ctx):
    consumer_id = str(uuid.uuid4())
    first = claim(consumer_id)
    assert all(claim(consumer_id) == first for _ in range(5))
    assert sum(used(scheduler, ctx).values()) == 1


def test_release_gives_everything_back_and_may_be_asked_twice(hosts, claim, scheduler, ctx):
    consumer_id = str(uuid.uuid4())
    claim(consumer_id)
    scheduler.release(ctx, consumer_id)
    scheduler.release(ctx, consumer_id)
    assert sum(used(scheduler, ctx).values()) == 0
    assert scheduler.allocations(ctx) == {}


def test_spreads_over_hosts(hosts, claim):
    assert {claim()['host'] for _ in range(2)} == {'h1', 'h2'}


def test_reasons_carry_numbers(scheduler, ctx, report, claim):
    scheduler.report_hosts(ctx, [report('h1', VCPU=4, MEMORY_MB=2048), report('h2', VCPU=4, MEMORY_MB=1024),
                                 report('h3', enabled=False)])
    with pytest.raises(errors.NoCapacity) as failure:
        claim(resources={'VCPU': 1, 'MEMORY_MB': 4096})
    assert failure.value.details['reasons'] == [
        '3 hosts: 1 disabled, 2 lack MEMORY_MB (asked 4096, largest free 2048)']


def test_without_hosts_says_so(claim):
    with pytest.raises(errors.NoCapacity, match='no hosts have reported'):
        claim()


@pytest.mark.parametrize('asked, host', [
    ({'exclude_hosts': ['h1', 'h2']}, 'h3'),
    ({'availability_zone': 'east'}, 'h3'),
    ({'required_traits': ['CUSTOM_FAST']}, 'h3'),
    ({'forbidden_traits': ['CUSTOM_SLOW']}, 'h3'),
    ({'aggregate_metadata': {'ssd': 'true'}}, 'h3'),
    ({'same_host': ['h3']}, 'h3'),
    ({'different_host': ['h1', 'h2']}, 'h3'),
    ({'affinity': {'policy': 'affinity', 'hosts': ['h3']}}, 'h3'),
    ({'affinity': {'policy': 'anti-affinity', 'hosts': ['h1', 'h2']}}, 'h3'),
    ({'affinity': {'policy': 'soft-affinity', 'hosts': ['h3']}}, 'h3'),
    ({'affinity': {'policy': 'soft-anti-affinity', 'hosts': ['h1', 'h2']}}, 'h3'),
])
def test_each_wish_leads_to_the_one_host(scheduler, ctx, report, claim, asked, host):
    fast = {'id': str(uuid.uuid4()), 'metadata': {'ssd': 'true'}}
    scheduler.report_hosts(ctx, [
        report('h1', traits=['CUSTOM_SLOW']), report('h2', traits=['CUSTOM_SLOW']),
        report('h3', traits=['CUSTOM_FAST'], zone='east', aggregates=[fast])])
    assert claim(**asked)['host'] == host


def test_down_host_is_left_out_and_comes_back(scheduler, ctx, report, claim):
    scheduler.report_hosts(ctx, [report('h1', up=False)])
    with pytest.raises(errors.NoCapacity, match='1 down'):
        claim()
    scheduler.report_hosts(ctx, [report('h1')])
    assert claim()['host'] == 'h1'


def test_replace_moves_the_claim_and_gives_the_old_host_back(hosts, claim, scheduler, ctx):
    consumer_id = str(uuid.uuid4())
    first = claim(consumer_id)['host']
    second = claim(consumer_id, {'VCPU': 2, 'MEMORY_MB': 1024}, exclude_hosts=[first], replace=True)['host']
    assert second != first
    assert claim(consumer_id, {'VCPU': 2, 'MEMORY_MB': 1024}, exclude_hosts=[first], replace=True)['host'] == second
    assert used(scheduler, ctx) == {first: 0, second: 2}


def test_replace_counts_its_own_room_as_free(hosts, claim, scheduler, ctx):
    consumer_id = str(uuid.uuid4())
    claim(consumer_id, {'VCPU': 3}, host='h1')
    assert claim(consumer_id, {'VCPU': 4}, host='h1', replace=True)['host'] == 'h1'
    assert used(scheduler, ctx)['h1'] == 4


def test_resize_by_move_keeps_both_hosts_until_it_is_confirmed(hosts, claim, scheduler, ctx):
    server, migration = str(uuid.uuid4()), str(uuid.uuid4())
    claim(server, {'VCPU': 1}, host='h1')
    scheduler.move(ctx, server, migration)
    scheduler.move(ctx, server, migration)
    claim(server, {'VCPU': 2}, host='h2')
    assert used(scheduler, ctx) == {'h1': 1, 'h2': 2}
    scheduler.move(ctx, migration, server)
    assert used(scheduler, ctx) == {'h1': 1, 'h2': 0}
    assert scheduler.allocations(ctx) == {server: {'host': 'h1', 'resources': {'VCPU': 1}}}


def test_forget_host_refuses_while_something_is_allocated(hosts, claim, scheduler, ctx):
    consumer_id = str(uuid.uuid4())
    claim(consumer_id, host='h1')
    with pytest.raises(errors.Conflict):
        scheduler.forget_host(ctx, 'h1')
    scheduler.release(ctx, consumer_id)
    scheduler.forget_host(ctx, 'h1')
    scheduler.forget_host(ctx, 'h1')
    assert set(scheduler.host_usages(ctx)) == {'h2'}


def test_claims_at_once_never_take_more_than_there_is(scheduler, ctx, report, claim):
    scheduler.report_hosts(ctx, [report('h%d' % i, VCPU=3, MEMORY_MB=100000) for i in range(4)])

    def attempt(_):
        try:
            return claim(resources={'VCPU': 1, 'MEMORY_MB': 1})['host']
        except errors.NoCapacity:
            return None

    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(attempt, range(20)))
    assert sorted(filter(None, answers)) == sorted(['h0', 'h1', 'h2', 'h3'] * 3)
    assert set(used(scheduler, ctx).values()) == {3}


def placed_at_once(claim, count, affinity):
    """Hosts of so many consumers that are claimed at one moment; None for those that found none."""
    def attempt(_):
        try:
            return claim(resources={'VCPU': 1}, affinity=affinity)['host']
        except errors.NoCapacity:
            return None

    with concurrent.futures.ThreadPoolExecutor(count) as pool:
        return list(pool.map(attempt, range(count)))


@pytest.mark.parametrize('most', [1, 2])
def test_members_of_an_anti_affinity_group_never_meet(scheduler, ctx, report, claim, most):
    scheduler.report_hosts(ctx, [report('h%d' % i, VCPU=30) for i in range(3)])
    found = placed_at_once(claim, 8, {'group': 'g', 'policy': 'anti-affinity', 'most': most})
    assert sorted(filter(None, found)) == sorted(['h0', 'h1', 'h2'] * most)


def test_members_of_an_affinity_group_all_meet(scheduler, ctx, report, claim):
    scheduler.report_hosts(ctx, [report('h%d' % i, VCPU=30) for i in range(3)])
    assert len(set(placed_at_once(claim, 8, {'group': 'g', 'policy': 'affinity'}))) == 1


def test_a_move_leaves_both_hosts_to_the_group_until_it_is_confirmed(scheduler, ctx, report, claim):
    scheduler.report_hosts(ctx, [report('h%d' % i) for i in range(3)])
    server, migration = str(uuid.uuid4()), str(uuid.uuid4())
    rule = {'group': 'g', 'policy': 'anti-affinity'}
    claim(server, host='h0', affinity=rule)
    scheduler.move(ctx, server, migration)
    claim(server, host='h1', affinity={**rule, 'aside': [migration]})
    assert claim(affinity=rule)['host'] == 'h2'
    with pytest.raises(errors.NoCapacity, match='3 with a member of the anti-affinity group'):
        claim(affinity=rule)
    scheduler.release(ctx, migration)
    assert claim(affinity=rule)['host'] == 'h0'


def test_an_affinity_group_of_one_may_move(scheduler, ctx, report, claim):
    scheduler.report_hosts(ctx, [report('h0'), report('h1')])
    server, migration = str(uuid.uuid4()), str(uuid.uuid4())
    rule = {'group': 'g', 'policy': 'affinity', 'hosts': []}
    claim(server, host='h0', affinity=rule)
    scheduler.move(ctx, server, migration)
    assert claim(server, exclude_hosts=['h0'], affinity={**rule, 'aside': [migration]})['host'] == 'h1'


def test_a_member_that_stays_under_no_rule_still_counts(scheduler, ctx, report, claim):
    """A resize in place."""
    scheduler.report_hosts(ctx, [report('h0'), report('h1')])
    claim(host='h0', affinity={'group': 'g', 'policy': None})
    assert claim(affinity={'group': 'g', 'policy': 'anti-affinity'})['host'] == 'h1'


def test_claims_at_once_for_one_consumer_agree(hosts, claim, scheduler, ctx):
    consumer_id = str(uuid.uuid4())
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        answers = {answer['host'] for answer in pool.map(lambda _: claim(consumer_id), range(8))}
    assert len(answers) == 1
    assert sum(used(scheduler, ctx).values()) == 1


def test_a_report_keeps_what_an_operator_added(hosts, scheduler, ctx, placement, report, claim):
    url = '/resource_providers/%s/traits' % report('h1')['provider_id']
    placement.put('/traits/CUSTOM_GOLD')
    present = placement.get(url).json
    answer = placement.put(url, {**present, 'traits': ['CUSTOM_GOLD']})
    assert answer.status_int == 200
    scheduler.report_hosts(ctx, [report('h1', VCPU=8, MEMORY_MB=4096)])
    assert claim(required_traits=['CUSTOM_GOLD'])['host'] == 'h1'
    assert scheduler.host_usages(ctx, ['h1'])['h1']['VCPU']['total'] == 8
