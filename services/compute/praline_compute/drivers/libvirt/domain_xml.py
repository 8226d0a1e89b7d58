# SPDX-License-Identifier: Apache-2.0
"""The XML that libvirt is given: pure functions from a guest and its sources to text."""
import xml.etree.ElementTree as ET

NAMESPACE = 'urn:praline:guest:1'
# Hot plug on q35 needs a root port for each device; `pc` has slots of its own.
SPARE_PORTS = 16

ET.register_namespace('praline', NAMESPACE)


def node(parent, tag, text=None, **attributes):
    """A child element; None values are left out."""
    child = ET.SubElement(parent, tag, {key: str(value) for key, value in attributes.items() if value is not None})
    if text is not None:
        child.text = str(text)
    return child


def text(element):
    return ET.tostring(element, encoding='unicode')


def domain_name(cloud_id, uuid):
    return f'{cloud_id}-{uuid}'


def machine_of(properties):
    """'pc' or 'q35'.  Measured under emulation both boot alike; `pc` needs no ports for hot plug."""
    return 'q35' if 'q35' in str(properties.get('hw_machine_type', '')) else 'pc'


def domain(guest, options, virt_type, disks, console_log):
    """The whole guest.  disks: the elements that disk() made, in order."""
    properties = guest.get('image_properties') or {}
    machine = machine_of(properties)
    root = ET.Element('domain', type=virt_type)
    node(root, 'name', domain_name(options.cloud_id, guest.uuid))
    node(root, 'uuid', guest.uuid)
    node(node(root, 'metadata'), f'{{{NAMESPACE}}}guest', cloud=options.cloud_id, server=guest.uuid)
    node(root, 'memory', guest.memory_mb, unit='MiB')
    node(root, 'vcpu', guest.vcpus)
    _machine(root, guest, machine, virt_type, properties)
    devices = node(root, 'devices')
    _controllers(devices, machine, disks)
    devices.extend(disks)
    for each in guest.get('nics', []):
        devices.append(nic(each, properties))
    _console(devices, guest, console_log)
    rng = node(devices, 'rng', model='virtio')
    node(rng, 'backend', '/dev/urandom', model='random')
    node(devices, 'memballoon', model='virtio')
    return text(root)


def _machine(root, guest, machine, virt_type, properties):
    os_element = node(root, 'os')
    if properties.get('hw_firmware_type') == 'uefi':
        os_element.set('firmware', 'efi')
        # Firmware with the keys enrolled would refuse most images.
        node(node(os_element, 'firmware'), 'feature', enabled='no', name='secure-boot')
    node(os_element, 'type', 'hvm', arch='x86_64', machine=machine)
    # Shown by dmidecode and /sys/class/dmi: what cloud-init looks at to know where it runs.
    node(os_element, 'smbios', mode='sysinfo')
    system = node(node(root, 'sysinfo', type='smbios'), 'system')
    for name, value in (('manufacturer', 'OpenStack Foundation'), ('product', 'OpenStack Nova'),
                        ('serial', guest.uuid), ('uuid', guest.uuid), ('family', 'Virtual Machine')):
        node(system, 'entry', value, name=name)
    features = node(root, 'features')
    node(features, 'acpi')
    node(features, 'apic')
    if virt_type == 'kvm':
        node(root, 'cpu', mode='host-model')
    clock = node(root, 'clock', offset='utc')
    node(clock, 'timer', name='rtc', tickpolicy='catchup')
    node(clock, 'timer', name='pit', tickpolicy='delay')
    node(clock, 'timer', name='hpet', present='no')
    node(root, 'on_poweroff', 'destroy')
    node(root, 'on_reboot', 'restart')
    node(root, 'on_crash', 'destroy')


def _controllers(devices, machine, disks):
    if machine == 'q35':
        node(devices, 'controller', type='pci', index=0, model='pcie-root')
        for _ in range(SPARE_PORTS):
            node(devices, 'controller', type='pci', model='pcie-root-port')
    if any(disk.find('target').get('bus') == 'scsi' for disk in disks):
        node(devices, 'controller', type='scsi', index=0, model='virtio-scsi')


def _console(devices, guest, console_log):
    serial = node(devices, 'serial', type='pty')
    node(serial, 'log', file=console_log, append='on')
    node(serial, 'target', port=0)
    if guest.get('console_type', 'vnc') == 'vnc':
        node(devices, 'graphics', type='vnc', port=-1, listen='127.0.0.1')
        node(node(devices, 'video'), 'model', type='vga')
        node(devices, 'input', type='tablet', bus='usb')
    else:
        node(node(devices, 'video'), 'model', type='none')


def disk(name, bus, source, device='disk', boot_index=None, serial=None, readonly=False):
    """One <disk>.  source: {'file': path, 'format': 'qcow2' | 'raw'}, {'block': path} or
    {'iscsi': 'iqn/lun', 'host', 'port', 'initiator', 'username', 'secret' (usage id)}."""
    kind = 'network' if 'iscsi' in source else 'block' if 'block' in source else 'file'
    element = ET.Element('disk', type=kind, device=device)
    driver = node(element, 'driver', name='qemu', type=source.get('format', 'raw'), cache='none')
    if device == 'cdrom':
        driver.attrib.pop('cache')
    if kind == 'network':
        _iscsi_source(element, source)
    elif kind == 'block':
        node(element, 'source', dev=source['block'])
    else:
        node(element, 'source', file=source['file'])
        if source.get('format') == 'qcow2' and device != 'cdrom':
            driver.set('discard', 'unmap')
    node(element, 'target', dev=name, bus=bus)
    if readonly:
        node(element, 'readonly')
    if serial:
        node(element, 'serial', serial)
        node(element, 'alias', name=f'ua-{serial}')
    if boot_index is not None and boot_index >= 0:
        node(element, 'boot', order=boot_index + 1)
    return element


def _iscsi_source(element, source):
    inner = node(element, 'source', protocol='iscsi', name=source['iscsi'])
    node(inner, 'host', name=source['host'], port=source['port'])
    if source.get('username'):
        node(node(inner, 'auth', username=source['username']), 'secret', type='iscsi', usage=source['secret'])
    node(node(inner, 'initiator'), 'iqn', name=source['initiator'])


def secret(usage, description):
    element = ET.Element('secret', ephemeral='no', private='yes')
    node(element, 'description', description)
    node(node(element, 'usage', type='iscsi'), 'target', usage)
    return text(element)


def nic(nic, properties):
    element = ET.Element('interface', type='bridge')
    node(element, 'mac', address=nic.mac)
    node(element, 'source', bridge=nic.bridge)
    node(element, 'target', dev=nic.tap)
    node(element, 'model', type=nic.get('model') or properties.get('hw_vif_model') or 'virtio')
    if nic.get('mtu'):
        node(element, 'mtu', size=nic.mtu)
    node(element, 'alias', name=f'ua-{nic.port_id}')
    return element


__all__ = ['disk', 'domain', 'domain_name', 'machine_of', 'nic', 'node', 'secret', 'text']
