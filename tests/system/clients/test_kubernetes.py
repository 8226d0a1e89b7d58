# SPDX-License-Identifier: Apache-2.0
"""cloud-provider-openstack without load balancers, and cinder-csi: nodes, routes, and volumes that pods use."""
import pytest

from .replay import Later, refused

pytestmark = [pytest.mark.system, pytest.mark.slow]
SYSTEM = 'cloud-provider-openstack, cinder-csi'
WORKS = (
    'nodes: a server by id (404 is "gone"), by `name=^...$`, its addresses, zone and flavor, its ports',
    'routes: `PUT routes`, added and removed atomically, allowed address pairs of the nodes\' ports',
    'volumes by name at 3.34, from a snapshot and from a volume, in pages; attached at 2.60 and by `/attachments` 3.27 to 3.44; '
    'grown while in use at 3.42; snapshots with `force`',
)
LATER = (
    Later('a backup at 3.51', 'POST', '/volume/v3/{project}/backups', 503, '13',
          {'backup': {'volume_id': '{volume}', 'name': 'b', 'force': False}}, '3.51'),
)
NETWORK, COMPUTE, VOLUME = '/network/v2.0/', '/compute/v2.1/', '/volume/v3/{project}/'


@pytest.fixture
def node(program, ground):
    """(program, server, port, network, subnet): one node on a network of its own."""
    api = program()
    network = api.post(NETWORK + 'networks', {'network': {'name': 'nodes'}})['network']['id']
    subnet = api.post(NETWORK + 'subnets', {'subnet': {'network_id': network, 'cidr': '10.80.0.0/24', 'ip_version': 4}})[
        'subnet']['id']
    server = api.post(COMPUTE + 'servers', {'server': {
        'name': 'node-0', 'flavorRef': ground.flavor, 'imageRef': ground.image, 'networks': [{'uuid': network}]}})[
            'server']['id']
    api.reach(COMPUTE + 'servers/' + server, 'server', 'ACTIVE')
    port = api.get(NETWORK + 'ports?device_id=' + server)['ports'][0]
    yield api, server, port, network, subnet
    api.delete(COMPUTE + 'servers/' + server)
    api.end(COMPUTE + 'servers/' + server)
    api.delete(NETWORK + 'networks/' + network)


def test_nodes(node, ground):
    api, server, port, network, subnet = node
    shown = api.get(COMPUTE + 'servers/' + server)['server']
    assert shown['hostId'] and shown['OS-EXT-AZ:availability_zone'] and shown['flavor']['id'] == ground.flavor
    assert shown['addresses']['nodes'][0]['addr'] == port['fixed_ips'][0]['ip_address']
    assert [item['id'] for item in api.pages(COMPUTE + 'servers/detail?name=%5Enode-0%24', 'servers')] == [server]
    assert api.get(COMPUTE + 'servers/' + server, version='2.47')['server']['flavor']['original_name'] == 'client-flavor'
    assert api.get(COMPUTE + 'flavors/' + ground.flavor)['flavor']['name'] == 'client-flavor'
    assert 'trunk_details' not in port and port['status'] == 'ACTIVE'
    api.ask('GET', COMPUTE + 'servers/00000000-0000-0000-0000-000000000000', status=404)
    assert api.get(NETWORK + 'security-group-rules?remote_ip_prefix=10.80.0.0/24')['security_group_rules'] == []


def test_routes(node):
    api, server, port, network, subnet = node
    address = port['fixed_ips'][0]['ip_address']
    router = api.post(NETWORK + 'routers', {'router': {'name': 'nodes'}})['router']['id']
    api.put(NETWORK + 'routers/%s/add_router_interface' % router, {'subnet_id': subnet})
    aliases = {item['alias'] for item in api.get(NETWORK + 'extensions')['extensions']}
    assert {'extraroute', 'extraroute-atomic', 'allowed-address-pairs', 'standard-attr-tag'} <= aliases
    first, second = ({'destination': '10.244.%d.0/24' % n, 'nexthop': address} for n in (1, 2))
    path = NETWORK + 'routers/' + router
    assert api.put(path, {'router': {'routes': [first]}})['router']['routes'] == [first]
    assert len(api.put(path + '/add_extraroutes', {'router': {'routes': [second]}})['router']['routes']) == 2
    assert api.put(path + '/remove_extraroutes', {'router': {'routes': [first]}})['router']['routes'] == [second]
    found = api.get(NETWORK + 'ports?fixed_ips=ip_address%%3D%s' % address)['ports']
    assert [item['id'] for item in found] == [port['id']]
    pairs = [{'ip_address': '10.244.2.0/24', 'mac_address': port['mac_address']}]
    for sent in (pairs, []):
        body = {'port': {'allowed_address_pairs': sent}}
        assert api.put(NETWORK + 'ports/' + port['id'], body)['port']['allowed_address_pairs'] == sent
    assert api.put(path, {'router': {'routes': []}})['router']['routes'] == []
    api.put(path + '/remove_router_interface', {'subnet_id': subnet})
    api.delete(path)


def test_volumes_of_pods(node):
    """CreateVolume, ControllerPublish, Expand, CreateSnapshot and their ends, as the driver asks for them."""
    api, server, *_ = node
    assert api.get(VOLUME + 'volumes/detail?name=pvc-1', version='3.34')['volumes'] == []
    volume = _volume(api, {'name': 'pvc-1', 'size': 1, 'availability_zone': 'nova',
                           'metadata': {'cinder.csi.openstack.org/cluster': 'kubernetes'}})
    assert api.get(VOLUME + 'volumes/detail?name=pvc-1', version='3.34')['volumes'][0]['metadata'][
        'cinder.csi.openstack.org/cluster'] == 'kubernetes'
    api.post(COMPUTE + 'servers/%s/os-volume_attachments' % server, {'volumeAttachment': {'volumeId': volume}}, 200, '2.60')
    attached = api.reach(VOLUME + 'volumes/' + volume, 'volume', 'in-use')['attachments']
    assert attached[0]['server_id'] == server and attached[0]['device'].startswith('/dev/')
    api.post(VOLUME + 'volumes/%s/action' % volume, {'os-extend': {'new_size': 2}}, 202, '3.42')
    assert api.reach(VOLUME + 'volumes/' + volume, 'volume', 2, 'size') and api.reach(
        VOLUME + 'volumes/' + volume, 'volume', 'in-use')
    snapshot = api.post(VOLUME + 'snapshots', {'snapshot': {'volume_id': volume, 'name': 's', 'force': True}}, 202)[
        'snapshot']['id']
    api.reach(VOLUME + 'snapshots/' + snapshot, 'snapshot', 'available')
    assert [item['id'] for item in api.get(VOLUME + 'snapshots/detail?name=s&status=available&limit=5')['snapshots']] == [
        snapshot]
    copies = [_volume(api, {'name': 'copy', 'size': 2, **source})
              for source in ({'snapshot_id': snapshot}, {'source_volid': volume})]
    assert len(api.pages(VOLUME + 'volumes/detail?limit=1', 'volumes')) == 3
    for row in LATER:
        body = {'backup': {**row.body['backup'], 'volume_id': copies[0]}}
        refused(api, Later(row.what, row.method, row.path, row.status, row.issue, body, row.version))
    api.delete(COMPUTE + 'servers/%s/os-volume_attachments/%s' % (server, volume))
    api.reach(VOLUME + 'volumes/' + volume, 'volume', 'available')
    for path in [VOLUME + 'volumes/' + item for item in copies] + [VOLUME + 'snapshots/' + snapshot,
                                                                   VOLUME + 'volumes/' + volume]:
        api.delete(path)
        api.end(path)


def test_attachments(node):
    """The newer driver attaches by the volume service alone: 3.27 with a connector, completed at 3.44."""
    api, server, *_ = node
    volume = _volume(api, {'name': 'pvc-2', 'size': 1})
    made = api.post(VOLUME + 'attachments', {'attachment': {
        'volume_uuid': volume, 'instance_uuid': server,
        'connector': {'initiator': 'iqn.2026-01.org.example:node', 'ip': '10.80.0.9', 'host': 'node', 'multipath': False,
                      'platform': 'x86_64', 'os_type': 'linux'}}}, 200, '3.27')['attachment']
    assert made['connection_info']['driver_volume_type'] == 'iscsi'
    api.post(VOLUME + 'attachments/%s/action' % made['id'], {'os-complete': {}}, 204, '3.44')
    assert api.reach(VOLUME + 'volumes/' + volume, 'volume', 'in-use')['attachments'][0]['attachment_id'] == made['id']
    api.ask('DELETE', VOLUME + 'attachments/' + made['id'], status=200, version='3.27')
    api.reach(VOLUME + 'volumes/' + volume, 'volume', 'available')
    api.ask('POST', VOLUME + 'volumes/%s/action' % volume, {'os-reset_status': {'status': 'error'}}, status=403)
    api.delete(VOLUME + 'volumes/' + volume)
    api.end(VOLUME + 'volumes/' + volume)


def _volume(api, body):
    volume = api.post(VOLUME + 'volumes', {'volume': body}, 202)['volume']['id']
    api.reach(VOLUME + 'volumes/' + volume, 'volume', 'available')
    return volume
