# SPDX-License-Identifier: Apache-2.0
"""Hosts to drive: the fake one, and a real libvirtd with an iSCSI target and a bridge; and guests to put there."""
import pathlib
import shutil
import tempfile
import time
import uuid
import xml.etree.ElementTree as ET

import libvirt

import compute_libvirtd
from compute_tgtd import Tgtd
from praline_common.objects.guest import Guest, GuestDisk, GuestNic
from praline_compute.drivers import base, load
from praline_compute.drivers.libvirt import disks

IMAGE_ID = '11111111-aaaa-4bbb-8ccc-000000000001'


class FakeHost:
    """What a test may ask of a host besides its driver."""

    kind = 'fake'
    image = None

    def __init__(self):
        self.options = base.Options(state_dir=tempfile.mkdtemp(prefix='prl-fake-'), cloud_id='ptest', hostname='one')
        self.driver = load('fake', self.options)

    def new_driver(self, **changes):
        return load('fake', base.Options(**{**vars(self.options), **changes}))

    def connection_info(self, volume_id, size_mb):
        return {'driver_volume_type': 'iscsi', 'data': {'volume_id': volume_id}}

    def grow(self, info, size_mb):
        pass

    def break_building(self, guest):
        """Make building this guest fail in the middle."""
        self.driver.faults.fail('ensure_guest', base.NoSpace('no space left'))
        return guest

    def wrong_password(self, info):
        self.driver.faults.fail('attach_disk', base.AttachFailed('wrong password'))
        return info

    def wait_console(self, guest, words):
        pass

    def leftovers(self, guest):
        return [guest.uuid] if guest.uuid in self.driver.guests() else []

    def volumes_of(self, guest):
        return set(self.driver.volumes_of(guest.uuid))

    def nics_of(self, guest):
        return set(self.driver.nics_of(guest.uuid))

    def size_of(self, guest):
        """(vcpus, memory in MiB, root disk in GiB)"""
        document = self._document(guest)
        return document['vcpus'], document['memory_mb'], document['disk_gb']

    def firmware_of(self, guest):
        return self._document(guest)['firmware']

    def is_rescued(self, guest):
        return bool(self._document(guest).get('rescued'))

    def check_image(self, path, kind):
        assert path.stat().st_size > 0
        return {'backing': None}

    def _document(self, guest):
        return self.driver.world.get(self.driver.host, guest.uuid)[2]

    def close(self):
        shutil.rmtree(self.options.state_dir)


class RealHost:
    kind = 'libvirt'
    BRIDGE = 'br-test'

    def __init__(self, image):
        self.image = image
        self.machine = compute_libvirtd.Libvirtd(tempfile.mkdtemp(prefix='prl-virt-'))
        self.state = pathlib.Path(tempfile.mkdtemp(prefix='prl-state-'))
        self.tgtd = Tgtd(self.machine, self.state)
        self.machine.run('ip', 'link', 'add', self.BRIDGE, 'type', 'bridge')
        self.machine.run('ip', 'link', 'set', self.BRIDGE, 'up')
        self.options = base.Options(state_dir=str(self.state), cloud_id='ptest', hostname='one', uri=self.machine.uri,
                                    virt_type='qemu', initiator='qemu')
        self.driver = load('libvirt', self.options)

    def new_driver(self, **changes):
        return load('libvirt', base.Options(**{**vars(self.options), **changes}))

    def connection_info(self, volume_id, size_mb):
        return self.tgtd.export(volume_id, size_mb)

    def grow(self, info, size_mb):
        self.tgtd.grow(info, size_mb)

    def break_building(self, guest):
        guest.nics = [make_nic(bridge='br-none')]
        return guest

    def wrong_password(self, info):
        return {**info, 'data': {**info['data'], 'auth_password': 'not-the-secret-1'}}

    def wait_console(self, guest, words, seconds=240):
        deadline = time.monotonic() + seconds
        while words.encode() not in self.driver.console_log(guest.uuid):
            assert time.monotonic() < deadline, f'{words!r} did not show in:\n' + \
                self.driver.console_log(guest.uuid, 30).decode(errors='replace')
            time.sleep(0.1)

    def leftovers(self, guest):
        found = [path for path in (self.state / 'instances').glob(f'{guest.uuid}*')]
        with self.driver.connection.use() as conn:
            found += [domain.name() for domain in conn.listAllDomains() if domain.UUIDString() == guest.uuid]
            volumes = [disk.volume_id for disk in guest.disks if disk.source == 'volume']
            found += [secret.usageID() for secret in conn.listAllSecrets()
                      if any(volume in secret.usageID() for volume in volumes)]
        links = self.machine.run('ip', '-o', 'link')
        return found + [nic.tap for nic in guest.nics if nic.tap in links]

    def volumes_of(self, guest):
        return {key for key in self._aliases(guest, 'disk')}

    def nics_of(self, guest):
        return {key for key in self._aliases(guest, 'interface')}

    def size_of(self, guest):
        domain = self.driver.builder.get(guest.uuid)
        info = disks.information(self.state / 'instances' / guest.uuid / 'disk', 'qcow2')
        return domain.info()[3], domain.info()[1] // 1024, info['virtual-size'] // disks.GIB

    def firmware_of(self, guest):
        """What speaks first on the console: BIOS says nothing there."""
        self.wait_console(guest, 'BdsDxe')
        return 'uefi'

    def is_rescued(self, guest):
        return 'disk.rescue' in self.driver.builder.get(guest.uuid).XMLDesc()

    def check_image(self, path, kind):
        return {'backing': disks.check_image(path, kind).get('backing-filename')}

    def _aliases(self, guest, tag):
        domain = self.driver.builder.get(guest.uuid)
        for flag in (0, libvirt.VIR_DOMAIN_XML_INACTIVE):
            for alias in ET.fromstring(domain.XMLDesc(flag)).iterfind(f'devices/{tag}/alias'):
                if alias.get('name').startswith('ua-'):
                    yield alias.get('name')[3:]

    def close(self):
        self.driver.connection.close()
        self.tgtd.close()
        self.machine.close()
        shutil.rmtree(self.state)


def make_guest(**changes):
    disk = GuestDisk(source='image', image_id=IMAGE_ID, checksum='0' * 32, disk_format='qcow2', boot_index=0)
    return Guest(**{**dict(
        uuid=str(uuid.uuid4()), display_name='a <guest> & "more"', hostname='guest-1', project_id='p', user_id='u',
        vcpus=1, memory_mb=128, root_gb=1, ephemeral_gb=0, swap_mb=0, image_properties={}, metadata={'role': 'test'},
        keys=[{'name': 'key', 'type': 'ssh', 'data': 'ssh-ed25519 AAAAC3 me'}], config_drive=False,
        console_type='vnc', disks=[disk], nics=[]), **changes})


def make_nic(**changes):
    number = uuid.uuid4().hex
    return GuestNic(**{**dict(
        port_id=str(uuid.uuid4()), mac=f'fa:16:3e:{number[:2]}:{number[2:4]}:{number[4:6]}', tap=f'tap{number[:10]}',
        bridge='br-test', mtu=1450, network_id='n', network_label='net',
        addresses=[{'address': '10.77.0.5', 'prefix': 24, 'version': 4, 'gateway': None, 'dhcp': False}],
        dns=[], routes=[]), **changes})


def make_volume(host, size_mb=64):
    volume_id = str(uuid.uuid4())
    return GuestDisk(source='volume', volume_id=volume_id, connection_info=host.connection_info(volume_id, size_mb))
