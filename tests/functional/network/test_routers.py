# SPDX-License-Identifier: Apache-2.0
"""Routers, floating IPs, and that the host gets them."""


def routed(member, public, cidr='10.1.0.0/24'):
    """(router, network, subnet): a router between a new network and the outside."""
    network, subnet = member.network(cidr)
    router = member.create('routers', name='r', external_gateway_info={'network_id': public['id']})
    member.attach(router['id'], subnet_id=subnet['id'])
    return router, network, subnet


def test_life(member, other, public, eventually):
    router = member.create('routers', name='r')
    assert router['external_gateway_info'] is None and router['status'] == 'ACTIVE' and router['routes'] == []
    other.show('routers', router['id'], 404)
    router = member.update('routers', router['id'], name='s', external_gateway_info={'network_id': public['id']})
    (outer,) = router['external_gateway_info']['external_fixed_ips']
    assert outer['ip_address'].startswith('172.24.4.') and router['external_gateway_info']['enable_snat']
    assert member.show('routers', router['id']) == router
    cleared = member.update('routers', router['id'], external_gateway_info={})
    assert cleared['external_gateway_info'] is None
    member.delete('routers', router['id'])
    member.show('routers', router['id'], 404)


def test_legs(member):
    network, subnet = member.network()
    router = member.create('routers')
    leg = member.attach(router['id'], subnet_id=subnet['id'])
    assert leg['subnet_ids'] == [subnet['id']] and leg['id'] == router['id']
    port = member.show('ports', leg['port_id'])
    assert port['device_owner'] == 'network:router_interface' and port['fixed_ips'][0]['ip_address'] == '10.1.0.1'
    assert member.delete('ports', port['id'], 409)['NeutronError']['type'] == 'ServicePortInUse'
    assert member.delete('routers', router['id'], 409)['NeutronError']['type'] == 'RouterInUse'
    member.attach(router['id'], 400, subnet_id=subnet['id'])
    member.attach(router['id'], 404, subnet_id='7f5fd9d5-0fb8-4d63-b2a9-0d47d56a6a6a')
    member.attach(router['id'], 400)
    _, overlapping = member.network('10.1.0.0/25')
    assert member.attach(router['id'], 400, subnet_id=overlapping['id'])['NeutronError']['type'] == 'BadRequest'
    member.detach(router['id'], 404, subnet_id=overlapping['id'])
    member.detach(router['id'], subnet_id=subnet['id'])
    member.show('ports', port['id'], 404)
    member.delete('routers', router['id'])


def test_leg_by_port(member):
    network, subnet = member.network()
    router = member.create('routers')
    port = member.create('ports', network_id=network['id'])
    leg = member.attach(router['id'], port_id=port['id'])
    assert leg['port_id'] == port['id'] and leg['subnet_id'] == subnet['id']
    assert member.attach(router['id'], 409, port_id=port['id'])['NeutronError']['type'] == 'PortInUse'
    assert member.detach(router['id'], port_id=port['id'])['port_id'] == port['id']


def test_gateway_checks(member, public):
    network, _ = member.network()
    assert member.create('routers', 400, external_gateway_info={'network_id': network['id']})['NeutronError'][
        'type'] == 'BadRequest'
    member.create('routers', 404, external_gateway_info={'network_id': '7f5fd9d5-0fb8-4d63-b2a9-0d47d56a6a6a'})
    member.create('routers', 403, external_gateway_info={'network_id': public['id'], 'enable_snat': False})


def test_extra_routes(member):
    network, subnet = member.network()
    router = member.create('routers')
    member.attach(router['id'], subnet_id=subnet['id'])
    route = {'destination': '10.99.0.0/16', 'nexthop': '10.1.0.9'}
    assert member.update('routers', router['id'], routes=[route])['routes'] == [route]
    member.update('routers', router['id'], 400, routes=[{'destination': '10.99.0.0/16', 'nexthop': '10.7.0.9'}])
    assert member.detach(router['id'], 409, subnet_id=subnet['id'])['NeutronError']['type'] == (
        'RouterInterfaceInUseByRoute')
    second = {'destination': '10.98.0.0/16', 'nexthop': '10.1.0.9'}
    path = '/routers/%s/' % router['id']
    assert len(member.put(path + 'add_extraroutes', {'router': {'routes': [second]}})['router']['routes']) == 2
    assert member.put(path + 'remove_extraroutes', {'router': {'routes': [route]}})['router']['routes'] == [second]
    assert member.update('routers', router['id'], routes=[])['routes'] == []


def test_ipv6_leg_shared_by_a_network(member):
    network, first = member.network('2001:db8:1::/64', ipv6_ra_mode='slaac', ipv6_address_mode='slaac')
    second = member.create('subnets', network_id=network['id'], ip_version=6, cidr='2001:db8:2::/64',
                           ipv6_ra_mode='slaac', ipv6_address_mode='slaac')
    router = member.create('routers')
    one = member.attach(router['id'], subnet_id=first['id'])
    two = member.attach(router['id'], subnet_id=second['id'])
    assert one['port_id'] == two['port_id']
    member.detach(router['id'], subnet_id=first['id'])
    assert len(member.show('ports', one['port_id'])['fixed_ips']) == 1
    member.detach(router['id'], subnet_id=second['id'])
    member.show('ports', one['port_id'], 404)


def test_host_has_the_router(member, public, driver, eventually):
    router, network, subnet = routed(member, public)
    eventually(lambda: router['id'] in driver()['routers'])
    legs = 'device_id=%s' % router['id']
    eventually(lambda: all(port['status'] == 'ACTIVE' for port in member.list('ports', legs)))
    assert network['id'] in driver()['bridges'].values() and network['id'] in driver()['dhcp']
    member.detach(router['id'], subnet_id=subnet['id'])
    member.delete('routers', router['id'])
    eventually(lambda: router['id'] not in driver()['routers'] and network['id'] not in driver()['bridges'].values())


def test_floating_ip(member, other, public, driver, eventually):
    router, network, _ = routed(member, public)
    port = member.create('ports', network_id=network['id'])
    made = member.create('floatingips', floating_network_id=public['id'])
    assert made['status'] == 'DOWN' and made['port_id'] is None and made['router_id'] is None
    other.show('floatingips', made['id'], 404)
    led = member.update('floatingips', made['id'], port_id=port['id'])
    fixed = port['fixed_ips'][0]['ip_address']
    assert led['fixed_ip_address'] == fixed and led['router_id'] == router['id']
    eventually(lambda: member.show('floatingips', made['id'])['status'] == 'ACTIVE')
    assert driver()['routers'][router['id']] == {made['floating_ip_address']: fixed}
    again = member.create('floatingips', 409, floating_network_id=public['id'], port_id=port['id'])
    assert again['NeutronError']['type'] == 'FloatingIPPortAlreadyAssociated'
    (leg,) = member.list('ports', 'device_id=%s&device_owner=network:router_interface' % router['id'])
    assert member.detach(router['id'], 409, port_id=leg['id'])['NeutronError']['type'] == (
        'RouterInterfaceInUseByFloatingIP')
    assert member.update('routers', router['id'], 409, external_gateway_info=None)['NeutronError']['type'] == (
        'RouterExternalGatewayInUseByFloatingIp')
    free = member.update('floatingips', made['id'], port_id=None)
    assert free['port_id'] is None and free['status'] == 'DOWN' and free['router_id'] is None
    eventually(lambda: driver()['routers'][router['id']] == {})
    member.delete('floatingips', made['id'])
    member.delete('floatingips', made['id'], 404)


def test_floating_ip_of_a_port_that_goes(member, public):
    _, network, _ = routed(member, public)
    port = member.create('ports', network_id=network['id'])
    made = member.create('floatingips', floating_network_id=public['id'], port_id=port['id'])
    member.delete('ports', port['id'])
    assert member.show('floatingips', made['id'])['port_id'] is None


def test_floating_ip_checks(member, public):
    network, _ = member.network()
    port = member.create('ports', network_id=network['id'])
    assert member.create('floatingips', 400, floating_network_id=network['id'])['NeutronError']['type'] == 'BadRequest'
    refused = member.create('floatingips', 404, floating_network_id=public['id'], port_id=port['id'])
    assert refused['NeutronError']['type'] == 'ExternalGatewayForFloatingIPNotFound'
    member.create('floatingips', 403, floating_network_id=public['id'], floating_ip_address='172.24.4.200')
    assert member.list('floatingips') == []
