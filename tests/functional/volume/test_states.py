# SPDX-License-Identifier: Apache-2.0
"""In which states of a volume each action is refused, as Cinder refuses it, and that nothing was changed then."""
import uuid

import pytest

CONNECTOR = {'initiator': 'iqn.x', 'host': 'h', 'ip': '10.0.0.1'}
IMAGE = '6d1f2c8a-2f6e-4c6b-9b1e-0a3f5c9d7e11'
# action, its body, the states that it is refused in
REFUSED = [
    ('os-set_image_metadata', {'metadata': {'a': 'b'}}, ('uploading', 'maintenance')),
    ('os-unset_image_metadata', {'key': 'kept'}, ('uploading', 'maintenance')),
    ('os-set_bootable', {'bootable': True}, ('maintenance',)),
    ('os-update_readonly_flag', {'readonly': True}, ('uploading', 'maintenance', 'error', 'reserved')),
    ('os-extend', {'new_size': 2}, ('uploading', 'maintenance', 'error', 'reserved', 'extending')),
    ('os-retype', {'new_type': 'other'}, ('uploading', 'maintenance', 'error', 'reserved')),
    ('os-volume_upload_image', {'image_name': 'x'}, ('uploading', 'maintenance', 'error', 'reserved')),
    ('os-volume_upload_image', {'image_name': 'x', 'force': True}, ('uploading', 'maintenance', 'error')),
    ('os-reserve', None, ('uploading', 'maintenance', 'error', 'reserved')),
    ('os-begin_detaching', None, ('available', 'uploading', 'maintenance', 'error')),
    ('os-attach', {'mountpoint': '/dev/vdb', 'instance_uuid': IMAGE}, ('maintenance', 'error', 'uploading')),
    ('os-detach', {}, ('maintenance',)),
    ('os-force_detach', {}, ('maintenance',)),
    ('os-initialize_connection', {'connector': CONNECTOR}, ('maintenance',)),
    ('os-migrate_volume', {'host': 'other@fake#fake'}, ('available', 'maintenance')),
    ('os-migrate_volume_completion', {'new_volume': None}, ('available', 'maintenance')),
    ('os-extend_volume_completion', {}, ('available', 'extending', 'maintenance')),
    ('os-reset_status', {'status': 'deleting'}, ('available',)),
    ('os-reset_status', {'status': 'in-use'}, ('available',))]


@pytest.fixture(scope='module')
def held(volumes):
    """A volume with image metadata; each test says in which state it is."""
    volumes.admin.post('/v3/types', {'volume_type': {'name': 'other'}})
    made = volumes.create()
    volumes.action(made['id'], 'os-set_image_metadata', {'metadata': {'kept': 'yes'}})
    return made['id']


def put_in(volumes, volume_id, status):
    answer = volumes.action(volume_id, 'os-reset_status', {'status': status}, volumes.admin)
    assert answer.status_int == 202, answer.text


@pytest.mark.parametrize('word,body,status', [
    (word, body, status) for word, body, statuses in REFUSED for status in statuses])
def test_refused(volumes, held, word, body, status):
    put_in(volumes, held, status)
    before = volumes.admin.get(f'/v3/volumes/{held}').json
    if body and 'new_volume' in body:
        body = {'new_volume': held}
    answer = volumes.action(held, word, body, volumes.admin)
    assert answer.status_int == 400, answer.text
    assert 'badRequest' in answer.json
    assert volumes.admin.get(f'/v3/volumes/{held}').json == before


@pytest.mark.parametrize('status', ['uploading', 'maintenance'])
@pytest.mark.parametrize('method,path,body', [
    ('post', '/metadata', {'metadata': {'a': 'b'}}), ('put', '/metadata', {'metadata': {}}),
    ('put', '/metadata/a', {'meta': {'a': 'b'}}), ('delete', '/metadata/k', None)])
def test_metadata_stays(volumes, held, method, path, body, status):
    put_in(volumes, held, 'available')
    volumes.api.post(f'/v3/volumes/{held}/metadata', {'metadata': {'k': 'v'}})
    put_in(volumes, held, status)
    answer = getattr(volumes.api, method)(f'/v3/volumes/{held}{path}', *([body] if body else []))
    assert answer.status_int == 400
    assert volumes.api.get(f'/v3/volumes/{held}/metadata').json['metadata']['k'] == 'v'


def test_nothing_else_is_written_in_maintenance(volumes, held):
    put_in(volumes, held, 'maintenance')
    path = f'/v3/volumes/{held}'
    assert volumes.api.put(path, {'volume': {'name': 'new'}}).status_int == 400
    assert volumes.api.post('/v3/snapshots', {'snapshot': {'volume_id': held, 'force': True}}).status_int == 400
    body = {'transfer': {'volume_id': held}}
    assert volumes.api.post('/v3/os-volume-transfer', body).status_int == 400
    assert volumes.at('3.27').post('/v3/attachments', {'attachment': {'volume_uuid': held}}).status_int == 400
    assert volumes.api.delete(path).status_int == 400
    put_in(volumes, held, 'available')
    assert volumes.api.put(path, {'volume': {'name': 'new'}}).json['volume']['name'] == 'new'


@pytest.mark.parametrize('status', ['error', 'creating', 'uploading', 'maintenance'])
def test_no_snapshot(volumes, status):
    made = volumes.create()
    put_in(volumes, made['id'], status)
    body = {'snapshot': {'volume_id': made['id'], 'force': True}}
    assert volumes.api.post('/v3/snapshots', body).status_int == 400


def test_reset_to_detached_forgets_the_attachments(volumes):
    made = volumes.create()
    volumes.action(made['id'], 'os-attach', {'mountpoint': '/dev/vdb', 'host_name': 'h'})
    assert volumes.wait(made['id'], 'in-use')['attachments']
    answer = volumes.action(made['id'], 'os-reset_status', {'status': 'available', 'attach_status': 'detached'},
                            volumes.admin)
    assert answer.status_int == 202
    shown = volumes.wait(made['id'], 'available')
    assert shown['attachments'] == [] and 'attached_mode' not in shown['metadata']
    assert volumes.api.delete(f'/v3/volumes/{made["id"]}').status_int == 202


def test_image_metadata_may_be_as_long_as_an_images(volumes):
    made = volumes.create()
    for length, status in ((65535, 200), (65536, 400)):
        body = {'metadata': {'long': 'x' * length}}
        assert volumes.action(made['id'], 'os-set_image_metadata', body).status_int == status


def test_a_volume_without_a_back_end_goes_at_once(volumes):
    """And so is its type free at once."""
    specs = {'vendor_name': 'nobody'}
    kind = volumes.admin.post('/v3/types', {'volume_type': {'name': 'odd', 'extra_specs': specs}}).json['volume_type']
    made = volumes.create(status='error', volume_type='odd')
    assert volumes.api.delete(f'/v3/volumes/{made["id"]}').status_int == 202
    assert volumes.api.get(f'/v3/volumes/{made["id"]}').status_int == 404
    assert volumes.admin.delete(f'/v3/types/{kind["id"]}').status_int == 202


def test_a_frozen_back_end_makes_and_removes_nothing(volumes):
    made = volumes.create()
    host = {'host': volumes.admin.get(f'/v3/volumes/{made["id"]}').json['volume']['os-vol-host-attr:host']
            .partition('#')[0]}
    assert volumes.admin.put('/v3/os-services/freeze', host).status_int == 200
    try:
        assert volumes.admin.put('/v3/os-services/freeze', host).status_int == 400
        assert volumes.api.delete(f'/v3/volumes/{made["id"]}').status_int == 400
        assert volumes.api.post('/v3/snapshots', {'snapshot': {'volume_id': made['id']}}).status_int == 400
        refused = volumes.create(status='error')
        message = volumes.at('3.5').get(f'/v3/messages?resource_uuid={refused["id"]}').json['messages'][0]
        assert 'it is frozen' in message['user_message']
    finally:
        assert volumes.admin.put('/v3/os-services/thaw', host).status_int == 200
    assert volumes.api.delete(f'/v3/volumes/{made["id"]}').status_int == 202


def test_a_member_may_not_complete_what_only_services_do(volumes):
    made = volumes.create()
    for word, body in (('os-migrate_volume_completion', {'new_volume': made['id']}),
                       ('os-extend_volume_completion', {})):
        assert volumes.action(made['id'], word, body).status_int == 403
    body = {'new_volume': str(uuid.uuid4())}
    assert volumes.action(made['id'], 'os-migrate_volume_completion', body, volumes.admin).status_int == 404


def test_retype_counts_against_the_new_types_quota(volumes, cloud):
    volumes.admin.post('/v3/types', {'volume_type': {'name': 'scarce'}})
    client = cloud.client('volume', project='retyping')
    volumes.admin.put('/v3/os-quota-sets/retyping', {'quota_set': {'volumes_scarce': 0}})
    made = client.post('/v3/volumes', {'volume': {'size': 1}}).json['volume']
    volumes.wait(made['id'], 'available')
    assert volumes.action(made['id'], 'os-retype', {'new_type': 'scarce'}, client).status_int == 413
    assert volumes.wait(made['id'], 'available')['volume_type'] == '__DEFAULT__'


def test_snapshots_travel_only_when_they_are_there(volumes):
    made = volumes.create()
    taken = volumes.snapshot(made['id'])
    volumes.admin.post(f'/v3/snapshots/{taken["id"]}/action', {'os-reset_status': {'status': 'error'}})
    body = {'transfer': {'volume_id': made['id']}}
    assert volumes.api.post('/v3/os-volume-transfer', body).status_int == 400
    body['transfer']['no_snapshots'] = True
    assert volumes.at('3.55').post('/v3/volume-transfers', body).status_int == 202
