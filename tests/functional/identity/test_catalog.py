# SPDX-License-Identifier: Apache-2.0
"""/v3/regions, /v3/services, /v3/endpoints and OS-EP-FILTER."""
import pytest


def test_a_region_lives_and_dies(identity):
    admin = identity.admin
    named = admin.put('/v3/regions/north', {'region': {'description': 'cold'}})
    assert named.status_int == 201 and named.json['region']['id'] == 'north'
    child = identity.make('regions', 'region', parent_region_id='north')
    assert [row['id'] for row in admin.get('/v3/regions?parent_region_id=north').json['regions']] == [child['id']]
    changed = admin.patch('/v3/regions/' + child['id'], {'region': {'description': 'x'}}).json['region']
    assert changed['description'] == 'x' and changed['parent_region_id'] == 'north'
    assert admin.patch('/v3/regions/north', {'region': {'parent_region_id': child['id']}}).status_int == 400
    assert admin.post('/v3/regions', {'region': {'id': 'north'}}).status_int == 409
    assert admin.post('/v3/regions', {'region': {'parent_region_id': 'none'}}).status_int == 404
    assert admin.put('/v3/regions/south', {'region': {'id': 'west'}}).status_int == 400
    assert admin.delete('/v3/regions/north').status_int == 204
    assert admin.get('/v3/regions/' + child['id']).status_int == 404


def test_a_region_with_endpoints_stays(identity):
    assert identity.admin.delete('/v3/regions/RegionOne').status_int == 403


def test_a_service_lives_and_dies(identity):
    service = identity.make('services', 'service', type='dns', name='designate', description='d')
    path = '/v3/services/' + service['id']
    assert identity.admin.get(path).json['service'] == service
    assert [row['id'] for row in identity.admin.get('/v3/services?type=dns').json['services']] == [service['id']]
    assert [row['id'] for row in identity.admin.get('/v3/services?name=designate').json['services']] == [service['id']]
    changed = identity.admin.patch(path, {'service': {'name': 'other', 'enabled': False}}).json['service']
    assert (changed['name'], changed['enabled'], changed['description']) == ('other', False, 'd')
    assert identity.admin.delete(path).status_int == 204 and identity.admin.get(path).status_int == 404
    assert identity.admin.post('/v3/services', {'service': {'name': 'x'}}).status_int == 400


@pytest.fixture
def service(identity):
    return identity.make('services', 'service', type='dns')['id']


def test_an_endpoint_lives_and_dies(identity, service):
    made = identity.make('endpoints', 'endpoint', service_id=service, interface='public', url='http://x', region='new')
    path = '/v3/endpoints/' + made['id']
    assert made['region'] == made['region_id'] == 'new'
    assert identity.admin.get('/v3/regions/new').status_int == 200
    assert [row['id'] for row in identity.admin.get('/v3/endpoints?service_id=' + service).json['endpoints']] == [made['id']]
    assert identity.admin.patch(path, {'endpoint': {'url': 'http://y'}}).json['endpoint']['url'] == 'http://y'
    assert identity.admin.delete(path).status_int == 204 and identity.admin.get(path).status_int == 404


@pytest.mark.parametrize('change', [
    {'interface': 'smell'}, {'service_id': 'none'}, {'url': 'no url'}, {'url': 'http://$(smell)s'}, {'enabled': 'True'},
    {'region_id': 'none'}, {'interface': None}])
def test_a_bad_endpoint_is_400(identity, service, change):
    body = {'service_id': service, 'interface': 'public', 'url': 'http://x', **change}
    assert identity.admin.post('/v3/endpoints', {'endpoint': body}).status_int == 400


def test_only_administrators_change_the_catalog(identity, service):
    member, reader = identity.person('mia', 'member'), identity.person('sys', 'reader', system=True)
    for path in ('/v3/services', '/v3/endpoints'):
        assert member.get(path).status_int == 403 and reader.get(path).status_int == 200
    assert member.get('/v3/regions').status_int == 200
    assert reader.post('/v3/services', {'service': {'type': 'x'}}).status_int == 403
    assert member.delete('/v3/services/' + service).status_int == 403
    assert member.get('/v3/services/nothing').status_int == 403


def types(identity):
    return {entry['type'] for entry in identity.answer().json['token']['catalog']}


def test_a_project_sees_the_endpoints_chosen_for_it(identity):
    admin = identity.admin
    project = identity.answer().json['token']['project']['id']
    endpoint = next(row for row in admin.get('/v3/endpoints').json['endpoints'] if row['url'].endswith('/image'))
    path = '/v3/OS-EP-FILTER/projects/%s/endpoints/%s' % (project, endpoint['id'])
    assert admin.get(path).status_int == 404
    assert admin.put(path).status_int == 204 and admin.head(path).status_int == 204
    assert types(identity) == {'image'}
    assert [row['id'] for row in admin.get(path.rpartition('/')[0]).json['endpoints']] == [endpoint['id']]
    listed = admin.get('/v3/OS-EP-FILTER/endpoints/%s/projects' % endpoint['id']).json['projects']
    assert [row['id'] for row in listed] == [project]
    assert admin.delete(path).status_int == 204 and admin.delete(path).status_int == 404
    assert len(types(identity)) == 7


def test_endpoint_groups(identity):
    admin = identity.admin
    project = identity.answer().json['token']['project']['id']
    service, = admin.get('/v3/services?type=network').json['services']
    group = identity.make('OS-EP-FILTER/endpoint_groups', 'endpoint_group', name='g', description='d',
                          filters={'service_id': service['id'], 'interface': 'public'})
    path = '/v3/OS-EP-FILTER/endpoint_groups/' + group['id']
    assert admin.get(path).json['endpoint_group'] == group
    assert group in admin.get('/v3/OS-EP-FILTER/endpoint_groups').json['endpoint_groups']
    assert [row['interface'] for row in admin.get(path + '/endpoints').json['endpoints']] == ['public']
    assert admin.get(path + '/projects/' + project).status_int == 404
    assert admin.put(path + '/projects/' + project).status_int == 204
    assert admin.get(path + '/projects/' + project).status_int == 200
    assert types(identity) == {'network'}
    listed = admin.get('/v3/OS-EP-FILTER/projects/%s/endpoint_groups' % project).json['endpoint_groups']
    assert [row['id'] for row in listed] == [group['id']]
    assert len(admin.get('/v3/OS-EP-FILTER/projects/%s/endpoints' % project).json['endpoints']) == 1
    assert [row['id'] for row in admin.get(path + '/projects').json['projects']] == [project]
    assert admin.patch(path, {'endpoint_group': {'filters': {'interface': 'smell'}}}).status_int == 400
    changed = admin.patch(path, {'endpoint_group': {'filters': {'interface': 'internal'}}})
    assert changed.json['endpoint_group']['filters'] == {'interface': 'internal'} and len(types(identity)) == 7
    assert admin.delete(path + '/projects/' + project).status_int == 204
    assert admin.delete(path).status_int == 204 and admin.get(path).status_int == 404
