# SPDX-License-Identifier: Apache-2.0
"""GET /allocation_candidates over hosts, trees and shared pools."""
import uuid

import pytest


@pytest.fixture
def hosts(scheduler, ctx, report):
    scheduler.report_hosts(ctx, [report('h%d' % i, traits=['HW_CPU_X86_VMX'] if i else []) for i in range(3)])
    return [report('h%d' % i)['provider_id'] for i in range(3)]


@pytest.fixture
def ask(placement):
    def get(query, version='1.36'):
        answer = placement.get('/allocation_candidates?' + query,
                               headers={'OpenStack-API-Version': 'placement ' + version})
        assert answer.status_int == 200, answer.text
        return answer.json
    return get


def places(answer):
    return sorted(tuple(sorted(item['allocations'])) for item in answer['allocation_requests'])


def grow(placement, name, parent=None, traits=(), aggregates=(), **totals):
    made = placement.post('/resource_providers', {'name': name, 'parent_provider_uuid': parent}).json['uuid']
    url = '/resource_providers/' + made
    if totals:
        placement.put(url + '/inventories', {'resource_provider_generation': 0, 'inventories': {
            key: {'total': total} for key, total in totals.items()}})
    for trait in traits:
        if trait.startswith('CUSTOM'):
            placement.put('/traits/' + trait)
    for path, key, values in (('/traits', 'traits', traits), ('/aggregates', 'aggregates', aggregates)):
        generation = placement.get(url).json['generation']
        placement.put(url + path, {key: list(values), 'resource_provider_generation': generation})
    return made


def test_every_host_with_room(hosts, ask):
    answer = ask('resources=VCPU:1,MEMORY_MB:64')
    assert places(answer) == sorted((host,) for host in hosts)
    one = answer['allocation_requests'][0]
    assert list(one['allocations'].values()) == [{'resources': {'VCPU': 1, 'MEMORY_MB': 64}}]
    assert one['mappings'] == {'': list(one['allocations'])}
    assert answer['provider_summaries'][hosts[0]] == {
        'resources': {'VCPU': {'capacity': 4, 'used': 0}, 'MEMORY_MB': {'capacity': 4096, 'used': 0},
                      'DISK_GB': {'capacity': 100, 'used': 0}},
        'traits': [], 'parent_provider_uuid': None, 'root_provider_uuid': hosts[0]}


def test_older_forms(hosts, ask):
    answer = ask('resources=VCPU:1', '1.10')
    assert set(answer['allocation_requests'][0]['allocations'][0]) == {'resource_provider', 'resources'}
    assert answer['provider_summaries'][hosts[0]] == {'resources': {'VCPU': {'capacity': 4, 'used': 0}}}
    assert 'mappings' not in ask('resources=VCPU:1', '1.33')['allocation_requests'][0]


def test_limit(hosts, ask):
    answer = ask('resources=VCPU:1&limit=2')
    assert len(answer['allocation_requests']) == len(answer['provider_summaries']) == 2


def test_traits_required_forbidden_and_any(hosts, ask, placement):
    assert places(ask('resources=VCPU:1&required=HW_CPU_X86_VMX')) == sorted((host,) for host in hosts[1:])
    assert places(ask('resources=VCPU:1&required=!HW_CPU_X86_VMX')) == [(hosts[0],)]
    assert len(places(ask('resources=VCPU:1&required=in:HW_CPU_X86_VMX,HW_CPU_X86_AVX', '1.39'))) == 2
    assert places(ask('resources=VCPU:1&root_required=!HW_CPU_X86_VMX')) == [(hosts[0],)]


def test_what_is_used_does_not_fit_twice(hosts, ask, scheduler, ctx):
    scheduler.claim(ctx, str(uuid.uuid4()), {'VCPU': 3}, 'p', 'u', host='h0')
    assert places(ask('resources=VCPU:2')) == sorted((host,) for host in hosts[1:])
    assert ask('resources=VCPU:1')['provider_summaries'][hosts[0]]['resources']['VCPU']['used'] == 3


def test_aggregates_and_trees(hosts, ask, placement):
    one = str(uuid.uuid4())
    generation = placement.get('/resource_providers/' + hosts[1]).json['generation']
    placement.put('/resource_providers/%s/aggregates' % hosts[1],
                  {'aggregates': [one], 'resource_provider_generation': generation})
    assert places(ask('resources=VCPU:1&member_of=' + one)) == [(hosts[1],)]
    assert len(places(ask('resources=VCPU:1&member_of=!' + one))) == 2
    assert places(ask('resources=VCPU:1&in_tree=' + hosts[2])) == [(hosts[2],)]
    assert places(ask('resources=VCPU:1&in_tree=%s' % uuid.uuid4())) == []


def test_shared_disk(ask, placement):
    aggregate = str(uuid.uuid4())
    host = grow(placement, 'host', aggregates=[aggregate], VCPU=4)
    pool = grow(placement, 'pool', traits=['MISC_SHARES_VIA_AGGREGATE'], aggregates=[aggregate], DISK_GB=1000)
    grow(placement, 'lonely', VCPU=4)
    answer = ask('resources=VCPU:1,DISK_GB:10')
    assert places(answer) == [tuple(sorted((host, pool)))]
    assert set(answer['provider_summaries']) == {host, pool}


def test_groups_in_a_tree(ask, placement):
    host = grow(placement, 'host', VCPU=8, MEMORY_MB=1000)
    cards = [grow(placement, 'card%d' % i, host, ['CUSTOM_NET%d' % i], SRIOV_NET_VF=4) for i in range(2)]
    plain = 'resources=VCPU:1&resources_A=SRIOV_NET_VF:1&resources_B=SRIOV_NET_VF:1'
    assert len(ask(plain + '&group_policy=isolate')['allocation_requests']) == 2
    assert len(ask(plain + '&group_policy=none')['allocation_requests']) == 4
    chosen = ask(plain + '&required_A=CUSTOM_NET1&group_policy=isolate')['allocation_requests']
    assert [item['mappings'] for item in chosen] == [{'': [host], '_A': [cards[1]], '_B': [cards[0]]}]
    assert set(ask(plain + '&group_policy=none')['provider_summaries']) == {host, *cards}
    tight = 'resources_A=SRIOV_NET_VF:3&resources_B=SRIOV_NET_VF:3&group_policy=none'
    assert len(ask(tight)['allocation_requests']) == 2


def test_same_subtree(ask, placement):
    root = grow(placement, 'root')
    numas = [grow(placement, 'numa%d' % i, root, ['CUSTOM_NUMA'], VCPU=2) for i in range(2)]
    cards = [grow(placement, 'fpga%d' % i, numas[i], FPGA=1) for i in range(2)]
    query = 'resources_C=VCPU:1&resources_F=FPGA:1&group_policy=none'
    assert len(ask(query)['allocation_requests']) == 4
    assert places(ask(query + '&same_subtree=_C,_F')) == sorted(tuple(sorted(pair)) for pair in zip(numas, cards))
    bare = 'resources_F=FPGA:1&required_N=CUSTOM_NUMA&same_subtree=_N,_F&group_policy=none'
    assert places(ask(bare)) == sorted((card,) for card in cards)


def test_before_1_29_a_candidate_keeps_to_one_provider_of_a_tree(ask, placement):
    host = grow(placement, 'host', VCPU=8)
    grow(placement, 'card', host, SRIOV_NET_VF=4)
    assert len(ask('resources=VCPU:1,SRIOV_NET_VF:1', '1.29')['allocation_requests']) == 1
    assert ask('resources=VCPU:1,SRIOV_NET_VF:1', '1.28')['allocation_requests'] == []


@pytest.mark.parametrize('query, code', [
    ('', 'placement.query.missing_value'), ('resources=VCPU', None), ('resources=VCPU:x', None),
    ('resources=CUSTOM_NO:1', None), ('resources=VCPU:1&required=CUSTOM_NO', None), ('resources=VCPU:1&limit=0', None),
    ('resources=VCPU:1&required=', None), ('resources1=VCPU:1&resources2=VCPU:1', None),
    ('resources=VCPU:1&color=red', None), ('resources=VCPU:1&group_policy=maybe', None),
    ('resources=VCPU:1&same_subtree=_X', 'placement.query.bad_value'), ('resources=VCPU:1&in_tree=x', None),
    ('resources=VCPU:1&root_required=HW_CPU_X86_VMX&root_required=HW_CPU_X86_AVX', 'placement.query.duplicate_key'),
    ('resources=VCPU:1&required=HW_CPU_X86_VMX,!HW_CPU_X86_VMX', None)])
def test_bad_queries(placement, query, code):
    answer = placement.get('/allocation_candidates?' + query)
    assert answer.status_int == 400
    assert answer.json['errors'][0]['code'] == (code or 'placement.undefined_code')


def test_came_with_1_10(placement):
    answer = placement.get('/allocation_candidates?resources=VCPU:1',
                           headers={'OpenStack-API-Version': 'placement 1.9'})
    assert answer.status_int == 404
