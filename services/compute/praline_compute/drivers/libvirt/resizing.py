# SPDX-License-Identifier: Apache-2.0
"""Another size, with a way back: the old root disk stays untouched below a new overlay until it is confirmed."""
import libvirt

from praline_compute.drivers import base, devices
from praline_compute.drivers.libvirt import building, disks
from praline_compute.drivers.libvirt.programs import run

BEFORE = 'disk.before'
MARKER = 'resize.json'


class Resizer:
    def __init__(self, builder):
        self.builder = builder
        self.files = builder.files

    def begin(self, guest):
        self._need_off(guest.uuid)
        root, before = self._paths(guest.uuid)
        if self.files.read(guest.uuid, MARKER) is None:
            self._flatten(root, before)
            self.files.write(guest.uuid, MARKER, {'root_gb': guest.root_gb})
        try:
            if root.exists() and not before.exists():
                root.rename(before)
            if before.exists():
                disks.make_overlay(root, before, 'qcow2', guest.get('root_gb') or 0)
            self._size_blanks(guest)
            self._redefine(guest)
        except base.HypervisorUnavailable:
            raise
        except base.DriverError:
            self._go_back(guest.uuid)
            raise

    def confirm(self, uuid):
        """What lies below stays until the next resize, when the guest is off, flattens it."""
        self.builder.get(uuid)
        (self.files.directory(uuid) / MARKER).unlink(missing_ok=True)

    def revert(self, guest):
        self._need_off(guest.uuid)
        self._go_back(guest.uuid)
        self._redefine(guest)

    def _go_back(self, uuid):
        root, before = self._paths(uuid)
        if self.files.read(uuid, MARKER) is None:
            return
        if before.exists():
            before.replace(root)
        (self.files.directory(uuid) / MARKER).unlink(missing_ok=True)

    def _flatten(self, root, before):
        """Take what an earlier, confirmed resize left below into the disk itself."""
        if not before.exists():
            return
        below = disks.information(before, 'qcow2')
        base_path, base_format = below.get('full-backing-filename'), below.get('backing-filename-format')
        onto = ['-b', base_path, '-F', base_format] if base_path else ['-b', '']
        run('qemu-img', 'rebase', '-f', 'qcow2', *onto, str(root), timeout=3600)
        before.unlink()

    def _size_blanks(self, guest):
        directory = self.files.directory(guest.uuid)
        swap, ephemeral = directory / building.SWAP, directory / building.EPHEMERAL
        if swap.exists() and swap.stat().st_size != (guest.get('swap_mb') or 0) * 1024 ** 2:
            swap.unlink()
        wanted = (guest.get('ephemeral_gb') or 0) * disks.GIB
        if ephemeral.exists() and ephemeral.stat().st_size < wanted:
            with open(ephemeral, 'r+b') as file:
                file.truncate(wanted)

    def _redefine(self, guest):
        xml = self.builder.prepare(guest, devices.assign(guest), None)
        with self.builder.connection.use(f'define guest {guest.uuid}') as conn:
            conn.defineXMLFlags(xml, libvirt.VIR_DOMAIN_DEFINE_VALIDATE)

    def _need_off(self, uuid):
        domain = self.builder.get(uuid)
        with self.builder.connection.use(f'look at guest {uuid}'):
            if domain.isActive():
                raise base.WrongState(f'guest {uuid} runs: stop it to resize it')

    def _paths(self, uuid):
        directory = self.files.directory(uuid)
        return directory / building.ROOT, directory / BEFORE
