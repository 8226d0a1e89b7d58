# SPDX-License-Identifier: Apache-2.0
"""Ports: addresses, groups, bindings."""
import ipaddress


def test_life(member):
    network, subnet = member.network('10.2.0.0/29')
    made = member.create('ports', network_id=network['id'], name='p')
    assert made['status'] == 'DOWN' and made['device_owner'] == '' and made['port_security_enabled']
    (fixed,) = made['fixed_ips']
    assert fixed['subnet_id'] == subnet['id']
    assert ipaddress.ip_address(fixed['ip_address']) in ipaddress.ip_network('10.2.0.0/29')
    (default,) = member.list('security-groups')
    assert made['security_groups'] == [default['id']]
    assert 'binding:host_id' not in made and made['binding:vnic_type'] == 'normal'
    assert member.show('ports', made['id']) == made
    changed = member.update('ports', made['id'], name='q', security_groups=[])
    assert changed['security_groups'] == [] and changed['revision_number'] == 2
    member.delete('ports', made['id'])
    member.show('ports', made['id'], 404)


def test_addresses_run_out(member):
    network, _ = member.network('10.2.0.0/30', enable_dhcp=False)
    member.create('ports', network_id=network['id'])
    refused = member.create('ports', 409, network_id=network['id'])['NeutronError']
    assert refused['type'] == 'IpAddressGenerationFailure'


def test_two_ports_never_share_an_address(member):
    network, subnet = member.network()
    wanted = [{'subnet_id': subnet['id'], 'ip_address': '10.1.0.77'}]
    port = member.create('ports', network_id=network['id'], fixed_ips=wanted)
    assert port['fixed_ips'] == wanted
    refused = member.create('ports', 409, network_id=network['id'], fixed_ips=wanted)['NeutronError']
    assert refused['type'] == 'IpAddressAlreadyAllocated'
    outside = [{'subnet_id': subnet['id'], 'ip_address': '10.9.9.9'}]
    assert member.create('ports', 400, network_id=network['id'], fixed_ips=outside)['NeutronError']['type'] == (
        'InvalidIpForSubnet')
    assert member.create('ports', 400, network_id=network['id'], fixed_ips=[{'ip_address': '10.9.9.9'}])[
        'NeutronError']['type'] == 'InvalidIpForNetwork'


def test_mac_is_unique_on_its_network(member):
    network, _ = member.network()
    member.create('ports', network_id=network['id'], mac_address='FA:16:3E:00:00:01')
    refused = member.create('ports', 409, network_id=network['id'], mac_address='fa:16:3e:00:00:01')
    assert refused['NeutronError']['type'] == 'MacAddressInUse'


def test_fixed_ips_change(member):
    network, subnet = member.network()
    port = member.create('ports', network_id=network['id'])
    first = port['fixed_ips'][0]
    two = member.update('ports', port['id'], fixed_ips=[first, {'subnet_id': subnet['id']}])['fixed_ips']
    assert len(two) == 2 and first in two
    one = member.update('ports', port['id'], fixed_ips=[{'ip_address': '10.1.0.99'}])['fixed_ips']
    assert one == [{'subnet_id': subnet['id'], 'ip_address': '10.1.0.99'}]
    assert member.update('ports', port['id'], fixed_ips=[])['fixed_ips'] == []


def test_ipv6_addresses_from_the_mac(member):
    network, subnet = member.network('2001:db8::/64', ipv6_ra_mode='slaac', ipv6_address_mode='slaac')
    port = member.create('ports', network_id=network['id'], mac_address='fa:16:3e:12:34:56')
    assert port['fixed_ips'] == [{'subnet_id': subnet['id'], 'ip_address': '2001:db8::f816:3eff:fe12:3456'}]
    member.create('ports', 400, network_id=network['id'], fixed_ips=[{'ip_address': '2001:db8::99'}])
    v4 = member.create('subnets', network_id=network['id'], ip_version=4, cidr='10.3.0.0/24')
    both = member.create('ports', network_id=network['id'])['fixed_ips']
    assert {entry['subnet_id'] for entry in both} == {subnet['id'], v4['id']}


def test_filters(member):
    network, subnet = member.network()
    one = member.create('ports', network_id=network['id'], fixed_ips=[{'ip_address': '10.1.0.50'}])
    member.create('ports', network_id=network['id'], fixed_ips=[{'ip_address': '10.1.0.60'}])
    assert [port['id'] for port in member.list('ports', 'fixed_ips=ip_address%3D10.1.0.50')] == [one['id']]
    assert len(member.list('ports', 'fixed_ips=ip_address_substr%3D0.5')) == 1
    assert len(member.list('ports', 'fixed_ips=subnet_id%%3D%s&device_owner=' % subnet['id'])) == 2
    assert member.list('ports', 'mac_address=%s' % one['mac_address'])[0]['id'] == one['id']


def test_bulk(member):
    network, _ = member.network()
    made = member.post('/ports', {'ports': [{'network_id': network['id']}] * 3})['ports']
    assert len({port['fixed_ips'][0]['ip_address'] for port in made}) == 3


def test_rights(member, other, admin):
    network, _ = member.network()
    other.create('ports', 404, network_id=network['id'])
    port = member.create('ports', network_id=network['id'])
    other.show('ports', port['id'], 404)
    other.delete('ports', port['id'], 404)
    member.create('ports', 403, network_id=network['id'], **{'binding:host_id': 'h'})
    made = admin.create('ports', network_id=network['id'], **{'binding:host_id': 'h'})
    assert made['binding:host_id'] == 'h' and made['binding:vif_type'] == 'bridge'
    assert member.show('ports', made['id'])['id'] == made['id']
    shared = admin.create('networks', shared=True)
    member.create('ports', 403, network_id=shared['id'], mac_address='fa:16:3e:00:00:02')
    member.create('ports', 403, network_id=shared['id'], device_owner='network:dhcp')
    member.create('ports', 201, network_id=shared['id'], device_owner='compute:nova', fixed_ips=[])


def test_port_security(member):
    network, _ = member.network()
    port = member.create('ports', network_id=network['id'], port_security_enabled=False)
    assert port['security_groups'] == []
    (group,) = member.list('security-groups')
    member.update('ports', port['id'], 409, security_groups=[group['id']])
    member.update('ports', port['id'], 409, allowed_address_pairs=[{'ip_address': '10.0.0.9'}])
    member.create('ports', 404, network_id=network['id'], security_groups=['7f5fd9d5-0fb8-4d63-b2a9-0d47d56a6a6a'])


def test_address_pairs_and_dhcp_options(member):
    network, _ = member.network()
    port = member.create('ports', network_id=network['id'], allowed_address_pairs=[{'ip_address': '10.0.9.0/24'}],
                         extra_dhcp_opts=[{'opt_name': 'bootfile-name', 'opt_value': 'x'}])
    assert port['allowed_address_pairs'] == [{'ip_address': '10.0.9.0/24', 'mac_address': port['mac_address']}]
    changed = member.update('ports', port['id'], extra_dhcp_opts=[{'opt_name': 'bootfile-name', 'opt_value': None},
                                                                  {'opt_name': 'tftp-server', 'opt_value': 'y'}])
    assert changed['extra_dhcp_opts'] == [{'opt_name': 'tftp-server', 'opt_value': 'y', 'ip_version': 4}]
