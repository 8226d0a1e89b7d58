# SPDX-License-Identifier: Apache-2.0
"""Allocations through the placement API, seen by claims and the other way round."""
import uuid

import pytest


@pytest.fixture
def hosts(scheduler, ctx, report):
    scheduler.report_hosts(ctx, [report('h1'), report('h2')])
    return report('h1')['provider_id'], report('h2')['provider_id']


def body(resources, generation=None, **changes):
    return {'allocations': {provider_id: {'resources': amounts} for provider_id, amounts in resources.items()},
            'project_id': 'p1', 'user_id': 'u1', 'consumer_generation': generation, 'consumer_type': 'INSTANCE',
            **changes}


@pytest.fixture
def hold(placement):
    def put(consumer_id, resources, generation=None, **changes):
        return placement.put('/allocations/' + consumer_id, body(resources, generation, **changes))
    return put


def test_put_show_replace_delete(hosts, hold, placement):
    h1, h2 = hosts
    consumer_id = str(uuid.uuid4())
    assert hold(consumer_id, {h1: {'VCPU': 1, 'MEMORY_MB': 64}}).status_int == 204
    shown = placement.get('/allocations/' + consumer_id).json
    assert shown['allocations'][h1]['resources'] == {'VCPU': 1, 'MEMORY_MB': 64}
    assert shown['allocations'][h1]['generation'] == placement.get('/resource_providers/' + h1).json['generation']
    assert (shown['project_id'], shown['user_id'], shown['consumer_generation'], shown['consumer_type']) == (
        'p1', 'u1', 1, 'INSTANCE')
    assert hold(consumer_id, {h2: {'VCPU': 2}}, 1).status_int == 204
    assert placement.get('/resource_providers/%s/usages' % h1).json['usages']['VCPU'] == 0
    assert placement.get('/resource_providers/%s/allocations' % h2).json['allocations'] == {
        consumer_id: {'resources': {'VCPU': 2}, 'consumer_generation': 2}}
    assert placement.delete('/allocations/' + consumer_id).status_int == 204
    assert placement.get('/allocations/' + consumer_id).json == {'allocations': {}}
    assert placement.delete('/allocations/' + consumer_id).status_int == 404


def test_a_stale_consumer_generation_is_409_with_its_code(hosts, hold):
    consumer_id = str(uuid.uuid4())
    assert hold(consumer_id, {hosts[0]: {'VCPU': 1}}, 5).status_int == 409
    assert hold(consumer_id, {hosts[0]: {'VCPU': 1}}).status_int == 204
    answer = hold(consumer_id, {hosts[0]: {'VCPU': 2}})
    assert answer.status_int == 409
    assert answer.json['errors'][0]['code'] == 'placement.concurrent_update'


@pytest.mark.parametrize('resources, status', [
    ({'VCPU': 5}, 409), ({'VCPU': 0}, 400), ({'PCPU': 1}, 409), ({'CUSTOM_NO': 1}, 400), ({}, 400)])
def test_what_cannot_be_held(hosts, hold, placement, resources, status):
    consumer_id = str(uuid.uuid4())
    assert hold(consumer_id, {hosts[0]: resources}).status_int == status
    assert placement.get('/allocations/' + consumer_id).json == {'allocations': {}}


def test_unknown_provider_is_400(hold):
    assert hold(str(uuid.uuid4()), {str(uuid.uuid4()): {'VCPU': 1}}).status_int == 400


def test_no_resources_give_everything_back(hosts, hold, placement):
    consumer_id = str(uuid.uuid4())
    hold(consumer_id, {hosts[0]: {'VCPU': 4}})
    assert hold(consumer_id, {}, 1).status_int == 204
    assert placement.get('/resource_providers/%s/usages' % hosts[0]).json['usages']['VCPU'] == 0


def test_many_consumers_at_once_swap_places_or_none_does(hosts, placement, hold):
    h1, h2 = hosts
    one, two = str(uuid.uuid4()), str(uuid.uuid4())
    hold(one, {h1: {'VCPU': 4}})
    hold(two, {h2: {'VCPU': 4}})
    swap = {one: body({h2: {'VCPU': 4}}, 1), two: body({h1: {'VCPU': 4}}, 1)}
    assert placement.post('/allocations', swap).status_int == 204
    assert list(placement.get('/allocations/' + one).json['allocations']) == [h2]
    broken = {one: body({h1: {'VCPU': 1}}, 2), two: body({h1: {'VCPU': 4}}, 2)}
    assert placement.post('/allocations', broken).status_int == 409
    assert list(placement.get('/allocations/' + one).json['allocations']) == [h2]


def test_old_forms(hosts, placement):
    consumer_id = str(uuid.uuid4())
    old = {'allocations': [{'resource_provider': {'uuid': hosts[0]}, 'resources': {'VCPU': 1}}]}
    version = {'headers': {'OpenStack-API-Version': 'placement 1.0'}}
    assert placement.put('/allocations/' + consumer_id, old, **version).status_int == 204
    assert set(placement.get('/allocations/' + consumer_id, **version).json) == {'allocations'}


def test_claims_and_the_api_see_each_other(hosts, hold, placement, scheduler, ctx):
    consumer_id, claimed = str(uuid.uuid4()), str(uuid.uuid4())
    hold(consumer_id, {hosts[0]: {'VCPU': 4}})
    assert scheduler.claim(ctx, claimed, {'VCPU': 1}, 'p1', 'u1')['provider_id'] == hosts[1]
    assert placement.get('/allocations/' + claimed).json['allocations'][hosts[1]]['resources'] == {'VCPU': 1}
    scheduler.release(ctx, consumer_id)
    assert placement.get('/allocations/' + consumer_id).json == {'allocations': {}}


def test_usages_of_a_project(hosts, hold, placement, cloud):
    hold(str(uuid.uuid4()), {hosts[0]: {'VCPU': 1}})
    hold(str(uuid.uuid4()), {hosts[1]: {'VCPU': 2}}, consumer_type='MIGRATION')
    assert placement.get('/usages?project_id=p1').json['usages'] == {
        'INSTANCE': {'VCPU': 1, 'consumer_count': 1}, 'MIGRATION': {'VCPU': 2, 'consumer_count': 1}}
    assert placement.get('/usages?project_id=p1&consumer_type=all').json['usages'] == {
        'all': {'VCPU': 3, 'consumer_count': 2}}
    version = {'headers': {'OpenStack-API-Version': 'placement 1.9'}}
    assert placement.get('/usages?project_id=p1&user_id=u1', **version).json == {'usages': {'VCPU': 3}}
    assert placement.get('/usages').status_int == 400
    reader = cloud.client('scheduler', headers=version['headers'])
    assert reader.get('/usages?project_id=p1').status_int == 200
    assert reader.get('/usages?project_id=p2').status_int == 403


def test_reshaper_moves_inventory_and_allocations_to_a_child(hosts, hold, placement):
    h1, consumer_id = hosts[0], str(uuid.uuid4())
    hold(consumer_id, {h1: {'VCPU': 2, 'DISK_GB': 5}})
    child = placement.post('/resource_providers', {'name': 'child', 'parent_provider_uuid': h1}).json['uuid']
    before = placement.get('/resource_providers/%s/inventories' % h1).json
    kept = {name: item for name, item in before['inventories'].items() if name != 'DISK_GB'}
    reshape = {'inventories': {h1: {**before, 'inventories': kept},
                               child: {'resource_provider_generation': 0, 'inventories': {'DISK_GB': {'total': 100}}}},
               'allocations': {consumer_id: body({h1: {'VCPU': 2}, child: {'DISK_GB': 5}}, 1)}}
    answer = placement.post('/reshaper', reshape)
    assert answer.status_int == 204, answer.text
    assert placement.get('/resource_providers/%s/usages' % child).json['usages'] == {'DISK_GB': 5}
    assert set(placement.get('/resource_providers/%s/usages' % h1).json['usages']) == {'VCPU', 'MEMORY_MB'}
    assert placement.post('/reshaper', reshape).json['errors'][0]['code'] == 'placement.concurrent_update'
