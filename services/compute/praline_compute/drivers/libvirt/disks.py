# SPDX-License-Identifier: Apache-2.0
"""The files of a guest: its directory, overlays on cached images, blank disks."""
import contextlib
import errno
import json
import os
import pathlib
import re
import shutil
import uuid as uuids

from praline_compute.drivers import base
from praline_compute.drivers.libvirt.programs import run

GIB = 1024 ** 3
# What an overlay may lie on as it is; anything else is converted when it enters the cache.
KEPT_FORMATS = ('raw', 'qcow2')
QEMU_NAMES = {'ami': 'raw', 'ari': 'raw', 'aki': 'raw', 'iso': 'raw', 'vhd': 'vpc'}


class Files:
    """Where things lie: <state>/instances/<uuid>/ and the image cache <state>/instances/_base/.

    Directories are 0711: QEMU may run as another user than the agent and only needs to pass through.
    """

    def __init__(self, state_dir):
        self.root = pathlib.Path(state_dir) / 'instances'
        self.cache = self.root / '_base'

    def directory(self, uuid):
        # Refuses anything but a uuid, which a path is made of.
        return self.root / str(uuids.UUID(uuid))

    def prepare(self, uuid):
        directory = self.directory(uuid)
        with no_space():
            for path in (self.root, self.cache, directory):
                path.mkdir(mode=0o711, parents=True, exist_ok=True)
        return directory

    def remove(self, uuid):
        shutil.rmtree(self.directory(uuid), ignore_errors=True)
        if self.directory(uuid).exists():
            raise base.DriverError(f'{self.directory(uuid)} could not be removed')

    def uuids(self):
        """Of all directories that are a guest's."""
        return [path.name for path in self.root.glob('[!_.]*') if path.is_dir()]

    def allocated_gb(self):
        """What the guests' files really take on this disk."""
        paths = (path for uuid in self.uuids() for path in self.directory(uuid).iterdir())
        blocks = sum(path.stat().st_blocks for path in paths if path.is_file())
        return -(-blocks * 512 // GIB)

    def read(self, uuid, name, default=None):
        try:
            return json.loads((self.directory(uuid) / name).read_bytes())
        except FileNotFoundError:
            return default

    def write(self, uuid, name, value):
        with no_space():
            write_file(self.directory(uuid) / name, json.dumps(value).encode())

    def cached_image(self, image_id, checksum, disk_format, image_path):
        """Path and format of the image in the cache, put there from image_path when it is not yet."""
        kind = QEMU_NAMES.get(disk_format or 'raw', disk_format or 'raw')
        kept = kind if kind in KEPT_FORMATS else 'qcow2'
        key = re.sub(r'[^0-9A-Za-z-]', '', f'{image_id}-{(checksum or "")[:16]}')
        target = self.cache / f'{key}.{kept}'
        if not target.exists():
            if not image_path:
                raise base.ImageUnusable(f'image {image_id} is not in the cache of this host and was not handed over')
            check_image(image_path, kind)
            # Readable by whatever user QEMU runs as: a base is shared by guests and never owned by one.
            with replacing(target, 0o644) as part:
                if kind == kept:
                    self._take(pathlib.Path(image_path), part)
                else:
                    run('qemu-img', 'convert', '-f', kind, '-O', kept, str(image_path), str(part), timeout=3600)
        return target, kept

    def _take(self, source, target):
        # A file of ours is linked.  Another's is copied: libvirt changes the owner of what its guests use.
        if self.root.resolve() in source.resolve().parents:
            os.link(source, target)
        else:
            shutil.copyfile(source, target)


def check_image(path, kind):
    """ImageUnusable when the file is not of that format or names other files, which QEMU would open."""
    try:
        info = json.loads(run('qemu-img', 'info', '--output=json', '-f', kind, str(path), timeout=30))
    except (base.ProgramMissing, base.NoSpace):
        raise
    except base.DriverError as error:
        raise base.ImageUnusable(f'the image is not a readable {kind} file: {error}') from None
    data = info.get('format-specific', {}).get('data', {})
    if info.get('backing-filename') or data.get('data-file'):
        raise base.ImageUnusable('the image refers to another file, which is not allowed')
    extents = data.get('extents') or []
    if any(extent.get('filename') not in (None, str(path)) for extent in extents):
        raise base.ImageUnusable('the image is spread over other files, which is not allowed')
    return info


def information(path, kind):
    """What qemu-img says of a file of ours, of that format."""
    return json.loads(run('qemu-img', 'info', '-U', '--output=json', '-f', kind, str(path), timeout=30))


def make_overlay(path, base_path, base_format, size_gb):
    """A qcow2 over the cached image, of size_gb or the image's own size when 0; an existing one is kept."""
    if path.exists():
        return
    size = information(base_path, base_format)['virtual-size']
    if size_gb and size > size_gb * GIB:
        raise base.ImageUnusable(f'the image needs a disk of {-(-size // GIB)} GiB, and {size_gb} were asked for')
    with replacing(path) as part:
        run('qemu-img', 'create', '-q', '-f', 'qcow2', '-F', base_format, '-b', str(base_path), str(part),
            str(size_gb * GIB or size), timeout=60)


def make_blank(path, size_mb, filesystem=None):
    """An empty qcow2, or a raw file with 'ext4' or 'swap' made on it; an existing one is kept."""
    if path.exists():
        return
    with replacing(path) as part:
        if filesystem is None:
            run('qemu-img', 'create', '-q', '-f', 'qcow2', str(part), f'{size_mb}M', timeout=60)
            return
        with open(part, 'wb') as file:
            file.truncate(size_mb * 1024 ** 2)
        if filesystem == 'swap':
            run('mkswap', '-L', 'swap', str(part), timeout=60)
        else:
            run('mkfs.ext4', '-q', '-F', '-L', 'ephemeral0', '-E', 'lazy_itable_init=1,nodiscard', str(part))


def write_file(path, content):
    with replacing(path) as part:
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), 'wb') as file:
            file.write(content)


@contextlib.contextmanager
def replacing(path, mode=0o600):
    """A path to write to, which becomes `path` in one step when all went well and is gone when not."""
    part = path.with_name(f'.{path.name}.{uuids.uuid4().hex[:8]}')
    try:
        with no_space():
            yield part
        part.chmod(mode)
        part.rename(path)
    finally:
        part.unlink(missing_ok=True)


@contextlib.contextmanager
def no_space():
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise base.NoSpace(f'no space left on this host: {error}') from None
        raise
