# SPDX-License-Identifier: Apache-2.0
"""A back end without disks: volumes are entries of a journal file that outlives a killed process."""
import base64
import json
import os
import shutil
import tempfile
import threading

from praline_volume import errors
from praline_volume.drivers import base
from praline_volume.drivers import faults
from praline_volume.drivers import images

KEPT_BYTES = 65536
KINDS = ('volumes', 'snapshots', 'exports', 'strange volumes', 'strange snapshots')


class FakeDriver(base.Driver, base.Snapshots, base.Clones, base.Strangers):
    """Obeys the whole contract; of an image only the first 64 KiB are kept, as they are.

    `directory` holds `journal` (one JSON line a change) and, if somebody writes it, `faults.json`.
    """

    def __init__(self, directory, total_gb=10240):
        os.makedirs(directory, exist_ok=True)
        self.faults = faults.Faults(os.path.join(directory, 'faults.json'))
        self._total_gb = total_gb
        self._lock = threading.RLock()
        self._path = os.path.join(directory, 'journal')
        self._things = _replay(self._path)
        self._compact()
        self._journal = open(self._path, 'ab', buffering=0)

    def check(self):
        self.faults.meet('check')

    def capacity(self):
        self.faults.meet('capacity')
        used = sum(volume['size_gb'] for volume in list(self._things['volumes'].values()))
        return {'total_gb': float(self._total_gb), 'free_gb': float(self._total_gb - used)}

    def volumes(self):
        self.faults.meet('volumes')
        return self._sizes('volumes')

    def create(self, volume):
        self.faults.meet('create')
        self._make(volume, b'', 'raw')

    def delete(self, volume_id):
        self.faults.meet('delete')
        if volume_id in self._things['exports']:
            raise errors.VolumeExported(f'volume {volume_id} is still exported')
        self._drop('volumes', volume_id)

    def create_from_image(self, volume, path, disk_format):
        self.faults.meet('create_from_image')
        with open(path, 'rb') as file:
            head = file.read(KEPT_BYTES)
            size = file.seek(0, os.SEEK_END)
        if size > volume.size_gb << 30:
            raise errors.ImageRefused(f'the image has {size} bytes, more than the volume of {volume.size_gb} GiB')
        self._make(volume, head, disk_format)

    def copy_to_image(self, volume, path, disk_format):
        self.faults.meet('copy_to_image')
        kept = self._get('volumes', volume.id)
        with tempfile.NamedTemporaryFile() as file:
            file.write(base64.b64decode(kept['content']).ljust(512, b'\0'))
            file.flush()
            if disk_format == kept['format']:
                shutil.copyfile(file.name, path)
            else:
                images.read(file.name, path, disk_format)

    def extend(self, volume_id, size_gb):
        self.faults.meet('extend')
        with self._lock:
            volume = self._get('volumes', volume_id)
            if volume['size_gb'] < size_gb:
                self._put('volumes', volume_id, dict(volume, size_gb=size_gb))

    def export(self, volume_id):
        self.faults.meet('export')
        with self._lock:
            self._get('volumes', volume_id)
            if volume_id not in self._things['exports']:
                self._put('exports', volume_id, {'auth_password': base64.b32encode(os.urandom(10)).decode()})
            return {'target_portal': '127.0.0.1:3260', 'target_iqn': f'iqn.2026-11.fake:{volume_id}', 'target_lun': 1,
                    'auth_method': 'CHAP', 'auth_username': volume_id, **self._things['exports'][volume_id]}

    def unexport(self, volume_id):
        self.faults.meet('unexport')
        self._drop('exports', volume_id)

    def exports(self):
        self.faults.meet('exports')
        with self._lock:
            return {volume_id: 0 for volume_id in self._things['exports']}

    def ensure_exports(self):
        self.faults.meet('ensure_exports')
        return []

    def snapshots(self):
        self.faults.meet('snapshots')
        return self._sizes('snapshots')

    def create_snapshot(self, snapshot_id, volume_id):
        self.faults.meet('create_snapshot')
        with self._lock:
            if snapshot_id not in self._things['snapshots']:
                self._put('snapshots', snapshot_id, dict(self._get('volumes', volume_id)))

    def delete_snapshot(self, snapshot_id):
        self.faults.meet('delete_snapshot')
        self._drop('snapshots', snapshot_id)

    def create_from_snapshot(self, volume, snapshot_id):
        self.faults.meet('create_from_snapshot')
        self._copy(volume, self._get('snapshots', snapshot_id))

    def clone(self, volume, source_id):
        self.faults.meet('clone')
        self._copy(volume, self._get('volumes', source_id))

    def strangers(self):
        self.faults.meet('strangers')
        return {kind: self._sizes(f'strange {kind}') for kind in ('volumes', 'snapshots')}

    def release(self, volume_id):
        self.faults.meet('release')
        if volume_id in self._things['exports']:
            raise errors.VolumeExported(f'volume {volume_id} is still exported')
        self._release('volumes', volume_id)

    def adopt(self, volume_id, name):
        self.faults.meet('adopt')
        return self._adopt('volumes', volume_id, name)

    def release_snapshot(self, snapshot_id):
        self.faults.meet('release_snapshot')
        self._release('snapshots', snapshot_id)

    def adopt_snapshot(self, snapshot_id, name):
        self.faults.meet('adopt_snapshot')
        return self._adopt('snapshots', snapshot_id, name)

    def close(self):
        self._journal.close()

    def _release(self, kind, thing_id):
        name = base.released_name(kind, thing_id)
        with self._lock:
            if name not in self._things[f'strange {kind}']:
                self._put(f'strange {kind}', name, self._get(kind, thing_id))
            self._drop(kind, thing_id)

    def _adopt(self, kind, thing_id, name):
        with self._lock:
            if thing_id not in self._things[kind]:
                self._put(kind, thing_id, self._get(f'strange {kind}', name))
            self._drop(f'strange {kind}', name)
            return self._things[kind][thing_id]['size_gb']

    def _sizes(self, kind):
        with self._lock:
            return {thing_id: thing['size_gb'] for thing_id, thing in self._things[kind].items()}

    def _make(self, volume, content, disk_format):
        self._copy(volume, {'content': base64.b64encode(content).decode(), 'format': disk_format})

    def _copy(self, volume, source):
        with self._lock:
            if volume.id not in self._things['volumes']:
                self._put('volumes', volume.id, {**source, 'size_gb': volume.size_gb})

    def _get(self, kind, thing_id):
        try:
            return self._things[kind][thing_id]
        except KeyError:
            raise errors.VolumeMissing(f'there is no {kind[:-1]} {thing_id} in the fake back end') from None

    def _put(self, kind, thing_id, thing):
        with self._lock:
            self._journal.write(_line(kind, thing_id, thing))
            self._things[kind][thing_id] = thing

    def _drop(self, kind, thing_id):
        with self._lock:
            if thing_id in self._things[kind]:
                self._journal.write(_line(kind, thing_id, None))
                del self._things[kind][thing_id]

    def _compact(self):
        temporary = f'{self._path}.new'
        with open(temporary, 'wb') as file:
            for kind in KINDS:
                file.writelines(_line(kind, thing_id, thing) for thing_id, thing in self._things[kind].items())
        os.replace(temporary, self._path)


def _line(kind, thing_id, thing):
    return json.dumps([kind, thing_id, thing]).encode() + b'\n'


def _replay(path):
    things = {kind: {} for kind in KINDS}
    try:
        with open(path, 'rb') as file:
            lines = file.read().split(b'\n')
    except FileNotFoundError:
        return things
    # What follows the last newline was cut off by a kill, before its call had returned.
    for line in lines[:-1]:
        kind, thing_id, thing = json.loads(line)
        if thing is None:
            things[kind].pop(thing_id, None)
        else:
            things[kind][thing_id] = thing
    return things
