# SPDX-License-Identifier: Apache-2.0
"""What only the libvirt driver does: images that lie, a daemon that dies, a host whose KVM does not work."""
import json
import re
import subprocess

import pytest

from compute_hosts import make_guest, make_nic
from praline_common.objects.guest import RUNNING, GuestDisk
from praline_compute.drivers import base, metadata
from praline_compute.drivers.libvirt import config_drive, consoles, disks, domain_xml, host as hosts, volumes


def image_disk(name, kind):
    return GuestDisk(source='image', image_id=name, checksum='1', disk_format=kind, boot_index=0)


def test_a_dead_daemon_is_named_and_its_return_is_noticed(real_host):
    driver, guest = real_host.driver, make_guest()
    driver.ensure_guest(guest, real_host.image)
    real_host.machine.kill()
    try:
        with pytest.raises(base.HypervisorUnavailable, match='libvirtd'):
            driver.state(guest.uuid)
        with pytest.raises(base.HypervisorUnavailable, match=re.escape(real_host.options.uri)):
            driver.destroy_guest(guest.uuid)
    finally:
        real_host.machine.start()
    assert driver.state(guest.uuid).power_state == RUNNING
    driver.destroy_guest(guest.uuid)


@pytest.mark.parametrize('options', [['-b', '/etc/passwd', '-F', 'raw'], ['-o', 'data_file=/etc/shadow']],
                         ids=['backing file', 'data file'])
def test_an_image_that_reaches_outside_itself_is_refused(real_host, tmp_path, options):
    path = tmp_path / 'image'
    if 'data_file' in options[-1]:
        options = ['-o', f'data_file={tmp_path}/outside']
    subprocess.run(['qemu-img', 'create', '-q', '-f', 'qcow2', *options, path, '1M'], check=True)
    guest = make_guest(disks=[image_disk('33333333-aaaa', 'qcow2')])
    with pytest.raises(base.ImageUnusable, match='another file'):
        real_host.driver.ensure_guest(guest, path)
    assert real_host.leftovers(guest) == []


def test_an_image_of_another_format_than_told_is_refused(real_host, tmp_path):
    path = tmp_path / 'image'
    path.write_bytes(b'not an image' * 1000)
    guest = make_guest(disks=[image_disk('44444444-aaaa', 'qcow2')])
    with pytest.raises(base.ImageUnusable, match='qcow2'):
        real_host.driver.ensure_guest(guest, path)


def test_an_image_larger_than_the_root_disk_is_refused_with_numbers(real_host, tmp_path):
    path = tmp_path / 'image'
    subprocess.run(['qemu-img', 'create', '-q', '-f', 'qcow2', path, '3G'], check=True)
    guest = make_guest(root_gb=1, disks=[image_disk('55555555-aaaa', 'qcow2')])
    with pytest.raises(base.ImageUnusable, match='3 GiB'):
        real_host.driver.ensure_guest(guest, path)
    assert real_host.leftovers(guest) == []


def test_an_image_is_converted_when_guests_cannot_lie_on_it(tmp_path):
    path = tmp_path / 'image.vmdk'
    subprocess.run(['qemu-img', 'create', '-q', '-f', 'vmdk', path, '8M'], check=True)
    files = disks.Files(tmp_path)
    files.prepare('00000000-0000-4000-8000-000000000001')
    cached, kind = files.cached_image('vmdk-image', 'c', 'vmdk', path)
    assert kind == 'qcow2' and disks.information(cached, 'qcow2')['virtual-size'] == 8 * 1024 ** 2


def test_an_image_is_fetched_once(tmp_path):
    path = tmp_path / 'image'
    path.write_bytes(bytes(1024 ** 2))
    files = disks.Files(tmp_path)
    files.prepare('00000000-0000-4000-8000-000000000001')
    first = files.cached_image('image', 'c', 'raw', path)
    path.unlink()
    assert files.cached_image('image', 'c', 'raw', None) == first
    with pytest.raises(base.ImageUnusable):
        files.cached_image('image', 'another-content', 'raw', None)


def test_a_directory_is_only_ever_made_of_a_uuid(tmp_path):
    with pytest.raises(ValueError):
        disks.Files(tmp_path).directory('../../etc')


def test_the_config_drive_says_who_the_guest_is():
    guest = make_guest(hostname='web-1', user_data='IyEvYmluL3No', nics=[make_nic()], metadata={'tier': 'front'})
    contents = config_drive.contents(guest)
    about = json.loads(contents['openstack/latest/meta_data.json'])
    assert about['uuid'] == guest.uuid and about['hostname'] == 'web-1' and about['meta'] == {'tier': 'front'}
    assert about['public_keys'] == {'key': 'ssh-ed25519 AAAAC3 me'}
    assert contents['openstack/latest/user_data'] == b'#!/bin/sh'
    assert json.loads(contents['ec2/latest/meta-data.json'])['local-ipv4'] == '10.77.0.5'


def test_network_data_tells_fixed_addresses_and_dhcp_apart():
    nic = make_nic(routes=[{'destination': '10.9.0.0/16', 'nexthop': '10.77.0.9'}], dns=['10.77.0.2'], addresses=[
        {'address': '10.77.0.5', 'prefix': 24, 'version': 4, 'gateway': '10.77.0.1', 'dhcp': False},
        {'address': 'fd00::5', 'prefix': 64, 'version': 6, 'gateway': None, 'dhcp': True}])
    data = metadata.network_data(make_guest(nics=[nic]))
    fixed, dynamic = data['networks']
    assert (fixed['type'], fixed['ip_address'], fixed['netmask']) == ('ipv4', '10.77.0.5', '255.255.255.0')
    assert fixed['routes'] == [{'network': '0.0.0.0', 'netmask': '0.0.0.0', 'gateway': '10.77.0.1'},
                               {'network': '10.9.0.0', 'netmask': '255.255.0.0', 'gateway': '10.77.0.9'}]
    assert dynamic['type'] == 'ipv6_dhcp'
    assert data['links'][0]['ethernet_mac_address'] == nic.mac
    assert data['services'] == [{'type': 'dns', 'address': '10.77.0.2'}]


@pytest.mark.parametrize('mode', ['slaac', 'dhcpv6-stateful', 'dhcpv6-stateless', None])
def test_network_data_says_how_an_ipv6_address_comes(mode):
    nic = make_nic(dns=['fd00::2', '10.77.0.2'], addresses=[
        {'address': 'fd00::5', 'prefix': 64, 'version': 6, 'gateway': 'fd00::1', 'dhcp': True, 'mode': mode}])
    found, = metadata.network_data(make_guest(nics=[nic]))['networks']
    if mode is None:
        assert found['type'] == 'ipv6_dhcp' and 'ip_address' not in found
        return
    assert (found['type'], found['ip_address'], found['netmask']) == ('ipv6_' + mode, 'fd00::5', 'ffff:ffff:ffff:ffff::')
    assert found['routes'] == [{'network': '::', 'netmask': '::', 'gateway': 'fd00::1'}]
    assert found['services'] == [{'type': 'dns', 'address': 'fd00::2'}]


def test_a_static_subnet_lists_its_resolvers():
    nic = make_nic(dns=['10.77.0.2'])
    assert metadata.network_data(make_guest(nics=[nic]))['networks'][0]['services'] == [
        {'type': 'dns', 'address': '10.77.0.2'}]


def test_names_of_users_cannot_break_out_of_the_definition():
    guest = make_guest(image_properties={'hw_vif_model': '"/><evil/>'}, nics=[make_nic()])
    options = base.Options(state_dir='/x', cloud_id='p"<', hostname='h')
    text = domain_xml.domain(guest, options, 'qemu', [], '/x/console.log')
    assert '<evil/>' not in text and 'p&quot;&lt;' in text


def test_a_console_log_is_bounded(tmp_path):
    log = tmp_path / consoles.NAME
    log.write_bytes(b'old line\n' * 200000)
    consoles.bound(tmp_path)
    with open(log, 'ab') as file:
        file.write(b'new line\n')
    assert log.stat().st_size == 9
    assert consoles.read(tmp_path, 2) == b'old line\nnew line\n'
    assert len(consoles.read(tmp_path)) <= 2 * consoles.LIMIT


def test_kvm_that_does_not_finish_its_work_is_not_used(tmp_path, monkeypatch):
    program = tmp_path / 'qemu-system-x86_64'
    program.write_text('#!/bin/sh\nexec sleep 30\n')
    program.chmod(0o755)
    monkeypatch.setenv('PATH', f'{tmp_path}:/usr/bin:/bin')
    assert 'did not come up' in hosts.kvm_failure(seconds=0.2)


def test_the_probe_is_asked_once_a_boot(tmp_path, monkeypatch):
    monkeypatch.setattr(hosts, 'kvm_failure', lambda: 'no luck')
    kind, why = hosts.choose_virt_type('auto', tmp_path)
    assert kind == 'qemu' and 'no luck' in why
    monkeypatch.setattr(hosts, 'kvm_failure', lambda: None)
    assert hosts.choose_virt_type('auto', tmp_path)[0] == 'qemu'
    assert hosts.choose_virt_type('kvm', tmp_path)[0] == 'kvm'


def test_passwords_of_volumes_are_not_kept():
    info = {'driver_volume_type': 'iscsi', 'data': {'auth_password': 'x', 'target_iqn': 'iqn'}}
    assert volumes.stored(info) == {'driver_volume_type': 'iscsi', 'data': {'target_iqn': 'iqn'}}


@pytest.mark.parametrize('portal, expected', [('10.0.0.1:3260', ('10.0.0.1', '3260')),
                                              ('10.0.0.1:3260,1', ('10.0.0.1', '3260')),
                                              ('[fd00::1]:3260', ('fd00::1', '3260'))])
def test_a_portal_is_taken_apart(portal, expected):
    assert volumes.split_portal(portal) == expected


def test_what_a_killed_agent_left_is_found_and_removed(real_host):
    driver, whole, half = real_host.driver, make_guest(), make_guest()
    driver.ensure_guest(whole, real_host.image, power_on=False)
    driver.files.prepare(half.uuid)
    try:
        assert driver.leftovers() == [half.uuid]
        driver.destroy_guest(half.uuid)
        assert driver.leftovers() == []
    finally:
        driver.destroy_guest(whole.uuid)


def test_secrets_are_not_shown():
    guest = make_guest(user_data='dG9wLXNlY3JldA==', admin_password='top-secret', disks=[GuestDisk(
        source='volume', volume_id='v', connection_info={'data': {'auth_password': 'top-secret'}})])
    shown = f'{guest!r} {guest.disks[0]!r}'
    assert 'secret' not in shown and 'dG9w' not in shown
