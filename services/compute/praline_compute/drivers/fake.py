# SPDX-License-Identifier: Apache-2.0
"""A driver without a hypervisor: real states, real idempotence, any number of hosts, faults on order."""
import functools
import pathlib
import uuid as uuids

from praline_common.objects.guest import (CRASHED, PAUSED, RUNNING, SHUTDOWN, SUSPENDED, GuestState, HostReport)
from praline_compute.drivers import base, devices
from praline_compute.drivers.fake_world import World
from praline_compute.drivers.faults import Faults

VCPUS, MEMORY_MB, DISK_GB = 1000, 2_000_000, 600_000
BOOT_LINES = ['fake: boot %d'] + [f'fake: line {number} of the boot' for number in range(1, 14)] + ['fake: READY']
TRAITS = ('COMPUTE_NODE', 'COMPUTE_VOLUME_ATTACH', 'COMPUTE_VOLUME_EXTEND', 'COMPUTE_NET_ATTACH_INTERFACE',
          'COMPUTE_DEVICE_TAGGING', 'COMPUTE_IMAGE_TYPE_QCOW2', 'COMPUTE_IMAGE_TYPE_RAW',
          'COMPUTE_FIRMWARE_BIOS', 'COMPUTE_FIRMWARE_UEFI')


def verb(function):
    """Meets the faults that were ordered for this call, before and after it."""
    name = function.__name__

    @functools.wraps(function)
    def call(self, *args, **kwargs):
        self.faults.meet(name, self.host, 'before')
        result = function(self, *args, **kwargs)
        self.faults.meet(name, self.host, 'after')
        return result
    return call


class FakeDriver(base.Driver, base.Snapshots, base.Resize, base.Rescue, base.Diagnostics, base.Leftovers):
    """Keeps its guests in <state_dir>/fake-hypervisor.sqlite and reads faults from <state_dir>/faults.json;
    with state_dir ':memory:' it keeps nothing.  on(host) is the same world seen from another host."""

    def __init__(self, options):
        self.options = options
        self.host = options.hostname
        directory = None if options.state_dir == ':memory:' else pathlib.Path(options.state_dir)
        self.world = World(directory and str(directory / 'fake-hypervisor.sqlite'))
        self.faults = Faults(directory and directory / 'faults.json')

    def on(self, host):
        """This driver for another host: same guests file, same faults."""
        if host == self.host:
            return self
        other = object.__new__(type(self))
        other.__dict__.update(self.__dict__, host=host)
        return other

    @verb
    def ensure_guest(self, guest, image_path=None, power_on=True):
        named = devices.assign(guest)
        with self.world as world:
            known = world.get(self.host, guest.uuid)
            power, cause, document = known or (SHUTDOWN, None, _document(guest, named))
            if power_on and power not in (RUNNING, PAUSED):
                power, cause = RUNNING, None
                document['boots'] += 1
            elif known:
                return devices.report(named)
            world.put(self.host, guest.uuid, power, cause, document)
        return devices.report(named)

    @verb
    def destroy_guest(self, uuid):
        with self.world as world:
            world.delete(self.host, uuid)

    @verb
    def start(self, uuid):
        self._change(uuid, RUNNING, unless=(RUNNING, PAUSED), boots=1)

    @verb
    def stop(self, uuid, timeout=60):
        self._change(uuid, SHUTDOWN, cause='powered off', unless=(SHUTDOWN,))

    @verb
    def reboot(self, uuid, hard=False, timeout=60):
        self._change(uuid, RUNNING, boots=1)

    @verb
    def pause(self, uuid):
        self._change(uuid, PAUSED, cause='paused', unless=(PAUSED,), needs=(RUNNING,))

    @verb
    def trigger_crash_dump(self, uuid):
        self._change(uuid, RUNNING, needs=(RUNNING, PAUSED), unless=(RUNNING, PAUSED))

    @verb
    def unpause(self, uuid):
        self._change(uuid, RUNNING, unless=(RUNNING,), needs=(PAUSED,))

    @verb
    def suspend(self, uuid):
        self._change(uuid, SUSPENDED, cause='saved to disk', unless=(SUSPENDED,), needs=(RUNNING, PAUSED))

    @verb
    def resume(self, uuid):
        self._change(uuid, RUNNING, unless=(RUNNING, PAUSED), needs=(SUSPENDED,))

    @verb
    def state(self, uuid):
        power, cause, _ = self._get(uuid)
        return GuestState(power_state=power, cause=cause)

    @verb
    def guests(self):
        return {uuid: GuestState(power_state=power, cause=cause)
                for uuid, power, cause in self.world.states(self.host)}

    @verb
    def attach_disk(self, uuid, disk):
        with self.world as world:
            power, cause, document = self._get(uuid)
            if disk.volume_id not in document['volumes']:
                taken = set(document['volumes'].values()) | set(document['local'])
                name = devices.free_name(devices.bus_of(disk, {}), taken)
                document['volumes'][disk.volume_id] = name
                world.put(self.host, uuid, power, cause, document)
            return f'/dev/{document["volumes"][disk.volume_id]}'

    @verb
    def detach_disk(self, uuid, volume_id):
        self._remove(uuid, 'volumes', volume_id)

    @verb
    def extend_disk(self, uuid, volume_id, size_gb):
        if volume_id not in self._get(uuid)[2]['volumes']:
            raise base.GuestNotFound(f'volume {volume_id} is not attached to guest {uuid}')

    @verb
    def attach_nic(self, uuid, nic):
        with self.world as world:
            power, cause, document = self._get(uuid)
            document['nics'][nic.port_id] = nic.mac
            world.put(self.host, uuid, power, cause, document)

    @verb
    def detach_nic(self, uuid, port_id):
        self._remove(uuid, 'nics', port_id)

    @verb
    def console_log(self, uuid, lines=None):
        boots = self._get(uuid)[2]['boots']
        text = [line % boot if '%' in line else line for boot in range(1, boots + 1) for line in BOOT_LINES]
        if lines is not None and lines >= 0:
            text = text[-lines:] if lines else []
        return ''.join(f'{line}\n' for line in text).encode()

    @verb
    def vnc_address(self, uuid):
        if self._get(uuid)[0] not in (RUNNING, PAUSED):
            raise base.WrongState('a guest that is off has no display')
        return '127.0.0.1', 5900

    @verb
    def host_report(self, host=None):
        held = self.world.documents(self.host)
        disk = sum(document['disk_gb'] for _, document in held)
        return HostReport(
            hostname=self.host, uuid=str(uuids.uuid5(uuids.NAMESPACE_DNS, self.host)), host_ip=self.options.host_ip,
            vcpus=VCPUS, memory_mb=MEMORY_MB, disk_gb=DISK_GB, disk_gb_free=DISK_GB - disk, disk_gb_used=disk,
            vcpus_used=sum(document['vcpus'] for _, document in held),
            memory_mb_used=sum(document['memory_mb'] for _, document in held),
            running_guests=sum(power == RUNNING for power, _ in held), hypervisor_type='fake',
            hypervisor_version=1000, traits=list(TRAITS),
            cpu_info={'arch': 'x86_64', 'model': 'fake', 'vendor': 'Praline', 'features': [],
                      'topology': {'cells': 1, 'sockets': VCPUS, 'cores': 1, 'threads': 1}})

    @verb
    def connector(self):
        return {'initiator': f'iqn.2026-11.org.praline:{self.host}', 'ip': self.options.host_ip, 'host': self.host,
                'multipath': False, 'platform': 'x86_64', 'os_type': 'linux'}

    @verb
    def snapshot(self, uuid, path):
        self._get(uuid)
        with open(path, 'xb') as image:
            image.truncate(1024 ** 2)
        return 'raw'

    @verb
    def begin_resize(self, guest):
        with self.world as world:
            power, cause, document = self._get(guest.uuid)
            _need_off(power)
            world.put(self.host, guest.uuid, power, cause, {**document, **_anew(guest), 'resizing': True})

    @verb
    def confirm_resize(self, uuid):
        with self.world as world:
            power, cause, document = self._get(uuid)
            world.put(self.host, uuid, power, cause, {**document, 'resizing': False})

    @verb
    def revert_resize(self, guest):
        with self.world as world:
            power, cause, document = self._get(guest.uuid)
            _need_off(power)
            world.put(self.host, guest.uuid, power, cause, {**document, **_anew(guest), 'resizing': False})

    @verb
    def rescue(self, uuid, disk, image_path):
        self._change(uuid, RUNNING, boots=1, rescued=True)

    @verb
    def unrescue(self, uuid):
        self._change(uuid, RUNNING, boots=1, rescued=False)

    @verb
    def diagnostics(self, uuid):
        power, _, document = self._get(uuid)
        if power not in (RUNNING, PAUSED):
            raise base.WrongState('a guest that is off has no diagnostics')
        return {'state': 'running' if power == RUNNING else 'paused', 'driver': 'fake', 'hypervisor': 'fake',
                'uptime': 0, 'memory_details': {'maximum': document['memory_mb'], 'used': 0},
                'cpu_details': [{'id': number, 'time': 0, 'utilisation': 0} for number in range(document['vcpus'])],
                'disk_details': [], 'nic_details': [{'mac_address': mac} for mac in document['nics'].values()]}

    @verb
    def leftovers(self):
        return []

    def happen(self, uuid, power_state=CRASHED, cause='crashed'):
        """For tests: the guest does this by itself."""
        self._change(uuid, power_state, cause=cause)

    def volumes_of(self, uuid):
        """For tests: {volume_id: device name}."""
        return self._get(uuid)[2]['volumes']

    def nics_of(self, uuid):
        """For tests: {port_id: mac}."""
        return self._get(uuid)[2]['nics']

    def _get(self, uuid):
        known = self.world.get(self.host, uuid)
        if known is None:
            raise base.GuestNotFound(f'guest {uuid} is not on {self.host}')
        return known

    def _change(self, uuid, power, cause=None, unless=(), needs=(), boots=0, **more):
        with self.world as world:
            was, _, document = self._get(uuid)
            if was in unless:
                return
            if needs and was not in needs:
                raise base.WrongState(f'guest {uuid} is not in the state for that')
            document.update(more, boots=document['boots'] + boots)
            world.put(self.host, uuid, power, cause, document)

    def _remove(self, uuid, kind, key):
        with self.world as world:
            known = world.get(self.host, uuid)
            if known and known[2][kind].pop(key, None) is not None:
                world.put(self.host, uuid, *known)


def _document(guest, named):
    return {**_defined(guest, named), 'boots': 0}


def _anew(guest):
    """What defining a known guest anew leaves of it: only what `guest` names."""
    return _defined(guest, devices.assign(guest))


def _defined(guest, named):
    return {**_size(guest), 'local': [name for disk, name, _ in named if disk.source != 'volume'],
            'volumes': {disk.volume_id: name for disk, name, _ in named if disk.source == 'volume'},
            'nics': {nic.port_id: nic.mac for nic in guest.get('nics', [])},
            'firmware': (guest.get('image_properties') or {}).get('hw_firmware_type') or 'bios'}


def _size(guest):
    local = (guest.get('root_gb') or 0) if any(disk.source == 'image' for disk in guest.get('disks', [])) else 0
    return {'vcpus': guest.vcpus, 'memory_mb': guest.memory_mb,
            'disk_gb': local + (guest.get('ephemeral_gb') or 0) + -(-(guest.get('swap_mb') or 0) // 1024)}


def _need_off(power):
    if power not in (SHUTDOWN, CRASHED):
        raise base.WrongState('a guest that runs cannot be resized')
