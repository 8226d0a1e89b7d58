# SPDX-License-Identifier: Apache-2.0
"""A guest from nothing: its files, its volumes' connections, its domain; and all of it gone again."""
import logging
import threading

import libvirt

from praline_compute.drivers import base, devices
from praline_compute.drivers.libvirt import config_drive, consoles, disks, domain_xml, host, power
from praline_compute.drivers.libvirt.volumes import stored

LOG = logging.getLogger(__name__)

# Kept in the guest's directory: what was built (without secrets), and what each volume was connected by.
CONNECTIONS = 'volumes.json'
ROOT, EPHEMERAL, SWAP = 'disk', 'disk.eph0', 'disk.swap'


class Builder:
    """Makes and removes guests; `volumes` connects them, `files` says where things lie."""

    def __init__(self, options, connection, files, volumes):
        self.options = options
        self.connection = connection
        self.files = files
        self.volumes = volumes
        self._virt_type = None
        self._probing = threading.Lock()

    def virt_type(self):
        """'kvm' or 'qemu', found out when the first guest is built."""
        with self._probing:
            if self._virt_type is None:
                self._virt_type, why = host.choose_virt_type(self.options.virt_type, self.options.state_dir)
                LOG.info('guests on %s: %s', self.options.hostname, why)
            return self._virt_type

    def ensure(self, guest, image_path, power_on):
        named = devices.assign(guest)
        existed = self.find(guest.uuid) is not None
        try:
            if not existed:
                xml = self.prepare(guest, named, image_path)
                with self.connection.use(f'define guest {guest.uuid}') as conn:
                    conn.defineXMLFlags(xml, libvirt.VIR_DOMAIN_DEFINE_VALIDATE)
            if power_on:
                with self.connection.use(f'start guest {guest.uuid}'):
                    power.start(self.find(guest.uuid))
        except Exception as error:
            if not existed:
                self._undo(guest.uuid, error)
            raise
        return devices.report(named)

    def prepare(self, guest, named, image_path):
        """Files and connections; returns the domain's XML."""
        directory = self.files.prepare(guest.uuid)
        elements = [domain_xml.disk(name, bus, self.source(guest, disk, image_path, name),
                                    device=disk.get('device_type') or 'disk', boot_index=disk.get('boot_index'),
                                    serial=disk.get('serial') or disk.get('volume_id'))
                    for disk, name, bus in named]
        elements += self._own_disks(guest, directory, {name for _, name, _ in named})
        return domain_xml.domain(guest, self.options, self.virt_type(), elements, directory / consoles.NAME)

    def source(self, guest, disk, image_path, name):
        directory = self.files.directory(guest.uuid)
        if disk.source == 'volume':
            return self.connect(guest.uuid, disk)
        if disk.source == 'blank':
            path = directory / f'disk.{name}'
            disks.make_blank(path, disk.size_gb * 1024)
        else:
            path = directory / ROOT
            if not path.exists():
                image, kind = self.files.cached_image(disk.image_id, disk.get('checksum'), disk.get('disk_format'),
                                                      image_path)
                disks.make_overlay(path, image, kind, guest.get('root_gb') or disk.get('size_gb') or 0)
        return {'file': path, 'format': 'qcow2'}

    def connect(self, uuid, disk):
        """Remember the connection before making it, so that whatever is half made can be undone."""
        known = self.files.read(uuid, CONNECTIONS, {})
        self.files.write(uuid, CONNECTIONS, {**known, disk.volume_id: stored(disk.connection_info)})
        return self.volumes.connect(disk)

    def disconnect(self, uuid, volume_id):
        known = self.files.read(uuid, CONNECTIONS, {})
        if volume_id in known:
            self.volumes.disconnect(volume_id, known.pop(volume_id))
            self.files.write(uuid, CONNECTIONS, known)

    def extend(self, uuid, volume_id):
        self.volumes.extend(volume_id, self.files.read(uuid, CONNECTIONS, {}).get(volume_id))

    def destroy(self, uuid):
        domain = self.find(uuid)
        if domain is not None:
            with self.connection.use(f'remove guest {uuid}'):
                power.cut(domain)
                domain.undefineFlags(libvirt.VIR_DOMAIN_UNDEFINE_MANAGED_SAVE | libvirt.VIR_DOMAIN_UNDEFINE_NVRAM
                                     | libvirt.VIR_DOMAIN_UNDEFINE_SNAPSHOTS_METADATA)
        for volume_id in self.files.read(uuid, CONNECTIONS, {}):
            self.disconnect(uuid, volume_id)
        self.files.remove(uuid)

    def find(self, uuid):
        """The virDomain, or None; one of another cloud is not there."""
        with self.connection.use(f'look up guest {uuid}') as conn:
            try:
                domain = conn.lookupByUUIDString(uuid)
            except libvirt.libvirtError as error:
                if error.get_error_code() == libvirt.VIR_ERR_NO_DOMAIN:
                    return None
                raise
            return domain if domain.name() == domain_xml.domain_name(self.options.cloud_id, uuid) else None

    def get(self, uuid):
        domain = self.find(uuid)
        if domain is None:
            raise base.GuestNotFound(f'guest {uuid} is not on {self.options.hostname}')
        return domain

    def _own_disks(self, guest, directory, taken):
        for path, size_mb, filesystem in ((directory / EPHEMERAL, (guest.get('ephemeral_gb') or 0) * 1024, 'ext4'),
                                          (directory / SWAP, guest.get('swap_mb') or 0, 'swap')):
            if size_mb:
                disks.make_blank(path, size_mb, filesystem)
                name = devices.free_name('virtio', taken)
                taken.add(name)
                yield domain_xml.disk(name, 'virtio', {'file': path, 'format': 'raw'})
        if guest.get('config_drive'):
            path = directory / config_drive.NAME
            config_drive.make(path, guest)
            bus = 'scsi' if domain_xml.machine_of(guest.get('image_properties') or {}) == 'q35' else 'ide'
            yield domain_xml.disk(devices.free_name(bus, taken), bus, {'file': path}, device='cdrom', readonly=True)

    def _undo(self, uuid, error):
        try:
            self.destroy(uuid)
        except base.DriverError as second:
            error.add_note(f'and the rest could not be removed yet: {second}')
