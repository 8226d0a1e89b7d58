# SPDX-License-Identifier: Apache-2.0
"""The whole network service on a real host: what is asked of the API arrives as packets."""
import base64
import random
import socket
import types

import pytest

from praline_common import errors
from praline_common import rpc
from praline_common.testing.cloud import TestCloud
from praline_network import bootstrap
from praline_network.agent.purge import purge
from praline_network.audit import audit

from . import network_guests as play
from .conftest import require_the_real_thing

HOST = 'host1'


class Compute:
    """Answers metadata as compute does."""

    @rpc.method
    def metadata(self, ctx, server_id, path):
        text = '%s reads %s' % (server_id, path)
        return {'status': 200, 'content_type': 'text/plain', 'data': base64.b64encode(text.encode()).decode()}

    @rpc.method
    def ports_changed(self, ctx, server_ids):
        pass


@pytest.fixture
def cloud(tmp_path):
    require_the_real_thing()
    options = {'host': HOST, 'network.external_cidr': '100.%d.%d.0/24' % (random.randrange(64, 128), random.randrange(0, 90))}
    with TestCloud(tmp_path, ['network'], {'compute': Compute()}, options, agents=['network']) as made:
        bootstrap.bootstrap(made.runtime('network'))
        yield made
    purge(made.conf)
    cloud = 'q' + made.conf.cloud_id
    assert [line for words in (['ip', '-o', 'link'], ['ip', 'netns'], ['nft', 'list', 'tables'])
            for line in play.sh(*words).splitlines() if cloud in line] == []


@pytest.fixture
def api(cloud):
    client = cloud.admin('network')

    def create(plural, **values):
        name = plural[:-1]
        answer = client.post('/v2.0/' + plural.replace('_', '-'), {name: values})
        assert answer.status_int == 201, answer.text
        return answer.json[name]
    return types.SimpleNamespace(create=create, client=client)


def _private(api):
    """A network with a router to `public`, and a group that lets port 80 in."""
    network = api.create('networks', name='private')
    subnet = api.create('subnets', network_id=network['id'], ip_version=4, cidr='10.0.0.0/24')
    public = api.client.get('/v2.0/networks?name=public').json['networks'][0]
    router = api.create('routers', external_gateway_info={'network_id': public['id']})
    answer = api.client.put('/v2.0/routers/%s/add_router_interface' % router['id'], {'subnet_id': subnet['id']})
    assert answer.status_int == 200, answer.text
    group = api.create('security_groups', name='web')
    api.create('security_group_rules', security_group_id=group['id'], direction='ingress', protocol='tcp',
               port_range_min=80, port_range_max=80)
    return network, subnet, public, router, group


def _boot(cloud, contract, network, group):
    """A guest as compute makes one: its port bound, plugged, then its tap."""
    port, = contract.allocate_ports(None, 'server-1', HOST, [
        {'network_id': network['id'], 'port_id': None, 'fixed_ip': None, 'tag': None, 'key': '0'}],
        [group['id']], 'web', 'admin')
    where = contract.plug(None, HOST, port['id'])
    guest = play.Guest('%s-guest' % cloud.conf.cloud_id, types.SimpleNamespace(mac=port['mac_address']))
    return port, guest.plug(where)


def test_from_the_api_to_a_guests_web_page(cloud, api):
    contract = cloud.runtime('network').contracts.network
    network, subnet, public, router, group = _private(api)
    port, guest = _boot(cloud, contract, network, group)
    try:
        fixed = port['fixed_ips'][0]['ip_address']
        assert guest.configure()['ip'] == fixed
        assert guest.get('/latest') == (200, b'server-1 reads /latest')

        floating = api.create('floatingips', floating_network_id=public['id'], port_id=port['id'])
        address = floating['floating_ip_address']
        guest.listen(80)
        assert play.until(lambda: _connects(address, 80))
        assert not _connects(address, 81)
        assert play.until(lambda: api.client.get(
            '/v2.0/floatingips/' + floating['id']).json['floatingip']['status'] == 'ACTIVE')

        assert api.client.delete('/v2.0/floatingips/' + floating['id']).status_int == 204
        assert play.until(lambda: not _connects(address, 80))
        agents = cloud.runtime('network').agents
        assert play.until(lambda: audit(cloud.runtime('network')) == [])
        _break_by_hand(cloud, router)
        found = audit(cloud.runtime('network'), repair=True)
        assert [(item['kind'], item['id'], item['host'], item['repaired']) for item in found] == [
            ('router', router['id'], HOST, True)]
        assert guest.reaches(_gateway(public, api))

        contract.release_ports(None, 'server-1')
        assert play.until(lambda: agents.call(None, 'inventory', server=HOST)['taps'] == {})
    finally:
        guest.delete()
    answer = api.client.put('/v2.0/routers/%s/remove_router_interface' % router['id'], {'subnet_id': subnet['id']})
    assert answer.status_int == 200, answer.text
    for path in ('routers/' + router['id'], 'networks/' + network['id']):
        assert api.client.delete('/v2.0/' + path).status_int == 204
    left = play.until(lambda: _left(agents))
    assert left, agents.call(None, 'inventory', server=HOST)


def _break_by_hand(cloud, router):
    play.sh('ip', 'netns', 'delete', 'q%s-router-%s' % (cloud.conf.cloud_id, router['id']))


def _gateway(public, api):
    return api.client.get('/v2.0/subnets/' + public['subnets'][0]).json['subnet']['gateway_ip']


def _left(agents):
    """True once the host holds nothing but what nobody asked to remove."""
    found = agents.call(None, 'inventory', server=HOST)
    return not (found['routers'] or found['dhcp'] or found['taps'] or found['filters'])


def _connects(address, port):
    with socket.socket() as probe:
        probe.settimeout(0.3)
        return probe.connect_ex((address, port)) == 0


def test_a_port_of_an_unknown_id_is_not_plugged(cloud):
    with pytest.raises(errors.NotFound):
        cloud.runtime('network').contracts.network.plug(None, HOST, 'nothing')
