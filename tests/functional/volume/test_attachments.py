# SPDX-License-Identifier: Apache-2.0
"""/v3/attachments (3.27) and the older flow of actions."""
import uuid

import pytest

CONNECTOR = {'host': 'compute1', 'ip': '10.0.0.1', 'initiator': 'iqn.2026-11.org.test:compute1', 'multipath': False}


@pytest.fixture
def api(volumes):
    return volumes.at('3.54')


def reserve(api, volume_id, **fields):
    answer = api.post('/v3/attachments', {'attachment': {'volume_uuid': volume_id,
                                                         'instance_uuid': str(uuid.uuid4()), **fields}})
    assert answer.status_int == 200, answer.text
    return answer.json['attachment']


def exports(volumes):
    return volumes.cloud.runtime('volume').agents.call(None, 'inventory', server=volumes.cloud.conf.host)['exports']


def test_three_step_flow(volumes, api):
    volume = volumes.create()
    made = reserve(api, volume['id'])
    assert (made['status'], made['connection_info'], made['attach_mode']) == ('reserved', {}, 'null')
    assert volumes.wait(volume['id'], 'reserved')
    answer = api.put(f'/v3/attachments/{made["id"]}', {'attachment': {'connector': CONNECTOR}})
    info = answer.json['attachment']['connection_info']
    assert info['driver_volume_type'] == 'iscsi' and info['auth_method'] == 'CHAP' and info['access_mode'] == 'rw'
    assert info['attachment_id'] == made['id'] and volume['id'] in info['target_iqn']
    assert volumes.wait(volume['id'], 'attaching') and volume['id'] in exports(volumes)
    answer = volumes.at('3.44').post(f'/v3/attachments/{made["id"]}/action', {'os-complete': None})
    assert answer.status_int == 204
    shown = volumes.wait(volume['id'], 'in-use')['attachments']
    assert [(row['attachment_id'], row['server_id'], row['host_name']) for row in shown] == [
        (made['id'], made['instance'], 'compute1')]
    assert volumes.api.get(f'/v3/volumes/{volume["id"]}').json['volume']['attachments'][0]['host_name'] is None
    answer = api.delete(f'/v3/attachments/{made["id"]}')
    assert answer.status_int == 200 and answer.json == {'attachments': []}
    assert volumes.wait(volume['id'], 'available')['attachments'] == []
    assert volume['id'] not in exports(volumes)
    assert api.get(f'/v3/attachments/{made["id"]}').status_int == 404


def test_connector_at_once(volumes, api):
    volume = volumes.create()
    made = reserve(api, volume['id'], connector=CONNECTOR, mode='ro')
    assert made['status'] == 'attaching' and made['connection_info']['access_mode'] == 'ro'


def test_second_server_is_refused(volumes, api):
    volume = volumes.create()
    made = reserve(api, volume['id'])
    again = {'attachment': {'volume_uuid': volume['id'], 'instance_uuid': str(uuid.uuid4())}}
    answer = api.post('/v3/attachments', again)
    assert answer.status_int == 400 and 'reserved' in answer.json['badRequest']['message']
    again['attachment']['instance_uuid'] = made['instance']
    assert api.post('/v3/attachments', again).status_int == 200


def test_multiattach_volume_serves_two_and_unexports_last(volumes, api):
    name = 'multi-' + uuid.uuid4().hex
    volumes.admin.post('/v3/types', {'volume_type': {'name': name, 'extra_specs': {'multiattach': '<is> True'}}})
    volume = volumes.create(volume_type=name)
    assert volume['multiattach'] is True
    first, second = (reserve(api, volume['id'], connector=CONNECTOR) for _ in range(2))
    for made in (first, second):
        api.post(f'/v3/attachments/{made["id"]}/action', {'os-complete': {}})
    assert len(volumes.wait(volume['id'], 'in-use')['attachments']) == 2
    left = api.delete(f'/v3/attachments/{first["id"]}').json['attachments']
    assert [row['id'] for row in left] == [second['id']]
    assert volumes.wait(volume['id'], 'in-use') and volume['id'] in exports(volumes)
    api.delete(f'/v3/attachments/{second["id"]}')
    assert volumes.wait(volume['id'], 'available') and volume['id'] not in exports(volumes)


def test_failed_export_names_the_cause_and_can_be_tried_again(volumes, api, faults):
    volume = volumes.create()
    made = reserve(api, volume['id'])
    faults.fail('export', 'target daemon is down', times=1)
    answer = api.put(f'/v3/attachments/{made["id"]}', {'attachment': {'connector': CONNECTOR}})
    assert answer.status_int == 500 and 'target daemon is down' in answer.text
    assert volumes.wait(volume['id'], 'reserved')
    assert api.put(f'/v3/attachments/{made["id"]}', {'attachment': {'connector': CONNECTOR}}).status_int == 200


def test_list_and_filters(volumes, api):
    volume = volumes.create()
    made = reserve(api, volume['id'])
    for query in (f'volume_id={volume["id"]}', f'instance_id={made["instance"]}'):
        found = api.get(f'/v3/attachments?{query}').json['attachments']
        assert found == [{'id': made['id'], 'status': 'reserved', 'instance': made['instance'],
                          'volume_id': volume['id']}]
        assert 'connection_info' in api.get(f'/v3/attachments/detail?{query}').json['attachments'][0]


def test_is_unknown_before_its_version(volumes):
    assert volumes.at('3.26').get('/v3/attachments').status_int == 404
    volume = volumes.create()
    made = reserve(volumes.at('3.27'), volume['id'])
    action = {'os-complete': None}
    assert volumes.at('3.43').post(f'/v3/attachments/{made["id"]}/action', action).status_int == 404


def test_wrong_project_sees_nothing(volumes, api, cloud):
    made = reserve(api, volumes.create()['id'])
    other = volumes.at('3.54', project='p2')
    assert other.get(f'/v3/attachments/{made["id"]}').status_int == 404
    assert other.delete(f'/v3/attachments/{made["id"]}').status_int == 404
    assert other.post('/v3/attachments', {'attachment': {'volume_uuid': made['volume_id']}}).status_int == 404


def test_bad_requests(api):
    for body in ({}, {'attachment': {}}, {'attachment': {'volume_uuid': 'x'}},
                 {'attachment': {'volume_uuid': str(uuid.uuid4()), 'colour': 1}}):
        assert api.post('/v3/attachments', body).status_int == 400
    assert api.put(f'/v3/attachments/{uuid.uuid4()}', {'attachment': {'connector': {}}}).status_int in (400, 404)


def test_older_flow(volumes):
    volume, server = volumes.create(), str(uuid.uuid4())
    assert volumes.action(volume['id'], 'os-reserve').status_int == 202
    assert volumes.action(volume['id'], 'os-reserve').status_int == 400
    answer = volumes.action(volume['id'], 'os-initialize_connection', {'connector': CONNECTOR})
    assert answer.status_int == 200 and answer.json['connection_info']['data']['auth_method'] == 'CHAP'
    answer = volumes.action(volume['id'], 'os-attach', {'instance_uuid': server, 'mountpoint': '/dev/vdb'})
    assert answer.status_int == 202
    shown = volumes.wait(volume['id'], 'in-use')
    assert shown['attachments'][0]['server_id'] == server and shown['attachments'][0]['device'] == '/dev/vdb'
    assert shown['metadata'] == {'readonly': 'False', 'attached_mode': 'rw'}
    assert volumes.action(volume['id'], 'os-begin_detaching').status_int == 202
    assert volumes.action(volume['id'], 'os-roll_detaching').status_int == 202
    assert volumes.wait(volume['id'], 'in-use')
    assert volumes.action(volume['id'], 'os-begin_detaching').status_int == 202
    assert volumes.action(volume['id'], 'os-terminate_connection', {'connector': CONNECTOR}).status_int == 202
    assert volume['id'] not in exports(volumes)
    assert volumes.action(volume['id'], 'os-detach').status_int == 202
    assert volumes.wait(volume['id'], 'available')['attachments'] == []


def test_reserve_and_unreserve(volumes):
    volume = volumes.create()
    volumes.action(volume['id'], 'os-reserve')
    assert volumes.wait(volume['id'], 'attaching')
    assert volumes.action(volume['id'], 'os-unreserve').status_int == 202
    assert volumes.wait(volume['id'], 'available')
    assert volumes.action(volume['id'], 'os-unreserve').status_int == 202, 'as the real one: there is nothing to do'


def test_force_detach_ends_an_error_and_detach_may_be_said_again(volumes):
    volume = volumes.create()
    volumes.action(volume['id'], 'os-attach', {'instance_uuid': str(uuid.uuid4()), 'mountpoint': '/dev/vdb'})
    shown = volumes.wait(volume['id'], 'in-use')
    volumes.action(volume['id'], 'os-reset_status', {'status': 'error'}, volumes.admin)
    wanted = {'attachment_id': shown['attachments'][0]['attachment_id'], 'connector': None}
    assert volumes.action(volume['id'], 'os-force_detach', wanted).status_int == 403
    assert volumes.action(volume['id'], 'os-force_detach', wanted, volumes.admin).status_int == 202
    assert volumes.wait(volume['id'], 'available')['attachments'] == []
    assert volumes.action(volume['id'], 'os-detach', {}).status_int == 202
    assert volumes.wait(volume['id'], 'available')


def test_attached_volume_is_not_deleted(volumes, api):
    volume = volumes.create()
    made = reserve(api, volume['id'], connector=CONNECTOR)
    api.post(f'/v3/attachments/{made["id"]}/action', {'os-complete': None})
    assert volumes.api.delete(f'/v3/volumes/{volume["id"]}').status_int == 400
    assert volumes.action(volume['id'], 'os-force_delete', client=volumes.admin).status_int == 400


def test_what_a_server_has_is_let_go_of_by_compute_only(volumes, api, compute):
    volume, other, server = volumes.create(), volumes.create(), str(uuid.uuid4())
    made = reserve(api, volume['id'], instance_uuid=server, connector=CONNECTOR)
    compute.held[server, volume['id']] = made['id']
    stranger = reserve(api, other['id'])
    named = {'attachment_id': made['id'], 'connector': None}
    asked = [lambda: volumes.action(volume['id'], 'os-detach', {}),
             lambda: volumes.action(volume['id'], 'os-terminate_connection', {'connector': {}}),
             lambda: volumes.action(volume['id'], 'os-force_detach', named, volumes.admin),
             lambda: api.delete(f'/v3/attachments/{made["id"]}')]
    for ask in asked:
        answer = ask()
        assert answer.status_int == 409 and 'using the Compute API' in answer.text
    assert volumes.action(volume['id'], 'os-detach', {'attachment_id': stranger['id']}).status_int == 400
    compute.held.clear()
    assert api.delete(f'/v3/attachments/{made["id"]}').status_int == 200
