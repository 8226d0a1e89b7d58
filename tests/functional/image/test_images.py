# SPDX-License-Identifier: Apache-2.0
"""Images without their data: create, show, change, delete, and who may."""
import json
import uuid

import pytest

PATCH = 'application/openstack-images-v2.1-json-patch'


@pytest.fixture
def change(user):
    def patch(image, *changes, client=user, content_type=PATCH):
        return client.request('PATCH', '/v2/images/' + image['id'], data=json.dumps(changes).encode(),
                              headers={'Content-Type': content_type})
    return patch


def test_create_answers_the_whole_image(user):
    image_id = str(uuid.uuid4())
    answer = user.post('/v2/images', {'id': image_id, 'name': 'x', 'tags': ['a', 'a', 'b'], 'hw_disk_bus': 'virtio'})
    assert answer.status_int == 201
    assert answer.headers['Location'] == 'http://127.0.0.1:8780/image/v2/images/' + image_id
    assert answer.headers['OpenStack-image-import-methods'] == 'glance-direct,web-download'
    assert answer.headers['OpenStack-image-store-ids'] == 'file'
    body = answer.json
    created = body.pop('created_at')
    assert created == body.pop('updated_at')
    assert created.endswith('Z') and len(created) == 20
    assert body == {
        'id': image_id, 'name': 'x', 'tags': ['a', 'b'], 'hw_disk_bus': 'virtio', 'status': 'queued',
        'visibility': 'shared', 'protected': False, 'os_hidden': False, 'owner': 'p1', 'size': None,
        'virtual_size': None, 'checksum': None, 'os_hash_algo': None, 'os_hash_value': None, 'disk_format': None,
        'container_format': None, 'min_disk': 0, 'min_ram': 0, 'self': '/v2/images/' + image_id,
        'file': '/v2/images/%s/file' % image_id, 'schema': '/v2/schemas/image'}
    assert user.get('/v2/images/' + image_id).json['name'] == 'x'


@pytest.mark.parametrize('body, status', [
    ({'id': 'x'}, 400), ({'name': 'x' * 256}, 400), ({'disk_format': 'floppy'}, 400),
    ({'container_format': 'box'}, 400), ({'visibility': 'secret'}, 400), ({'min_disk': -1}, 400),
    ({'min_ram': 'lots'}, 400), ({'protected': 'yes'}, 400), ({'own': 5}, 400), ({'tags': ['x' * 256]}, 400),
    ({'status': 'active'}, 403), ({'size': 5}, 403), ({'created_at': 'now'}, 403), ({'self': '/x'}, 403),
    ({'deleted': 'true'}, 403), ({'os_glance_stage_host': 'x'}, 403), ({'owner': 'p2'}, 403),
    ({'visibility': 'public'}, 403), ({'locations': []}, 403)])
def test_bad_bodies_are_refused_in_glances_envelope(user, body, status):
    answer = user.post('/v2/images', body)
    assert answer.status_int == status
    assert answer.json['error']['message']
    assert user.get('/v2/images').json['images'] == []


def test_no_json_is_400_and_no_token_401(cloud, user):
    assert user.request('POST', '/v2/images', data=b'{', headers={'Content-Type': 'application/json'}).status_int == 400
    assert cloud.client('image', token='').get('/v2/images').status_int == 401
    assert cloud.client('image', roles='reader').post('/v2/images', {}).status_int == 403


def test_same_id_again_is_409(create, user):
    image = create()
    answer = user.post('/v2/images', {'id': image['id']})
    assert answer.status_int == 409
    assert image['id'] in answer.json['error']['message']


def test_versions(cloud):
    visitor = cloud.client('image', token='')
    answer = visitor.get('/')
    assert answer.status_int == 300
    assert visitor.get('/versions').status_int == 200
    assert visitor.get('/versions').json == answer.json
    assert answer.json['versions'][0] == {'id': 'v2.15', 'status': 'CURRENT', 'links': [
        {'rel': 'self', 'href': 'http://127.0.0.1:8780/image/v2/'}]}


def test_a_version_is_announced_when_what_it_brought_is_served(cloud, create, admin):
    """2.16 is the cache's, 2.17 the locations'."""
    announced = {item['id'] for item in cloud.client('image', token='').get('/versions').json['versions']}
    for version, path in (('v2.16', '/v2/cache'), ('v2.17', '/v2/images/%s/locations' % create()['id'])):
        assert (version in announced) == (admin.get(path).status_int != 404)


@pytest.mark.parametrize('visibility, sees', [('private', 404), ('shared', 404), ('community', 200), ('public', 200)])
def test_what_other_projects_see(create, other, admin, visibility, sees):
    image = create(admin, visibility=visibility)
    assert other.get('/v2/images/' + image['id']).status_int == sees
    assert admin.get('/v2/images/' + image['id']).status_int == 200
    assert other.delete('/v2/images/' + image['id']).status_int == (403 if sees == 200 else 404)


def test_change_base_and_own_properties(create, change, user):
    image = create(name='old', own='1', gone='2')
    answer = change(image, {'op': 'replace', 'path': '/name', 'value': 'new'},
                    {'op': 'add', 'path': '/fresh', 'value': 'a/b'}, {'op': 'replace', 'path': '/own', 'value': '3'},
                    {'op': 'remove', 'path': '/gone'}, {'op': 'replace', 'path': '/tags', 'value': ['x', 'y']},
                    {'op': 'replace', 'path': '/visibility', 'value': 'private'},
                    {'op': 'add', 'path': '/a~1b', 'value': 'slash'})
    assert answer.status_int == 200, answer.text
    body = answer.json
    assert (body['name'], body['fresh'], body['own'], body['tags'], body['visibility'], body['a/b']) == (
        'new', 'a/b', '3', ['x', 'y'], 'private', 'slash')
    assert 'gone' not in body
    assert user.get('/v2/images/' + image['id']).json == body


def test_change_in_the_older_form(create, change):
    image = create(own='1')
    older = 'application/openstack-images-v2.0-json-patch'
    assert change(image, {'replace': '/name', 'value': 'n'}, content_type=older).json['name'] == 'n'
    assert change(image, {'add': '/own', 'value': '2'}, content_type=older).status_int == 409


@pytest.mark.parametrize('changed, status', [
    ({'op': 'replace', 'path': '/status', 'value': 'active'}, 403),
    ({'op': 'replace', 'path': '/id', 'value': str(uuid.uuid4())}, 403),
    ({'op': 'replace', 'path': '/owner', 'value': 'p2'}, 403),
    ({'op': 'replace', 'path': '/visibility', 'value': 'public'}, 403),
    ({'op': 'add', 'path': '/deleted', 'value': '1'}, 403),
    ({'op': 'add', 'path': '/os_glance_x', 'value': '1'}, 403),
    ({'op': 'add', 'path': '/locations/-', 'value': {}}, 400),
    ({'op': 'remove', 'path': '/name'}, 403),
    ({'op': 'remove', 'path': '/never'}, 409),
    ({'op': 'replace', 'path': '/never', 'value': 'x'}, 409),
    ({'op': 'replace', 'path': '/name'}, 400),
    ({'op': 'move', 'path': '/name', 'value': 'x'}, 400),
    ({'op': 'replace', 'value': 'x'}, 400),
    ({'op': 'replace', 'path': 'name', 'value': 'x'}, 400),
    ({'op': 'replace', 'path': '/a/b', 'value': 'x'}, 400),
    ({'op': 'replace', 'path': '/a~2', 'value': 'x'}, 400),
    ({'op': 'replace', 'path': '/min_disk', 'value': 'x'}, 400),
    ({'op': 'add', 'path': '/own', 'value': 5}, 400),
    ('replace', 400)])
def test_bad_changes(create, change, user, changed, status):
    image = create(name='same')
    answer = change(image, {'op': 'replace', 'path': '/name', 'value': 'other'}, changed)
    assert answer.status_int == status, answer.text
    assert user.get('/v2/images/' + image['id']).json['name'] == 'same'


def test_patch_needs_its_content_type(create, change):
    assert change(create(), content_type='application/json').status_int == 415


def test_formats_are_fixed_once_there_is_data(upload, change):
    image = upload(b'x')
    answer = change(image, {'op': 'replace', 'path': '/disk_format', 'value': 'qcow2'})
    assert answer.status_int == 403


def test_administrators_give_images_away_and_publish_them(create, change, admin):
    image = create()
    body = change(image, {'op': 'replace', 'path': '/owner', 'value': 'p2'},
                  {'op': 'replace', 'path': '/visibility', 'value': 'public'}, client=admin).json
    assert (body['owner'], body['visibility']) == ('p2', 'public')


def test_protected_images_stay(create, change, user):
    image = create(protected=True)
    answer = user.delete('/v2/images/' + image['id'])
    assert answer.status_int == 403
    assert 'protected' in answer.json['error']['message']
    change(image, {'op': 'replace', 'path': '/protected', 'value': False})
    assert user.delete('/v2/images/' + image['id']).status_int == 204
    for verb in ('get', 'delete'):
        assert getattr(user, verb)('/v2/images/' + image['id']).status_int == 404


def test_tags_one_at_a_time(create, user, other):
    url = '/v2/images/%s/tags/' % create()['id']
    assert user.put(url + 'a').status_int == 204
    assert user.put(url + 'a').status_int == 204
    assert user.put(url + 'b%20c').status_int == 204
    assert user.get(url[:-6]).json['tags'] == ['a', 'b c']
    assert other.put(url + 'x').status_int == 404
    assert user.delete(url + 'a').status_int == 204
    assert user.delete(url + 'a').status_int == 404
    assert user.put('/v2/images/%s/tags/a' % uuid.uuid4()).status_int == 404


@pytest.mark.parametrize('options', [{'image.most_tags': 1, 'image.most_properties': 1, 'image.project_images': 2,
                                      'image.most_members': 1}])
def test_limits_are_413(create, user, change):
    image = create(own='1', tags=['a'])
    assert change(image, {'op': 'add', 'path': '/more', 'value': 'x'}).status_int == 413
    assert user.put('/v2/images/%s/tags/b' % image['id']).status_int == 413
    assert user.post('/v2/images', {'tags': ['a', 'b']}).status_int == 413
    assert user.post('/v2/images/%s/members' % image['id'], {'member': 'p2'}).status_int == 200
    assert user.post('/v2/images/%s/members' % image['id'], {'member': 'p3'}).status_int == 413
    create()
    answer = user.post('/v2/images', {})
    assert answer.status_int == 413
    assert 'used 2, limit 2, asked 1' in answer.json['error']['message']


def test_schemas(user):
    for name in ('image', 'images', 'member', 'members', 'task', 'tasks'):
        assert user.get('/v2/schemas/' + name).json['name'] == name
    assert user.get('/v2/schemas/other').status_int == 404


def test_info(user, upload):
    upload(b'x' * (1 << 20))
    assert user.get('/v2/info/import').json['import-methods']['value'] == ['glance-direct', 'web-download']
    assert [item['id'] for item in user.get('/v2/info/stores').json['stores']] == ['file']
    assert user.get('/v2/info/stores/detail').status_int == 403
    usage = user.get('/v2/info/usage').json['usage']
    assert usage['image_count_total'] == {'limit': -1, 'usage': 1}
    assert usage['image_size_total'] == {'limit': -1, 'usage': 1}


def test_an_empty_id_is_no_image(user, create):
    create()
    assert user.get('/v2/images/').status_int == 404
    assert user.delete('/v2/images/').status_int == 404
    assert user.delete('/v2/images').status_int == 405


def test_the_only_store_keeps_its_data(upload, admin, user):
    image = upload(b'x')
    assert image['stores'] == 'file'
    assert admin.delete('/v2/stores/file/' + image['id']).status_int == 403
    assert admin.delete('/v2/stores/other/' + image['id']).status_int == 404
    assert user.delete('/v2/stores/file/' + image['id']).status_int == 403
    assert admin.get('/v2/info/stores/detail').json['stores'][0]['type'] == 'file'


def test_tokens_of_the_system_do_nothing_here(cloud, upload):
    system, image = cloud.admin('image', project=None), '/v2/images/' + upload()['id']
    assert system.get('/v2/images').status_int == 403
    assert system.post('/v2/images', {'name': 'x'}).status_int == 403
    assert [system.get(image + part).status_int for part in ('', '/file', '/members')] == [404, 404, 404]
    assert system.delete(image).status_int == 404


def test_readers_see_images_and_take_no_data(cloud, upload):
    reader, image = cloud.client('image', roles='reader'), '/v2/images/' + upload()['id']
    assert (reader.get(image).status_int, reader.get(image + '/file').status_int) == (200, 403)
    assert cloud.client('image', project='p2', roles='reader').get(image + '/file').status_int == 404
