# SPDX-License-Identifier: Apache-2.0
"""Metadata definitions: namespaces and what is defined in them."""
import pytest


@pytest.fixture
def namespace(admin):
    answer = admin.post('/v2/metadefs/namespaces', {
        'namespace': 'OS::Test', 'visibility': 'public', 'description': 'for tests',
        'resource_type_associations': [{'name': 'OS::Nova::Flavor', 'prefix': 'hw:'}],
        'properties': {'cpus': {'title': 'CPUs', 'type': 'integer', 'minimum': 1}},
        'objects': [{'name': 'disk', 'properties': {'bus': {'title': 'Bus', 'type': 'string'}}}],
        'tags': [{'name': 'fast'}]})
    assert answer.status_int == 201, answer.text
    return '/v2/metadefs/namespaces/OS::Test'


def test_a_namespace_with_all_in_it(namespace, user):
    shown = user.get(namespace).json
    assert shown['self'] == namespace
    assert (shown['visibility'], shown['protected'], shown['owner']) == ('public', False, 'admin')
    assert shown['resource_type_associations'][0]['prefix'] == 'hw:'
    assert shown['properties'] == {'cpus': {'name': 'cpus', 'title': 'CPUs', 'type': 'integer', 'minimum': 1}}
    assert shown['objects'][0]['properties']['bus']['type'] == 'string'
    assert [tag['name'] for tag in shown['tags']] == ['fast']
    assert [item['namespace'] for item in user.get('/v2/metadefs/namespaces').json['namespaces']] == ['OS::Test']


def test_private_ones_are_not_seen_and_users_change_nothing(namespace, admin, user):
    assert user.put(namespace, {'namespace': 'OS::Test'}).status_int == 403
    assert user.delete(namespace).status_int == 403
    assert admin.put(namespace, {'namespace': 'OS::Test', 'visibility': 'private'}).json['visibility'] == 'private'
    assert user.get(namespace).status_int == 404
    assert user.get('/v2/metadefs/namespaces').json['namespaces'] == []


@pytest.mark.parametrize('verb, path, body', [
    ('put', '/objects/disk', {'name': 'disk'}), ('delete', '/objects/disk', None),
    ('put', '/properties/cpus', {'name': 'cpus', 'title': 'CPUs', 'type': 'integer'}), ('delete', '/properties/cpus', None),
    ('put', '/tags/fast', {'name': 'fast'}), ('delete', '/tags/fast', None), ('post', '/tags/slow', None),
    ('delete', '/resource_types/OS::Nova::Flavor', None)])
def test_what_is_in_a_private_namespace_is_not_there_for_others(namespace, admin, user, verb, path, body):
    assert getattr(user, verb)(namespace + path, body).status_int == 403
    assert admin.put(namespace, {'namespace': 'OS::Test', 'visibility': 'private'}).status_int == 200
    assert getattr(user, verb)(namespace + path, body).status_int == 404


def test_resource_types_that_namespaces_name_are_listed(namespace, admin, user):
    admin.post(namespace + '/resource_types', {'name': 'OS::Own::Thing'})
    assert 'OS::Own::Thing' in [item['name'] for item in user.get('/v2/metadefs/resource_types').json['resource_types']]


def test_protected_ones_stay(namespace, admin):
    admin.put(namespace, {'namespace': 'OS::Test', 'protected': True})
    assert admin.delete(namespace).status_int == 403
    assert admin.delete(namespace + '/objects/disk').status_int == 403
    admin.put(namespace, {'namespace': 'OS::Test', 'protected': False})
    assert admin.delete(namespace).status_int == 204
    assert admin.get(namespace).status_int == 404
    assert admin.get(namespace + '/objects').status_int == 404


def test_renamed_with_all_in_it(namespace, admin):
    assert admin.put(namespace, {'namespace': 'OS::New'}).json['namespace'] == 'OS::New'
    assert len(admin.get('/v2/metadefs/namespaces/OS::New/objects').json['objects']) == 1


@pytest.mark.parametrize('plural, name, body, changed', [
    ('objects', 'extra', {'name': 'extra'}, {'name': 'renamed', 'description': 'd'}),
    ('properties', 'extra', {'name': 'extra', 'title': 'T', 'type': 'string'},
     {'name': 'renamed', 'title': 'T2', 'type': 'string'})])
def test_definitions(namespace, admin, user, plural, name, body, changed):
    url = '%s/%s' % (namespace, plural)
    assert admin.post(url, body).status_int == 201
    assert admin.post(url, body).status_int == 409
    assert user.get('%s/%s' % (url, name)).json['name'] == name
    assert user.post(url, body).status_int == 403
    assert admin.put('%s/%s' % (url, name), changed).json['name'] == 'renamed'
    assert admin.delete(url + '/renamed').status_int == 204
    assert admin.delete(url + '/renamed').status_int == 404
    assert len(user.get(url).json[plural]) == 1
    assert admin.delete(url).status_int == 204
    assert len(user.get(url).json[plural]) == 0


def test_tags(namespace, admin, user):
    url = namespace + '/tags'
    assert admin.post(url, {'tags': [{'name': 'a'}, {'name': 'b'}]}).status_int == 201
    assert admin.post(url + '/c').status_int == 201
    assert [tag['name'] for tag in user.get(url).json['tags']] == ['a', 'b', 'c']
    assert admin.put(url + '/c', {'name': 'd'}).json['name'] == 'd'
    assert admin.delete(url + '/d').status_int == 204
    assert admin.delete(url).status_int == 204
    assert user.get(url).json['tags'] == []


def test_resource_types(namespace, admin, user):
    names = [item['name'] for item in user.get('/v2/metadefs/resource_types').json['resource_types']]
    url = namespace + '/resource_types'
    assert admin.post(url, {'name': names[0]}).json['name'] == names[0]
    assert len(user.get(url).json['resource_type_associations']) == 2
    assert admin.delete('%s/%s' % (url, names[0])).status_int == 204
    assert len(user.get(url).json['resource_type_associations']) == 1


@pytest.mark.parametrize('body', [{}, {'namespace': ''}, {'namespace': 'x', 'color': 1}, {'namespace': 'x' * 81},
                                  {'namespace': 'x', 'visibility': 'shared'}])
def test_bad_namespaces(admin, body):
    assert admin.post('/v2/metadefs/namespaces', body).status_int == 400


def test_same_namespace_is_409(namespace, admin):
    assert admin.post('/v2/metadefs/namespaces', {'namespace': 'OS::Test'}).status_int == 409


def test_schemas(user):
    for name in ('namespace', 'namespaces', 'resource_type', 'resource_types', 'object', 'objects', 'property',
                 'properties', 'tag', 'tags'):
        assert user.get('/v2/schemas/metadefs/' + name).json['properties']
    assert user.get('/v2/schemas/metadefs/other').status_int == 404
