# SPDX-License-Identifier: Apache-2.0
"""Which name each disk of a guest gets, the same for every driver."""
import string

PREFIX = {'virtio': 'vd', 'scsi': 'sd', 'sata': 'sd', 'usb': 'sd', 'ide': 'hd'}
DEFAULT_BUS = 'virtio'


def bare(name):
    """'vdb' of '/dev/vdb'."""
    return (name or '').rsplit('/', 1)[-1]


def bus_of(disk, properties):
    if disk.get('bus'):
        return disk.bus
    key = 'hw_cdrom_bus' if disk.get('device_type') == 'cdrom' else 'hw_disk_bus'
    fallback = 'ide' if disk.get('device_type') == 'cdrom' else DEFAULT_BUS
    bus = (properties or {}).get(key) or fallback
    return bus if bus in PREFIX else fallback


def free_name(bus, taken):
    """The first free one: vda ... vdz, vdaa ..."""
    prefix = PREFIX[bus]
    for name in _letters():
        if prefix + name not in taken:
            return prefix + name


def assign(guest):
    """[(disk, name, bus)] for the guest's disks, the one that boots first; asked names are kept when they are free.

    A name asked with another bus's prefix ('sdb' for a virtio disk) keeps its letter: 'vdb'.
    """
    properties = guest.get('image_properties') or {}
    disks = sorted(guest.get('disks', []), key=_boot_order)
    taken, named = set(), []
    for disk in disks:
        bus = bus_of(disk, properties)
        name = asked_name(disk, bus)
        if not name or name in taken:
            asked_by_others = {asked_name(other, bus_of(other, properties)) for other in disks}
            name = free_name(bus, taken | asked_by_others)
        taken.add(name)
        named.append((disk, name, bus))
    return named


def asked_name(disk, bus):
    name = bare(disk.get('device_name'))
    return PREFIX[bus] + name[2:] if len(name) > 2 else None


def report(named):
    """What ensure_guest returns: {volume_id or 'root': '/dev/...'}."""
    names = {}
    for disk, name, _ in named:
        if disk.source == 'volume':
            names[disk.volume_id] = f'/dev/{name}'
        elif disk.source == 'image':
            names['root'] = f'/dev/{name}'
    return names


def _boot_order(disk):
    index = disk.get('boot_index')
    return index if index is not None and index >= 0 else 1000


def _letters():
    yield from string.ascii_lowercase
    for first in string.ascii_lowercase:
        for second in string.ascii_lowercase:
            yield first + second
