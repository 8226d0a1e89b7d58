# SPDX-License-Identifier: Apache-2.0
"""Letting go of volumes and snapshots and taking them back, and what lies on a back end that is not ours."""
import uuid

import pytest


@pytest.fixture
def backend(volumes):
    """The pool's name, as it stands in a query."""
    return volumes.admin.get('/v3/scheduler-stats/get_pools').json['pools'][0]['name']


def at(volumes, version):
    client = volumes.cloud.admin('volume')
    client.headers['OpenStack-API-Version'] = f'volume {version}'
    return client


def let_go(volumes, **fields):
    made = volumes.create(**fields)
    assert volumes.action(made['id'], 'os-unmanage', None, volumes.admin).status_int == 202
    volumes.gone(made['id'])
    return f'volume-{made["id"]}'


def test_a_volume_is_let_go_of_and_taken_back(volumes, backend):
    name = let_go(volumes, size=3)
    listed = volumes.admin.get(f'/v3/os-volume-manage/detail?host={backend}').json['manageable-volumes']
    assert {'reference': {'source-name': name}, 'size': 3, 'safe_to_manage': True, 'reason_not_safe': None,
            'cinder_id': None, 'extra_info': None} in listed
    body = {'volume': {'host': backend, 'ref': {'source-name': name}, 'name': ' back ', 'metadata': {'a': 'b'},
                       'bootable': True}}
    made = volumes.admin.post('/v3/os-volume-manage', body).json['volume']
    assert (made['status'], made['size'], made['name']) == ('managing', 0, 'back')
    shown = volumes.wait(made['id'], 'available')
    assert (shown['size'], shown['bootable'], shown['metadata'], shown['volume_type']) == (
        3, 'true', {'a': 'b'}, '__DEFAULT__')
    listed = volumes.admin.get(f'/v3/os-volume-manage?host={backend}').json['manageable-volumes']
    assert {'reference': {'source-name': f'volume-{made["id"]}'}, 'size': 3, 'safe_to_manage': False} in listed
    again = {'volume': {'host': backend, 'ref': {'source-name': f'volume-{made["id"]}'}}}
    assert volumes.admin.post('/v3/os-volume-manage', again).status_int == 400


def test_a_snapshot_is_let_go_of_and_taken_back(volumes, backend):
    volume = volumes.create(size=2)
    taken = volumes.snapshot(volume['id'])
    assert volumes.action(volume['id'], 'os-unmanage', None, volumes.admin).status_int == 400, 'it has a snapshot'
    path = f'/v3/snapshots/{taken["id"]}/action'
    assert volumes.api.post(path, {'os-unmanage': None}).status_int == 403
    assert volumes.admin.post(path, {'os-unmanage': None}).status_int == 202
    volumes.gone(taken['id'], 'snapshot')
    listed = volumes.admin.get(f'/v3/os-snapshot-manage?host={backend}').json['manageable-snapshots']
    reference = {'source-name': f'_snapshot-{taken["id"]}'}
    assert {'reference': reference, 'size': 2, 'safe_to_manage': True} in listed
    body = {'snapshot': {'volume_id': volume['id'], 'ref': reference, 'name': 'back'}}
    made = volumes.admin.post('/v3/os-snapshot-manage', body)
    assert made.status_int == 202
    shown = volumes.wait(made.json['snapshot']['id'], 'available', kind='snapshot')
    assert (shown['name'], shown['size'], shown['volume_id']) == ('back', 2, volume['id'])
    volumes.create(snapshot_id=shown['id'], size=2)


def test_one_that_is_not_there_ends_in_an_error(volumes, backend):
    body = {'volume': {'host': backend, 'ref': {'source-name': 'nobody'}}}
    made = volumes.admin.post('/v3/os-volume-manage', body).json['volume']
    volumes.wait(made['id'], 'error_managing')
    found = at(volumes, '3.5').get(f'/v3/messages?resource_uuid={made["id"]}').json['messages']
    assert 'has no volume nobody' in found[0]['user_message']
    assert volumes.admin.delete(f'/v3/volumes/{made["id"]}').status_int == 202
    volumes.gone(made['id'])


def test_quota_counts_it(volumes, backend):
    name = let_go(volumes, size=5)
    client = volumes.cloud.admin('volume', project='narrow')
    client.put('/v3/os-quota-sets/narrow', {'quota_set': {'gigabytes': 4}})
    body = {'volume': {'host': backend, 'ref': {'source-name': name}}}
    made = client.post('/v3/os-volume-manage', body).json['volume']
    volumes.wait(made['id'], 'error_managing')
    assert {'source-name': name} in [row['reference'] for row in volumes.admin.get(
        f'/v3/os-volume-manage?host={backend}').json['manageable-volumes']], 'it was taken all the same'


@pytest.mark.parametrize('body,status', [
    ({'ref': {'source-name': 'x'}}, 400), ({'host': 'HOST'}, 400), ({'host': 'HOST', 'ref': {}}, 400),
    ({'host': 'HOST', 'ref': 'x'}, 400),
    ({'host': 'HOST', 'ref': {'source-name': 'x', 'size': 1}}, 400),
    ({'host': 'HOST', 'ref': {'source-id': 'x'}}, 400), ({'host': 'HOST', 'ref': {'source-name': 1}}, 400),
    ({'host': 'HOST', 'ref': {'source-name': 'x'}, 'colour': 'red'}, 400),
    ({'host': 'moon@x#y', 'ref': {'source-name': 'x'}}, 503),
    ({'host': 'HOST', 'ref': {'source-name': 'x'}, 'volume_type': 'none'}, 404)])
def test_bad_requests(volumes, backend, body, status):
    wanted = {**body, **({'host': backend} if body.get('host') == 'HOST' else {})}
    assert volumes.admin.post('/v3/os-volume-manage', {'volume': wanted}).status_int == status


@pytest.mark.parametrize('query,status', [
    ('', 400), ('host=moon', 503), ('host=HOST&limit=x', 400), ('host=HOST&sort=colour:asc', 400),
    ('host=HOST&offset=-1', 400), ('host=HOST&marker=x', 400), ('host=HOST&limit=1&sort=size:asc', 200)])
def test_lists_check_their_query(volumes, backend, query, status):
    query = query.replace('HOST', backend.replace('#', '%23'))
    for path in ('os-volume-manage', 'os-snapshot-manage'):
        assert volumes.admin.get(f'/v3/{path}?{query}').status_int == status


def test_pages(volumes, backend):
    for _ in range(3):
        let_go(volumes)
    path = f'/v3/os-volume-manage?host={backend.replace("#", "%23")}&sort=reference:asc&limit=2'
    first = volumes.admin.get(path).json['manageable-volumes']
    second = volumes.admin.get(f'{path}&marker={first[-1]["reference"]}').json['manageable-volumes']
    names = [row['reference']['source-name'] for row in first + second]
    assert len(names) == len(set(names)) == 4 and names == sorted(names)


def test_newer_names_came_with_3_8(volumes, backend):
    query = f'host={backend.replace("#", "%23")}'
    for path in ('manageable_volumes', 'manageable_snapshots', 'manageable_volumes/detail'):
        assert at(volumes, '3.7').get(f'/v3/{path}?{query}').status_int == 404
        assert at(volumes, '3.8').get(f'/v3/{path}?{query}').status_int == 200
    assert at(volumes, '3.16').get('/v3/manageable_volumes?cluster=c').status_int == 400
    assert at(volumes, '3.17').get('/v3/manageable_volumes?cluster=c').status_int == 503
    body = {'volume': {'cluster': 'c', 'ref': {'source-name': 'x'}}}
    assert at(volumes, '3.15').post('/v3/manageable_volumes', body).status_int == 400
    assert at(volumes, '3.17').post('/v3/manageable_volumes', body).status_int == 503


def test_only_an_operator_does(volumes, backend):
    made = volumes.create()
    assert volumes.action(made['id'], 'os-unmanage').status_int == 403
    assert volumes.api.get(f'/v3/os-volume-manage?host={backend}').status_int == 403
    body = {'volume': {'host': backend, 'ref': {'source-name': 'x'}}}
    assert volumes.api.post('/v3/os-volume-manage', body).status_int == 403
    body = {'snapshot': {'volume_id': made['id'], 'ref': {'source-name': 'x'}}}
    assert volumes.api.post('/v3/os-snapshot-manage', body).status_int == 403
    body['snapshot']['volume_id'] = str(uuid.uuid4())
    assert volumes.admin.post('/v3/os-snapshot-manage', body).status_int == 404


def test_what_was_let_go_of_is_no_stray(volumes):
    """The audit removes what nobody knows; this is somebody's."""
    name = let_go(volumes)
    assert volumes.admin.post('/praline/audit').status_int == 200
    pools = volumes.admin.get('/v3/scheduler-stats/get_pools').json['pools'][0]['name']
    listed = volumes.admin.get(f'/v3/os-volume-manage?host={pools.replace("#", "%23")}').json['manageable-volumes']
    assert {'source-name': name} in [row['reference'] for row in listed]
