# SPDX-License-Identifier: Apache-2.0
"""The libvirt driver: every verb of drivers/base.py, for one host."""
import libvirt

from praline_compute.drivers import base
from praline_compute.drivers.libvirt import building, consoles, diagnostics, host, power, snapshots, volumes
from praline_compute.drivers.libvirt.attaching import Attacher
from praline_compute.drivers.libvirt.building import Builder
from praline_compute.drivers.libvirt.connection import Connection
from praline_compute.drivers.libvirt.disks import Files
from praline_compute.drivers.libvirt.rescuing import Rescuer
from praline_compute.drivers.libvirt.resizing import Resizer


class LibvirtDriver(base.Driver, base.Snapshots, base.Resize, base.Rescue, base.Diagnostics, base.Leftovers):
    """Making one asks nothing of libvirtd, which need not be up before the first verb."""

    def __init__(self, options):
        self.options = options
        self.connection = Connection(options.uri)
        self.volumes = volumes.make(options, self.connection)
        self.files = Files(options.state_dir)
        self.builder = Builder(options, self.connection, self.files, self.volumes)
        self.attacher = Attacher(self.builder)
        self.resizer = Resizer(self.builder)
        self.rescuer = Rescuer(self.builder)

    def ensure_guest(self, guest, image_path=None, power_on=True):
        return self.builder.ensure(guest, image_path, power_on)

    def destroy_guest(self, uuid):
        self.builder.destroy(uuid)

    def start(self, uuid):
        self._power(uuid, 'start', power.start)

    def stop(self, uuid, timeout=60):
        self._power(uuid, 'stop', power.stop, timeout)

    def reboot(self, uuid, hard=False, timeout=60):
        self._power(uuid, 'stop', power.stop, 0 if hard else timeout)
        self._power(uuid, 'start', power.start)

    def pause(self, uuid):
        self._power(uuid, 'pause', power.pause)

    def trigger_crash_dump(self, uuid):
        self._power(uuid, 'trigger crash dump', power.interrupt)

    def unpause(self, uuid):
        self._power(uuid, 'unpause', power.unpause)

    def suspend(self, uuid):
        self._power(uuid, 'suspend', power.save)

    def resume(self, uuid):
        self._power(uuid, 'resume', power.wake)

    def state(self, uuid):
        domain = self.builder.get(uuid)
        with self.connection.use(f'look at guest {uuid}'):
            return power.domain_state(domain)

    def guests(self):
        prefix = f'{self.options.cloud_id}-'
        with self.connection.use('list guests') as conn:
            saved = {domain.UUIDString()
                     for domain in conn.listAllDomains(libvirt.VIR_CONNECT_LIST_DOMAINS_MANAGEDSAVE)}
            found = {domain.UUIDString(): stats
                     for domain, stats in conn.getAllDomainStats(libvirt.VIR_DOMAIN_STATS_STATE)
                     if domain.name().startswith(prefix)}
        states = {uuid: power.guest_state(stats['state.state'], stats['state.reason'], uuid in saved)
                  for uuid, stats in found.items()}
        for uuid in states:
            consoles.bound(self.files.directory(uuid))
        return states

    def attach_disk(self, uuid, disk):
        return self.attacher.attach_disk(uuid, disk)

    def detach_disk(self, uuid, volume_id):
        self.attacher.detach_disk(uuid, volume_id)

    def extend_disk(self, uuid, volume_id, size_gb):
        self.attacher.extend_disk(uuid, volume_id, size_gb)

    def attach_nic(self, uuid, nic):
        self.attacher.attach_nic(uuid, nic)

    def detach_nic(self, uuid, port_id):
        self.attacher.detach_nic(uuid, port_id)

    def console_log(self, uuid, lines=None):
        self.builder.get(uuid)
        consoles.bound(self.files.directory(uuid))
        return consoles.read(self.files.directory(uuid), lines)

    def vnc_address(self, uuid):
        domain = self.builder.get(uuid)
        with self.connection.use(f'look at guest {uuid}'):
            return consoles.vnc_address(domain)

    def host_report(self, host_name=None):
        with self.connection.use('look at the host') as conn:
            return host.report(conn, self.options, self._used(conn))

    def connector(self):
        return {'initiator': self.volumes.initiator, 'ip': self.options.host_ip, 'host': self.options.hostname,
                'multipath': False, 'platform': 'x86_64', 'os_type': 'linux'}

    def snapshot(self, uuid, path):
        root = self.files.directory(uuid) / building.ROOT
        return snapshots.take(self.connection, self.builder.get(uuid), root, path)

    def begin_resize(self, guest):
        self.resizer.begin(guest)

    def confirm_resize(self, uuid):
        self.resizer.confirm(uuid)

    def revert_resize(self, guest):
        self.resizer.revert(guest)

    def rescue(self, uuid, disk, image_path):
        self.rescuer.rescue(uuid, disk, image_path)

    def unrescue(self, uuid):
        self.rescuer.unrescue(uuid)

    def diagnostics(self, uuid):
        domain = self.builder.get(uuid)
        with self.connection.use(f'look at guest {uuid}'):
            return diagnostics.collect(domain)

    def leftovers(self):
        files = self.files.uuids()
        return sorted(set(files) - set(self.guests()))

    def _power(self, uuid, word, verb, *arguments):
        domain = self.builder.get(uuid)
        with self.connection.use(f'{word} guest {uuid}'):
            verb(domain, *arguments)

    def _used(self, conn):
        prefix = f'{self.options.cloud_id}-'
        domains = [domain for domain in conn.listAllDomains() if domain.name().startswith(prefix)]
        info = [domain.info() for domain in domains]
        return {'vcpus': sum(each[3] for each in info), 'memory_mb': sum(each[1] for each in info) // 1024,
                'disk_gb': self.files.allocated_gb(), 'running': sum(1 for each in info if each[0] == 1)}
