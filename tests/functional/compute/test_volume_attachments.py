# SPDX-License-Identifier: Apache-2.0
"""The volumes of a server: attached, shown, refused, undone and let go."""
import json
import pathlib

import pytest

from praline_common import errors
from praline_common.context import Context
from praline_compute import drivers
from praline_compute.drivers.base import Options
from tests.functional.compute.conftest import until


@pytest.fixture
def server(boot):
    return boot()


@pytest.fixture
def path(server):
    return '/v2.1/servers/%s/os-volume_attachments' % server['id']


@pytest.fixture
def volume(neighbours):
    return neighbours.volume.add()


def attach(asker, path, volume, expect=200, **fields):
    return asker.post(path, {'volumeAttachment': {'volumeId': volume['id'], **fields}}, expect=expect)


@pytest.fixture
def attached(compute, path, volume):
    """The volume, once the server has it."""
    attach(compute, path, volume)
    until(lambda: volume['status'] == 'in-use')
    return volume


def test_attach_shows_and_detach_frees(compute, path, volume, neighbours):
    made = attach(compute, path, volume)['volumeAttachment']
    assert made == {'id': volume['id'], 'volumeId': volume['id'], 'serverId': path.split('/')[3], 'device': '/dev/vdb'}
    until(lambda: volume['status'] == 'in-use')
    until(lambda: compute.get(path, expect=200)['volumeAttachments'] == [made])
    assert neighbours.volume.named[volume['id']] == made['device'], 'volume shows the device as the guest has it'
    shown = compute.get('/v2.1/servers/' + made['serverId'], expect=200)['server']
    assert shown['os-extended-volumes:volumes_attached'] == [{'id': volume['id']}]
    compute.delete('%s/%s' % (path, volume['id']), expect=202)
    until(lambda: compute.get(path, expect=200)['volumeAttachments'] == [])
    assert volume['status'] == 'available' and neighbours.volume.held == {}


def test_fields_follow_the_version(compute, path, attached):
    one = lambda version: set(compute.at(version).get('%s/%s' % (path, attached['id']), expect=200)['volumeAttachment'])
    first = {'id', 'volumeId', 'serverId', 'device'}
    assert one('2.1') == first and one('2.70') == first | {'tag'}
    assert one('2.79') == first | {'tag', 'delete_on_termination'}
    assert one('2.89') == (first - {'id'}) | {'tag', 'delete_on_termination', 'attachment_id', 'bdm_uuid'}


@pytest.mark.parametrize('version, fields, status', [
    ('2.48', {'tag': 'x'}, 400), ('2.49', {'tag': 'x'}, 200), ('2.49', {'tag': 'a,b'}, 400),
    ('2.78', {'delete_on_termination': True}, 400), ('2.79', {'delete_on_termination': True}, 200),
    ('2.1', {'device': 'vdb'}, 400), ('2.1', {'device': '/dev/vdq'}, 200)])
def test_what_may_be_asked(compute, path, volume, version, fields, status):
    answer = attach(compute.at(version), path, volume, expect=status, **fields)
    if 'device' in fields and status == 200:
        assert answer['volumeAttachment']['device'] == '/dev/vdb'


def test_volumes_that_cannot_be_attached(compute, path, attached, neighbours, boot):
    again = attach(compute, path, attached, expect=400)
    assert 'already attached' in again['badRequest']['message']
    elsewhere = '/v2.1/servers/%s/os-volume_attachments' % boot(name='two')['id']
    assert "'in-use'" in attach(compute, elsewhere, attached, expect=400)['badRequest']['message']
    attach(compute, path, {'id': '00000000-0000-4000-8000-000000000000'}, expect=404)
    attach(compute, path, {'id': 'nonsense'}, expect=400)
    shared = neighbours.volume.add(multiattach=True)
    attach(compute.at('2.59'), path, shared, expect=400)
    attach(compute.at('2.60'), path, shared, expect=200)


def test_a_race_that_is_lost_is_the_requests_own_error(compute, path, volume, neighbours):
    neighbours.volume.refuse['reserve'] = [errors.BadRequest('volume is reserved by somebody else')]
    refused = attach(compute, path, volume, expect=400)
    assert 'somebody else' in refused['badRequest']['message']
    until(lambda: compute.get(path, expect=200)['volumeAttachments'] == [])


def test_a_failed_attachment_leaves_nothing(compute, path, volume, server, neighbours):
    neighbours.volume.refuse['connect'] = [errors.Error('no export today')]
    attach(compute, path, volume)
    until(lambda: compute.get(path, expect=200)['volumeAttachments'] == [])
    until(lambda: volume['status'] == 'available')
    assert neighbours.volume.held == {}
    assert compute.show(server['id'])['status'] == 'ACTIVE'
    newest = compute.get('/v2.1/servers/%s/os-instance-actions' % server['id'], expect=200)['instanceActions'][0]
    assert (newest['action'], newest['message']) == ('attach_volume', 'Error')


def test_changing_an_attachment(compute, admin, path, attached):
    one, body = '%s/%s' % (path, attached['id']), {'volumeId': attached['id'], 'delete_on_termination': True}
    compute.at('2.85').put(one, {'volumeAttachment': body}, expect=202)
    assert compute.at('2.85').get(one, expect=200)['volumeAttachment']['delete_on_termination'] is True
    fixed = compute.at('2.85').put(one, {'volumeAttachment': {**body, 'device': '/dev/vdz'}})
    assert fixed.status_int == 400 and 'device' in fixed.json['badRequest']['message']
    assert compute.put(one, {'volumeAttachment': {'volumeId': attached['id']}}).status_int == 403
    assert admin.put(one, {'volumeAttachment': {'volumeId': attached['id']}}).status_int == 409


def test_detaching_what_is_not_there(compute, path, attached, neighbours):
    other = neighbours.volume.add()
    assert compute.delete('%s/%s' % (path, other['id'])).status_int == 404
    assert compute.get('%s/%s' % (path, other['id'])).status_int == 404
    attached['status'] = 'detaching'
    assert compute.delete('%s/%s' % (path, attached['id'])).status_int == 400


def test_whose_server(cloud, compute, path, volume):
    other = type(compute)(cloud, cloud.client('compute', project='p2'))
    attach(other, path, volume, expect=404)
    assert other.get(path).status_int == 404
    reader = type(compute)(cloud, cloud.client('compute', roles='reader'))
    attach(reader, path, volume, expect=403)
    assert reader.get(path).status_int == 200


def test_locked_and_busy_servers(compute, admin, path, volume, server):
    admin.act(server['id'], 'lock')
    attach(compute, path, volume, expect=409)
    admin.act(server['id'], 'unlock')
    compute.act(server['id'], 'suspend')
    compute.wait(server['id'], 'SUSPENDED')
    attach(compute, path, volume, expect=409)


@pytest.mark.parametrize('broken', [False, True])
def test_a_volume_that_grew_is_told_to_the_guest(admin, path, attached, cloud, broken):
    server_id = path.split('/')[3]
    runtime = cloud.runtime('compute')
    pathlib.Path(cloud.directory, 'faults.json').write_text(json.dumps(
        [{'call': 'extend_disk', 'error': 'DriverError: no'}] if broken else []))
    context = Context.internal(user_id='u1', project_id='p1')
    runtime.contracts.compute.volume_extended(context, server_id, attached['id'], 5)
    actions = '/v2.1/servers/%s/os-instance-actions' % server_id
    found = until(lambda: [action for action in admin.get(actions, expect=200)['instanceActions']
                           if action['action'] == 'extend_volume'])
    one = lambda: admin.get('%s/%s' % (actions, found[0]['request_id']), expect=200)['instanceAction']
    ended = until(lambda: [event for event in one()['events'] if event['finish_time']])
    assert (ended[0]['event'], ended[0]['result']) == ('compute_extend_volume', 'Error' if broken else 'Success')


@pytest.mark.parametrize('running', [True, False])
@pytest.mark.parametrize('end', ['confirmResize', 'revertResize'])
def test_a_resize_keeps_the_volumes_in_the_guest(compute, admin, server, attached, cloud, running, end):
    admin.post('/v2.1/flavors', {'flavor': {'name': 'big', 'id': '2', 'ram': 128, 'vcpus': 2, 'disk': 2}}, expect=200)
    if not running:
        compute.act(server['id'], 'os-stop')
        compute.wait(server['id'], 'SHUTOFF')
    compute.act(server['id'], 'resize', {'flavorRef': '2'})
    compute.wait(server['id'], 'VERIFY_RESIZE')
    assert in_guest(cloud, admin, server) == {attached['id']: 'vdb'}
    compute.act(server['id'], end, expect=204 if end == 'confirmResize' else 202)
    compute.wait(server['id'], 'ACTIVE' if running else 'SHUTOFF')
    assert in_guest(cloud, admin, server) == {attached['id']: 'vdb'}


def in_guest(cloud, admin, server):
    """{volume id: device name} as the hypervisor of the server's host has it."""
    shown = admin.get('/v2.1/servers/' + server['id'], expect=200)['server']
    options = Options(cloud.runtime('compute').conf.state, 'ptest', shown['OS-EXT-SRV-ATTR:host'])
    return drivers.load('fake', options).volumes_of(server['id'])
