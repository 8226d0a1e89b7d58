# SPDX-License-Identifier: Apache-2.0
"""openshift-install (IPI) with cluster-api-provider-openstack: looked up, made, and destroyed, request by request."""
import base64

import pytest

from .replay import Later, refused

pytestmark = [pytest.mark.system, pytest.mark.slow]
SYSTEM = 'openshift-install, cluster-api-provider-openstack'
WORKS = (
    'its checks of the cloud: networks, subnets, flavors with a single extra spec, zones, quotas of three services, the '
    'tagged kinds in the text of `standard-attr-tag`',
    'images by direct upload; the bootstrap configuration that a guest fetches from the public image endpoint',
    'security groups with all of their rules, server groups at 2.64 and below, VIP ports, tags replaced and added',
    'servers made at 2.60 and read at 2.38 and 2.53, with tags, a port, user data, config drive, hints and a root volume; their '
    'interfaces and console',
    'the fourteen loops of `destroy`, by tags, names and metadata',
)
LATER = (
    Later('trunk ports (`destroy` takes the 404 for "no trunks here")', 'GET', '/network/v2.0/trunks?tags-any=a', 404, '12',
          asks='trunk'),
    Later('trunk ports', 'POST', '/network/v2.0/trunks', 404, '12', {'trunk': {'port_id': 'x'}}, asks='trunk'),
    Later('a port with a QoS policy', 'GET', '/network/v2.0/qos/policies', 404, '12', asks='qos'),
)
TAG = 'openshiftClusterID=c1-x7'
NETWORK, COMPUTE, VOLUME = '/network/v2.0/', '/compute/v2.1/', '/volume/v3/{project}/'
# protocol, first port, last port: what its groups are made of; 112 is VRRP.
SERVICES = (
    *((protocol, 6443, 6443) for protocol in ('tcp', 'udp')), *((protocol, 53, 53) for protocol in ('tcp', 'udp')),
    ('esp', None, None), ('tcp', 2379, 2380), ('udp', 6081, 6081), ('tcp', 80, 80), ('tcp', 443, 443), ('icmp', None, None),
    ('udp', 500, 500), ('udp', 4500, 4500), *((protocol, 9000, 9999) for protocol in ('tcp', 'udp')),
    ('tcp', 10257, 10257), ('tcp', 10259, 10259), ('tcp', 10250, 10250), ('tcp', 22623, 22623),
    *((protocol, 30000, 32767) for protocol in ('tcp', 'udp')), ('tcp', 6641, 6642), ('tcp', 1936, 1936), ('tcp', 22, 22),
    ('112', None, None), ('udp', 4789, 4789))


@pytest.mark.parametrize('row', LATER, ids=str)
def test_later(program, row):
    api = program()
    assert row.asks not in {item['alias'] for item in api.get(NETWORK + 'extensions')['extensions']}
    refused(api, row)


def test_before(program, ground):
    """What it looks at before it makes anything."""
    api = program()
    network = api.get(NETWORK + 'networks?name=public')['networks'][0]
    assert api.get(NETWORK + 'networks/' + network['id'])['network']['router:external'] is True
    assert api.get(NETWORK + 'subnets?id=nope&name=nope')['subnets'] == []
    assert api.get(NETWORK + 'floatingips?floating_ip_address=203.0.113.250')['floatingips'] == []
    flavor, = (item for item in api.pages(COMPUTE + 'flavors/detail', 'flavors') if item['name'] == 'client-flavor')
    assert api.get(COMPUTE + 'flavors/' + flavor['id'])['flavor']['ram'] == 64
    api.ask('GET', COMPUTE + 'flavors/%s/os-extra_specs/baremetal' % flavor['id'], status=404)
    assert api.get('/image/v2/images?name=client-image')['images'][0]['id'] == ground.image
    for path in (COMPUTE, VOLUME):
        assert any(zone['zoneState']['available']
                   for zone in api.get(path + 'os-availability-zone')['availabilityZoneInfo'])
    assert api.get(VOLUME + 'types')['volume_types']
    assert set(api.get(COMPUTE + 'os-quota-sets/{project}/detail')['quota_set']['cores']) == {'limit', 'in_use', 'reserved'}
    quota = api.get(NETWORK + 'quotas/{project}/details')['quota']
    assert quota['security_group_rule']['limit'] >= 60 and quota['security_group']['limit'] >= 3
    tag, = (item for item in api.get(NETWORK + 'extensions')['extensions'] if item['alias'] == 'standard-attr-tag')
    for kind in ('floatingips', 'networks', 'ports', 'routers', 'security_groups', 'subnetpools', 'subnets'):
        assert kind in tag['description'].replace('-', '_').lower() or kind[:-1] in tag['description'], tag
    assert api.endpoint('object-store') is None and api.endpoint('load-balancer') is None


def test_a_cluster_comes_and_goes(program, ground):
    api = program()
    _upload(api)
    network, subnet, router, groups = _surroundings(api, ground)
    server = _machine(api, ground, network, groups)
    address = _address(api, ground, server, network)
    _destroy(api, router, address)


def _upload(api):
    """The base image, and the bootstrap configuration, which a guest gets with the installer's token."""
    for name, kind, data in (('rhcos', 'qcow2', b'QFI\xfb' + b'\0' * 500), ('ignition', 'raw', b'{"ignition": {}}')):
        image = api.post('/image/v2/images', {
            'name': 'c1-x7-' + name, 'container_format': 'bare', 'disk_format': 'raw', 'tags': [TAG],
            **({'hw_qemu_guest_agent': 'yes'} if kind == 'qcow2' else {})}, 201)
        api.ask('PUT', '/image/v2/images/%s/file' % image['id'], data=data, status=204)
        assert api.reach('/image/v2/images/' + image['id'], None, 'active')['tags'] == [TAG]
    public = api.endpoint('image').removeprefix(api.base) + image['file']
    assert api.ask('GET', public).content == b'{"ignition": {}}'


def _surroundings(api, ground):
    """As CAPO makes them: each is tagged by replacing all of its tags."""
    network = api.post(NETWORK + 'networks', {'network': {'name': 'c1', 'admin_state_up': True}})['network']['id']
    subnet = api.post(NETWORK + 'subnets', {'subnet': {
        'name': 'c1', 'network_id': network, 'cidr': '10.79.0.0/24', 'ip_version': 4, 'dns_nameservers': ['10.79.0.53'],
        'allocation_pools': [{'start': '10.79.0.10', 'end': '10.79.0.250'}]}})['subnet']['id']
    router = api.post(NETWORK + 'routers', {'router': {
        'name': 'c1', 'external_gateway_info': {'network_id': ground.public}}})['router']['id']
    api.put(NETWORK + 'routers/%s/add_router_interface' % router, {'subnet_id': subnet})
    for plural, item in (('networks', network), ('subnets', subnet), ('routers', router)):
        assert api.put(NETWORK + '%s/%s/tags' % (plural, item), {'tags': [TAG]})['tags'] == [TAG]
    groups = [_group(api, role, SERVICES[half::2]) for half, role in enumerate(('master', 'worker'))]
    for policy, version, body in (('soft-anti-affinity', '2.64', {'policy': 'soft-anti-affinity'}),
                                  ('soft-affinity', '2.60', {'policies': ['soft-affinity']})):
        made = api.post(COMPUTE + 'os-server-groups', {'server_group': {'name': 'c1-x7-' + policy, **body}},
                        version=version)['server_group']
        assert made.get('policy', made.get('policies', [policy])[0]) == policy
    for role in ('api', 'ingress'):
        port = api.post(NETWORK + 'ports', {'port': {'name': 'c1-' + role, 'network_id': network,
                                                     'fixed_ips': [{'subnet_id': subnet}]}})['port']
        api.ask('PUT', NETWORK + 'ports/%s/tags/%s' % (port['id'], TAG), status=201)
        assert [item['id'] for item in api.get(NETWORK + 'ports?tags=%s&name=c1-%s' % (TAG, role))['ports']] == [port['id']]
    return network, subnet, router, groups


def _group(api, role, services):
    group = api.post(NETWORK + 'security-groups', {'security_group': {
        'name': 'c1-x7-' + role, 'description': 'made by the installer'}})['security_group']['id']
    api.put(NETWORK + 'security-groups/%s/tags' % group, {'tags': [TAG]})
    for family, prefix in (('IPv4', '10.79.0.0/16'), ('IPv6', 'fd2e:6f44::/64')):
        for protocol, first, last in services:
            rule = {'direction': 'ingress', 'description': 'made by the installer', 'ethertype': family,
                    'security_group_id': group, 'protocol': protocol, 'remote_ip_prefix': prefix}
            if first:
                rule.update(port_range_min=first, port_range_max=last)
            made = api.post(NETWORK + 'security-group-rules', {'security_group_rule': rule}, 201)['security_group_rule']
            assert made['protocol'] == ('ipv6-icmp' if (protocol, family) == ('icmp', 'IPv6') else protocol)
    assert len(api.get(NETWORK + 'security-group-rules?security_group_id=' + group)['security_group_rules']) \
        == 2 * len(services) + 2
    return group


def _machine(api, ground, network, groups):
    """A machine of CAPO's: a root volume, its port, tags and hints; 2.53 for the tags, 2.60 with multi-attach."""
    versions = api.get('/compute/v2.1/')['version']
    assert versions['min_version'] == '2.1' and tuple(map(int, versions['version'].split('.'))) >= (2, 60)
    port = api.post(NETWORK + 'ports', {'port': {
        'name': 'c1-m0', 'network_id': network, 'security_groups': groups, 'admin_state_up': True,
        'allowed_address_pairs': [{'ip_address': '10.79.0.5'}]}})['port']
    api.put(NETWORK + 'ports/%s/tags' % port['id'], {'tags': [TAG]})
    assert api.get(VOLUME + 'volumes/detail?name=c1-m0-root&project_id={project}')['volumes'] == []
    volume = api.post(VOLUME + 'volumes', {'volume': {'name': 'c1-m0-root', 'size': 1, 'imageRef': ground.image}})['volume']
    api.reach(VOLUME + 'volumes/' + volume['id'], 'volume', 'available')
    hint = api.get(COMPUTE + 'os-server-groups', version='2.64')['server_groups'][0]['id']
    server = api.post(COMPUTE + 'servers', {
        'server': {'name': 'c1-m0', 'flavorRef': ground.flavor, 'imageRef': '', 'networks': [{'port': port['id']}],
                   'user_data': base64.b64encode(b'{"ignition": {}}').decode(), 'config_drive': True,
                   'metadata': {'openshiftClusterID': 'c1-x7'}, 'tags': [TAG],
                   'block_device_mapping_v2': [{'boot_index': 0, 'uuid': volume['id'], 'source_type': 'volume',
                                                'destination_type': 'volume', 'delete_on_termination': True}]},
        'os:scheduler_hints': {'group': hint}}, 202, '2.60')['server']['id']
    shown = api.reach(COMPUTE + 'servers/' + server, 'server', 'ACTIVE')
    assert shown['addresses']['c1'][0]['OS-EXT-IPS:type'] == 'fixed' and shown['config_drive'] == 'True'
    assert api.get(COMPUTE + 'servers/' + server, version='2.53')['server']['tags'] == [TAG]
    assert [item['id'] for item in api.get(COMPUTE + 'servers/detail?name=c1-m0', version='2.38')['servers']] == [server]
    assert api.get(COMPUTE + 'servers/%s/os-interface' % server)['interfaceAttachments'][0]['port_id'] == port['id']
    assert 'output' in api.post(COMPUTE + 'servers/%s/action' % server, {'os-getConsoleOutput': {}})
    return server


def _address(api, ground, server, network):
    """The bootstrap machine's address, tagged one by one."""
    port = api.get(NETWORK + 'ports?device_id=%s&network_id=%s' % (server, network))['ports'][0]['id']
    address = api.post(NETWORK + 'floatingips', {'floatingip': {
        'floating_network_id': ground.public, 'port_id': port, 'description': 'c1-x7-bootstrap-fip'}}, 201)['floatingip']
    for tag in (TAG, 'openshiftRole=bootstrap'):
        api.ask('PUT', NETWORK + 'floatingips/%s/tags/%s' % (address['id'], tag), status=201)
    found = api.get(NETWORK + 'floatingips?tags=%s,openshiftRole=bootstrap' % TAG)['floatingips']
    assert [item['id'] for item in found] == [address['id']]
    return address['id']


def _destroy(api, router, address):
    """Every loop of `destroy`, in an order in which each ends at once."""
    api.put(NETWORK + 'floatingips/' + address, {'floatingip': {}})
    assert api.get(NETWORK + 'floatingips/' + address)['floatingip']['port_id'] is None
    for server in api.pages(COMPUTE + 'servers/detail', 'servers'):
        assert server['metadata'] == {'openshiftClusterID': 'c1-x7'}
        api.delete(COMPUTE + 'servers/' + server['id'])
        api.end(COMPUTE + 'servers/' + server['id'])
        api.ask('DELETE', COMPUTE + 'servers/' + server['id'], status=404)
    for group in api.get(COMPUTE + 'os-server-groups')['server_groups']:
        api.delete(COMPUTE + 'os-server-groups/' + group['id'])
    assert api.get(NETWORK + 'floatingips?router_id=' + router)['floatingips'] == []
    assert api.put(NETWORK + 'routers/' + router, {'router': {'external_gateway_info': {}}})['router'][
        'external_gateway_info'] is None
    for subnet in api.get(NETWORK + 'subnets?tags-any=' + TAG)['subnets']:
        assert [item for item in api.get(NETWORK + 'ports?device_id=' + router)['ports']
                if item['fixed_ips'][0]['subnet_id'] == subnet['id']]
        api.put(NETWORK + 'routers/%s/remove_router_interface' % router, {'subnet_id': subnet['id']})
    for plural in ('ports', 'security-groups', 'routers', 'subnets', 'subnetpools', 'networks', 'floatingips'):
        for item in api.get(NETWORK + '%s?tags-any=%s' % (plural, TAG))[plural.replace('-', '_')]:
            api.delete(NETWORK + '%s/%s' % (plural, item['id']))
        assert api.get(NETWORK + '%s?tags-any=%s' % (plural, TAG))[plural.replace('-', '_')] == []
    for image in api.get('/image/v2/images?tag=' + TAG)['images']:
        api.delete('/image/v2/images/' + image['id'])
    assert [item for item in api.get(VOLUME + 'volumes/detail')['volumes'] if item['name'].startswith('c1')] == []
