# SPDX-License-Identifier: Apache-2.0
"""A root disk as it is now, in a file that stands alone."""
import os
import shutil
import time
import xml.etree.ElementTree as ET

import libvirt

from praline_compute.drivers import base
from praline_compute.drivers.libvirt import domain_xml
from praline_compute.drivers.libvirt.programs import run

SECONDS = 3600
POLL_SECONDS = 0.2
FORMAT = 'qcow2'


def take(connection, domain, root, path):
    """Copy `root` (a guest's disk file) to the new file `path`: through QEMU while it runs, by qemu-img when off."""
    if not root.exists():
        raise base.DriverError('the guest has no root disk on this host: snapshot its volume')
    part = root.with_name(f'{root.name}.snapshot')
    part.unlink(missing_ok=True)
    try:
        with connection.use('snapshot'):
            if domain.isActive():
                _back_up(domain, root, part)
            else:
                run('qemu-img', 'convert', '-f', FORMAT, '-O', FORMAT, str(root), str(part), timeout=SECONDS)
        shutil.move(part, path)
        os.chmod(path, 0o600)
    finally:
        part.unlink(missing_ok=True)
    return FORMAT


def _back_up(domain, root, part):
    domain.backupBegin(backup_xml(domain.XMLDesc(), root, part), None)
    deadline = time.monotonic() + SECONDS
    while domain.jobStats().get('type', 0) != libvirt.VIR_DOMAIN_JOB_NONE:
        if time.monotonic() > deadline:
            domain.abortJob()
            raise base.DriverError(f'the snapshot did not end in {SECONDS} seconds')
        time.sleep(POLL_SECONDS)
    done = domain.jobStats(libvirt.VIR_DOMAIN_JOB_STATS_COMPLETED)
    if not done.get('success'):
        raise base.DriverError(f'QEMU could not copy the disk: {done.get("errmsg", "no reason given")}')


def backup_xml(described, root, part):
    """Push the root disk to `part`, and nothing else."""
    backup = ET.Element('domainbackup', mode='push')
    disks = domain_xml.node(backup, 'disks')
    for disk in ET.fromstring(described).iterfind('devices/disk'):
        source = disk.find('source')
        name = disk.find('target').get('dev')
        if source is not None and source.get('file') == str(root):
            chosen = domain_xml.node(disks, 'disk', name=name, type='file')
            domain_xml.node(chosen, 'target', file=part)
            domain_xml.node(chosen, 'driver', type=FORMAT)
        else:
            domain_xml.node(disks, 'disk', name=name, backup='no')
    return domain_xml.text(backup)
