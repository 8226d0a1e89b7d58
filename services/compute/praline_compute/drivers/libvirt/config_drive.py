# SPDX-License-Identifier: Apache-2.0
"""The config drive: an ISO 9660 image labelled config-2 with the guest's metadata."""
import json
import pathlib
import tempfile

from praline_compute.drivers import metadata
from praline_compute.drivers.libvirt.disks import replacing
from praline_compute.drivers.libvirt.programs import run

NAME = 'disk.config'


def make(path, guest):
    """Write it, for `guest` as it is now."""
    with tempfile.TemporaryDirectory(dir=path.parent, prefix='.config-') as tree, replacing(path) as part:
        for name, content in contents(guest).items():
            target = pathlib.Path(tree, name)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        run('xorriso', '-as', 'genisoimage', '-quiet', '-V', 'config-2', '-r', '-J', '-o', str(part), tree, timeout=60)


def contents(guest):
    """{path in the image: bytes}."""
    data = metadata.user_data(guest)
    ec2 = {'meta-data.json': json.dumps(metadata.ec2_meta_data(guest)).encode()}
    if data is not None:
        ec2['user-data'] = data
    return {**{f'openstack/{version}/{name}': content for version in metadata.OPENSTACK_VERSIONS
               for name, content in metadata.documents(guest, version).items()},
            **{f'ec2/{version}/{name}': content for version in ('latest', '2009-04-04')
               for name, content in ec2.items()}}
