# SPDX-License-Identifier: Apache-2.0
"""Providers, their inventories, traits and aggregates through the placement API."""
import uuid

import pytest


@pytest.fixture
def create(placement):
    def make(name=None, **fields):
        answer = placement.post('/resource_providers', {'name': name or str(uuid.uuid4()), **fields})
        assert answer.status_int == 200, answer.text
        return answer.json
    return make


def at(client, version):
    return {'headers': {'OpenStack-API-Version': 'placement ' + version}}


def stock(placement, provider_id, **totals):
    generation = placement.get('/resource_providers/' + provider_id).json['generation']
    answer = placement.put('/resource_providers/%s/inventories' % provider_id, {
        'resource_provider_generation': generation,
        'inventories': {name: {'total': total} for name, total in totals.items()}})
    assert answer.status_int == 200, answer.text
    return answer.json


def test_versions_need_no_token(cloud):
    answer = cloud.client('scheduler', token='').get('/')
    assert answer.status_int == 200
    assert answer.json == {'versions': [{'id': 'v1.0', 'min_version': '1.0', 'max_version': '1.39',
                                         'status': 'CURRENT', 'links': [{'rel': 'self', 'href': ''}]}]}


def test_created_provider_is_shown_with_links(create, placement):
    made = create('rp1')
    shown = placement.get('/resource_providers/' + made['uuid'])
    assert shown.json == made
    assert made['generation'] == 0
    assert made['root_provider_uuid'] == made['uuid']
    assert {link['rel'] for link in made['links']} == {'self', 'inventories', 'usages', 'aggregates', 'traits',
                                                       'allocations'}
    assert made['links'][0]['href'] == '/placement/resource_providers/' + made['uuid']
    assert shown.headers['Cache-Control'] == 'no-cache'
    assert 'Last-Modified' in shown.headers


def test_old_microversions_answer_less(placement):
    answer = placement.post('/resource_providers', {'name': 'old'}, **at(placement, '1.0'))
    assert (answer.status_int, answer.body) == (201, b'')
    shown = placement.get('/resource_providers?name=old', **at(placement, '1.0')).json['resource_providers'][0]
    assert set(shown) == {'uuid', 'name', 'generation', 'links'}
    assert len(shown['links']) == 3


@pytest.mark.parametrize('body, status', [
    ({}, 400), ({'name': 1}, 400), ({'name': 'x', 'color': 'red'}, 400), ({'name': 'x', 'uuid': 'y'}, 400),
    ({'name': 'x', 'parent_provider_uuid': str(uuid.uuid4())}, 400), ({'name': 'x' * 201}, 400)])
def test_bad_bodies(placement, body, status):
    answer = placement.post('/resource_providers', body)
    assert answer.status_int == status
    assert answer.json['errors'][0]['status'] == status
    assert answer.json['errors'][0]['code'] == 'placement.undefined_code'


def test_same_name_conflicts_with_its_code(create, placement):
    create('same')
    answer = placement.post('/resource_providers', {'name': 'same'})
    assert answer.status_int == 409
    assert answer.json['errors'][0]['code'] == 'placement.duplicate_name'
    assert 'code' not in placement.post('/resource_providers', {'name': 'same'},
                                        **at(placement, '1.22')).json['errors'][0]


def test_ordinary_users_are_refused_and_services_are_not(cloud):
    assert cloud.client('scheduler').get('/resource_providers').status_int == 403
    assert cloud.client('scheduler', token='').get('/resource_providers').status_int == 401
    assert cloud.client('scheduler', roles='service').get('/resource_providers').status_int == 200


def test_unknown_provider_is_404(placement):
    for path in ('', '/inventories', '/usages', '/traits', '/aggregates', '/allocations'):
        answer = placement.get('/resource_providers/%s%s' % (uuid.uuid4(), path))
        assert answer.status_int == 404, path
        assert 'No resource provider with uuid' in answer.json['errors'][0]['detail']


def test_trees(create, placement):
    root = create('root')
    child = create('child', parent_provider_uuid=root['uuid'])
    grandchild = create('grandchild', parent_provider_uuid=child['uuid'])
    assert grandchild['root_provider_uuid'] == root['uuid']
    names = [item['name'] for item in placement.get(
        '/resource_providers?in_tree=' + child['uuid']).json['resource_providers']]
    assert sorted(names) == ['child', 'grandchild', 'root']
    answer = placement.delete('/resource_providers/' + child['uuid'])
    assert answer.json['errors'][0]['code'] == 'placement.resource_provider.cannot_delete_parent'
    loop = placement.put('/resource_providers/' + root['uuid'], {
        'name': 'root', 'parent_provider_uuid': grandchild['uuid']})
    assert loop.status_int == 400
    moved = placement.put('/resource_providers/' + child['uuid'], {'name': 'child', 'parent_provider_uuid': None})
    assert moved.json['root_provider_uuid'] == child['uuid']
    assert placement.get('/resource_providers/' + grandchild['uuid']).json['root_provider_uuid'] == child['uuid']


def test_inventory_quotes_the_generation(create, placement):
    provider = create()
    url = '/resource_providers/%s/inventories' % provider['uuid']
    answer = stock(placement, provider['uuid'], VCPU=8)
    assert answer == {'resource_provider_generation': 1, 'inventories': {'VCPU': {
        'total': 8, 'reserved': 0, 'min_unit': 1, 'max_unit': 2147483647, 'step_size': 1, 'allocation_ratio': 1.0}}}
    late = placement.put(url, {'resource_provider_generation': 0, 'inventories': {}})
    assert late.status_int == 409
    assert late.json['errors'][0]['code'] == 'placement.concurrent_update'
    assert placement.get(url).json == answer
    one = placement.put(url + '/VCPU', {'total': 9, 'resource_provider_generation': 1})
    assert (one.json['total'], one.json['resource_provider_generation']) == (9, 2)
    assert placement.get(url + '/VCPU').json == one.json
    assert placement.get(url + '/DISK_GB').status_int == 404


@pytest.mark.parametrize('inventory', [
    {'total': 0}, {'total': 1, 'reserved': 2}, {'total': -1}, {'total': 'x'}, {'total': 1, 'max_unit': 0}, {}])
def test_bad_inventories_are_400(create, placement, inventory):
    provider = create()
    answer = placement.put('/resource_providers/%s/inventories' % provider['uuid'],
                           {'resource_provider_generation': 0, 'inventories': {'VCPU': inventory}})
    assert answer.status_int == 400
    assert placement.get('/resource_providers/' + provider['uuid']).json['generation'] == 0


def test_inventory_in_use_stays(create, placement):
    provider = create()
    stock(placement, provider['uuid'], VCPU=8, DISK_GB=5)
    placement.put('/allocations/%s' % uuid.uuid4(), {
        'allocations': {provider['uuid']: {'resources': {'VCPU': 2}}}, 'project_id': 'p', 'user_id': 'u',
        'consumer_generation': None, 'consumer_type': 'INSTANCE'})
    url = '/resource_providers/' + provider['uuid']
    answer = placement.delete(url + '/inventories')
    assert answer.status_int == 409
    assert answer.json['errors'][0]['code'] == 'placement.inventory.inuse'
    assert placement.delete(url + '/inventories/VCPU').status_int == 409
    assert placement.delete(url + '/inventories/DISK_GB').status_int == 204
    assert placement.delete(url).json['errors'][0]['code'] == 'placement.resource_provider.inuse'
    assert placement.get(url + '/usages').json['usages'] == {'VCPU': 2}


def test_delete_of_all_inventories_came_with_1_5(create, placement):
    url = '/resource_providers/%s/inventories' % create()['uuid']
    assert placement.delete(url, **at(placement, '1.4')).status_int == 405
    assert placement.delete(url).status_int == 204


def test_traits_of_a_provider(create, placement):
    url = '/resource_providers/%s/traits' % create('t')['uuid']
    assert placement.put('/traits/CUSTOM_A').status_int == 201
    assert placement.put('/traits/CUSTOM_A').status_int == 204
    answer = placement.put(url, {'traits': ['HW_CPU_X86_VMX', 'CUSTOM_A'], 'resource_provider_generation': 0})
    assert answer.json == {'traits': ['CUSTOM_A', 'HW_CPU_X86_VMX'], 'resource_provider_generation': 1}
    assert placement.get(url).json == answer.json
    assert placement.put(url, {'traits': [], 'resource_provider_generation': 0}).status_int == 409
    assert placement.put(url, {'traits': ['CUSTOM_NO'], 'resource_provider_generation': 1}).status_int == 400
    assert placement.delete('/traits/CUSTOM_A').status_int == 409
    assert [item['name'] for item in placement.get(
        '/resource_providers?required=CUSTOM_A').json['resource_providers']] == ['t']
    assert placement.get('/resource_providers?required=!CUSTOM_A').json['resource_providers'] == []
    assert placement.delete(url).status_int == 204
    assert placement.delete('/traits/CUSTOM_A').status_int == 204
    assert placement.get('/traits/CUSTOM_A').status_int == 404


def test_lists_of_traits(placement):
    placement.put('/traits/CUSTOM_A')
    assert placement.get('/traits?name=startswith:CUSTOM_').json == {'traits': ['CUSTOM_A']}
    assert placement.get('/traits?name=in:CUSTOM_A,HW_CPU_X86_VMX').json == {'traits': ['CUSTOM_A', 'HW_CPU_X86_VMX']}
    assert placement.get('/traits?associated=true').json == {'traits': []}
    assert len(placement.get('/traits').json['traits']) > 200
    assert placement.get('/traits?name=CUSTOM').status_int == 400
    assert placement.put('/traits/HW_CPU_X86_VMX').status_int == 400
    assert placement.delete('/traits/HW_CPU_X86_VMX').status_int == 400
    assert placement.get('/traits', **at(placement, '1.5')).status_int == 404


def test_aggregates_of_a_provider(create, placement):
    provider, one, two = create(), str(uuid.uuid4()), str(uuid.uuid4())
    url = '/resource_providers/%s/aggregates' % provider['uuid']
    answer = placement.put(url, {'aggregates': [one], 'resource_provider_generation': 0})
    assert answer.json == {'aggregates': [one], 'resource_provider_generation': 1}
    assert placement.put(url, {'aggregates': [], 'resource_provider_generation': 0}).status_int == 409
    assert placement.put(url, [one], **at(placement, '1.1')).json == {'aggregates': [one]}

    def members(query):
        return [item['uuid'] for item in placement.get('/resource_providers?' + query).json['resource_providers']]
    assert members('member_of=' + one) == [provider['uuid']]
    assert members('member_of=in:%s,%s' % (one, two)) == [provider['uuid']]
    assert members('member_of=%s&member_of=%s' % (one, two)) == []
    assert members('member_of=!' + one) == []
    assert placement.get('/resource_providers?member_of=x').status_int == 400


def test_resource_classes(placement, create):
    assert placement.put('/resource_classes/CUSTOM_GPU').status_int == 201
    assert placement.put('/resource_classes/CUSTOM_GPU').status_int == 204
    assert placement.post('/resource_classes', {'name': 'CUSTOM_GPU'}).status_int == 409
    assert placement.post('/resource_classes', {'name': 'GPU'}).status_int == 400
    names = [item['name'] for item in placement.get('/resource_classes').json['resource_classes']]
    assert {'VCPU', 'MEMORY_MB', 'DISK_GB', 'CUSTOM_GPU'} <= set(names)
    provider = create()
    stock(placement, provider['uuid'], CUSTOM_GPU=1)
    assert placement.delete('/resource_classes/CUSTOM_GPU').status_int == 409
    stock(placement, provider['uuid'])
    assert placement.delete('/resource_classes/CUSTOM_GPU').status_int == 204
    assert placement.delete('/resource_classes/VCPU').status_int == 400
    assert placement.get('/resource_classes/CUSTOM_GPU').status_int == 404


def test_resources_filter(create, placement):
    small, large = create('small'), create('large')
    stock(placement, small['uuid'], VCPU=2)
    stock(placement, large['uuid'], VCPU=20)

    def having(query):
        return [item['name'] for item in placement.get('/resource_providers?resources=' + query)
                .json['resource_providers']]
    assert having('VCPU:3') == ['large']
    assert sorted(having('VCPU:1')) == ['large', 'small']
    assert placement.get('/resource_providers?resources=VCPU:0').status_int == 400
    assert placement.get('/resource_providers?resources=CUSTOM_NONE:1').status_int == 400
    assert placement.get('/resource_providers?colour=red').status_int == 400


def test_microversions_out_of_range_are_406(placement):
    answer = placement.get('/resource_providers', **at(placement, '1.99'))
    assert answer.status_int == 406
    assert (answer.json['errors'][0]['min_version'], answer.json['errors'][0]['max_version']) == ('1.0', '1.39')
