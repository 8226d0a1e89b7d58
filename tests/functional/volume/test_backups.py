# SPDX-License-Identifier: Apache-2.0
"""Backups where no backup service runs: there are none, and nothing reads as gone that was never made."""

import pytest

NOTHING = 'd52291da-12f9-495d-bf34-4af463dd655f'


@pytest.mark.parametrize('path,answer', [
    ('/v3/backups', {'backups': []}), ('/v3/backups/detail', {'backups': []}), ('/v3/p1/backups', {'backups': []}),
    ('/v3/backups?all_tenants=1&limit=5&sort=created_at:asc', {'backups': []})])
def test_lists_are_empty(volumes, path, answer):
    assert volumes.api.get(path).json == answer
    counted = f'{path}{"&" if "?" in path else "?"}with_count=true'
    assert volumes.at('3.45').get(counted).json == {**answer, 'count': 0}


@pytest.mark.parametrize('query,status', [('limit=x', 400), ('sort_key=moon', 400), (f'marker={NOTHING}', 404)])
def test_lists_check_their_query(volumes, query, status):
    assert volumes.api.get(f'/v3/backups?{query}').status_int == status


def test_create_says_why_not(volumes):
    volume = volumes.create()
    answer = volumes.api.post('/v3/backups', {'backup': {'volume_id': volume['id'], 'name': 'b', 'force': True}})
    assert answer.status_int == 503 and 'cinder-backup' in answer.json['serviceUnavailable']['message']
    snapshot = volumes.snapshot(volume['id'])
    body = {'backup': {'volume_id': volume['id'], 'snapshot_id': snapshot['id']}}
    assert volumes.at('3.51').post('/v3/backups', body).status_int == 503
    other = volumes.create()
    body['backup']['volume_id'] = other['id']
    assert volumes.api.post('/v3/backups', body).status_int == 400, "another volume's snapshot"
    body = {'backup': {'volume_id': other['id'], 'incremental': True}}
    assert volumes.api.post('/v3/backups', body).status_int == 400, 'there is no full one before it'
    assert volumes.wait(other['id'], 'available'), 'nothing was begun'


@pytest.mark.parametrize('body,version,status', [
    ({}, '3.0', 400), ({'volume_id': 'x'}, '3.0', 400), ({'volume_id': NOTHING}, '3.0', 404),
    ({'volume_id': NOTHING, 'metadata': {}}, '3.42', 400), ({'volume_id': NOTHING, 'metadata': {}}, '3.43', 404),
    ({'volume_id': NOTHING, 'availability_zone': 'nova'}, '3.50', 400),
    ({'volume_id': NOTHING, 'availability_zone': 'nova'}, '3.51', 404),
    ({'volume_id': NOTHING, 'force': 'maybe'}, '3.0', 400), ({'volume_id': NOTHING, 'colour': 'red'}, '3.0', 400)])
def test_create_checks_before_it_refuses(volumes, body, version, status):
    assert volumes.at(version).post('/v3/backups', {'backup': body}).status_int == status


@pytest.mark.parametrize('status,body,answer', [
    ('error', {}, 400), ('reserved', {'force': True}, 400), ('available', {}, 503)])
def test_state_of_the_volume(volumes, status, body, answer):
    volume = volumes.create()
    volumes.action(volume['id'], 'os-reset_status', {'status': status}, volumes.admin)
    assert volumes.api.post('/v3/backups', {'backup': {'volume_id': volume['id'], **body}}).status_int == answer


def test_somebody_elses_volume_is_not_found(volumes, cloud):
    volume = volumes.create()
    stranger = cloud.client('volume', project='p2', user='u2')
    assert stranger.post('/v3/backups', {'backup': {'volume_id': volume['id']}}).status_int == 404


@pytest.mark.parametrize('method,path,body,who,status', [
    ('get', '', None, 'api', 404), ('delete', '', None, 'api', 404),
    ('post', '/restore', {'restore': {}}, 'api', 404), ('post', '/restore', {'restore': None}, 'api', 404),
    ('post', '/restore', {'restore': {'volume_id': 'x'}}, 'api', 400), ('post', '/restore', {}, 'api', 400),
    ('get', '/export_record', None, 'admin', 404),
    ('post', '/action', {'os-reset_status': {'status': 'error'}}, 'admin', 404),
    ('post', '/action', {'os-reset_status': {'status': 'moon'}}, 'admin', 400),
    ('post', '/action', {'os-force_delete': {}}, 'admin', 404), ('post', '/action', {'os-unknown': {}}, 'admin', 400)])
def test_one_that_is_not_there(volumes, method, path, body, who, status):
    client = getattr(volumes, who)
    answer = getattr(client, method)(f'/v3/backups/{NOTHING}{path}', *([body] if body is not None else []))
    assert answer.status_int == status
    if status == 404:
        assert answer.json['itemNotFound']['message'] == f'Backup {NOTHING} could not be found.'


def test_update_came_with_3_9(volumes):
    body = {'backup': {'name': 'new'}}
    for version in ('3.8', '3.9'):
        answer = volumes.at(version).put(f'/v3/backups/{NOTHING}', body)
        assert answer.status_int == 404
    assert 'Backup' in answer.json['itemNotFound']['message']
    body['backup']['metadata'] = {}
    assert volumes.at('3.42').put(f'/v3/backups/{NOTHING}', body).status_int == 400
    assert volumes.at('3.43').put(f'/v3/backups/{NOTHING}', body).status_int == 404


def test_import(volumes):
    body = {'backup-record': {'backup_service': 'cinder.backup.drivers.nfs', 'backup_url': 'e30='}}
    assert volumes.admin.post('/v3/backups/import_record', body).status_int == 503
    assert volumes.api.post('/v3/backups/import_record', body).status_int == 403
    assert volumes.admin.post('/v3/backups/import_record', {'backup-record': {}}).status_int == 400


def test_a_reader_makes_none(volumes, cloud):
    volume, reader = volumes.create(), cloud.client('volume', roles='reader')
    assert reader.get('/v3/backups').status_int == 200
    assert reader.post('/v3/backups', {'backup': {'volume_id': volume['id']}}).status_int == 403


def test_a_volume_from_one(volumes):
    body = {'volume': {'size': 1, 'backup_id': NOTHING}}
    answer = volumes.at('3.47').post('/v3/volumes', body)
    assert answer.status_int == 404 and 'Backup' in answer.json['itemNotFound']['message']
