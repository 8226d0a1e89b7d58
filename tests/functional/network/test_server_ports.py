# SPDX-License-Identifier: Apache-2.0
"""What compute asks of network, and what the hosts get of it."""
import uuid

import pytest

from praline_common import errors
from praline_common.context import Context
from praline_network.db import ports


class Compute:
    """Asks as compute would, for one project."""

    def __init__(self, cloud, project):
        self.network = cloud.runtime('network').contracts.network
        self.ctx = Context(project_id=project, user_id='u1', roles=['member', 'reader'], overwrite=False)
        self.project = project

    def check(self, requested):
        return self.network.check_networks(self.ctx, requested)

    def allocate(self, server_id, requests, groups=(), host='host1'):
        requests = [{**request, 'key': str(index)} for index, request in enumerate(requests)]
        return self.network.allocate_ports(self.ctx, server_id, host, requests, list(groups), 'guest', self.project)


@pytest.fixture
def asking(cloud, member):
    return Compute(cloud, member.project)


@pytest.fixture
def server_id():
    return str(uuid.uuid4())


def test_check_what_was_asked(asking, member, other):
    assert asking.check('none') == {'requests': [], 'allocate': False}
    network, _ = member.network()
    port = member.create('ports', network_id=network['id'])
    found = asking.check([{'network_id': network['id'], 'port_id': None, 'fixed_ip': '10.1.0.9', 'tag': 't'},
                          {'network_id': None, 'port_id': port['id'], 'fixed_ip': None, 'tag': None}])
    assert found['requests'] == [
        {'network_id': network['id'], 'port_id': None, 'fixed_ip': '10.1.0.9', 'tag': 't'},
        {'network_id': network['id'], 'port_id': port['id'], 'fixed_ip': None, 'tag': None}]
    theirs, _ = other.network()
    empty = member.create('networks')
    for wrong in ({'network_id': theirs['id']}, {'network_id': empty['id']}, {'port_id': str(uuid.uuid4())},
                  {'network_id': network['id'], 'fixed_ip': port['fixed_ips'][0]['ip_address']}):
        with pytest.raises(errors.BadRequest):
            asking.check([wrong])
    member.update('ports', port['id'], device_id='somebody')
    with pytest.raises(errors.Conflict):
        asking.check([{'port_id': port['id']}])


def test_the_only_network(cloud, asking, member, admin):
    for network in admin.list('networks', 'shared=True'):
        admin.update('networks', network['id'], admin_state_up=False)
    assert asking.check([]) == {'requests': [], 'allocate': False}
    with pytest.raises(errors.BadRequest):
        asking.check('auto')
    network, _ = member.network()
    assert asking.check('auto')['requests'][0]['network_id'] == network['id']
    member.network()
    with pytest.raises(errors.Conflict):
        asking.check([])


def test_a_server_comes_and_goes(cloud, asking, member, server_id, driver, eventually, compute):
    network, subnet = member.network()
    (port,) = asking.allocate(server_id, [{'network_id': network['id']}])
    assert port['device_id'] == server_id and port['binding:host_id'] == 'host1' and port['status'] == 'DOWN'
    assert port['network']['subnets'][0]['id'] == subnet['id'] and port['floating_ips'] == {}
    assert asking.allocate(server_id, [{'network_id': network['id']}])[0]['id'] == port['id']
    plugged = asking.network.plug(asking.ctx, 'host1', port['id'])
    assert plugged['mtu'] == 1450 and plugged['tap'] in driver()['taps'] and plugged['bridge'] in driver()['bridges']
    assert network['id'] in driver()['dhcp']
    (dhcp,) = member.list('ports', 'device_owner=network:dhcp&network_id=%s' % network['id'])
    assert dhcp['status'] == 'ACTIVE'
    asking.network.port_up(asking.ctx, [port['id']])
    assert member.show('ports', port['id'])['status'] == 'ACTIVE'
    assert asking.network.ports(asking.ctx, [server_id, 'none'])[server_id][0]['id'] == port['id']
    assert [group['name'] for group in asking.network.security_groups(asking.ctx, server_id)] == ['default']
    address = port['fixed_ips'][0]['ip_address']
    assert asking.network.instance_of(asking.ctx, network['id'], address)['server_id'] == server_id
    octets = [int(part, 16) for part in port['mac_address'].split(':')]
    own = 'fe80::%x%02x:%xff:fe%02x:%x%02x' % (octets[0] ^ 2, *octets[1:])
    assert asking.network.instance_of(asking.ctx, network['id'], own)['server_id'] == server_id
    with pytest.raises(errors.NotFound):
        asking.network.instance_of(asking.ctx, network['id'], 'fe80::1')
    asking.network.release_ports(asking.ctx, server_id)
    member.show('ports', port['id'], 404)
    eventually(lambda: plugged['tap'] not in driver()['taps'] and network['id'] not in driver()['dhcp'])
    with pytest.raises(errors.NotFound):
        asking.network.instance_of(asking.ctx, network['id'], address)
    asking.network.release_ports(asking.ctx, server_id)


def test_a_floating_ip_leads_nowhere_once_its_server_is_gone(asking, member, public, server_id, driver, eventually):
    network, subnet = member.network()
    router = member.create('routers', name='r', external_gateway_info={'network_id': public['id']})
    member.attach(router['id'], subnet_id=subnet['id'])
    (port,) = asking.allocate(server_id, [{'network_id': network['id']}])
    asking.network.plug(asking.ctx, 'host1', port['id'])
    made = member.create('floatingips', floating_network_id=public['id'], port_id=port['id'])
    eventually(lambda: driver()['routers'].get(router['id'], {}).get(made['floating_ip_address']))
    asking.network.release_ports(asking.ctx, server_id)
    eventually(lambda: driver()['routers'].get(router['id']) == {})


def test_an_adopted_port_is_given_back(asking, member, server_id):
    network, _ = member.network()
    port = member.create('ports', network_id=network['id'], name='mine')
    (adopted,) = asking.allocate(server_id, [{'port_id': port['id']}])
    assert adopted['id'] == port['id'] and adopted['device_owner'] == 'compute:nova'
    with pytest.raises(errors.Conflict):
        asking.allocate(str(uuid.uuid4()), [{'port_id': port['id']}])
    asking.network.release_ports(asking.ctx, server_id)
    kept = member.show('ports', port['id'])
    assert kept['device_id'] == '' and kept['name'] == 'mine' and kept['fixed_ips'] == port['fixed_ips']


def test_the_default_group_by_name_in_a_new_project(asking, member, server_id):
    """Before anybody has looked at the project's groups; nodepool, packer and the wizard of a dashboard name it."""
    network, _ = member.network()
    (port,) = asking.allocate(server_id, [{'network_id': network['id']}], ['default'])
    assert port['security_groups'] == [entry['id'] for entry in member.list('security-groups')]


def test_groups_by_name(asking, member, server_id):
    network, _ = member.network()
    group = member.create('security-groups', name='web')
    (port,) = asking.allocate(server_id, [{'network_id': network['id']}], ['web'])
    assert port['security_groups'] == [group['id']]
    with pytest.raises(errors.NotFound):
        asking.allocate(str(uuid.uuid4()), [{'network_id': network['id']}], ['nobody'])


def test_fixed_ip_and_moving(asking, member, server_id, driver, eventually):
    network, _ = member.network()
    (port,) = asking.allocate(server_id, [{'network_id': network['id'], 'fixed_ip': '10.1.0.77'}], host='fake-7')
    assert port['fixed_ips'][0]['ip_address'] == '10.1.0.77'
    plugged = asking.network.plug(asking.ctx, 'fake-7', port['id'])
    assert plugged['tap'] in driver()['taps']
    asking.network.bind_ports(asking.ctx, server_id, 'fake-8')
    assert asking.network.ports(asking.ctx, [server_id])[server_id][0]['binding:host_id'] == 'fake-8'


def test_rules_reach_the_host(asking, member, server_id, driver, eventually):
    network, _ = member.network()
    group = member.create('security-groups', name='web')
    (port,) = asking.allocate(server_id, [{'network_id': network['id']}], ['web'])
    asking.network.plug(asking.ctx, 'host1', port['id'])
    assert group['id'] in driver()['groups']
    (default,) = [entry for entry in member.list('security-groups') if entry['name'] == 'default']
    member.update('ports', port['id'], security_groups=[default['id']])
    eventually(lambda: default['id'] in driver()['groups'])


def test_a_lost_network_is_mended(cloud, asking, member, server_id, driver):
    """What the agent pulls is everything: an empty host becomes whole again."""
    network, _ = member.network()
    (port,) = asking.allocate(server_id, [{'network_id': network['id']}])
    asking.network.plug(asking.ctx, 'host1', port['id'])
    agents = cloud.runtime('network').agents
    agents.call(None, 'remove_network', server='host1', network_id=network['id'])
    agents.call(None, 'sync', server='host1')
    assert network['id'] in driver()['bridges'].values() and network['id'] in driver()['dhcp']


def test_compute_hears_of_new_addresses(asking, member, public, server_id, compute, eventually):
    network, subnet = member.network()
    router = member.create('routers', external_gateway_info={'network_id': public['id']})
    member.attach(router['id'], subnet_id=subnet['id'])
    (port,) = asking.allocate(server_id, [{'network_id': network['id']}])
    made = member.create('floatingips', floating_network_id=public['id'], port_id=port['id'])
    eventually(lambda: server_id in compute.stale)
    assert asking.network.ports(asking.ctx, [server_id])[server_id][0]['floating_ips'] == {
        port['fixed_ips'][0]['ip_address']: made['floating_ip_address']}


def test_proxy(asking, member):
    status, body = asking.network.api(asking.ctx, 'POST', '/v2.0/security-groups', {'security_group': {'name': 'x'}})
    assert status == 201
    status, body = asking.network.api(asking.ctx, 'GET', '/v2.0/security-groups', query={'name': ['x']})
    assert status == 200 and [group['name'] for group in body['security_groups']] == ['x']
    status, body = asking.network.api(asking.ctx, 'GET', '/v2.0/networks/nothing')
    assert status == 404 and 'NeutronError' in body


def test_usage(asking, member):
    member.network()
    usage = asking.network.project_usage(asking.ctx, member.project)
    assert usage['network'] == {'used': 1, 'limit': 100}


def test_two_hosts_hold_a_port_that_moves(cloud, asking, member, server_id):
    """Until the guest has moved both hosts keep the port, whatever is compared meanwhile."""
    runtime, network = cloud.runtime('network'), member.network()[0]
    runtime.conf.set_override('driver', 'linuxbridge', 'network')
    try:
        (port,) = asking.allocate(server_id, [{'network_id': network['id']}], host='host8')
        with runtime.db.read() as conn:
            row = ports.get(conn, Context.internal(), port['id'])
        with runtime.db.write() as conn:
            ports.hold(conn, row, 'host9')
        assert _guests(asking, 'host8') == {port['id']: 'host8'} and _guests(asking, 'host9') == {port['id']: 'host9'}
        asking.network.bind_ports(asking.ctx, server_id, 'host9')
        assert _guests(asking, 'host8') == {} and _guests(asking, 'host9') == {port['id']: 'host9'}
    finally:
        runtime.conf.set_override('driver', 'fake', 'network')


def _guests(asking, host):
    """{port id: host} of the guests' ports that this host should hold."""
    state = asking.network.desired_state(asking.ctx, host)
    return {port.id: port.host for network in state.networks for port in network.ports
            if port.device_owner.startswith('compute:') and port.host == host}
