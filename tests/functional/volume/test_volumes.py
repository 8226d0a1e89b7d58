# SPDX-License-Identifier: Apache-2.0
"""/v3/volumes: create, list, show, update, delete, summary."""
import uuid

import pytest
from praline_common.testing.statements import counted

SHOWN = {
    'id', 'name', 'description', 'status', 'size', 'availability_zone', 'created_at', 'updated_at', 'volume_type',
    'snapshot_id', 'source_volid', 'metadata', 'links', 'user_id', 'bootable', 'encrypted', 'replication_status',
    'consistencygroup_id', 'multiattach', 'attachments', 'os-vol-tenant-attr:tenant_id'}
ADMIN_SHOWN = {'os-vol-host-attr:host', 'os-vol-mig-status-attr:migstat', 'os-vol-mig-status-attr:name_id',
               'migration_status'}


def test_create_show_delete(volumes):
    made = volumes.post(name=' one ', description='first', metadata={'a': 'b'})
    assert made['status'] == 'creating' and made['volume_type'] == '__DEFAULT__'
    volumes.wait(made['id'], 'available')
    shown = volumes.api.get(f'/v3/volumes/{made["id"]}').json['volume']
    assert set(shown) == SHOWN
    assert (shown['name'], shown['size'], shown['metadata'], shown['bootable']) == ('one', 1, {'a': 'b'}, 'false')
    assert set(volumes.admin.get(f'/v3/volumes/{made["id"]}').json['volume']) == SHOWN | ADMIN_SHOWN
    assert volumes.api.delete(f'/v3/volumes/{made["id"]}').status_int == 202
    volumes.gone(made['id'])


@pytest.mark.parametrize('version,more', [
    ('3.13', {'group_id'}), ('3.48', {'group_id', 'shared_targets', 'service_uuid'}),
    ('3.71', {'group_id', 'shared_targets', 'service_uuid', 'volume_type_id', 'consumes_quota'})])
def test_later_versions_show_more(volumes, version, more):
    made = volumes.create()
    shown = volumes.at(version).get(f'/v3/volumes/{made["id"]}').json['volume']
    assert set(shown) == SHOWN | more


def test_wrong_project_sees_nothing(volumes, cloud):
    made = volumes.create()
    other = cloud.client('volume', project='p2')
    for verb in ('get', 'delete'):
        assert getattr(other, verb)(f'/v3/volumes/{made["id"]}').status_int == 404
    assert other.put(f'/v3/volumes/{made["id"]}', {'volume': {'name': 'mine'}}).status_int == 404
    assert made['id'] not in [row['id'] for row in other.get('/v3/volumes').json['volumes']]


def test_reader_only_reads(volumes, cloud):
    made = volumes.create()
    reader = cloud.client('volume', roles='reader')
    assert reader.get(f'/v3/volumes/{made["id"]}').status_int == 200
    assert reader.delete(f'/v3/volumes/{made["id"]}').status_int == 403
    assert reader.post('/v3/volumes', {'volume': {'size': 1}}).status_int == 403


def test_unknown_volume_is_named(volumes):
    missing = str(uuid.uuid4())
    answer = volumes.api.get(f'/v3/volumes/{missing}')
    assert answer.status_int == 404 and missing in answer.json['itemNotFound']['message']


@pytest.mark.parametrize('verb', ['get', 'put', 'delete'])
def test_empty_id_is_no_collection(volumes, verb):
    assert getattr(volumes.api, verb)('/v3/p1/volumes/').status_int == 404


@pytest.mark.parametrize('fields,word', [
    ({'size': 0}, 'size'), ({'size': -1}, 'size'), ({'size': 'big'}, 'size'), ({'size': None}, 'size'),
    ({'name': 'x' * 256}, 'name'), ({'metadata': {'a': 1}}, 'a'), ({'snapshot_id': 'x'}, 'snapshot_id'),
    ({'multiattach': True}, 'multiattach'), ({'imageRef': str(uuid.uuid4())}, 'image')])
def test_bad_request_names_the_field(volumes, fields, word):
    answer = volumes.api.post('/v3/volumes', {'volume': {'size': 1, **fields}})
    assert answer.status_int == 400 and word in answer.json['badRequest']['message'], answer.text


@pytest.mark.parametrize('field', ['snapshot_id', 'source_volid', 'volume_type'])
def test_unknown_source_is_not_found(volumes, field):
    assert volumes.api.post('/v3/volumes', {'volume': {'size': 1, field: str(uuid.uuid4())}}).status_int == 404


def test_unknown_keys_are_refused_from_353_on(volumes):
    body = {'volume': {'size': 1, 'colour': 'blue'}}
    assert volumes.at('3.53').post('/v3/volumes', body).status_int == 400
    assert volumes.at('3.52').post('/v3/volumes', body).status_int == 202


def test_copies_need_room_for_their_source(volumes, images):
    source = volumes.create(size=2)
    snapshot = volumes.snapshot(source['id'])
    image = images.add(min_disk=2)
    for fields in ({'source_volid': source['id']}, {'snapshot_id': snapshot['id']}, {'imageRef': image['id']}):
        assert volumes.api.post('/v3/volumes', {'volume': {'size': 1, **fields}}).status_int == 400
    for fields in ({'source_volid': source['id']}, {'snapshot_id': snapshot['id']}):
        copy = volumes.post(**fields, size=None)
        assert volumes.wait(copy['id'], 'available')['size'] == 2


def test_volume_from_image_remembers_it(volumes, images):
    image = images.add(b'bootable', name='debian', properties={'hw_disk_bus': 'scsi'})
    made = volumes.create(imageRef=image['id'])
    assert made['bootable'] == 'true'
    assert made['volume_image_metadata'] == {
        'image_id': image['id'], 'image_name': 'debian', 'checksum': 'c', 'container_format': 'bare',
        'disk_format': 'raw', 'min_disk': '0', 'min_ram': '0', 'size': '8', 'hw_disk_bus': 'scsi'}
    clone = volumes.create(source_volid=made['id'])
    assert clone['bootable'] == 'true' and clone['volume_image_metadata']['image_id'] == image['id']


def test_inactive_image_is_refused(volumes, images):
    image = images.add(status='deactivated')
    assert volumes.api.post('/v3/volumes', {'volume': {'size': 1, 'imageRef': image['id']}}).status_int == 400


def test_failed_build_ends_in_error_with_a_message(volumes, faults):
    faults.fail('create', 'the disk is on fire', times=1)
    made = volumes.create(status='error')
    found = volumes.at('3.5').get(f'/v3/messages?resource_uuid={made["id"]}').json['messages']
    assert [row['user_message'] for row in found] == [
        'create volume from backend storage:create: the disk is on fire']
    volumes.api.delete(f'/v3/volumes/{made["id"]}')
    volumes.gone(made['id'])


def test_no_room_ends_in_error_with_reasons(volumes):
    specs = {'volume_backend_name': 'elsewhere'}
    volumes.admin.post('/v3/types', {'volume_type': {'name': 'elsewhere', 'extra_specs': specs}})
    made = volumes.create(status='error', volume_type='elsewhere')
    found = volumes.at('3.5').get(f'/v3/messages?resource_uuid={made["id"]}').json['messages']
    assert 'volume_backend_name=elsewhere, it has fake' in found[0]['user_message']
    assert found[0]['event_id'] == 'VOLUME_VOLUME_001_003'


def test_failed_delete_can_be_tried_again(volumes, faults):
    made = volumes.create()
    faults.fail('delete', 'stuck', times=1)
    volumes.api.delete(f'/v3/volumes/{made["id"]}')
    volumes.wait(made['id'], 'error_deleting')
    assert volumes.api.delete(f'/v3/volumes/{made["id"]}').status_int == 202
    volumes.gone(made['id'])


def test_delete_of_a_busy_volume_is_refused(volumes, faults):
    faults.stall('create', 20)
    made = volumes.post()
    answer = volumes.api.delete(f'/v3/volumes/{made["id"]}')
    assert answer.status_int == 400 and 'creating' in answer.json['badRequest']['message']
    assert volumes.action(made['id'], 'os-force_delete', client=volumes.admin).status_int == 202
    faults.clear()
    volumes.gone(made['id'])


def test_delete_with_snapshots_needs_cascade(volumes):
    made = volumes.create()
    snapshot = volumes.snapshot(made['id'])
    assert volumes.api.delete(f'/v3/volumes/{made["id"]}').status_int == 400
    assert volumes.api.delete(f'/v3/volumes/{made["id"]}?cascade=true').status_int == 202
    volumes.gone(made['id'])
    volumes.gone(snapshot['id'], 'snapshot')


def test_update(volumes):
    made = volumes.create(name='old', metadata={'a': 'b'})
    answer = volumes.api.put(f'/v3/volumes/{made["id"]}', {'volume': {'name': 'new', 'metadata': {'c': 'd'}}})
    assert answer.status_int == 200 and answer.json['volume']['name'] == 'new'
    shown = volumes.api.get(f'/v3/volumes/{made["id"]}').json['volume']
    assert (shown['name'], shown['metadata']) == ('new', {'c': 'd'})
    assert volumes.at('3.53').put(f'/v3/volumes/{made["id"]}', {'volume': {}}).status_int == 400


@pytest.fixture(scope='module')
def family(volumes, cloud):
    """Five volumes in a project of their own."""
    client = cloud.client('volume', project='family')
    made = [client.post('/v3/family/volumes', {'volume': {'size': 1 + i % 2, 'name': f'v{i}', 'metadata': {
        'n': str(i)}}}).json['volume']['id'] for i in range(5)]
    for volume_id in made:
        volumes.wait(volume_id, 'available')
    return client, made


def test_pages_lead_through_all(family):
    client, made = family
    seen, path = [], '/v3/family/volumes?limit=2'
    while path:
        body = client.get(path).json
        seen += [row['id'] for row in body['volumes']]
        path = body.get('volumes_links', [{}])[0].get('href', '')[len('http://127.0.0.1:8780/volume'):]
    assert seen == made[::-1]


def test_filters_and_sorting(family):
    client, made = family

    def names(query):
        return [row['name'] for row in client.get(f'/v3/volumes/detail?{query}').json['volumes']]
    assert names('sort=name:asc') == ['v0', 'v1', 'v2', 'v3', 'v4']
    assert names('sort_key=size&sort_dir=asc&limit=3') and len(names('limit=3')) == 3
    assert names('name=v3') == ['v3'] and names('name=nobody') == []
    assert names('metadata=%7B%27n%27%3A+%274%27%7D') == ['v4']
    assert names('status=error') == [] and len(names('status=available&bootable=false')) == 5
    assert names('offset=4&sort=name:asc') == ['v4']
    assert names('limit=0') == []


@pytest.mark.parametrize('query', ['limit=-1', 'limit=x', 'sort=colour:asc', 'sort=name:up',
                                   'metadata=x', 'offset=-1'])
def test_bad_query_is_refused(family, query):
    assert family[0].get(f'/v3/volumes?{query}').status_int == 400


def test_unknown_marker_is_not_found(family):
    assert family[0].get(f'/v3/volumes?marker={uuid.uuid4()}').status_int == 404


def test_unknown_filter_is_told_from_331_on(family, volumes):
    client = volumes.at('3.31', project='family')
    assert client.get('/v3/volumes?colour=blue').status_int == 400
    assert len(family[0].get('/v3/volumes?colour=blue').json['volumes']) == 5


def test_count_and_likeness_and_times(family, volumes):
    client = volumes.at('3.60', project='family')
    body = client.get('/v3/volumes?with_count=true&limit=1').json
    assert body['count'] == 5 and len(body['volumes']) == 1
    assert len(client.get('/v3/volumes?name~=v').json['volumes']) == 5
    assert client.get('/v3/volumes?created_at=gt:2099-01-01T00:00:00').json['volumes'] == []
    assert len(client.get('/v3/volumes?created_at=lt:2099-01-01T00:00:00').json['volumes']) == 5


def test_summary(family, volumes):
    assert family[0].get('/v3/volumes/summary').status_int == 404
    body = volumes.at('3.36', project='family').get('/v3/volumes/summary').json['volume-summary']
    assert (body['total_count'], body['total_size']) == (5, 7)
    assert sorted(body['metadata']['n']) == ['0', '1', '2', '3', '4']


def test_administrator_lists_all_projects(family, volumes):
    client, made = family
    assert made[0] not in [row['id'] for row in volumes.admin.get('/v3/volumes').json['volumes']]
    for query in ('all_tenants=1', 'all_tenants=1&project_id=family'):
        assert made[0] in [row['id'] for row in volumes.admin.get(f'/v3/volumes?{query}').json['volumes']]
    assert volumes.admin.get('/v3/volumes?all_tenants=1&project_id=nobody').json['volumes'] == []


def test_list_costs_a_fixed_number_of_statements(family, cloud):
    client, _ = family
    with counted(cloud.runtime('volume').db) as few:
        client.get('/v3/volumes/detail?limit=1')
    with counted(cloud.runtime('volume').db) as many:
        client.get('/v3/volumes/detail')
    selects = [[text for text in seen if 'FROM volumes' in text] for seen in (few, many)]
    assert len(selects[0]) == len(selects[1]) == 1


def test_links_follow_the_request(family):
    client, made = family
    for path, link in (('/v3/family/volumes', '/v3/family/volumes/'), ('/v3/volumes', '/v3/volumes/')):
        shown = client.get(f'{path}/{made[0]}').json['volume']
        assert shown['links'][0]['href'] == f'http://127.0.0.1:8780/volume{link}{made[0]}'
