# SPDX-License-Identifier: Apache-2.0
"""What operators and catalogues see: services, hosts, pools, zones, extensions, versions, transfers, messages."""
import uuid

import pytest


def test_services(volumes):
    found = {row['binary']: row for row in volumes.admin.get('/v3/os-services').json['services']}
    assert set(found) == {'cinder-volume', 'cinder-scheduler'}
    row = found['cinder-volume']
    assert row['state'] == 'up' and row['status'] == 'enabled' and '@fake' in row['host'] and row['frozen'] is False
    assert volumes.api.get('/v3/os-services').status_int == 403


def test_disabled_host_gets_no_volumes(volumes):
    host = volumes.admin.get('/v3/os-services?binary=cinder-volume').json['services'][0]['host']
    which = {'host': host, 'binary': 'cinder-volume'}
    answer = volumes.admin.put('/v3/os-services/disable-log-reason', {**which, 'disabled_reason': 'cleaning'})
    assert answer.json == {**which, 'service': 'cinder-volume', 'disabled': True, 'status': 'disabled',
                           'disabled_reason': 'cleaning'}
    try:
        made = volumes.create(status='error')
        message = volumes.at('3.5').get(f'/v3/messages?resource_uuid={made["id"]}').json['messages'][0]
        assert 'it is disabled' in message['user_message']
    finally:
        assert volumes.admin.put('/v3/os-services/enable', which).json['disabled'] is False
    volumes.create()
    for path, body, status in (('disable', {'host': 'moon', 'binary': 'cinder-volume'}, 404),
                               ('disable', {'host': host, 'binary': 'invalid'}, 404), ('freeze', {'host': 'moon'}, 400),
                               ('disable-log-reason', which, 400), ('thaw', {'host': host}, 400),
                               ('failover_host', {'host': host}, 400), ('failover_host', {'host': 'moon'}, 400)):
        assert volumes.admin.put(f'/v3/os-services/{path}', body).status_int == status


def test_hosts(volumes):
    volumes.create(size=2)
    hosts = volumes.admin.get('/v3/os-hosts?service=cinder-volume').json['hosts']
    shown = volumes.admin.get(f'/v3/os-hosts/{hosts[0]["host_name"]}').json['host']
    total, own = shown[0]['resource'], [row['resource'] for row in shown if row['resource']['project'] == 'p1'][0]
    assert total['project'] == '(total)' and int(total['total_volume_gb']) >= int(own['total_volume_gb']) >= 2


def test_pools(volumes):
    assert list(volumes.admin.get('/v3/scheduler-stats/get_pools').json['pools'][0]) == ['name']
    pool = volumes.admin.get('/v3/scheduler-stats/get_pools?detail=true').json['pools'][0]
    assert pool['capabilities']['volume_backend_name'] == 'fake' and pool['capabilities']['total_capacity_gb'] > 0
    host = pool['name'].partition('#')[0]
    assert volumes.admin.get(f'/v3/capabilities/{host}').json['volume_backend_name'] == 'fake'
    assert volumes.admin.get('/v3/capabilities/moon').status_int == 404


def test_catalogue(volumes):
    assert volumes.api.get('/v3/os-availability-zone').json == {
        'availabilityZoneInfo': [{'zoneName': 'nova', 'zoneState': {'available': True}}]}
    assert 'os-volume-transfer' in [row['alias'] for row in volumes.api.get('/v3/extensions').json['extensions']]
    assert volumes.at('3.33').get('/v3/resource_filters?resource=pool').json == {
        'resource_filters': [{'resource': 'pool', 'filters': ['name', 'volume_type']}]}


def test_versions_need_no_token(volumes, cloud):
    nobody = cloud.client('volume', token='')
    for path, status in (('/', 300), ('/v3/', 200), ('/v3', 200)):
        answer = nobody.get(path)
        assert answer.status_int == status and answer.json['versions'][0]['id'] == 'v3.0'
    assert nobody.get('/v3/volumes').status_int == 401


@pytest.mark.parametrize('asked,status', [('3.0', 200), ('3.71', 200), ('latest', 200), ('3.72', 406), ('x', 400)])
def test_version_window(volumes, asked, status):
    answer = volumes.at(asked).get('/v3/limits')
    assert answer.status_int == status
    if status == 200:
        version = '3.71' if asked == 'latest' else asked
        assert answer.headers['OpenStack-API-Version'] == f'volume {version}'


def test_transfer(volumes):
    volume, other = volumes.create(), volumes.cloud.client('volume', project='p2', user='u2')
    made = volumes.api.post('/v3/os-volume-transfer', {'transfer': {'volume_id': volume['id'], 'name': 'x'}})
    assert made.status_int == 202
    transfer = made.json['transfer']
    assert volumes.wait(volume['id'], 'awaiting-transfer')
    assert 'auth_key' not in volumes.api.get(f'/v3/os-volume-transfer/{transfer["id"]}').json['transfer']
    assert other.get(f'/v3/os-volume-transfer/{transfer["id"]}').status_int == 404
    path = f'/v3/os-volume-transfer/{transfer["id"]}/accept'
    assert other.post(path, {'accept': {'auth_key': 'wrong'}}).status_int == 400
    assert other.post(path, {'accept': {'auth_key': transfer['auth_key']}}).status_int == 202
    assert volumes.wait(volume['id'], 'available')['os-vol-tenant-attr:tenant_id'] == 'p2'
    assert other.get(f'/v3/volumes/{volume["id"]}').json['volume']['user_id'] == 'u2'


def test_transfer_taken_back(volumes):
    volume = volumes.create()
    transfer = volumes.at('3.55').post('/v3/volume-transfers', {'transfer': {
        'volume_id': volume['id'], 'no_snapshots': True}}).json['transfer']
    assert transfer['no_snapshots'] is True and transfer['name'] is None
    assert transfer['id'] in [row['id'] for row in volumes.api.get('/v3/os-volume-transfer/detail').json['transfers']]
    assert volumes.api.delete(f'/v3/volume-transfers/{transfer["id"]}').status_int == 202
    assert volumes.wait(volume['id'], 'available')


def test_messages(volumes):
    volumes.admin.post('/v3/types', {'volume_type': {'name': 'moon', 'extra_specs': {'volume_backend_name': 'moon'}}})
    made = volumes.create(status='error', volume_type='moon')
    client = volumes.at('3.3')
    message = volumes.at('3.5').get(f'/v3/messages?resource_uuid={made["id"]}').json['messages'][0]
    assert message['resource_type'] == 'VOLUME' and message['message_level'] == 'ERROR'
    assert client.get(f'/v3/messages/{message["id"]}').json['message'] == message
    assert volumes.at('3.3', project='p2').get(f'/v3/messages/{message["id"]}').status_int == 404
    assert client.delete(f'/v3/messages/{message["id"]}').status_int == 204
    assert client.get(f'/v3/messages/{message["id"]}').status_int == 404
    assert client.get(f'/v3/messages/{uuid.uuid4()}').status_int == 404
