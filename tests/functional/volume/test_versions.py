# SPDX-License-Identifier: Apache-2.0
"""What changed at a microversion, just below it and at it; what is not served here answers as nothing being there."""
import logging

import pytest

NOTHING = 'd52291da-12f9-495d-bf34-4af463dd655f'


def client(volumes, version, who='api'):
    made = volumes.at(version)
    if who == 'admin':
        made = volumes.cloud.admin('volume')
        made.headers['OpenStack-API-Version'] = f'volume {version}'
    return made


@pytest.mark.parametrize('asked,before,since', [
    ('true', 200, 200), ('0', 200, 200), ('moon', 200, 400)])
def test_bootable_filter_is_strict_since_3_2(volumes, asked, before, since):
    assert volumes.at('3.1').get(f'/v3/volumes?bootable={asked}').status_int == before
    assert volumes.at('3.2').get(f'/v3/volumes?bootable={asked}').status_int == since


def test_before_3_2_what_is_not_false_is_true(volumes):
    made = volumes.create()
    volumes.action(made['id'], 'os-set_bootable', {'bootable': True})
    for version, found in (('3.1', True), ('3.2', False)):
        listed = volumes.at(version).get('/v3/volumes?bootable=0').json['volumes']
        assert (made['id'] in [row['id'] for row in listed]) is found


def test_etag_of_metadata_since_3_15(volumes):
    path = f'/v3/volumes/{volumes.create(metadata={"a": "b"})["id"]}/metadata'
    assert 'Etag' not in volumes.at('3.14').get(path).headers
    new = volumes.at('3.15')
    tag = new.get(path).headers['Etag']
    new.headers['If-Match'] = f'"{tag}"'
    assert new.put(path, {'metadata': {'a': 'c'}}).status_int == 200
    assert new.put(path, {'metadata': {'a': 'd'}}).status_int == 412
    assert new.put(f'{path}/a', {'meta': {'a': 'd'}}).status_int == 412
    assert volumes.api.get(path).json == {'metadata': {'a': 'c'}}
    old = volumes.at('3.14')
    old.headers['If-Match'] = f'"{tag}"'
    assert old.put(path, {'metadata': {'a': 'd'}}).status_int == 200


def test_snapshots_sort_by_name_since_3_30(volumes):
    assert volumes.at('3.29').get('/v3/snapshots?sort=name:asc').status_int == 400
    assert volumes.at('3.29').get('/v3/snapshots?sort=display_name:asc').status_int == 200
    assert volumes.at('3.30').get('/v3/snapshots?sort=name:asc').status_int == 200


@pytest.mark.parametrize('text', ['[{"source_type": "snapshot", "boot_index": 0, "snapshot_id": "%s"}]'])
def test_image_of_a_snapshot_since_3_46(volumes, images, text):
    origin = volumes.create(size=2)
    snapshot = volumes.snapshot(origin['id'])
    image = images.add(b'', properties={'block_device_mapping': text % snapshot['id']})
    body = {'volume': {'size': 2, 'imageRef': image['id']}}
    for version, origin_id in (('3.45', None), ('3.46', snapshot['id'])):
        made = volumes.at(version).post('/v3/volumes', body).json['volume']
        assert volumes.wait(made['id'], 'available')['snapshot_id'] == origin_id
    images.images[image['id']]['properties']['block_device_mapping'] = text % NOTHING
    assert volumes.at('3.46').post('/v3/volumes', body).status_int == 404


def test_zones_of_a_type(volumes):
    for name, zones in (('here', 'mars, nova'), ('there', 'mars')):
        specs = {'RESKEY:availability_zones': zones}
        volumes.admin.post('/v3/types', {'volume_type': {'name': name, 'extra_specs': specs}})
    assert volumes.create(volume_type='here')['availability_zone'] == 'nova'
    for wanted in ({'volume_type': 'there'}, {'volume_type': 'there', 'availability_zone': 'nova'},
                   {'volume_type': 'here', 'availability_zone': 'mars'}, {'availability_zone': 'mars'}):
        answer = volumes.api.post('/v3/volumes', {'volume': {'size': 1, **wanted}})
        assert answer.status_int == 400 and 'vailability zone' in answer.json['badRequest']['message']


def test_hints(volumes, cloud):
    near = volumes.create()

    def ask(hints, client=volumes.api):
        body = {'volume': {'size': 1}, 'OS-SCH-HNT:scheduler_hints': hints}
        return client.post('/v3/volumes', body)
    for hints, status in (({'same_host': near['id']}, 'available'), ({'same_host': [near['id']]}, 'available'),
                          ({'different_host': [near['id']]}, 'error'), ({}, 'available'), (None, 'available')):
        assert volumes.wait(ask(hints).json['volume']['id'], 'available', 'error')['status'] == status
    for hints, status in (({'same_host': 'x'}, 400), ({'query': '["=", 1]'}, 400),
                          ({'local_to_instance': NOTHING}, 400), ({'same_host': [NOTHING]}, 404)):
        assert ask(hints).status_int == status
    stranger = cloud.client('volume', project='p2', user='u2')
    assert ask({'different_host': near['id']}, stranger).status_int == 404


def test_an_image_names_the_type_of_its_volumes(volumes, images):
    volumes.admin.post('/v3/types', {'volume_type': {'name': 'of-image'}})
    volumes.admin.post('/v3/types', {'volume_type': {'name': 'asked-for'}})
    image = images.add(b'x', properties={'cinder_img_volume_type': 'of-image'})
    assert volumes.create(imageRef=image['id'])['volume_type'] == 'of-image'
    assert volumes.create(imageRef=image['id'], volume_type='asked-for')['volume_type'] == 'asked-for'
    lost = images.add(b'x', properties={'cinder_img_volume_type': 'gone'})
    assert volumes.api.post('/v3/volumes', {'volume': {'size': 1, 'imageRef': lost['id']}}).status_int == 404


def test_clusters(volumes):
    admin = client(volumes, '3.26', 'admin')
    for path in ('/v3/clusters', '/v3/clusters/detail', '/v3/clusters?is_up=true&frozen=false'):
        assert admin.get(path).json == {'clusters': []}
    assert client(volumes, '3.25', 'admin').get('/v3/clusters?frozen=false').status_int == 400
    assert admin.get('/v3/clusters?is_up=moon').status_int == 400
    for answer in (admin.get('/v3/clusters/x'), admin.put('/v3/clusters/enable', {'name': 'x'}),
                   admin.put('/v3/clusters/disable', {'name': 'x', 'disabled_reason': 'y'})):
        assert answer.status_int == 404 and answer.json['itemNotFound']['message'] == 'Cluster x could not be found.'
    assert admin.put('/v3/clusters/enable', {}).status_int == 400
    assert volumes.at('3.7').get('/v3/clusters').status_int == 403
    assert client(volumes, '3.6', 'admin').get('/v3/clusters').status_int == 404


def test_cleanup_finds_nothing_to_do(volumes):
    admin = client(volumes, '3.24', 'admin')
    answer = admin.post('/v3/workers/cleanup', {'binary': 'cinder-volume', 'is_up': 'false'})
    assert answer.status_int == 202 and answer.json == {'cleaning': [], 'unavailable': []}
    assert admin.post('/v3/workers/cleanup', {'resource_id': NOTHING}).status_int == 400
    assert admin.post('/v3/workers/cleanup', {'binary': 'moon'}).status_int == 400
    assert volumes.at('3.24').post('/v3/workers/cleanup', {}).status_int == 403
    assert client(volumes, '3.23', 'admin').post('/v3/workers/cleanup', {}).status_int == 404


def test_encryption_of_a_volume(volumes, cloud):
    path = f'/v3/volumes/{volumes.create()["id"]}/encryption'
    assert volumes.api.get(path).json == {'encryption_key_id': None}
    assert volumes.api.get(f'{path}/encryption_key_id').json is None
    assert volumes.api.get(f'{path}/cipher').status_int == 404
    assert cloud.client('volume', project='p2', user='u2').get(path).status_int == 404


@pytest.mark.parametrize('word,body', [
    ('enable_replication', {}), ('disable_replication', {}), ('list_replication_targets', {}),
    ('failover_replication', {'allow_attached_volume': False, 'secondary_backend_id': 'x'})])
def test_no_group_is_replicated(volumes, word, body):
    admin = client(volumes, '3.38', 'admin')
    kind = admin.post('/v3/group_types', {'group_type': {'name': word}}).json['group_type']['id']
    member, old = volumes.at('3.38', project='groups'), volumes.at('3.37', project='groups')
    made = member.post('/v3/groups', {'group': {'group_type': kind, 'volume_types': ['__DEFAULT__']}})
    path = f'/v3/groups/{made.json["group"]["id"]}/action'
    assert member.post(path, {word: body}).status_int == 400
    assert old.post(path, {word: body}).status_int == 404
    assert member.post(f'/v3/groups/{NOTHING}/action', {word: body}).status_int == 404


@pytest.mark.parametrize('method,path,body,status,name', [
    ('get', 'consistencygroups', None, 200, 'consistencygroups'),
    ('get', 'consistencygroups/detail?limit=2', None, 200, 'consistencygroups'),
    ('get', 'consistencygroups?limit=x', None, 400, ''), ('get', 'cgsnapshots', None, 200, 'cgsnapshots'),
    ('get', 'cgsnapshots/detail', None, 200, 'cgsnapshots'), ('get', f'consistencygroups/{NOTHING}', None, 404, ''),
    ('get', f'cgsnapshots/{NOTHING}', None, 404, ''), ('delete', f'cgsnapshots/{NOTHING}', None, 404, ''),
    ('post', 'consistencygroups', {'consistencygroup': {'volume_types': 'a,b'}}, 400, ''),
    ('post', 'consistencygroups/create_from_src', {'consistencygroup-from-src': {'source_cgid': NOTHING}}, 404, ''),
    ('post', 'consistencygroups/create_from_src', {'consistencygroup-from-src': {}}, 400, ''),
    ('post', f'consistencygroups/{NOTHING}/delete', {'consistencygroup': {'force': True}}, 404, ''),
    ('post', f'consistencygroups/{NOTHING}/delete', {'consistencygroup': {'force': 'x'}}, 400, ''),
    ('put', f'consistencygroups/{NOTHING}/update', {'consistencygroup': {'name': 'x'}}, 404, ''),
    ('put', f'consistencygroups/{NOTHING}/update', {'consistencygroup': {}}, 400, ''),
    ('post', 'cgsnapshots', {'cgsnapshot': {'consistencygroup_id': NOTHING}}, 404, ''),
    ('post', 'cgsnapshots', {'cgsnapshot': {}}, 400, '')])
def test_there_are_no_consistency_groups(volumes, method, path, body, status, name):
    answer = getattr(volumes.api, method)(f'/v3/{path}', *([body] if body is not None else []))
    assert answer.status_int == status
    assert status != 200 or answer.json == {name: []}
    assert status != 404 or 'could not be found.' in answer.json['itemNotFound']['message']


def test_consistency_groups_may_lose_their_name_since_3_6(volumes):
    body, path = {'consistencygroup': {'name': ''}}, f'/v3/consistencygroups/{NOTHING}/update'
    assert volumes.at('3.5').put(path, body).status_int == 400
    assert volumes.at('3.6').put(path, body).status_int == 404


@pytest.mark.parametrize('spec', ['consistent_group_snapshot_enabled', 'group_replication_enabled'])
def test_a_group_that_asks_for_more_than_is_there(volumes, spec):
    admin = client(volumes, '3.13', 'admin')
    kind = admin.post('/v3/group_types', {'group_type': {'name': spec, 'group_specs': {spec: '<is> True'}}})
    body = {'group': {'group_type': kind.json['group_type']['id'], 'volume_types': ['__DEFAULT__']}}
    answer = volumes.at('3.13', project='groups').post('/v3/groups', body)
    assert answer.status_int == 400 and spec in answer.json['badRequest']['message']


def test_log_levels_since_3_32(volumes):
    admin, name = client(volumes, '3.32', 'admin'), 'praline_volume.test'
    logging.getLogger(name).setLevel('WARNING')
    found = admin.put('/v3/os-services/get-log', {'prefix': name}).json['log_levels']
    assert {row['binary'] for row in found} == {'cinder-api', 'cinder-scheduler', 'cinder-volume'}
    assert all(row['levels'] == {name: 'WARNING'} and row['host'] for row in found)
    for binary in ('cinder-api', 'cinder-scheduler', 'cinder-volume'):
        logging.getLogger(name).setLevel('WARNING')
        body = {'binary': binary, 'prefix': name, 'level': 'debug'}
        assert admin.put('/v3/os-services/set-log', body).status_int == 202
        found = admin.put('/v3/os-services/get-log', {'binary': binary, 'prefix': name}).json['log_levels']
        assert [(row['binary'], row['levels']) for row in found] == [(binary, {name: 'DEBUG'})]
    assert admin.put('/v3/os-services/get-log', {'server': 'moon'}).json == {'log_levels': []}
    for body in ({'level': 'loud'}, {}, {'level': 'INFO', 'binary': 'moon'}, {'level': 'INFO', 'colour': 'red'}):
        assert admin.put('/v3/os-services/set-log', body).status_int == 400
    assert volumes.at('3.32').put('/v3/os-services/get-log', {}).status_int == 403
    assert client(volumes, '3.31', 'admin').put('/v3/os-services/get-log', {}).status_int == 404
