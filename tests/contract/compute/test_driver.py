# SPDX-License-Identifier: Apache-2.0
"""What every compute driver must do: one suite, on the fake host and on a real libvirtd."""
import pytest

from compute_hosts import IMAGE_ID, make_guest, make_nic, make_volume
from praline_common.objects.guest import PAUSED, RUNNING, SHUTDOWN, SUSPENDED, GuestDisk
from praline_compute.drivers import base

NOBODY = '00000000-0000-4000-8000-00000000dead'


def power(driver, guest):
    return driver.state(guest.uuid).power_state


def test_a_guest_is_built_once_however_often_it_is_asked_for(host, driver, guest):
    names = driver.ensure_guest(guest, host.image)
    assert names == {'root': '/dev/vda'}
    assert driver.ensure_guest(guest, host.image) == names
    assert power(driver, guest) == RUNNING
    assert list(driver.guests()).count(guest.uuid) == 1


def test_a_guest_may_be_built_and_left_off(host, driver, guest):
    driver.ensure_guest(guest, host.image, power_on=False)
    assert power(driver, guest) == SHUTDOWN
    driver.ensure_guest(guest, host.image)
    assert power(driver, guest) == RUNNING


def test_destroying_leaves_nothing_and_may_be_asked_twice(host, driver, guest):
    guest.nics = [make_nic()]
    guest.disks = [*guest.disks, make_volume(host)]
    guest.swap_mb, guest.ephemeral_gb, guest.config_drive = 16, 1, True
    names = driver.ensure_guest(guest, host.image)
    assert names[guest.disks[1].volume_id] == '/dev/vdb'
    driver.destroy_guest(guest.uuid)
    assert host.leftovers(guest) == []
    driver.destroy_guest(guest.uuid)
    assert guest.uuid not in driver.guests()


def test_a_failure_in_the_middle_of_building_leaves_nothing(host, driver, guest):
    guest.disks = [*guest.disks, make_volume(host)]
    with pytest.raises(base.DriverError):
        driver.ensure_guest(host.break_building(guest), host.image)
    assert host.leftovers(guest) == []


def test_stop_and_start(host, driver, guest):
    driver.ensure_guest(guest, host.image)
    for _ in range(2):
        driver.stop(guest.uuid, timeout=0)
        assert power(driver, guest) == SHUTDOWN
    for _ in range(2):
        driver.start(guest.uuid)
        assert power(driver, guest) == RUNNING


def test_a_crash_dump_is_asked_of_what_runs(host, driver, guest):
    driver.ensure_guest(guest, host.image)
    driver.trigger_crash_dump(guest.uuid)
    assert power(driver, guest) == RUNNING
    driver.stop(guest.uuid, timeout=0)
    with pytest.raises(base.WrongState):
        driver.trigger_crash_dump(guest.uuid)


def test_pause_and_unpause(host, driver, guest):
    driver.ensure_guest(guest, host.image)
    for _ in range(2):
        driver.pause(guest.uuid)
        assert power(driver, guest) == PAUSED
    driver.start(guest.uuid)
    assert power(driver, guest) == PAUSED
    for _ in range(2):
        driver.unpause(guest.uuid)
        assert power(driver, guest) == RUNNING


def test_suspend_and_resume(host, driver, guest):
    driver.ensure_guest(guest, host.image)
    for _ in range(2):
        driver.suspend(guest.uuid)
        assert power(driver, guest) == SUSPENDED
        assert driver.guests()[guest.uuid].power_state == SUSPENDED
    for _ in range(2):
        driver.resume(guest.uuid)
        assert power(driver, guest) == RUNNING


def test_stopping_a_suspended_guest_forgets_its_memory(host, driver, guest):
    driver.ensure_guest(guest, host.image)
    driver.suspend(guest.uuid)
    driver.stop(guest.uuid, timeout=0)
    assert power(driver, guest) == SHUTDOWN
    with pytest.raises(base.WrongState):
        driver.resume(guest.uuid)


def test_a_hard_reboot_starts_a_guest_from_any_state(host, driver, guest):
    driver.ensure_guest(guest, host.image)
    for change in (driver.pause, driver.suspend, lambda uuid: driver.stop(uuid, timeout=0)):
        change(guest.uuid)
        driver.reboot(guest.uuid, hard=True)
        assert power(driver, guest) == RUNNING


@pytest.mark.parametrize('verb', ['pause', 'unpause', 'suspend', 'resume', 'vnc_address'])
def test_a_guest_that_is_off_refuses(host, driver, guest, verb):
    driver.ensure_guest(guest, host.image, power_on=False)
    with pytest.raises(base.WrongState):
        getattr(driver, verb)(guest.uuid)


@pytest.mark.parametrize('verb', ['start', 'stop', 'reboot', 'pause', 'unpause', 'suspend', 'resume', 'state',
                                  'console_log', 'vnc_address'])
def test_a_guest_that_is_not_there_is_named(host, driver, verb):
    with pytest.raises(base.GuestNotFound, match=NOBODY):
        getattr(driver, verb)(NOBODY)


def test_detaching_from_a_guest_that_is_not_there_is_fine(host, driver):
    driver.detach_disk(NOBODY, 'some-volume')
    driver.detach_nic(NOBODY, 'some-port')


def test_guests_outlive_the_driver(host, driver, guest):
    driver.ensure_guest(guest, host.image)
    assert host.new_driver().state(guest.uuid).power_state == RUNNING


def test_another_hosts_or_clouds_guests_are_not_seen(host, driver, guest, tmp_path):
    driver.ensure_guest(guest, host.image, power_on=False)
    other = host.new_driver(cloud_id='pother', hostname='two')
    assert guest.uuid not in other.guests()
    with pytest.raises(base.GuestNotFound):
        other.start(guest.uuid)


def test_a_volume_is_attached_hot_extended_and_detached(host, driver, booted):
    volume = make_volume(host, size_mb=1024)
    name = driver.attach_disk(booted.uuid, volume)
    assert driver.attach_disk(booted.uuid, volume) == name == '/dev/vdb'
    host.wait_console(booted, 'hotplug disk add vdb 2097152')
    assert volume.volume_id in host.volumes_of(booted)
    host.grow(volume.connection_info, 2048)
    for _ in range(2):
        driver.extend_disk(booted.uuid, volume.volume_id, 2)
    host.wait_console(booted, 'hotplug disk resize vdb 4194304')
    for _ in range(2):
        driver.detach_disk(booted.uuid, volume.volume_id)
    host.wait_console(booted, 'hotplug disk remove vdb')
    assert volume.volume_id not in host.volumes_of(booted)
    if host.kind == 'libvirt':
        assert host.tgtd.sessions(volume.connection_info) == 0


def test_a_wrong_password_is_refused_and_leaves_nothing(host, driver, booted):
    volume = make_volume(host)
    volume.connection_info = host.wrong_password(volume.connection_info)
    with pytest.raises(base.AttachFailed):
        driver.attach_disk(booted.uuid, volume)
    assert volume.volume_id not in host.volumes_of(booted)
    assert host.leftovers(make_guest(disks=[volume])) == []


def test_a_volume_is_attached_to_a_guest_that_is_off(host, driver, guest):
    driver.ensure_guest(guest, host.image, power_on=False)
    volume = make_volume(host)
    volume.device_name = '/dev/vdz'
    assert driver.attach_disk(guest.uuid, volume) == '/dev/vdb'
    driver.start(guest.uuid)
    assert host.volumes_of(guest) == {volume.volume_id}
    driver.stop(guest.uuid, timeout=0)
    driver.detach_disk(guest.uuid, volume.volume_id)
    assert host.volumes_of(guest) == set()


def test_a_card_is_attached_hot_and_detached(host, driver, booted):
    nic = make_nic()
    for _ in range(2):
        driver.attach_nic(booted.uuid, nic)
    assert host.nics_of(booted) == {booted.nics[0].port_id, nic.port_id}
    host.wait_console(booted, f'hotplug nic add eth1 {nic.mac}')
    for _ in range(2):
        driver.detach_nic(booted.uuid, nic.port_id)
    host.wait_console(booted, 'hotplug nic remove eth1')
    assert host.nics_of(booted) == {booted.nics[0].port_id}
    assert host.leftovers(make_guest(nics=[nic])) == []


def test_the_console_is_logged(host, driver, booted):
    log = driver.console_log(booted.uuid)
    assert b'READY' in log
    assert driver.console_log(booted.uuid, 3) == b''.join(log.splitlines(keepends=True)[-3:])
    assert driver.console_log(booted.uuid, 0) == b''


def test_the_display_listens_on_loopback(host, driver, booted):
    address, port = driver.vnc_address(booted.uuid)
    assert address == '127.0.0.1' and port >= 5900


def test_a_stop_lets_the_guest_shut_down(host, driver, guest):
    guest.config_drive = True
    driver.ensure_guest(guest, host.image)
    host.wait_console(guest, 'READY')
    driver.stop(guest.uuid, timeout=180)
    assert power(driver, guest) == SHUTDOWN
    host.wait_console(guest, 'power button')


def test_the_host_is_reported_with_what_its_guests_hold(host, driver, guest):
    before = driver.host_report()
    driver.ensure_guest(guest, host.image)
    after = driver.host_report()
    assert after.vcpus_used == before.vcpus_used + 1
    assert after.memory_mb_used == before.memory_mb_used + 128
    assert after.running_guests == before.running_guests + 1
    assert after.hostname == 'one' and after.vcpus > 0 and after.memory_mb > 0 and after.disk_gb > 0
    assert 'COMPUTE_NODE' in after.traits and after.uuid == before.uuid


def test_the_connector_names_the_initiator_and_the_host(driver):
    connector = driver.connector()
    assert connector['host'] == 'one' and connector['initiator'].startswith('iqn.') and connector['ip']


@pytest.mark.parametrize('running', [True, False], ids=['running', 'off'])
def test_a_snapshot_stands_alone_and_is_bootable_elsewhere(host, driver, guest, tmp_path, running):
    driver.ensure_guest(guest, host.image, power_on=running)
    path = tmp_path / 'snapshot'
    kind = driver.snapshot(guest.uuid, path)
    assert host.check_image(path, kind) == {'backing': None}
    assert [file for file in tmp_path.iterdir()] == [path]
    copy = make_guest(disks=[GuestDisk(source='image', image_id='22222222-aaaa-4bbb-8ccc-000000000002',
                                       checksum=guest.uuid, disk_format=kind, boot_index=0)])
    try:
        driver.ensure_guest(copy, path, power_on=False)
    finally:
        driver.destroy_guest(copy.uuid)


def test_a_resize_is_confirmed(host, driver, guest):
    driver.ensure_guest(guest, host.image)
    larger = make_guest(uuid=guest.uuid, memory_mb=192, vcpus=2, root_gb=2)
    with pytest.raises(base.WrongState):
        driver.begin_resize(larger)
    driver.stop(guest.uuid, timeout=0)
    for _ in range(2):
        driver.begin_resize(larger)
    assert host.size_of(guest) == (2, 192, 2)
    for _ in range(2):
        driver.confirm_resize(guest.uuid)
    even_larger = make_guest(uuid=guest.uuid, memory_mb=256, root_gb=3)
    driver.begin_resize(even_larger)
    driver.start(guest.uuid)
    driver.confirm_resize(guest.uuid)
    assert host.size_of(guest) == (1, 256, 3)


def test_a_resize_is_reverted(host, driver, guest):
    driver.ensure_guest(guest, host.image, power_on=False)
    driver.begin_resize(make_guest(uuid=guest.uuid, memory_mb=192, root_gb=2))
    for _ in range(2):
        driver.revert_resize(guest)
    assert host.size_of(guest) == (1, 128, 1)
    driver.start(guest.uuid)
    assert power(driver, guest) == RUNNING


def test_a_resized_guest_has_what_it_is_given_and_comes_up(host, driver, guest):
    driver.ensure_guest(guest, host.image, power_on=False)
    volume = make_volume(host)
    driver.attach_disk(guest.uuid, volume)
    sizes = {name: make_guest(uuid=guest.uuid, memory_mb=memory, disks=[*guest.disks, volume])
             for name, memory in (('larger', 192), ('before', 128))}
    driver.begin_resize(sizes['larger'])
    assert host.volumes_of(guest) == {volume.volume_id}
    driver.start(guest.uuid)
    host.wait_console(guest, 'READY')
    driver.stop(guest.uuid, timeout=0)
    driver.revert_resize(sizes['before'])
    assert host.volumes_of(guest) == {volume.volume_id}
    driver.revert_resize(make_guest(uuid=guest.uuid))
    assert host.volumes_of(guest) == set()
    driver.detach_disk(guest.uuid, volume.volume_id)


def test_a_guest_starts_with_the_firmware_of_its_image(host, driver):
    if 'COMPUTE_FIRMWARE_UEFI' not in driver.host_report().traits:
        pytest.skip('no UEFI firmware here: install ovmf')
    guest = make_guest(image_properties={'hw_firmware_type': 'uefi'})
    try:
        driver.ensure_guest(guest, host.image)
        assert host.firmware_of(guest) == 'uefi'
    finally:
        driver.destroy_guest(guest.uuid)


def test_a_rescued_guest_boots_from_another_disk_and_comes_back(host, driver, guest):
    driver.ensure_guest(guest, host.image)
    image = GuestDisk(source='image', image_id=IMAGE_ID, checksum='0' * 32, disk_format='qcow2')
    for _ in range(2):
        driver.rescue(guest.uuid, image, host.image)
        assert power(driver, guest) == RUNNING
        assert host.is_rescued(guest)
    for _ in range(2):
        driver.unrescue(guest.uuid)
        assert power(driver, guest) == RUNNING
        assert not host.is_rescued(guest)


def test_diagnostics_of_a_running_guest(host, driver, booted):
    found = driver.diagnostics(booted.uuid)
    assert found['state'] == 'running'
    assert found['memory_details']['maximum'] == 128
    assert len(found['cpu_details']) == 1
    assert [nic['mac_address'] for nic in found['nic_details']] == [booted.nics[0].mac]
