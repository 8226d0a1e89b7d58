# SPDX-License-Identifier: Apache-2.0
"""Volumes as thin logical volumes of one LVM pool, served by tgtd."""
import contextlib
import json

from praline_volume import errors
from praline_volume.drivers import base
from praline_volume.drivers import images
from praline_volume.drivers import programs

GIB = 1 << 30
# LVM keeps names that begin with 'snapshot' for itself.
VOLUME, SNAPSHOT, PART, RELEASED = 'volume-', 'snap-', 'part-', 'released-'


class LvmDriver(base.Driver, base.Snapshots, base.Clones, base.Strangers):
    """Uses the thin pool `pool` of the volume group `group`, which must exist; `exports` is an `exports.Exports`.

    A logical volume is renamed to `volume-<id>` when it is complete; `part-<id>` is what a killed call left.  Strangers
    are what else the pool holds; one that was let go of is `released-<name>`, and its name stands without that.
    """

    def __init__(self, group, pool, exports):
        self._group = group
        self._pool = pool
        self._exports = exports

    def check(self):
        programs.require('lvs', 'qemu-img', 'prlimit', 'tgtd')
        try:
            found = self._list('lv_name,lv_attr', f'{self._group}/{self._pool}')
        except errors.BackendFailed as error:
            raise errors.BackendUnavailable(
                f'the LVM thin pool {self._group}/{self._pool} cannot be used ({error}): make it '
                f'with lvcreate --type thin-pool -n {self._pool} -l 90%FREE {self._group}') from None
        if not found[0]['lv_attr'].startswith('t'):
            raise errors.BackendUnavailable(f'{self._group}/{self._pool} is no thin pool')
        self._exports.check()

    def capacity(self):
        pool = self._list('lv_size,data_percent', f'{self._group}/{self._pool}')[0]
        total = int(pool['lv_size']) / GIB
        return {'total_gb': total, 'free_gb': total * (1 - float(pool['data_percent'] or 0) / 100)}

    def volumes(self):
        return self._sizes(VOLUME)

    def create(self, volume):
        if volume.id not in self.volumes():
            self._create(VOLUME + volume.id, volume.size_gb)

    def delete(self, volume_id):
        if self._exports.exported(volume_id):
            raise errors.VolumeExported(f'volume {volume_id} is still exported')
        self._remove(VOLUME + volume_id)

    def create_from_image(self, volume, path, disk_format):
        with self._new(volume) as part:
            if part:
                images.check_fits(path, disk_format, volume.size_gb)
                self._create(part, volume.size_gb)
                images.write(path, disk_format, self._device(part), '-n', '--target-is-zero')

    def copy_to_image(self, volume, path, disk_format):
        self._size(VOLUME, volume.id)
        images.read(self._device(VOLUME + volume.id), path, disk_format)

    def extend(self, volume_id, size_gb):
        if self._size(VOLUME, volume_id) < size_gb:
            self._grow(VOLUME + volume_id, size_gb)
        self._exports.refresh(volume_id)

    def export(self, volume_id):
        self._size(VOLUME, volume_id)
        return self._exports.add(volume_id, self._device(VOLUME + volume_id))

    def unexport(self, volume_id):
        self._exports.remove(volume_id)

    def exports(self):
        return self._exports.sessions()

    def ensure_exports(self):
        existing = self.volumes()
        return self._exports.ensure(
            lambda volume_id: self._device(VOLUME + volume_id) if volume_id in existing else None)

    def snapshots(self):
        return self._sizes(SNAPSHOT)

    def create_snapshot(self, snapshot_id, volume_id):
        if snapshot_id not in self.snapshots():
            self._size(VOLUME, volume_id)
            self._copy(VOLUME + volume_id, SNAPSHOT + snapshot_id)

    def delete_snapshot(self, snapshot_id):
        self._remove(SNAPSHOT + snapshot_id)

    def create_from_snapshot(self, volume, snapshot_id):
        with self._new(volume) as part:
            if part:
                self._copy_grown(SNAPSHOT, snapshot_id, part, volume.size_gb)

    def clone(self, volume, source_id):
        with self._new(volume) as part:
            if part:
                self._copy_grown(VOLUME, source_id, part, volume.size_gb)

    def strangers(self):
        found = {name.removeprefix(RELEASED): size for name, size in self._names().items()
                 if not name.startswith((VOLUME, SNAPSHOT, PART))}
        taken = {name for name in found if name.startswith('_snapshot-')}
        return {'volumes': {name: size for name, size in found.items() if name not in taken},
                'snapshots': {name: found[name] for name in taken}}

    def release(self, volume_id):
        if self._exports.exported(volume_id):
            raise errors.VolumeExported(f'volume {volume_id} is still exported')
        self._rename(VOLUME + volume_id, RELEASED + base.released_name('volumes', volume_id))

    def adopt(self, volume_id, name):
        return self._adopt(name, VOLUME + volume_id)

    def release_snapshot(self, snapshot_id):
        self._rename(SNAPSHOT + snapshot_id, RELEASED + base.released_name('snapshots', snapshot_id))

    def adopt_snapshot(self, snapshot_id, name):
        return self._adopt(name, SNAPSHOT + snapshot_id)

    @contextlib.contextmanager
    def _new(self, volume):
        """The name of the logical volume to make and fill; None if the volume is there already."""
        part = PART + volume.id
        self._remove(part)
        if volume.id in self.volumes():
            yield None
            return
        try:
            yield part
            programs.run('lvrename', self._group, part, VOLUME + volume.id)
        except BaseException:
            self._remove(part)
            raise

    def _copy_grown(self, kind, source_id, name, size_gb):
        size = self._size(kind, source_id)
        self._copy(kind + source_id, name)
        if size < size_gb:
            self._grow(name, size_gb)

    def _adopt(self, name, target):
        """A whole number of GiB is what users see; a stranger that ends within one is grown to its end."""
        names = self._names()
        source = RELEASED + name if RELEASED + name in names else name
        if source.startswith((VOLUME, SNAPSHOT, PART)):
            raise errors.VolumeMissing(f'{name} is ours already')
        self._rename(source, target)
        size = int(self._list('lv_size', f'{self._group}/{target}')[0]['lv_size'])
        size_gb = -(-size // GIB)
        if size < size_gb * GIB:
            self._grow(target, size_gb)
        return size_gb

    def _rename(self, source, target):
        """Asked twice it has been renamed."""
        names = self._names()
        if source in names:
            programs.run('lvrename', self._group, source, target)
        elif target not in names:
            raise errors.VolumeMissing(f'there is no {source} in the volume group {self._group}')

    def _create(self, name, size_gb):
        programs.run('lvcreate', '-q', '-V', f'{size_gb}g', '--thinpool', f'{self._group}/{self._pool}', '-n', name)

    def _copy(self, source, name):
        programs.run('lvcreate', '-q', '-s', '--setactivationskip', 'n', '-n', name, f'{self._group}/{source}')

    def _grow(self, name, size_gb):
        programs.run('lvextend', '-q', '-L', f'{size_gb}g', f'{self._group}/{name}')

    def _remove(self, name):
        if name in self._names():
            programs.run('lvremove', '-q', '-f', f'{self._group}/{name}')

    def _size(self, kind, thing_id):
        size = self._sizes(kind).get(thing_id)
        if size is None:
            raise errors.VolumeMissing(f'there is no {kind}{thing_id} in the volume group {self._group}')
        return size

    def _sizes(self, kind):
        return {name.removeprefix(kind): size for name, size in self._names().items() if name.startswith(kind)}

    def _names(self):
        return {row['lv_name']: int(row['lv_size']) // GIB
                for row in self._list('lv_name,lv_size,pool_lv', self._group) if row['pool_lv'] == self._pool}

    def _list(self, columns, where):
        told = programs.run('lvs', '--reportformat', 'json', '--units', 'b', '--nosuffix', '-o', columns, where)
        return json.loads(told)['report'][0]['lv']

    def _device(self, name):
        return f'/dev/{self._group}/{name}'
