# SPDX-License-Identifier: Apache-2.0
"""Volumes as sparse raw files, served by tgtd.

Raw and not qcow2: tgtd serves bytes.  Snapshots and clones are copies that share blocks where the file system
can (XFS, btrfs) and take time and room where it cannot (ext4); of a volume that is being written to at that
moment such a copy is no single moment's content.
"""
import contextlib
import errno
import os

from praline_volume import errors
from praline_volume.drivers import base
from praline_volume.drivers import images
from praline_volume.drivers import programs

GIB = 1 << 30
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class FileDriver(base.Driver, base.Snapshots, base.Clones, base.Strangers):
    """Keeps `volumes/<id>` and `snapshots/<id>` under `directory`; `exports` is an `exports.Exports`.

    `strangers/volumes` and `strangers/snapshots` hold what is not ours: an operator may put raw files there.

    A file gets its name when it is complete; `<id>.part` is what a killed call left and the next one overwrites.
    """

    def __init__(self, directory, exports):
        self._volumes = os.path.join(directory, 'volumes')
        self._snapshots = os.path.join(directory, 'snapshots')
        self._strangers = {'volumes': os.path.join(directory, 'strangers', 'volumes'),
                           'snapshots': os.path.join(directory, 'strangers', 'snapshots')}
        self._exports = exports
        for path in (self._volumes, self._snapshots, *self._strangers.values()):
            os.makedirs(path, mode=0o700, exist_ok=True)

    def check(self):
        programs.require('qemu-img', 'prlimit', 'cp', 'tgtd')
        for path in (self._volumes, self._snapshots):
            if not os.access(path, os.W_OK):
                raise errors.BackendUnavailable(f'the directory {path} cannot be written: make it or change its owner')
        self._exports.check()

    def capacity(self):
        about = os.statvfs(self._volumes)
        return {'total_gb': about.f_blocks * about.f_frsize / GIB, 'free_gb': about.f_bavail * about.f_frsize / GIB}

    def volumes(self):
        return _sizes(self._volumes)

    def create(self, volume):
        with self._new(volume) as part:
            if part:
                open(part, 'wb').close()

    def delete(self, volume_id):
        if self._exports.exported(volume_id):
            raise errors.VolumeExported(f'volume {volume_id} is still exported')
        _remove(self._volume(volume_id))

    def create_from_image(self, volume, path, disk_format):
        with self._new(volume) as part:
            if part:
                images.check_fits(path, disk_format, volume.size_gb)
                images.write(path, disk_format, part)

    def copy_to_image(self, volume, path, disk_format):
        images.read(self._existing(volume.id), path, disk_format)

    def extend(self, volume_id, size_gb):
        path = self._existing(volume_id)
        if os.path.getsize(path) < size_gb * GIB:
            with _space():
                os.truncate(path, size_gb * GIB)
        self._exports.refresh(volume_id)

    def export(self, volume_id):
        return self._exports.add(volume_id, self._existing(volume_id))

    def unexport(self, volume_id):
        self._exports.remove(volume_id)

    def exports(self):
        return self._exports.sessions()

    def ensure_exports(self):
        def path_of(volume_id):
            path = self._volume(volume_id)
            return path if os.path.exists(path) else None
        return self._exports.ensure(path_of)

    def snapshots(self):
        return _sizes(self._snapshots)

    def create_snapshot(self, snapshot_id, volume_id):
        target = self._snapshot(snapshot_id)
        if not os.path.exists(target):
            with _appearing(target) as part:
                _copy(self._existing(volume_id), part)

    def delete_snapshot(self, snapshot_id):
        _remove(self._snapshot(snapshot_id))

    def create_from_snapshot(self, volume, snapshot_id):
        with self._new(volume) as part:
            if part:
                source = self._snapshot(snapshot_id)
                if not os.path.exists(source):
                    raise errors.VolumeMissing(f'there is no snapshot {snapshot_id} in {self._snapshots}')
                _copy(source, part)

    def clone(self, volume, source_id):
        with self._new(volume) as part:
            if part:
                _copy(self._existing(source_id), part)

    def strangers(self):
        return {kind: _sizes(directory) for kind, directory in self._strangers.items()}

    def release(self, volume_id):
        if self._exports.exported(volume_id):
            raise errors.VolumeExported(f'volume {volume_id} is still exported')
        _move(self._volume(volume_id), self._stranger('volumes', base.released_name('volumes', volume_id)))

    def adopt(self, volume_id, name):
        return _adopted(self._stranger('volumes', name), self._volume(volume_id))

    def release_snapshot(self, snapshot_id):
        _move(self._snapshot(snapshot_id), self._stranger('snapshots', base.released_name('snapshots', snapshot_id)))

    def adopt_snapshot(self, snapshot_id, name):
        return _adopted(self._stranger('snapshots', name), self._snapshot(snapshot_id))

    @contextlib.contextmanager
    def _new(self, volume):
        """The file to fill, which is then grown and named; None if the volume is there already."""
        path = self._volume(volume.id)
        if os.path.exists(path):
            yield None
            return
        with _appearing(path) as part:
            yield part
            if os.path.getsize(part) > volume.size_gb * GIB:
                raise errors.BackendFailed(f'the content of volume {volume.id} is larger than its {volume.size_gb} GiB')
            os.truncate(part, volume.size_gb * GIB)

    def _volume(self, volume_id):
        return os.path.join(self._volumes, volume_id)

    def _snapshot(self, snapshot_id):
        return os.path.join(self._snapshots, snapshot_id)

    def _stranger(self, kind, name):
        """A file beside the others, never one outside."""
        if name != os.path.basename(name) or name.endswith('.part') or name in ('', '.', '..'):
            raise errors.VolumeMissing(f'{name!r} is no name of a file in {self._strangers[kind]}')
        return os.path.join(self._strangers[kind], name)

    def _existing(self, volume_id):
        path = self._volume(volume_id)
        if not os.path.exists(path):
            raise errors.VolumeMissing(f'there is no volume {volume_id} in {self._volumes}')
        return path


@contextlib.contextmanager
def _appearing(path):
    part = f'{path}.part'
    _remove(part)
    try:
        with _space():
            yield part
            os.replace(part, path)
    except BaseException:
        _remove(part)
        raise


@contextlib.contextmanager
def _space():
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise errors.BackendFull(f'the file system of the volumes is full: {error.strerror}') from error
        raise errors.BackendFailed(f'a file of the volume back end cannot be written: {error}') from error


def _copy(source, target):
    programs.run('cp', '--reflink=auto', '--sparse=auto', '--', source, target)


def _move(source, target):
    """Asked twice it has been moved."""
    try:
        os.rename(source, target)
    except FileNotFoundError:
        if not os.path.exists(target):
            raise errors.VolumeMissing(f'there is no {source}') from None


def _adopted(source, target):
    """The size of what was moved; one that ends within a GiB is grown to its end."""
    if os.path.islink(source):
        raise errors.VolumeMissing(f'{source} is a link, not a volume')
    _move(source, target)
    size_gb = -(-os.path.getsize(target) // GIB)
    with _space():
        os.truncate(target, size_gb * GIB)
    return size_gb


def _sizes(directory):
    return {entry.name: entry.stat().st_size // GIB for entry in os.scandir(directory)
            if not entry.name.endswith('.part')}


def _remove(path):
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)
