# SPDX-License-Identifier: Apache-2.0
"""nodepool's OpenStack driver: every call that it makes of openstacksdk, with that SDK."""
import hashlib

import openstack
import pytest

from ..clouds import until

pytestmark = [pytest.mark.system, pytest.mark.slow]
SYSTEM = 'nodepool'
WORKS = (
    'through openstacksdk: limits, flavors without extra specs, zones, networks; images with checksums, waited for, deleted',
    'nodes from an image and from a volume that goes with them, with config drive, metadata and user data; the whole list; '
    'the console',
    'what it cleans up: ports that are DOWN, floating IPs that nothing uses; a 400 for a flavor or image that is gone',
)
LATER = ()


@pytest.fixture
def cloud(fake_cloud, tenant):
    config = fake_cloud.state.cloud()
    config['auth'] = {**config['auth'], 'username': tenant, 'password': tenant, 'project_name': tenant}
    with openstack.connect(load_yaml_config=False, load_envvars=False, app_name='nodepool', **config) as cloud:
        yield cloud


def test_what_there_is(cloud, ground):
    limits = cloud.get_compute_limits()
    assert limits.total_cores >= limits.total_cores_used == 0 and limits.instances and limits.total_ram
    assert 'gigabytes' in cloud.block_storage.get_limits().absolute.to_dict() or cloud.block_storage.get_limits().absolute
    assert ground.flavor in [flavor.id for flavor in cloud.list_flavors(get_extra=False)]
    assert cloud.list_availability_zone_names() == ['nova']
    assert cloud.get_network('public').id == ground.public


def test_images(cloud, tmp_path):
    data = b'built by nodepool' * 100
    (tmp_path / 'image.raw').write_bytes(data)
    image = cloud.create_image('built', filename=str(tmp_path / 'image.raw'), is_public=False, wait=True, disk_format='raw',
                               container_format='bare', md5=hashlib.md5(data).hexdigest(),
                               sha256=hashlib.sha256(data).hexdigest(), nodepool_build_id='0000001')
    assert cloud.get_image('built').id == image.id and cloud.get_image(image.id).status == 'active'
    assert image.properties['nodepool_build_id'] == '0000001' or image['nodepool_build_id'] == '0000001'
    assert image.id in [item.id for item in cloud.list_images()]
    assert cloud.delete_image('built', wait=True) and cloud.get_image('built') is None


@pytest.mark.parametrize('volume', [False, True], ids=['image', 'volume'])
def test_nodes(cloud, ground, volume):
    network = cloud.create_network('nodes')
    cloud.create_subnet(network.id, cidr='10.82.0.0/24')
    meta = {'groups': 'linux', 'nodepool_provider_name': 'praline', 'nodepool_node_id': '0000001'}
    node = cloud.create_server(
        name='np0001', image={'id': ground.image}, flavor={'id': ground.flavor}, config_drive=True, meta=meta, wait=False,
        availability_zone='nova', nics=[{'net-id': network.id}], userdata='#cloud-config\n', security_groups=['default'],
        auto_ip=False, **({'boot_from_volume': True, 'volume_size': 1, 'terminate_volume': True} if volume else {}))
    until(lambda: next(item.status for item in cloud.list_servers(bare=True) if item.id == node.id) != 'ACTIVE', 60, 'a node')
    listed, = cloud.list_servers()
    assert listed.metadata == meta and listed.private_v4 and listed.location.project.name
    assert cloud.get_server_by_id(node.id).status == 'ACTIVE' and cloud.get_server_console(node.id) is not None
    assert len(cloud.list_volumes()) == volume
    assert cloud.delete_server(node.id, wait=True) and cloud.get_server(node.id) is None
    until(lambda: cloud.list_volumes(), 30, 'the volume of a node')
    assert cloud.delete_network(network.id)


def test_leaked_ports_and_addresses(cloud, ground):
    network = cloud.create_network('leaks')
    cloud.create_subnet(network.id, cidr='10.83.0.0/24')
    port = cloud.create_port(network.id)
    assert [item.id for item in cloud.list_ports({'status': 'DOWN'}) if not item.device_owner] == [port.id]
    assert cloud.delete_port(port.id)
    cloud.network.create_ip(floating_network_id=ground.public)
    assert cloud.delete_unattached_floating_ips() == 1 and list(cloud.network.ips()) == []
    cloud.delete_network(network.id)


def test_a_bad_request_is_one(cloud, ground):
    """A 400 empties its caches: that the image is gone must not look like something else."""
    gone = '00000000-0000-0000-0000-000000000000'
    for image, flavor in ((gone, ground.flavor), (ground.image, gone)):
        with pytest.raises(openstack.exceptions.BadRequestException):
            cloud.create_server(name='np', image={'id': image}, flavor={'id': flavor}, auto_ip=False)
