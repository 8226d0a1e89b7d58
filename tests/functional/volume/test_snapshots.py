# SPDX-License-Identifier: Apache-2.0
"""/v3/snapshots."""
import uuid

import pytest


def test_create_show_update_delete(volumes):
    volume = volumes.create(size=2)
    snapshot = volumes.snapshot(volume['id'], name='one', metadata={'a': 'b'})
    assert (snapshot['size'], snapshot['metadata'], snapshot['volume_id']) == (2, {'a': 'b'}, volume['id'])
    assert snapshot['os-extended-snapshot-attributes:progress'] == '100%'
    path = f'/v3/snapshots/{snapshot["id"]}'
    answer = volumes.api.put(path, {'snapshot': {'name': 'new', 'description': 'text'}})
    assert answer.status_int == 200 and set(answer.json['snapshot']) == {
        'id', 'name', 'description', 'status', 'size', 'created_at', 'updated_at', 'metadata', 'volume_id'}
    assert volumes.api.get(path).json['snapshot']['name'] == 'new'
    assert volumes.api.delete(path).status_int == 202
    volumes.gone(snapshot['id'], 'snapshot')


def test_of_volume_in_use_needs_force_until_366(volumes):
    volume = volumes.create()
    volumes.action(volume['id'], 'os-attach', {'instance_uuid': str(uuid.uuid4()), 'mountpoint': '/dev/vdb'})
    body = {'snapshot': {'volume_id': volume['id']}}
    assert volumes.api.post('/v3/snapshots', body).status_int == 400
    assert volumes.at('3.66').post('/v3/snapshots', body).status_int == 202
    body['snapshot']['force'] = True
    assert volumes.api.post('/v3/snapshots', body).status_int == 202
    body['snapshot']['force'] = False
    assert volumes.at('3.66').post('/v3/snapshots', body).status_int == 400


def test_failure_ends_in_error(volumes, faults):
    volume = volumes.create()
    faults.fail('create_snapshot', 'no', times=1)
    made = volumes.api.post('/v3/snapshots', {'snapshot': {'volume_id': volume['id']}}).json['snapshot']
    volumes.wait(made['id'], 'error', kind='snapshot')
    faults.fail('delete_snapshot', 'no', times=1)
    volumes.api.delete(f'/v3/snapshots/{made["id"]}')
    volumes.wait(made['id'], 'error_deleting', kind='snapshot')
    volumes.api.delete(f'/v3/snapshots/{made["id"]}')
    volumes.gone(made['id'], 'snapshot')


@pytest.mark.parametrize('body,status', [
    ({'volume_id': str(uuid.uuid4())}, 404), ({'volume_id': 'x'}, 400), ({}, 400), ({'volume_id': None}, 404)])
def test_bad_requests(volumes, body, status):
    assert volumes.api.post('/v3/snapshots', {'snapshot': body}).status_int == status


def test_list(volumes, cloud):
    client = cloud.client('volume', project='snaps')
    volume = client.post('/v3/volumes', {'volume': {'size': 1}}).json['volume']
    volumes.wait(volume['id'], 'available')
    made = []
    for name in ('a', 'b', 'c'):
        made.append(client.post('/v3/snapshots', {'snapshot': {'volume_id': volume['id'], 'name': name}})
                    .json['snapshot']['id'])
        volumes.wait(made[-1], 'available', kind='snapshot')

    def names(query):
        return [row['name'] for row in client.get(f'/v3/snapshots/detail?{query}').json['snapshots']]
    assert names('') == ['c', 'b', 'a'] and names('sort_key=display_name&sort_dir=asc') == ['a', 'b', 'c']
    assert names('name=b') == ['b'] and names(f'volume_id={uuid.uuid4()}') == []
    assert names(f'marker={made[1]}') == ['a'] and names('offset=1&limit=1') == ['b'] and names('limit=0') == []
    assert client.get('/v3/snapshots?limit=1').json['snapshots_links'][0]['rel'] == 'next'
    assert client.get('/v3/snapshots?limit=x').status_int == 400
    assert client.get('/v3/snapshots?sort_key=colour').status_int == 400
    assert client.get(f'/v3/snapshots?marker={uuid.uuid4()}').status_int == 404


def test_metadata(volumes):
    snapshot = volumes.snapshot(volumes.create()['id'])
    path = f'/v3/snapshots/{snapshot["id"]}/metadata'
    assert volumes.api.post(path, {'metadata': {'a': '1'}}).json == {'metadata': {'a': '1'}}
    assert volumes.api.put(f'{path}/a', {'meta': {'a': '2'}}).json == {'meta': {'a': '2'}}
    assert volumes.api.delete(f'{path}/a').status_int == 200
    assert volumes.api.get(path).json == {'metadata': {}}


def test_actions(volumes):
    snapshot = volumes.snapshot(volumes.create()['id'])
    path = f'/v3/snapshots/{snapshot["id"]}/action'
    assert volumes.api.post(path, {'os-reset_status': {'status': 'creating'}}).status_int == 403
    assert volumes.admin.post(path, {'os-reset_status': {'status': 'creating'}}).status_int == 202
    wanted = {'os-update_snapshot_status': {'status': 'error', 'progress': '80%'}}
    assert volumes.admin.post(path, wanted).status_int == 202
    shown = volumes.wait(snapshot['id'], 'error', kind='snapshot')
    assert shown['os-extended-snapshot-attributes:progress'] == '80%'
    assert volumes.admin.post(path, wanted).status_int == 400
    assert volumes.admin.post(path, {'os-force_delete': {}}).status_int == 202
    volumes.gone(snapshot['id'], 'snapshot')
