# SPDX-License-Identifier: Apache-2.0
"""packer's openstack builder, step by step: a server from an image or a volume becomes an image."""
import pytest

pytestmark = [pytest.mark.system, pytest.mark.slow]
SYSTEM = 'packer'
WORKS = (
    'flavor by id, else by name; source image by id, name and filters; a temporary ed25519 key pair',
    'a volume from the image; the server and its status; an address: one that is DOWN, else a new one, put on its port',
    'stop, `createImage`; of a volume: detach, image metadata, upload; visibility, tags and `min_disk` by PATCH, members',
)
LATER = ()
NETWORK, COMPUTE, VOLUME, IMAGE = '/network/v2.0/', '/compute/v2.1/', '/volume/v3/{project}/', '/image/v2/images'
KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHTnx2yX2Y0jYQ8mF7sLr4q2o4o1zr0f2F6b3cS9kQ0b packer'


@pytest.fixture
def builder(program, ground):
    """(program, network): the builder, with a key pair and a network behind a router."""
    api = program()
    api.ask('GET', COMPUTE + 'flavors/client-flavor', status=404)
    assert ground.flavor in [item['id'] for item in api.pages(COMPUTE + 'flavors/detail', 'flavors')
                             if item['name'] == 'client-flavor']
    found = api.get(IMAGE + '?name=client-image&status=active&visibility=public&sort=created_at:desc')['images']
    assert [item['id'] for item in found] == [ground.image] and api.get(IMAGE + '/' + ground.image)['min_disk'] == 0
    assert api.post(COMPUTE + 'os-keypairs', {'keypair': {'name': 'packer', 'public_key': KEY}})['keypair']['fingerprint']
    network = api.post(NETWORK + 'networks', {'network': {'name': 'packer'}})['network']['id']
    subnet = api.post(NETWORK + 'subnets', {'subnet': {'network_id': network, 'ip_version': 4, 'cidr': '10.84.0.0/24'}})[
        'subnet']['id']
    router = api.post(NETWORK + 'routers', {'router': {'external_gateway_info': {'network_id': ground.public}}})['router']['id']
    api.put(NETWORK + 'routers/%s/add_router_interface' % router, {'subnet_id': subnet})
    assert subnet in [item['id'] for item in api.get(NETWORK + 'subnets')['subnets']]
    yield api, network
    api.put(NETWORK + 'routers/%s/remove_router_interface' % router, {'subnet_id': subnet})
    api.delete(NETWORK + 'routers/' + router)
    api.delete(NETWORK + 'networks/' + network)
    api.delete(COMPUTE + 'os-keypairs/packer')


def _server(api, network, ground, **values):
    made = api.post(COMPUTE + 'servers', {'server': {
        'name': 'packer', 'flavorRef': ground.flavor, 'networks': [{'uuid': network}], 'key_name': 'packer',
        'security_groups': [{'name': 'default'}], 'metadata': {'packer': '1'}, **values}})['server']['id']
    api.reach(COMPUTE + 'servers/' + made, 'server', 'ACTIVE')
    return made


def _end(api, server):
    api.delete(COMPUTE + 'servers/' + server)
    api.end(COMPUTE + 'servers/' + server)


def test_an_image_of_a_server(builder, ground):
    api, network = builder
    server = _server(api, network, ground, imageRef=ground.image)
    assert api.get(NETWORK + 'floatingips?status=DOWN')['floatingips'] == []
    public = api.get(NETWORK + 'networks?name=public&router:external=true')['networks'][0]['id']
    address = api.post(NETWORK + 'floatingips', {'floatingip': {'floating_network_id': public}}, 201)['floatingip']['id']
    port = api.get(COMPUTE + 'servers/%s/os-interface' % server)['interfaceAttachments'][0]['port_id']
    assert api.put(NETWORK + 'floatingips/' + address, {'floatingip': {'port_id': port}})['floatingip']['port_id'] == port
    assert api.get(COMPUTE + 'servers/%s/os-server-password' % server) == {'password': ''}
    api.post(COMPUTE + 'servers/%s/action' % server, {'os-stop': None}, 202)
    api.reach(COMPUTE + 'servers/' + server, 'server', 'SHUTOFF')
    answer = api.ask('POST', COMPUTE + 'servers/%s/action' % server, {'createImage': {'name': 'built', 'metadata': {'a': 'b'}}},
                     202)
    image = answer.headers['Location'].rsplit('/', 1)[1]
    assert api.reach(IMAGE + '/' + image, None, 'active')['a'] == 'b'
    _finish(api, image)
    api.delete(NETWORK + 'floatingips/' + address)
    _end(api, server)


def test_an_image_of_a_volume(builder, ground):
    api, network = builder
    volume = api.post(VOLUME + 'volumes', {'volume': {'name': 'packer', 'size': 1, 'imageRef': ground.image}}, 202)['volume']['id']
    api.reach(VOLUME + 'volumes/' + volume, 'volume', 'available')
    server = _server(api, network, ground, block_device_mapping_v2=[{
        'boot_index': 0, 'uuid': volume, 'source_type': 'volume', 'destination_type': 'volume'}])
    _end(api, server)
    api.reach(VOLUME + 'volumes/' + volume, 'volume', 'available')
    action = VOLUME + 'volumes/%s/action' % volume
    api.post(action, {'os-set_image_metadata': {'metadata': {'hw_disk_bus': 'virtio'}}}, 200)
    image = api.post(action, {'os-volume_upload_image': {'image_name': 'built', 'disk_format': 'raw'}}, 202)[
        'os-volume_upload_image']['image_id']
    api.reach(IMAGE + '/' + image, None, 'active')
    api.reach(VOLUME + 'volumes/' + volume, 'volume', 'available')
    _finish(api, image)
    api.delete(VOLUME + 'volumes/' + volume)
    api.end(VOLUME + 'volumes/' + volume)


def _finish(api, image):
    """Visibility, min_disk and tags as gophercloud patches them; members; and, here, the end of it."""
    def patch(path, value):
        return api.ask('PATCH', IMAGE + '/' + image, [{'op': 'replace', 'path': path, 'value': value}], 200, headers={
            'Content-Type': 'application/openstack-images-v2.1-json-patch'}).json()
    assert patch('/visibility', 'shared')['visibility'] == 'shared'
    assert patch('/min_disk', 2)['min_disk'] == 2 and patch('/tags', ['built'])['tags'] == ['built']
    other = api.access['user']['id']
    assert api.post(IMAGE + '/%s/members' % image, {'member': other}, 200)['status'] == 'pending'
    api.ask('PUT', IMAGE + '/%s/members/%s' % (image, other), {'status': 'accepted'}, status=(403, 404))
    api.delete(IMAGE + '/' + image)
    api.end(IMAGE + '/' + image)
