# SPDX-License-Identifier: Apache-2.0
"""Subnets and subnet pools: gateways, pools, modes, prefixes."""
import pytest


def test_usual_values(member):
    network, subnet = member.network('10.4.0.5/24')
    assert subnet['cidr'] == '10.4.0.0/24' and subnet['gateway_ip'] == '10.4.0.1' and subnet['enable_dhcp']
    assert subnet['allocation_pools'] == [{'start': '10.4.0.2', 'end': '10.4.0.254'}]
    assert subnet['dns_nameservers'] == [] and subnet['host_routes'] == []
    assert member.show('networks', network['id'])['subnets'] == [subnet['id']]
    assert member.show('subnets', subnet['id']) == subnet
    member.delete('subnets', subnet['id'])
    assert member.show('networks', network['id'])['subnets'] == []


def test_chosen_values(member):
    network, subnet = member.network(
        '10.4.0.0/24', gateway_ip='10.4.0.254', allocation_pools=[{'start': '10.4.0.10', 'end': '10.4.0.20'}],
        dns_nameservers=['8.8.8.8'], host_routes=[{'destination': '10.9.0.0/16', 'nexthop': '10.4.0.9'}])
    assert subnet['gateway_ip'] == '10.4.0.254'
    assert member.create('ports', network_id=network['id'])['fixed_ips'][0]['ip_address'] in (
        '10.4.0.10', '10.4.0.11', '10.4.0.12')
    changed = member.update('subnets', subnet['id'], gateway_ip='10.4.0.1', dns_nameservers=['1.1.1.1', '9.9.9.9'],
                            enable_dhcp=False, host_routes=[])
    assert changed['gateway_ip'] == '10.4.0.1' and changed['dns_nameservers'] == ['1.1.1.1', '9.9.9.9']
    _, none = member.network('10.5.0.0/24', gateway_ip=None)
    assert none['gateway_ip'] is None and none['allocation_pools'][0]['start'] == '10.5.0.1'


@pytest.mark.parametrize('values, status, kind', [
    ({'cidr': 'nonsense'}, 400, 'HTTPBadRequest'),
    ({'cidr': '10.1.0.0/24', 'ip_version': 6}, 400, 'InvalidInput'),
    ({'cidr': '10.1.0.0/24', 'gateway_ip': '10.1.0.0'}, 400, 'InvalidInput'),
    ({'cidr': '10.1.0.0/24', 'allocation_pools': [{'start': '10.1.0.9', 'end': '10.1.0.5'}]}, 400,
     'InvalidAllocationPool'),
    ({'cidr': '10.1.0.0/24', 'allocation_pools': [{'start': '10.1.1.9', 'end': '10.1.1.15'}]}, 400,
     'OutOfBoundsAllocationPool'),
    ({'cidr': '10.1.0.0/24', 'allocation_pools': [{'start': '10.1.0.1', 'end': '10.1.0.5'}]}, 409,
     'GatewayConflictWithAllocationPools'),
    ({'cidr': '10.1.0.0/24', 'allocation_pools': [{'start': '10.1.0.2', 'end': '10.1.0.5'},
                                                  {'start': '10.1.0.5', 'end': '10.1.0.9'}]}, 409,
     'OverlappingAllocationPools'),
    ({'cidr': '10.1.0.0/24', 'ipv6_ra_mode': 'slaac'}, 400, 'InvalidInput'),
    ({'cidr': '2001:db8::/96', 'ip_version': 6, 'ipv6_ra_mode': 'slaac', 'ipv6_address_mode': 'slaac'}, 400,
     'InvalidInput'),
    ({'cidr': '2001:db8::/64', 'ip_version': 6, 'ipv6_ra_mode': 'slaac', 'ipv6_address_mode': 'dhcpv6-stateful'}, 400,
     'InvalidInput'),
    ({}, 400, 'BadRequest'),
])
def test_bad_input(member, values, status, kind):
    network = member.create('networks')
    values = {'ip_version': 4, **values}
    refused = member.create('subnets', status, network_id=network['id'], **values)
    assert refused['NeutronError']['type'] == kind, refused


def test_overlap_on_one_network(member):
    network, _ = member.network('10.4.0.0/24')
    member.create('subnets', 400, network_id=network['id'], ip_version=4, cidr='10.4.0.128/25')
    member.create('subnets', 201, network_id=network['id'], ip_version=4, cidr='10.4.1.0/24')


def test_in_use_cannot_go(member):
    network, subnet = member.network()
    port = member.create('ports', network_id=network['id'])
    assert member.delete('subnets', subnet['id'], 409)['NeutronError']['type'] == 'SubnetInUse'
    member.delete('ports', port['id'])
    member.delete('subnets', subnet['id'])


def test_dhcp_has_a_port_while_it_is_wanted(member):
    network, subnet = member.network()
    (dhcp,) = member.list('ports', 'device_owner=network:dhcp&network_id=%s' % network['id'])
    assert dhcp['fixed_ips'][0]['subnet_id'] == subnet['id'] and dhcp['status'] == 'DOWN'
    member.update('subnets', subnet['id'], enable_dhcp=False)
    assert member.list('ports', 'network_id=%s' % network['id']) == []
    member.update('subnets', subnet['id'], enable_dhcp=True)
    second = member.create('subnets', network_id=network['id'], ip_version=4, cidr='10.8.0.0/24')
    (dhcp,) = member.list('ports', 'network_id=%s' % network['id'])
    assert {entry['subnet_id'] for entry in dhcp['fixed_ips']} == {subnet['id'], second['id']}
    member.delete('subnets', subnet['id'])
    (dhcp,) = member.list('ports', 'network_id=%s' % network['id'])
    assert [entry['subnet_id'] for entry in dhcp['fixed_ips']] == [second['id']]


def test_others(member, other, admin):
    network, subnet = member.network()
    other.show('subnets', subnet['id'], 404)
    other.create('subnets', 404, network_id=network['id'], ip_version=4, cidr='10.9.0.0/24')
    shared = admin.create('networks', shared=True)
    other.create('subnets', 403, network_id=shared['id'], ip_version=4, cidr='10.9.0.0/24')


def test_from_a_pool(member):
    pool = member.create('subnetpools', name='pool', prefixes=['10.64.0.0/22', '10.64.4.0/22'], default_prefixlen=24)
    assert pool['prefixes'] == ['10.64.0.0/21'] and pool['ip_version'] == 4 and pool['min_prefixlen'] == '8'
    network = member.create('networks')
    first = member.create('subnets', network_id=network['id'], ip_version=4, subnetpool_id=pool['id'])
    second = member.create('subnets', network_id=network['id'], ip_version=4, subnetpool_id=pool['id'], prefixlen=23)
    assert first['cidr'] == '10.64.0.0/24' and second['cidr'] == '10.64.2.0/23'
    third = member.create('subnets', network_id=network['id'], ip_version=4, subnetpool_id=pool['id'])
    assert third['cidr'] == '10.64.1.0/24' and third['subnetpool_id'] == pool['id']
    refused = member.create('subnets', 400, network_id=network['id'], ip_version=4, subnetpool_id=pool['id'],
                            prefixlen=21)
    assert refused['NeutronError']['type'] == 'SubnetAllocationError'
    member.delete('subnetpools', pool['id'], 409)
    member.update('subnetpools', pool['id'], 400, prefixes=['10.64.0.0/22'])
    member.delete('networks', network['id'])
    member.delete('subnetpools', pool['id'])
