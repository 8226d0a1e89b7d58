# SPDX-License-Identifier: Apache-2.0
"""The main job through openstacksdk on libvirt, tgt and bridges: a person ends up logged in to a guest."""
import subprocess

import pytest

from . import machine
from .clouds import until

pytestmark = [pytest.mark.system, pytest.mark.slow]
LOGIN_SECONDS = 180
SSH = ('-o', 'StrictHostKeyChecking=no', '-o', 'BatchMode=yes', '-o', 'UserKnownHostsFile=/dev/null', '-o',
       'LogLevel=ERROR', '-o', 'ConnectTimeout=3')


def test_from_an_image_to_a_shell(real_cloud, guest_image, tmp_path):
    """Boot, address, log in, attach a volume, keep something on it, and leave nothing."""
    cloud = real_cloud.connect()
    until(lambda: not any(item.state == 'up' for item in cloud.compute.hypervisors()), 60, 'no hypervisor is up')
    image = cloud.create_image('sdk', filename=guest_image, disk_format='qcow2', container_format='bare', wait=True)
    flavor = cloud.compute.create_flavor(name='sdk', ram=128, vcpus=1, disk=1)
    network, router = _network(cloud)
    key = _key(cloud, tmp_path)
    group = _group(cloud)
    server = cloud.create_server('sdk', image=image, flavor=flavor, network=network.id, key_name='sdk',
                                 security_groups=['sdk'], auto_ip=False, wait=True, timeout=120)
    assert server.status == 'ACTIVE'
    address = cloud.network.create_ip(floating_network_id=cloud.network.find_network('public').id,
                                      port_id=next(cloud.network.ports(device_id=server.id)).id)
    assert _said(key, address, 'hostname') == 'sdk'
    until(lambda: 'login' not in cloud.compute.get_server_console_output(server)['output'].lower() and 'no prompt yet',
          60, 'the console to ask for a login')

    volume = cloud.create_volume(1, name='sdk', wait=True)
    cloud.attach_volume(server, volume, wait=True, timeout=60)
    assert machine.exports(real_cloud) == {volume.id}
    device = cloud.get_volume(volume.id).attachments[0]['device']
    _said(key, address, 'echo kept > %s; sync' % device)
    cloud.detach_volume(server, cloud.get_volume(volume.id), wait=True, timeout=60)
    cloud.attach_volume(server, cloud.get_volume(volume.id), wait=True, timeout=60)
    device = cloud.get_volume(volume.id).attachments[0]['device']
    assert _said(key, address, 'head -n 1 %s' % device) == 'kept'
    assert machine.domains(real_cloud) == {server.id}
    assert real_cloud.audit() == []

    assert cloud.delete_server(server.id, wait=True, timeout=60)
    assert cloud.get_volume(volume.id).status == 'available'
    assert cloud.delete_volume(volume.id, wait=True, timeout=60)
    cloud.network.delete_ip(address)
    cloud.network.remove_interface_from_router(router, subnet_id=network.subnet_ids[0])
    cloud.network.delete_router(router)
    cloud.network.delete_network(network)
    cloud.network.delete_security_group(group)
    cloud.compute.delete_keypair('sdk')
    cloud.compute.delete_flavor(flavor)
    cloud.delete_image(image.id)
    assert machine.domains(real_cloud) == machine.exports(real_cloud) == machine.taps(real_cloud) == set()
    assert machine.files(real_cloud) == [] and real_cloud.audit() == []


def _network(cloud):
    network = cloud.network.create_network(name='sdk')
    subnet = cloud.network.create_subnet(network_id=network.id, ip_version=4, cidr='10.78.0.0/24')
    router = cloud.network.create_router(name='sdk', external_gateway_info={
        'network_id': cloud.network.find_network('public').id})
    cloud.network.add_interface_to_router(router, subnet_id=subnet.id)
    return cloud.network.get_network(network.id), router


def _key(cloud, directory):
    path = directory / 'key'
    subprocess.run(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', path], check=True, timeout=30)
    cloud.compute.create_keypair(name='sdk', public_key=path.with_suffix('.pub').read_text())
    return path


def _group(cloud):
    group = cloud.network.create_security_group(name='sdk')
    cloud.network.create_security_group_rule(security_group_id=group.id, direction='ingress', protocol='tcp',
                                             port_range_min=22, port_range_max=22)
    return group


def _said(key, address, command):
    """What the guest answers, as soon as it lets us in."""
    said = []

    def silent():
        done = subprocess.run(['ssh', '-i', key, *SSH, 'root@%s' % address.floating_ip_address, command], text=True,
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=60)
        said.append(done.stdout.strip())
        return done.returncode and (done.stderr or done.stdout)
    until(silent, LOGIN_SECONDS, 'no answer to %s' % command)
    return said[-1]
