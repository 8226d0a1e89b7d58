# SPDX-License-Identifier: Apache-2.0
"""terraform's openstack provider: its compute resources, made, changed and destroyed as gophercloud asks for them."""
import base64
import dataclasses

import pytest

from .replay import Later, refused

pytestmark = [pytest.mark.system, pytest.mark.slow]
SYSTEM = 'terraform'
WORKS = (
    'instances: networks `auto` and `none` at 2.37, tags at 2.26 and 2.52, multi-attach at 2.60, a volume type in the block '
    'device at 2.67, a host at 2.74; every `power_state`; resize, rebuild, groups, metadata; forced delete',
    'interfaces, volume attachments, key pairs with and without a key, flavors with specs and access, server groups, aggregates, '
    'quotas',
    'networks, subnets, pools, routers and routes, ports, floating IPs, groups and rules, RBAC policies, address scopes',
    'volumes: scheduler hints, grown while in use at 3.42, types and access, QoS, quotas; images with properties and members',
    'identity: projects, users, roles, inherited assignments, groups, services, endpoints, EC2 and application credentials, limits',
)
LATER = (
    Later('`networking_trunk_v2`', 'POST', '/network/v2.0/trunks', 404, '12', {'trunk': {'port_id': 'x'}}, asks='trunk'),
    Later('`networking_qos_policy_v2` and its rules', 'POST', '/network/v2.0/qos/policies', 404, '12',
          {'policy': {'name': 'q'}}, asks='qos'),
    Later('`networking_portforwarding_v2`', 'POST', '/network/v2.0/floatingips/x/port_forwardings', 404, '12',
          {'port_forwarding': {'protocol': 'tcp'}}, asks='floating-ip-port-forwarding'),
    Later('`networking_segment_v2`', 'GET', '/network/v2.0/segments', 404, '12', asks='segment'),
    Later('`networking_address_group_v2`', 'POST', '/network/v2.0/address-groups', 404, '12',
          {'address_group': {'name': 'a', 'addresses': ['10.0.0.0/8']}}, asks='address-group'),
    Later('`networking_network_v2` with a `vlan` segment', 'POST', '/network/v2.0/networks', 400, '12',
          {'network': {'provider:network_type': 'vlan', 'provider:segmentation_id': 100}}),
    Later('`blockstorage_volume_v3` from a backup at 3.47', 'POST', '/volume/v3/{project}/volumes', 404, '13',
          {'volume': {'size': 1, 'backup_id': '11111111-1111-4111-8111-111111111111'}}, '3.47',
          asks='the backup: there is none of this id'),
    Later('`admin_pass` of a running instance: it asks for an agent in the guest', 'POST',
          '/compute/v2.1/servers/{server}/action', 409, '7', {'changePassword': {'adminPass': 'secret'}}),
)
NETWORK, COMPUTE, VOLUME, IMAGE = '/network/v2.0/', '/compute/v2.1/', '/volume/v3/{project}/', '/image/v2/images'


@pytest.mark.parametrize('row', LATER[:-1], ids=str)
def test_later(admin, row):
    api = admin()
    assert row.asks not in {item['alias'] for item in api.get(NETWORK + 'extensions')['extensions']}
    refused(api, row)


@pytest.fixture
def place(program, ground):
    """(program, network, subnet)"""
    api = program()
    network = api.post(NETWORK + 'networks', {'network': {'name': 'tf', 'admin_state_up': True}})['network']['id']
    subnet = api.post(NETWORK + 'subnets', {'subnet': {
        'network_id': network, 'cidr': '10.86.0.0/24', 'ip_version': 4, 'enable_dhcp': True}})['subnet']['id']
    yield api, network, subnet
    api.delete(NETWORK + 'networks/' + network)


def _instance(api, ground, version=None, **values):
    body = {'name': 'tf', 'flavorRef': ground.flavor, 'imageRef': ground.image, **values}
    made = api.post(COMPUTE + 'servers', {'server': body}, 202, version)['server']['id']
    return made, api.reach(COMPUTE + 'servers/' + made, 'server', 'ACTIVE')


def _destroy(api, server, forced=False):
    if forced:
        api.post(COMPUTE + 'servers/%s/action' % server, {'forceDelete': ''}, 202)
    else:
        api.delete(COMPUTE + 'servers/' + server)
    api.end(COMPUTE + 'servers/' + server)


def test_a_network_by_itself(place, ground):
    api, network, _ = place
    server, shown = _instance(api, ground, '2.37', networks='auto')
    assert list(shown['addresses']) == ['tf']
    _destroy(api, server)


@pytest.mark.parametrize('version, values', [
    ('2.37', {'networks': 'none'}), ('2.52', {'networks': 'none', 'tags': ['one']}), ('2.60', {'networks': 'none'}),
    ('2.67', {'networks': 'none', 'imageRef': '', 'block_device_mapping_v2': [{
        'boot_index': 0, 'source_type': 'image', 'destination_type': 'volume', 'volume_size': 1, 'volume_type': None,
        'delete_on_termination': True}]})], ids=['2.37', '2.52', '2.60', '2.67'])
def test_instances_at_their_versions(program, ground, version, values):
    api = program()
    for device in values.get('block_device_mapping_v2', ()):
        device.update(uuid=ground.image, volume_type=api.get(VOLUME + 'types')['volume_types'][0]['name'])
    server, _ = _instance(api, ground, version, **values)
    assert api.get(COMPUTE + 'servers/%s/tags' % server, version='2.26') == {'tags': values.get('tags', [])}
    assert api.put(COMPUTE + 'servers/%s/tags' % server, {'tags': ['b', 'a']}, version='2.26') == {'tags': ['a', 'b']}
    _destroy(api, server)


def test_an_instance_on_a_host(admin, ground):
    api = admin()
    host = api.get(COMPUTE + 'os-hypervisors', version='2.53')['hypervisors'][0]['hypervisor_hostname']
    server, shown = _instance(api, ground, '2.74', networks='none', hypervisor_hostname=host)
    assert shown['OS-EXT-SRV-ATTR:hypervisor_hostname'] == host
    _destroy(api, server, forced=True)


def test_every_power_state(place, ground):
    api, network, _ = place
    server, shown = _instance(api, ground, networks=[{'uuid': network}], metadata={'a': 'b'}, config_drive=True,
                              user_data=base64.b64encode(b'#!/bin/sh').decode(), security_groups=[{'name': 'default'}])
    action, path = COMPUTE + 'servers/%s/action' % server, COMPUTE + 'servers/' + server
    for word, body, becomes in (
            ('os-stop', None, 'SHUTOFF'), ('os-start', None, 'ACTIVE'), ('pause', None, 'PAUSED'), ('unpause', None, 'ACTIVE'),
            ('shelve', None, 'SHELVED_OFFLOADED'), ('unshelve', None, 'ACTIVE')):
        api.post(action, {word: body}, 202)
        api.reach(path, 'server', becomes)
    assert api.get(path + '/metadata') == {'metadata': {'a': 'b'}}
    assert api.post(path + '/metadata', {'metadata': {'c': 'd'}})['metadata'] == {'a': 'b', 'c': 'd'}
    api.delete(path + '/metadata/a')
    assert api.put(path, {'server': {'name': 'renamed'}})['server']['name'] == 'renamed'
    api.post(NETWORK + 'security-groups', {'security_group': {'name': 'tf'}})
    for word in ('addSecurityGroup', 'removeSecurityGroup'):
        api.post(action, {word: {'name': 'tf'}}, 202)
    refused(api, dataclasses.replace(LATER[-1], path=action))
    api.post(action, {'rebuild': {'imageRef': ground.image, 'name': 'renamed', 'metadata': {'e': 'f'}}}, 202)
    assert api.reach(path, 'server', 'ACTIVE')['metadata'] == {'e': 'f'}
    _destroy(api, server, forced=True)
    for group in api.get(NETWORK + 'security-groups?name=tf')['security_groups']:
        api.delete(NETWORK + 'security-groups/' + group['id'])


def test_a_resize(program, admin, ground):
    api, boss = program(), admin()
    bigger = boss.post(COMPUTE + 'flavors', {'flavor': {'name': 'tf-big', 'ram': 128, 'vcpus': 1, 'disk': 1}})['flavor']['id']
    server, _ = _instance(api, ground, '2.37', networks='none')
    api.post(COMPUTE + 'servers/%s/action' % server, {'resize': {'flavorRef': bigger}}, 202)
    api.reach(COMPUTE + 'servers/' + server, 'server', 'VERIFY_RESIZE')
    api.post(COMPUTE + 'servers/%s/action' % server, {'confirmResize': None}, 204)
    assert api.reach(COMPUTE + 'servers/' + server, 'server', 'ACTIVE')['flavor']['id'] == bigger
    _destroy(api, server)
    boss.delete(COMPUTE + 'flavors/' + bigger)


def test_what_is_attached(place, ground):
    api, network, subnet = place
    server, _ = _instance(api, ground, '2.37', networks='none')
    path = COMPUTE + 'servers/' + server
    nic = api.post(path + '/os-interface', {'interfaceAttachment': {
        'net_id': network, 'fixed_ips': [{'ip_address': '10.86.0.44'}]}})['interfaceAttachment']['port_id']
    assert api.get(path + '/os-interface/' + nic)['interfaceAttachment']['fixed_ips'][0]['subnet_id'] == subnet
    api.delete(path + '/os-interface/' + nic)
    api.end(path + '/os-interface/' + nic)
    volume = api.post(VOLUME + 'volumes', {'volume': {'size': 1, 'name': 'tf'}, 'OS-SCH-HNT:scheduler_hints': {}}, 202)[
        'volume']['id']
    api.reach(VOLUME + 'volumes/' + volume, 'volume', 'available')
    made = api.post(path + '/os-volume_attachments', {'volumeAttachment': {'volumeId': volume}}, version='2.60')
    assert made['volumeAttachment']['id'] == volume and made['volumeAttachment']['device'].startswith('/dev/')
    api.reach(VOLUME + 'volumes/' + volume, 'volume', 'in-use')
    assert api.get(path + '/os-volume_attachments/' + volume)['volumeAttachment']['volumeId'] == volume
    api.post(VOLUME + 'volumes/%s/action' % volume, {'os-extend': {'new_size': 2}}, 202, '3.42')
    api.reach(VOLUME + 'volumes/' + volume, 'volume', 2, 'size')
    api.reach(VOLUME + 'volumes/' + volume, 'volume', 'in-use')
    api.delete(path + '/os-volume_attachments/' + volume)
    api.end(path + '/os-volume_attachments/' + volume)
    assert api.put(VOLUME + 'volumes/' + volume, {'volume': {'name': 'new', 'metadata': {'a': 'b'}}})['volume']['name'] == 'new'
    api.reach(VOLUME + 'volumes/' + volume, 'volume', 'available')
    api.delete(VOLUME + 'volumes/' + volume)
    api.end(VOLUME + 'volumes/' + volume)
    _destroy(api, server)
