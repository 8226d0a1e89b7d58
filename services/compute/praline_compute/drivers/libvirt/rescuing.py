# SPDX-License-Identifier: Apache-2.0
"""Rescue: the guest boots from a throw-away disk, its own disks behind it; the way back is its definition, kept."""
import xml.etree.ElementTree as ET

import libvirt

from praline_compute.drivers import devices
from praline_compute.drivers.libvirt import disks, domain_xml, power

KEPT = 'unrescue.xml'
DISK = 'disk.rescue'


class Rescuer:
    def __init__(self, builder):
        self.builder = builder
        self.files = builder.files
        self.connection = builder.connection

    def rescue(self, uuid, disk, image_path):
        domain = self.builder.get(uuid)
        kept = self.files.directory(uuid) / KEPT
        if kept.exists():
            self._start(domain)
            return
        path = self.files.directory(uuid) / DISK
        image, kind = self.files.cached_image(disk.image_id, disk.get('checksum'), disk.get('disk_format'), image_path)
        try:
            disks.make_overlay(path, image, kind, 0)
            with self.connection.use(f'rescue guest {uuid}') as conn:
                own = domain.XMLDesc(libvirt.VIR_DOMAIN_XML_INACTIVE | libvirt.VIR_DOMAIN_XML_SECURE)
                power.cut(domain)
                disks.write_file(kept, own.encode())
                conn.defineXML(rescue_xml(own, path, devices.bus_of(disk, {}))).create()
        except Exception:
            self.unrescue(uuid)
            raise

    def unrescue(self, uuid):
        domain = self.builder.get(uuid)
        kept = self.files.directory(uuid) / KEPT
        with self.connection.use(f'unrescue guest {uuid}') as conn:
            if kept.exists():
                power.cut(domain)
                conn.defineXML(kept.read_text())
                kept.unlink()
            power.start(domain)
        (self.files.directory(uuid) / DISK).unlink(missing_ok=True)

    def _start(self, domain):
        with self.connection.use('start a rescued guest'):
            power.start(domain)


def rescue_xml(own, path, bus):
    """The same guest with one more disk, the first, which alone boots."""
    root = ET.fromstring(own)
    parent = root.find('devices')
    present = parent.findall('disk')
    for disk in present:
        # Addresses decide the order that the guest sees: they are given anew, the rescue disk's first.
        for tag in ('boot', 'address'):
            for element in disk.findall(tag):
                disk.remove(element)
    name = devices.free_name(bus, {disk.find('target').get('dev') for disk in present})
    extra = domain_xml.disk(name, bus, {'file': path, 'format': 'qcow2'}, boot_index=0)
    parent.insert(list(parent).index(present[0]) if present else len(parent), extra)
    return domain_xml.text(root)
