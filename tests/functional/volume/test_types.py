# SPDX-License-Identifier: Apache-2.0
"""/v3/types, extra specs, access, defaults, encryption, QoS."""
import uuid

import pytest


@pytest.fixture
def made(volumes):
    def make(**fields):
        answer = volumes.admin.post('/v3/types', {'volume_type': {'name': 'type-' + uuid.uuid4().hex, **fields}})
        assert answer.status_int == 200, answer.text
        return answer.json['volume_type']
    return make


def test_create_show_update_delete(volumes, made):
    row = made(description='text', extra_specs={'a': 'b'})
    path = f'/v3/types/{row["id"]}'
    shown = volumes.admin.get(path).json['volume_type']
    assert shown == {**row, 'qos_specs_id': None}
    assert volumes.api.get(path).json['volume_type']['extra_specs'] == {}
    answer = volumes.admin.put(path, {'volume_type': {'name': row['name'] + 'x', 'is_public': False}})
    assert answer.json['volume_type']['name'] == row['name'] + 'x'
    assert volumes.api.get(path).status_int == 404
    assert volumes.admin.delete(path).status_int == 202
    assert volumes.admin.get(path).status_int == 404


def test_only_administrators_change_them(volumes, made):
    row = made()
    assert volumes.api.post('/v3/types', {'volume_type': {'name': 'x'}}).status_int == 403
    assert volumes.api.delete(f'/v3/types/{row["id"]}').status_int == 403


def test_bad_names(volumes, made):
    row = made()
    assert volumes.admin.post('/v3/types', {'volume_type': {'name': row['name']}}).status_int == 409
    for name in ('', ' ', None, 'x' * 256):
        assert volumes.admin.post('/v3/types', {'volume_type': {'name': name}}).status_int == 400


def test_used_type_stays(volumes, made):
    row = made()
    volumes.create(volume_type=row['id'])
    assert volumes.admin.delete(f'/v3/types/{row["id"]}').status_int == 400


def test_unfit_specs_end_in_error(volumes, made):
    volumes.create(status='available', volume_type=made(extra_specs={'storage_protocol': 'iSCSI'})['id'])
    volumes.create(status='error', volume_type=made(extra_specs={'vendor_name': 'moon'})['id'])


def test_extra_specs(volumes, made):
    path = f'/v3/types/{made()["id"]}/extra_specs'
    assert volumes.admin.post(path, {'extra_specs': {'a': '1', 'b': '2'}}).json == {'extra_specs': {'a': '1', 'b': '2'}}
    assert volumes.admin.put(f'{path}/a', {'a': '3'}).json == {'a': '3'}
    assert volumes.admin.get(f'{path}/a').json == {'a': '3'}
    for body in ({}, {'b': '1'}, {'a': '1', 'b': '2'}, None):
        assert volumes.admin.put(f'{path}/a', body).status_int == 400
    assert volumes.admin.delete(f'{path}/a').status_int == 202
    assert volumes.admin.get(f'{path}/a').status_int == 404
    assert volumes.admin.get(path).json == {'extra_specs': {'b': '2'}}


def test_private_type_is_for_those_who_have_access(volumes, made):
    row = made(**{'os-volume-type-access:is_public': False})
    wanted = {'volume': {'size': 1, 'volume_type': row['id']}}
    assert volumes.api.post('/v3/volumes', wanted).status_int == 404
    path = f'/v3/types/{row["id"]}'
    assert volumes.admin.post(f'{path}/action', {'addProjectAccess': {'project': 'p1'}}).status_int == 202
    assert volumes.admin.post(f'{path}/action', {'addProjectAccess': {'project': 'p1'}}).status_int == 409
    assert volumes.admin.get(f'{path}/os-volume-type-access').json == {
        'volume_type_access': [{'volume_type_id': row['id'], 'project_id': 'p1'}]}
    assert volumes.api.post('/v3/volumes', wanted).status_int == 202
    assert volumes.admin.post(f'{path}/action', {'removeProjectAccess': {'project': 'p1'}}).status_int == 202
    assert volumes.api.get(path).status_int == 404


def test_default_type_of_a_project(volumes, made):
    row, admin = made(), volumes.at('3.62', roles='admin', project='admin')
    assert volumes.api.get('/v3/types/default').json['volume_type']['name'] == '__DEFAULT__'
    assert admin.put('/v3/default-types/p9', {'default_type': {'volume_type': row['name']}}).status_int == 200
    client = volumes.cloud.client('volume', project='p9')
    assert client.get('/v3/types/default').json['volume_type']['id'] == row['id']
    assert admin.get('/v3/default-types/p9').json['default_type']['volume_type_id'] == row['id']
    assert admin.delete('/v3/default-types/p9').status_int == 204
    assert admin.get('/v3/default-types/p9').status_int == 404


def test_encryption(volumes, made):
    row = made()
    path = f'/v3/types/{row["id"]}/encryption'
    assert volumes.admin.get(path).json == {}
    wanted = {'encryption': {'provider': 'luks', 'control_location': 'front-end', 'key_size': 256}}
    encryption = volumes.admin.post(path, wanted).json['encryption']
    assert encryption['key_size'] == 256 and encryption['volume_type_id'] == row['id']
    assert volumes.admin.get(f'{path}/provider').json == {'provider': 'luks'}
    item = f'{path}/{encryption["encryption_id"]}'
    assert volumes.admin.put(item, {'encryption': {'key_size': 128}}).json == {'encryption': {'key_size': 128}}
    answer = volumes.api.post('/v3/volumes', {'volume': {'size': 1, 'volume_type': row['id']}})
    assert answer.status_int == 400 and 'encryption' in answer.text
    assert volumes.admin.delete(item).status_int == 202
    assert volumes.admin.get(path).json == {}


def test_qos(volumes, made):
    name = 'qos-' + uuid.uuid4().hex
    answer = volumes.admin.post('/v3/qos-specs', {'qos_specs': {'name': name, 'consumer': 'front-end', 'iops': '5'}})
    qos = answer.json['qos_specs']
    assert qos['specs'] == {'iops': '5'} and qos['consumer'] == 'front-end'
    path, row = f'/v3/qos-specs/{qos["id"]}', made()
    assert volumes.admin.put(path, {'qos_specs': {'bytes': '9'}}).json == {'qos_specs': {'bytes': '9'}}
    assert volumes.admin.put(f'{path}/delete_keys', {'keys': ['iops']}).status_int == 202
    assert volumes.admin.get(path).json['qos_specs']['specs'] == {'bytes': '9'}
    assert volumes.admin.get(f'{path}/associate?vol_type_id={row["id"]}').status_int == 202
    assert volumes.admin.get(f'{path}/associations').json['qos_associations'][0]['id'] == row['id']
    assert volumes.admin.delete(path).status_int == 400
    assert volumes.admin.get(f'{path}/disassociate_all').status_int == 202
    assert volumes.admin.delete(path).status_int == 202
    assert volumes.admin.get(path).status_int == 404
    assert volumes.api.get('/v3/qos-specs').status_int == 403
