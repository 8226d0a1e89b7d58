# SPDX-License-Identifier: Apache-2.0
"""Rally's clean-up: of each kind list what is the tenant's, delete it, ask until it is gone."""
import pytest

from .replay import Later, refused

pytestmark = [pytest.mark.system, pytest.mark.slow]
SYSTEM = 'Rally'
WORKS = (
    'its clean-up lists, deletes and asks until 404: servers (unlocked first), groups, key pairs, ports, routers, subnets, '
    'networks, groups but "default", floating IPs by description, volumes, snapshots, transfers, images (also deactivated)',
    'as admin: flavors, aggregates with their hosts, volume types, QoS specs, and the quotas of three services',
    'every list of the network by `tenant_id`, with `tenant_id` in each item',
)
LATER = (
    Later('trunks (it takes the 404 for an empty list)', 'GET', '/network/v2.0/trunks?tenant_id={project}', 404, '12',
          asks='trunk'),
)
NETWORK, COMPUTE, VOLUME, IMAGE = '/network/v2.0/', '/compute/v2.1/', '/volume/v3/{project}/', '/image/v2/images'


@pytest.mark.parametrize('row', LATER, ids=str)
def test_later(program, row):
    api = program()
    assert row.asks not in {item['alias'] for item in api.get(NETWORK + 'extensions')['extensions']}
    refused(api, row)


def test_a_tenants_things(program, admin, ground):
    api, boss = program(), admin()
    network, subnet, router, port = _network(api, ground)
    server = api.post(COMPUTE + 'servers', {'server': {
        'name': 's_rally', 'flavorRef': ground.flavor, 'imageRef': ground.image, 'networks': [{'port': port}]}})['server']['id']
    api.reach(COMPUTE + 'servers/' + server, 'server', 'ACTIVE')
    api.post(COMPUTE + 'servers/%s/action' % server, {'lock': None}, 202)
    shown, = (item for item in api.pages(COMPUTE + 'servers/detail', 'servers') if item['id'] == server)
    assert shown['OS-EXT-STS:vm_state'] == 'active'
    assert boss.get(COMPUTE + 'servers/' + server, version='2.9')['server']['locked'] is True
    api.post(COMPUTE + 'servers/%s/action' % server, {'unlock': None}, 202)
    _gone(api, COMPUTE + 'servers', server, 'servers')
    _others(api)
    _clean_network(api, network, subnet, router)
    for path in (COMPUTE + 'os-quota-sets/' + api.project, NETWORK + 'quotas/' + api.project,
                 VOLUME + 'os-quota-sets/' + api.project):
        boss.delete(path, status=(200, 202, 204))


def _gone(api, path, item, key):
    """In the list, deleted, and then no longer there."""
    assert item in [entry['id'] for entry in api.pages(path, key)]
    api.delete('%s/%s' % (path, item))
    api.end('%s/%s' % (path, item))


def _network(api, ground):
    network = api.post(NETWORK + 'networks', {'network': {'name': 's_rally'}})['network']['id']
    subnet = api.post(NETWORK + 'subnets', {'subnet': {'network_id': network, 'ip_version': 4, 'cidr': '10.85.0.0/24'}})[
        'subnet']['id']
    router = api.post(NETWORK + 'routers', {'router': {
        'name': 's_rally', 'external_gateway_info': {'network_id': ground.public}}})['router']['id']
    api.put(NETWORK + 'routers/%s/add_router_interface' % router, {'subnet_id': subnet})
    api.post(NETWORK + 'floatingips', {'floatingip': {'floating_network_id': ground.public, 'description': 's_rally'}})
    api.post(NETWORK + 'security-groups', {'security_group': {'name': 's_rally'}})
    port = api.post(NETWORK + 'ports', {'port': {'network_id': network, 'name': 's_rally'}})['port']['id']
    return network, subnet, router, port


def _clean_network(api, network, subnet, router):
    """In its order: addresses, ports by who owns them, routers, subnets, networks, groups."""
    def mine(plural):
        items = api.get(NETWORK + '%s?tenant_id={project}' % plural)[plural.replace('-', '_')]
        assert all(item['tenant_id'] == api.project for item in items)
        return items
    address, = mine('floatingips')
    assert address['description'] == 's_rally'
    api.delete(NETWORK + 'floatingips/' + address['id'])
    for port in mine('ports'):
        if port['device_owner'] == 'network:router_interface':
            assert port['device_id'] == router
            api.put(NETWORK + 'routers/%s/remove_router_interface' % router, {'port_id': port['id']})
        else:
            api.delete(NETWORK + 'ports/' + port['id'], status=(204, 404))
        api.end(NETWORK + 'ports/' + port['id'])
    for plural, item in (('routers', router), ('subnets', subnet), ('networks', network)):
        assert item in [entry['id'] for entry in mine(plural)]
        api.delete(NETWORK + '%s/%s' % (plural, item))
        api.end(NETWORK + '%s/%s' % (plural, item))
    groups = [item for item in mine('security-groups') if item['name'] != 'default']
    for group in groups:
        api.delete(NETWORK + 'security-groups/' + group['id'])
    assert len(groups) == 1


def _others(api):
    """Key pairs, groups, snapshots, transfers, volumes and images."""
    api.post(COMPUTE + 'os-keypairs', {'keypair': {'name': 's_rally', 'public_key': 'ssh-ed25519 ' + (
        'AAAAC3NzaC1lZDI1NTE5AAAAIHTnx2yX2Y0jYQ8mF7sLr4q2o4o1zr0f2F6b3cS9kQ0b')}})
    assert [item['keypair']['name'] for item in api.get(COMPUTE + 'os-keypairs')['keypairs']] == ['s_rally']
    api.delete(COMPUTE + 'os-keypairs/s_rally')
    group = api.post(COMPUTE + 'os-server-groups', {'server_group': {'name': 's', 'policies': ['affinity']}})['server_group']
    _gone(api, COMPUTE + 'os-server-groups', group['id'], 'server_groups')
    volume = api.post(VOLUME + 'volumes', {'volume': {'name': 's_rally', 'size': 1}}, 202)['volume']['id']
    api.reach(VOLUME + 'volumes/' + volume, 'volume', 'available')
    snapshot = api.post(VOLUME + 'snapshots', {'snapshot': {'volume_id': volume, 'name': 's'}}, 202)['snapshot']['id']
    api.reach(VOLUME + 'snapshots/' + snapshot, 'snapshot', 'available')
    _gone(api, VOLUME + 'snapshots', snapshot, 'snapshots')
    transfer = api.post(VOLUME + 'os-volume-transfer', {'transfer': {'volume_id': volume, 'name': 's'}}, 202)['transfer']['id']
    _gone(api, VOLUME + 'os-volume-transfer', transfer, 'transfers')
    _gone(api, VOLUME + 'volumes', volume, 'volumes')
    image = api.post(IMAGE, {'name': 's', 'disk_format': 'raw', 'container_format': 'bare'}, 201)['id']
    api.ask('PUT', IMAGE + '/%s/file' % image, data=b'rally', status=204)
    api.post(IMAGE + '/%s/actions/deactivate' % image, None, 204)
    assert [item['id'] for item in api.get(IMAGE + '?owner={project}&status=deactivated')['images']] == [image]
    api.post(IMAGE + '/%s/actions/reactivate' % image, None, 204)
    assert [item['id'] for item in api.get(IMAGE + '?owner={project}')['images']] == [image]
    api.delete(IMAGE + '/' + image)
    api.end(IMAGE + '/' + image)


def test_what_admins_clean_up(admin):
    api = admin()
    flavor = api.post(COMPUTE + 'flavors', {'flavor': {'name': 's_rally', 'ram': 64, 'vcpus': 1, 'disk': 1}})['flavor']['id']
    assert flavor in [item['id'] for item in api.pages(COMPUTE + 'flavors/detail?is_public=None', 'flavors')]
    api.delete(COMPUTE + 'flavors/' + flavor)
    api.ask('GET', COMPUTE + 'flavors/' + flavor, status=404)
    aggregate = api.post(COMPUTE + 'os-aggregates', {'aggregate': {'name': 's_rally'}})['aggregate']['id']
    host = api.get(COMPUTE + 'os-services?binary=nova-compute')['services'][0]['host']
    for word in ('add_host', 'remove_host'):
        api.post(COMPUTE + 'os-aggregates/%s/action' % aggregate, {word: {'host': host}})
    api.delete(COMPUTE + 'os-aggregates/%s' % aggregate, status=200)
    for plural, key, body in (('types', 'volume_type', {'name': 's_rally'}), ('qos-specs', 'qos_specs', {'name': 's_rally'})):
        item = api.post(VOLUME + plural, {key: body})[key]['id']
        api.delete(VOLUME + '%s/%s' % (plural, item))
        api.end(VOLUME + '%s/%s' % (plural, item))
    api.pages(VOLUME + 'volumes/detail?all_tenants=1', 'volumes')
