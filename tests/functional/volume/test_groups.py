# SPDX-License-Identifier: Apache-2.0
"""/v3/groups, /v3/group_types, /v3/group_snapshots."""
import uuid

import pytest


@pytest.fixture
def admin(volumes):
    return volumes.at('3.38', roles='admin,member,reader')


@pytest.fixture
def api(volumes):
    return volumes.at('3.38')


@pytest.fixture
def group_type(admin):
    answer = admin.post('/v3/group_types', {'group_type': {'name': 'gt-' + uuid.uuid4().hex}})
    assert answer.status_int == 202, answer.text
    return answer.json['group_type']


@pytest.fixture
def volume_type(admin):
    return admin.post('/v3/types', {'volume_type': {'name': 'vt-' + uuid.uuid4().hex}}).json['volume_type']


@pytest.fixture
def group(api, group_type, volume_type):
    answer = api.post('/v3/groups', {'group': {'name': 'g', 'group_type': group_type['id'],
                                               'volume_types': [volume_type['id']]}})
    assert answer.status_int == 202, answer.text
    return answer.json['group']


def member(volumes, api, group, volume_type):
    made = api.post('/v3/volumes', {'volume': {'size': 1, 'group_id': group['id'], 'volume_type': volume_type['id']}})
    assert made.status_int == 202, made.text
    return volumes.wait(made.json['volume']['id'], 'available')



def until(volumes, api, path, status):
    """Wait as a user of the later version."""
    volumes.admin.headers['OpenStack-API-Version'] = 'volume 3.38'
    try:
        kind = path.split('/')[2][:-1]
        volumes.until(path, lambda answer: answer.status_int == 404 if status is None
                      else answer.json[kind]['status'] == status)
    finally:
        del volumes.admin.headers['OpenStack-API-Version']


def test_group_lives_and_dies_with_its_volumes(volumes, api, group, volume_type):
    volume = member(volumes, api, group, volume_type)
    view = api.get(f'/v3/groups/{group["id"]}?list_volume=true').json['group']
    assert view['volumes'] == [volume['id']] and view['status'] == 'available'
    assert api.delete(f'/v3/volumes/{volume["id"]}').status_int == 400
    path = f'/v3/groups/{group["id"]}'
    assert api.post(f'{path}/action', {'delete': {}}).status_int == 400
    assert api.post(f'{path}/action', {'delete': {'delete-volumes': True}}).status_int == 202
    until(volumes, api, path, None)
    volumes.gone(volume['id'])


def test_members_come_and_go(volumes, api, group, volume_type):
    volume = member(volumes, api, group, volume_type)
    path = f'/v3/groups/{group["id"]}'
    assert api.put(path, {'group': {'remove_volumes': volume['id'], 'name': 'renamed'}}).status_int == 202
    assert api.get(f'/v3/volumes/{volume["id"]}').json['volume']['group_id'] is None
    assert api.put(path, {'group': {'add_volumes': volume['id']}}).status_int == 202
    view = api.get(f'/v3/volumes/{volume["id"]}').json['volume']
    assert view['group_id'] == group['id'] and api.get(path).json['group']['name'] == 'renamed'
    stranger = volumes.create()
    assert api.put(path, {'group': {'add_volumes': stranger['id']}}).status_int == 400
    assert api.put(path, {'group': {'remove_volumes': stranger['id']}}).status_int == 400
    assert api.put(path, {'group': {}}).status_int == 400


def test_snapshot_and_copies(volumes, api, group, volume_type):
    for _ in range(2):
        member(volumes, api, group, volume_type)
    made = api.post('/v3/group_snapshots', {'group_snapshot': {'group_id': group['id'], 'name': 's'}})
    assert made.status_int == 202, made.text
    snapshot = made.json['group_snapshot']
    path = f'/v3/group_snapshots/{snapshot["id"]}'
    until(volumes, api, path, 'available')
    taken = [row for row in api.get('/v3/snapshots/detail').json['snapshots']
             if row['group_snapshot_id'] == snapshot['id']]
    assert len(taken) == 2
    for source in ({'group_snapshot_id': snapshot['id']}, {'source_group_id': group['id']}):
        copy = api.post('/v3/groups/action', {'create-from-src': {'name': 'copy', **source}}).json['group']
        until(volumes, api, f'/v3/groups/{copy["id"]}', 'available')
        assert len(api.get(f'/v3/groups/{copy["id"]}?list_volume=true').json['group']['volumes']) == 2
    assert api.delete(path).status_int == 202
    until(volumes, api, path, None)


def test_failed_member_spoils_the_copy(volumes, api, group, volume_type, faults):
    member(volumes, api, group, volume_type)
    faults.fail('clone', 'no', times=1)
    copy = api.post('/v3/groups/action', {'create-from-src': {'source_group_id': group['id']}}).json['group']
    until(volumes, api, f'/v3/groups/{copy["id"]}', 'error')


def test_empty_group_goes_at_once(api, group):
    path = f'/v3/groups/{group["id"]}'
    assert api.post('/v3/group_snapshots', {'group_snapshot': {'group_id': group['id']}}).status_int == 400
    assert group['id'] in [row['id'] for row in api.get('/v3/groups/detail').json['groups']]
    assert api.post(f'{path}/action', {'delete': {}}).status_int == 202
    assert api.get(path).status_int == 404


def test_operator_resets_states(admin, api, group):
    path = f'/v3/groups/{group["id"]}'
    assert api.post(f'{path}/action', {'reset_status': {'status': 'error'}}).status_int == 403
    assert admin.post(f'{path}/action', {'reset_status': {'status': 'error'}}).status_int == 202
    assert api.get(path).json['group']['status'] == 'error'


def test_group_types_and_specs(admin, api, group_type, group):
    path = f'/v3/group_types/{group_type["id"]}'
    specs = f'{path}/group_specs'
    assert admin.post(specs, {'group_specs': {'a': '1'}}).json == {'group_specs': {'a': '1'}}
    assert admin.put(f'{specs}/a', {'a': '2'}).json == {'a': '2'}
    assert admin.get(specs).json == {'group_specs': {'a': '2'}} and admin.get(f'{specs}/a').json == {'a': '2'}
    assert admin.delete(f'{specs}/a').status_int == 202 and admin.get(f'{specs}/a').status_int == 404
    answer = admin.put(path, {'group_type': {'name': group_type['name'] + 'x'}})
    assert answer.json['group_type']['name'] == group_type['name'] + 'x'
    assert 'group_specs' not in api.get(path).json['group_type']
    assert group_type['id'] in [row['id'] for row in api.get('/v3/group_types').json['group_types']]
    assert admin.delete(path).status_int == 400
    api.post(f'/v3/groups/{group["id"]}/action', {'delete': {}})
    assert admin.delete(path).status_int == 202 and admin.get(path).status_int == 404
    assert api.post('/v3/group_types', {'group_type': {'name': 'x'}}).status_int == 403


def test_volume_of_another_type_stays_out(volumes, api, group):
    wanted = {'volume': {'size': 1, 'group_id': group['id'], 'volume_type': '__DEFAULT__'}}
    assert api.post('/v3/volumes', wanted).status_int == 400
    wanted['volume']['group_id'] = str(uuid.uuid4())
    assert api.post('/v3/volumes', wanted).status_int == 404


def test_unknown_before_their_versions(volumes):
    for path, version in (('group_types', '3.10'), ('groups', '3.12'), ('group_snapshots', '3.13')):
        assert volumes.at(version).get(f'/v3/{path}').status_int == 404


def test_quota_of_groups(volumes, group_type, volume_type):
    volumes.admin.put('/v3/os-quota-sets/grouped', {'quota_set': {'groups': 1}})
    client = volumes.at('3.13', project='grouped')
    body = {'group': {'group_type': group_type['id'], 'volume_types': [volume_type['id']]}}
    assert client.post('/v3/groups', body).status_int == 202
    assert client.post('/v3/groups', body).status_int == 413


def test_states_in_which_members_neither_come_nor_go(volumes, api, group, volume_type):
    held = member(volumes, api, group, volume_type)
    free = volumes.create(volume_type=volume_type['id'])
    path = f'/v3/groups/{group["id"]}'

    def put_in(volume, status):
        assert volumes.action(volume['id'], 'os-reset_status', {'status': status}, volumes.admin).status_int == 202
    for status in ('uploading', 'maintenance'):
        put_in(held, status)
        put_in(free, status)
        assert api.put(path, {'group': {'remove_volumes': held['id']}}).status_int == 400
        assert api.put(path, {'group': {'add_volumes': free['id']}}).status_int == 400
    assert volumes.api.get(f'/v3/volumes/{free["id"]}').json['volume']['status'] == 'maintenance'
    admin = volumes.at('3.20', roles='admin,member,reader')
    assert admin.post(f'{path}/action', {'reset_status': {'status': 'error'}}).status_int == 202
    body = {'volume': {'size': 1, 'group_id': group['id'], 'volume_type': volume_type['id']}}
    assert api.post('/v3/volumes', body).status_int == 400
    put_in(held, 'error')
    assert admin.post(f'{path}/action', {'reset_status': {'status': 'available'}}).status_int == 202
    assert api.put(path, {'group': {'remove_volumes': held['id']}}).status_int == 202


def test_a_snapshot_of_a_group_goes_with_it_only(volumes, api, group, volume_type):
    volume = member(volumes, api, group, volume_type)
    taken = api.post('/v3/group_snapshots', {'group_snapshot': {'group_id': group['id']}}).json['group_snapshot']
    path = f'/v3/group_snapshots/{taken["id"]}'
    until(volumes, api, path, 'available')
    one = api.get(f'/v3/snapshots/detail?volume_id={volume["id"]}').json['snapshots'][0]
    assert one['group_snapshot_id'] == taken['id']
    assert api.delete(f'/v3/snapshots/{one["id"]}').status_int == 400
    assert volumes.admin.post(f'/v3/snapshots/{one["id"]}/action', {'os-force_delete': None}).status_int == 400
    assert volumes.admin.post(f'/v3/snapshots/{one["id"]}/action', {'os-unmanage': None}).status_int == 400
    retyped = volumes.action(volume['id'], 'os-retype', {'new_type': '__DEFAULT__'}, api)
    assert retyped.status_int == 400
    assert volumes.action(volume['id'], 'os-force_delete', None, volumes.admin).status_int == 400
    assert api.delete(path).status_int == 202
    until(volumes, api, path, None)
    volumes.gone(one['id'], 'snapshot')
