# SPDX-License-Identifier: Apache-2.0
"""Flavors, their extra specs and their access lists."""
import pytest

TINY = {'name': 'tiny', 'id': '1', 'ram': 64, 'vcpus': 1, 'disk': 1}


@pytest.fixture
def make(admin):
    return lambda **fields: admin.post('/v2.1/flavors', {'flavor': {**TINY, **fields}}, expect=200)['flavor']


def test_create_show_delete(compute, admin, make):
    made = make(swap=16)
    assert compute.get('/v2.1/flavors/1', expect=200)['flavor'] == made
    assert (made['swap'], made['OS-FLV-EXT-DATA:ephemeral'], made['rxtx_factor']) == (16, 0, 1.0)
    compute.delete('/v2.1/flavors/1', expect=403)
    admin.delete('/v2.1/flavors/1', expect=202)
    compute.get('/v2.1/flavors/1', expect=404)


@pytest.mark.parametrize('change', [{'ram': 0}, {'vcpus': 'x'}, {'name': ' x'}, {'name': ''}, {'colour': 'red'},
                                    {'rxtx_factor': 0}, {'disk': -1}])
def test_refuses_bad_input(admin, change):
    admin.post('/v2.1/flavors', {'flavor': {**TINY, **change}}, expect=400)


def test_names_and_ids_are_unique(admin, make):
    make()
    admin.post('/v2.1/flavors', {'flavor': {**TINY, 'id': '2'}}, expect=409)
    admin.post('/v2.1/flavors', {'flavor': {**TINY, 'name': 'other'}}, expect=409)


def test_only_admins_create(compute):
    compute.post('/v2.1/flavors', {'flavor': TINY}, expect=403)


def test_filters_and_pages(compute, make):
    for number in range(3):
        make(id=str(number), name='f%d' % number, ram=64 * (number + 1), disk=number)
    assert ids(compute, 'minRam=128') == ['1', '2']
    assert ids(compute, 'minDisk=2') == ['2']
    assert ids(compute, 'sort_key=name&sort_dir=desc') == ['2', '1', '0']
    page = compute.get('/v2.1/flavors?limit=2', expect=200)
    assert 'marker=1' in page['flavors_links'][0]['href']
    assert ids(compute, 'limit=2&marker=1') == ['2']
    compute.get('/v2.1/flavors?minRam=x', expect=400)
    compute.get('/v2.1/flavors?marker=nope', expect=400)


def test_private_flavors(compute, admin, make):
    make(**{'os-flavor-access:is_public': False})
    compute.get('/v2.1/flavors/1', expect=404)
    compute.post('/v2.1/flavors/1/action', {'addTenantAccess': {'tenant': 'p1'}}, expect=403)
    assert admin.post('/v2.1/flavors/1/action', {'addTenantAccess': {'tenant': 'p1'}}, expect=200) == {
        'flavor_access': [{'flavor_id': '1', 'tenant_id': 'p1'}]}
    admin.post('/v2.1/flavors/1/action', {'addTenantAccess': {'tenant': 'p1'}}, expect=409)
    assert ids(compute, '') == ['1']
    admin.post('/v2.1/flavors/1/action', {'removeTenantAccess': {'tenant': 'p1'}}, expect=200)
    admin.post('/v2.1/flavors/1/action', {'removeTenantAccess': {'tenant': 'p1'}}, expect=404)
    assert ids(compute, '') == []


def test_extra_specs(compute, admin, make):
    make()
    path = '/v2.1/flavors/1/os-extra_specs'
    admin.post(path, {'extra_specs': {'trait:HW': 'required', 'n': 3}}, expect=200)
    assert compute.get(path, expect=200) == {'extra_specs': {'trait:HW': 'required', 'n': '3'}}
    admin.put(path + '/n', {'n': '4'}, expect=200)
    admin.put(path + '/n', {'m': '4'}, expect=400)
    assert compute.get(path + '/n', expect=200) == {'n': '4'}
    compute.delete(path + '/n', expect=403)
    admin.delete(path + '/n', expect=200)
    compute.get(path + '/n', expect=404)


def test_versions(compute, make):
    make()
    assert 'description' not in compute.at('2.54').get('/v2.1/flavors/1').json['flavor']
    assert compute.at('2.61').get('/v2.1/flavors/1').json['flavor']['extra_specs'] == {}
    assert compute.at('2.74').get('/v2.1/flavors/1').json['flavor']['swap'] == ''
    assert compute.at('2.75').get('/v2.1/flavors/1').json['flavor']['swap'] == 0


def test_describe(admin, make):
    make()
    admin.at('2.54').put('/v2.1/flavors/1', {'flavor': {'description': 'x'}}, expect=404)
    answer = admin.at('2.55').put('/v2.1/flavors/1', {'flavor': {'description': 'x'}}, expect=200)
    assert answer['flavor']['description'] == 'x'


def ids(asker, query):
    return [flavor['id'] for flavor in asker.get('/v2.1/flavors?' + query, expect=200)['flavors']]
