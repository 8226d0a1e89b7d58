# SPDX-License-Identifier: Apache-2.0
"""Disks and cards on a guest that may be running: both its definition and its live self, or neither."""
import time
import xml.etree.ElementTree as ET

import libvirt

from praline_compute.drivers import base, devices
from praline_compute.drivers.libvirt import domain_xml
from praline_compute.drivers.libvirt.disks import GIB

# A guest that has booted lets go in a fraction of a second; one that is booting may not hear the first request.
DETACH_SECONDS = 30
ASK_AGAIN_SECONDS = 5
POLL_SECONDS = 0.1

LIVE, CONFIG = libvirt.VIR_DOMAIN_AFFECT_LIVE, libvirt.VIR_DOMAIN_AFFECT_CONFIG


class Attacher:
    def __init__(self, builder):
        self.builder = builder
        self.connection = builder.connection

    def attach_disk(self, uuid, disk):
        domain = self.builder.get(uuid)
        with self.connection.use(f'look at guest {uuid}'):
            where = missing_from(domain, 'disk', disk.volume_id)
            if not where:
                return f'/dev/{self._disk_name(domain, disk.volume_id)}'
            name = self._disk_name(domain, disk.volume_id) or self._pick_name(domain, disk)
        try:
            source = self.builder.connect(uuid, disk)
            element = domain_xml.disk(name, devices.bus_of(disk, {}), source, serial=disk.volume_id)
            with self.connection.use(f'attach volume {disk.volume_id}'):
                domain.attachDeviceFlags(domain_xml.text(element), where)
        except base.HypervisorUnavailable:
            raise
        except base.DriverError as error:
            self.builder.disconnect(uuid, disk.volume_id)
            raise base.AttachFailed(f'volume {disk.volume_id} was not attached: {error}') from error
        return f'/dev/{name}'

    def detach_disk(self, uuid, volume_id):
        domain = self.builder.find(uuid)
        if domain is not None:
            self._detach(domain, 'disk', volume_id)
        self.builder.disconnect(uuid, volume_id)

    def extend_disk(self, uuid, volume_id, size_gb):
        domain = self.builder.get(uuid)
        with self.connection.use(f'extend volume {volume_id}'):
            name = self._disk_name(domain, volume_id)
            if name is None:
                raise base.GuestNotFound(f'volume {volume_id} is not attached to guest {uuid}')
            self.builder.extend(uuid, volume_id)
            if domain.isActive() and domain.blockInfo(name)[0] != size_gb * GIB:
                domain.blockResize(name, size_gb * GIB, libvirt.VIR_DOMAIN_BLOCK_RESIZE_BYTES)

    def attach_nic(self, uuid, nic):
        domain = self.builder.get(uuid)
        try:
            with self.connection.use(f'attach port {nic.port_id}'):
                where = missing_from(domain, 'interface', nic.port_id)
                if where:
                    domain.attachDeviceFlags(domain_xml.text(domain_xml.nic(nic, {})), where)
        except (base.HypervisorRefused, base.WrongState) as error:
            raise base.AttachFailed(f'port {nic.port_id} was not attached: {error}') from error

    def detach_nic(self, uuid, port_id):
        domain = self.builder.find(uuid)
        if domain is not None:
            self._detach(domain, 'interface', port_id)

    def _detach(self, domain, tag, key):
        """From the definition at once; from the running guest when it lets go."""
        with self.connection.use(f'detach {key}'):
            element = find(domain, tag, key, libvirt.VIR_DOMAIN_XML_INACTIVE)
            if element is not None:
                domain.detachDeviceFlags(domain_xml.text(element), CONFIG)
            deadline, asked = time.monotonic() + DETACH_SECONDS, 0
            while domain.isActive() and (element := find(domain, tag, key, 0)) is not None:
                if time.monotonic() > deadline:
                    raise base.DetachFailed(f'the guest did not let go of {key} in {DETACH_SECONDS} seconds')
                if time.monotonic() - asked > ASK_AGAIN_SECONDS:
                    asked = time.monotonic()
                    _ask_to_let_go(domain, element)
                time.sleep(POLL_SECONDS)

    def _disk_name(self, domain, volume_id):
        for flag in (0, libvirt.VIR_DOMAIN_XML_INACTIVE):
            element = find(domain, 'disk', volume_id, flag)
            if element is not None:
                return element.find('target').get('dev')
        return None

    def _pick_name(self, domain, disk):
        taken = {target.get('dev') for flag in (0, libvirt.VIR_DOMAIN_XML_INACTIVE)
                 for target in ET.fromstring(domain.XMLDesc(flag)).iterfind('devices/disk/target')}
        return devices.free_name(devices.bus_of(disk, {}), taken)


def find(domain, tag, key, flag):
    """The element of a device that carries our alias, or None."""
    for element in ET.fromstring(domain.XMLDesc(flag)).iterfind(f'devices/{tag}'):
        alias = element.find('alias')
        if alias is not None and alias.get('name') == f'ua-{key}':
            return element
    return None


def missing_from(domain, tag, key):
    """The flags of where the device is not yet: the definition, the running guest, both, or 0."""
    where = 0
    if find(domain, tag, key, libvirt.VIR_DOMAIN_XML_INACTIVE) is None:
        where |= CONFIG
    if domain.isActive() and find(domain, tag, key, 0) is None:
        where |= LIVE
    return where


def _ask_to_let_go(domain, element):
    try:
        domain.detachDeviceFlags(domain_xml.text(element), LIVE)
    except libvirt.libvirtError as error:
        # Asked before and still thinking, or gone in this moment: both are seen at the next look.
        if error.get_error_code() not in (libvirt.VIR_ERR_OPERATION_FAILED, libvirt.VIR_ERR_DEVICE_MISSING,
                                          libvirt.VIR_ERR_INTERNAL_ERROR):
            raise
