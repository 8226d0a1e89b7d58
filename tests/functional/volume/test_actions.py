# SPDX-License-Identifier: Apache-2.0
"""POST /v3/volumes/{id}/action: size, flags, type, image and back, an operator's own."""
import uuid

import pytest


def test_extend(volumes):
    volume = volumes.create()
    assert volumes.action(volume['id'], 'os-extend', {'new_size': 3}).status_int == 202
    assert volumes.wait(volume['id'], 'available')['size'] == 3


@pytest.mark.parametrize('size', [1, 0, -1, None, 'big'])
def test_extend_to_nonsense_is_refused(volumes, size):
    volume = volumes.create()
    assert volumes.action(volume['id'], 'os-extend', {'new_size': size}).status_int == 400


def test_extend_in_use_tells_the_server(volumes, compute):
    volume, server = volumes.create(), str(uuid.uuid4())
    volumes.action(volume['id'], 'os-attach', {'instance_uuid': server, 'mountpoint': '/dev/vdb'})
    assert volumes.action(volume['id'], 'os-extend', {'new_size': 2}, volumes.at('3.41')).status_int == 400
    assert volumes.action(volume['id'], 'os-extend', {'new_size': 2}, volumes.at('3.42')).status_int == 202
    volumes.until(f'/v3/volumes/{volume["id"]}', lambda answer: answer.json['volume']['size'] == 2
                  and answer.json['volume']['status'] == 'in-use' and (server, volume['id'], 2) in compute.extended)


def test_failed_extend_keeps_the_size(volumes, faults):
    volume = volumes.create()
    faults.fail('extend', 'no', times=1)
    volumes.action(volume['id'], 'os-extend', {'new_size': 3})
    assert volumes.wait(volume['id'], 'error_extending')['size'] == 1


def test_upload_becomes_an_image(volumes, images):
    source = images.add(b'content of the volume', properties={'hw_disk_bus': 'scsi'})
    volume = volumes.create(imageRef=source['id'])
    answer = volumes.action(volume['id'], 'os-volume_upload_image', {'image_name': 'copy', 'disk_format': 'raw'})
    assert answer.status_int == 202
    shown = answer.json['os-volume_upload_image']
    assert (shown['image_name'], shown['status'], shown['disk_format']) == ('copy', 'uploading', 'raw')
    assert shown['volume_type']['name'] == '__DEFAULT__'
    volumes.wait(volume['id'], 'available')
    assert images.images[shown['image_id']]['status'] == 'active'
    assert images.images[shown['image_id']]['properties'] == {'hw_disk_bus': 'scsi'}
    assert images.data[shown['image_id']].startswith(b'content of the volume')


def test_failed_upload_gives_the_volume_back(volumes, images, faults):
    volume = volumes.create()
    faults.fail('copy_to_image', 'no room', times=1)
    answer = volumes.action(volume['id'], 'os-volume_upload_image', {'image_name': 'copy'})
    volumes.wait(volume['id'], 'available')
    assert answer.json['os-volume_upload_image']['image_id'] in images.failed


def test_public_upload_is_an_administrators(volumes):
    volume = volumes.create()
    wanted = {'image_name': 'copy', 'visibility': 'public'}
    assert volumes.action(volume['id'], 'os-volume_upload_image', wanted, volumes.at('3.1')).status_int == 403
    assert volumes.action(volume['id'], 'os-volume_upload_image', wanted).status_int == 400
    admin = volumes.at('3.1', roles='admin', project='admin')
    assert volumes.action(volume['id'], 'os-volume_upload_image', wanted, admin).status_int == 202


def test_flags(volumes):
    volume = volumes.create()
    for value, shown in ((True, 'true'), ('false', 'false')):
        assert volumes.action(volume['id'], 'os-set_bootable', {'bootable': value}).status_int == 200
        assert volumes.wait(volume['id'], 'available')['bootable'] == shown
    assert volumes.action(volume['id'], 'os-set_bootable', {'bootable': 'x'}).status_int == 400
    for value, shown in ((True, 'True'), (False, 'False')):
        assert volumes.action(volume['id'], 'os-update_readonly_flag', {'readonly': value}).status_int == 202
        assert volumes.wait(volume['id'], 'available')['metadata'] == {'readonly': shown}


def test_image_metadata(volumes):
    volume = volumes.create()
    answer = volumes.action(volume['id'], 'os-set_image_metadata', {'metadata': {'a': 'b', 'c': 'd'}})
    assert answer.status_int == 200 and answer.json == {'metadata': {'a': 'b', 'c': 'd'}}
    assert volumes.action(volume['id'], 'os-unset_image_metadata', {'key': 'a'}).status_int == 200
    assert volumes.action(volume['id'], 'os-unset_image_metadata', {'key': 'a'}).status_int == 404
    assert volumes.action(volume['id'], 'os-show_image_metadata').json == {'metadata': {'c': 'd'}}


def test_retype(volumes):
    volume, name = volumes.create(), 'type-' + uuid.uuid4().hex
    volumes.admin.post('/v3/types', {'volume_type': {'name': name}})
    assert volumes.action(volume['id'], 'os-retype', {'new_type': name}).status_int == 202
    assert volumes.wait(volume['id'], 'available')['volume_type'] == name
    assert volumes.action(volume['id'], 'os-retype', {'new_type': 'nothing'}).status_int == 404
    elsewhere = 'type-' + uuid.uuid4().hex
    volumes.admin.post('/v3/types', {'volume_type': {'name': elsewhere,
                                                     'extra_specs': {'volume_backend_name': 'moon'}}})
    answer = volumes.action(volume['id'], 'os-retype', {'new_type': elsewhere})
    assert answer.status_int == 400 and 'moon' in answer.text


def test_revert_to_the_latest_snapshot(volumes):
    volume = volumes.create()
    snapshot = volumes.snapshot(volume['id'])
    client = volumes.at('3.40')
    assert volumes.action(volume['id'], 'revert', {'snapshot_id': snapshot['id']}).status_int == 404
    assert volumes.action(volume['id'], 'revert', {'snapshot_id': str(uuid.uuid4())}, client).status_int == 400
    assert volumes.action(volume['id'], 'revert', {'snapshot_id': snapshot['id']}, client).status_int == 202
    volumes.wait(volume['id'], 'available')
    volumes.wait(snapshot['id'], 'available', kind='snapshot')


def test_reimage(volumes, images):
    volume, image = volumes.create(), images.add(b'new content', name='newer')
    assert volumes.action(volume['id'], 'os-reimage', {'image_id': image['id']}, volumes.at('3.68')).status_int == 202
    assert volumes.wait(volume['id'], 'available')['volume_image_metadata']['image_name'] == 'newer'


def test_reset_status_is_an_operators(volumes):
    volume = volumes.create()
    assert volumes.action(volume['id'], 'os-reset_status', {'status': 'error'}).status_int == 403
    assert volumes.action(volume['id'], 'os-reset_status', {'status': 'error'}, volumes.admin).status_int == 202
    assert volumes.wait(volume['id'], 'error')
    assert volumes.action(volume['id'], 'os-reset_status', {'status': 'blue'}, volumes.admin).status_int == 400


@pytest.mark.parametrize('status', ['creating', 'error', 'attaching', 'maintenance'])
def test_force_delete_in_any_state(volumes, status):
    volume = volumes.create()
    volumes.action(volume['id'], 'os-reset_status', {'status': status}, volumes.admin)
    assert volumes.action(volume['id'], 'os-force_delete', {}, volumes.admin).status_int == 202
    volumes.gone(volume['id'])


@pytest.mark.parametrize('body', [{}, {'os-fly': None}, {'os-reserve': None, 'os-unreserve': None}])
def test_unknown_action_is_refused(volumes, body):
    volume = volumes.create()
    assert volumes.api.post(f'/v3/volumes/{volume["id"]}/action', body).status_int == 400


def test_metadata_items(volumes):
    path = f'/v3/volumes/{volumes.create()["id"]}/metadata'
    assert volumes.api.post(path, {'metadata': {'a': '1', 'b': '2'}}).json == {'metadata': {'a': '1', 'b': '2'}}
    assert volumes.api.put(path, {'metadata': {'c': '3'}}).json == {'metadata': {'c': '3'}}
    assert volumes.api.put(f'{path}/c', {'meta': {'c': '4'}}).json == {'meta': {'c': '4'}}
    assert volumes.api.put(f'{path}/c', {'meta': {'d': '4'}}).status_int == 400
    assert volumes.api.get(f'{path}/c').json == {'meta': {'c': '4'}}
    assert volumes.api.delete(f'{path}/c').status_int == 200
    assert volumes.api.get(f'{path}/c').status_int == 404
    assert volumes.api.get(path).json == {'metadata': {}}
