# SPDX-License-Identifier: Apache-2.0
"""Image files on their way into and out of volumes: looked at first, converted by qemu-img."""
import json

from praline_volume import errors
from praline_volume.drivers import programs

# The image service's names, and qemu-img's.
FORMATS = {'raw': 'raw', 'iso': 'raw', 'ami': 'raw', 'qcow2': 'qcow2', 'vdi': 'vdi', 'vhd': 'vpc', 'vhdx': 'vhdx',
           'vmdk': 'vmdk'}
VMDK_IN_ONE_FILE = ('monolithicSparse', 'streamOptimized')
# A crafted header can make the reader allocate and compute without end.
LIMITS = ('prlimit', '--as=1073741824', '--cpu=30')


def inspect(path, disk_format):
    """The image's virtual size in bytes.  ImageRefused unless it is whole, plain and of that format."""
    if disk_format not in FORMATS:
        raise errors.ImageRefused(f'images of the format {disk_format} cannot become volumes; '
                                  f'one of {", ".join(sorted(FORMATS))} can')
    try:
        told = json.loads(programs.run(*LIMITS, 'qemu-img', 'info', '--output=json', '-f', FORMATS[disk_format], path,
                                       timeout=60))
    except errors.BackendFailed as error:
        raise errors.ImageRefused(f'the image cannot be read as {disk_format}: {error}') from None
    _refuse_references(told)
    return told['virtual-size']


def _refuse_references(told):
    detail = (told.get('format-specific') or {}).get('data') or {}
    if told.get('backing-filename') or detail.get('data-file'):
        raise errors.ImageRefused('the image refers to another file; only an image that is whole in itself is taken')
    if told.get('encrypted') or 'encrypt' in detail:
        raise errors.ImageRefused('the image is encrypted; decrypt it first')
    if told['format'] == 'vmdk' and detail.get('create-type') not in VMDK_IN_ONE_FILE:
        raise errors.ImageRefused(f'VMDK images of the type {detail.get("create-type")} are made of several files; '
                                  f'only {" and ".join(VMDK_IN_ONE_FILE)} are taken')


def check_fits(path, disk_format, size_gb):
    """ImageRefused unless the image may be written to a volume of that size."""
    size = inspect(path, disk_format)
    if size > size_gb << 30:
        raise errors.ImageRefused(f'the image holds {size} bytes, more than the volume of {size_gb} GiB')


def write(path, disk_format, target, *options):
    """Convert the image to raw bytes in `target`, which `options` may say exists already."""
    programs.run('qemu-img', 'convert', *options, '-f', FORMATS[disk_format], '-O', 'raw', path, target)


def read(source, path, disk_format):
    """Write the raw bytes of `source` to the image file `path`; holes stay holes."""
    if disk_format not in FORMATS:
        raise errors.ImageRefused(f'a volume cannot be made an image of the format {disk_format}')
    options = ('-o', 'subformat=streamOptimized') if disk_format == 'vmdk' else ()
    programs.run('qemu-img', 'convert', '-f', 'raw', '-O', FORMATS[disk_format], *options, source, path)
