# SPDX-License-Identifier: Apache-2.0
"""What the volume service asks of a host that keeps volumes; every verb may be asked twice."""
import base64
import contextlib
import os
import tempfile
import threading

from praline_common import errors as common
from praline_common import log
from praline_common import rpc
from praline_volume import errors
from praline_volume.drivers import base

PIECE = 4 << 20


class Endpoint:
    """The driver's verbs on the wire; one at a time for each volume, as a caller that gave up may ask again."""

    def __init__(self, driver, image, directory):
        self._driver = driver
        self._image = image
        self._directory = directory
        self._locks = {}
        self._guard = threading.Lock()

    @rpc.method
    def create(self, ctx, volume, image_id=None, snapshot_id=None, source_id=None):
        """Make the volume (a wire object): blank, or with the content of one of the three."""
        with self._alone(volume.id):
            if image_id:
                self._create_from_image(ctx, volume, image_id)
            elif snapshot_id:
                self._able(base.Snapshots, 'snapshots').create_from_snapshot(volume, snapshot_id)
            elif source_id:
                self._able(base.Clones, 'clones').clone(volume, source_id)
            else:
                self._driver.create(volume)

    @rpc.method
    def delete(self, ctx, volume_id):
        """The volume is gone, and so is its export."""
        with self._alone(volume_id):
            self._driver.unexport(volume_id)
            self._driver.delete(volume_id)

    @rpc.method
    def extend(self, ctx, volume_id, size_gb):
        with self._alone(volume_id):
            self._driver.extend(volume_id, size_gb)

    @rpc.method
    def export(self, ctx, volume_id):
        """The connection, as the driver gives it."""
        with self._alone(volume_id):
            return self._driver.export(volume_id)

    @rpc.method
    def unexport(self, ctx, volume_id):
        with self._alone(volume_id):
            self._driver.unexport(volume_id)

    @rpc.method
    def create_snapshot(self, ctx, snapshot_id, volume_id):
        with self._alone(volume_id):
            self._able(base.Snapshots, 'snapshots').create_snapshot(snapshot_id, volume_id)

    @rpc.method
    def delete_snapshot(self, ctx, snapshot_id):
        with self._alone(snapshot_id):
            self._able(base.Snapshots, 'snapshots').delete_snapshot(snapshot_id)

    @rpc.method
    def revert(self, ctx, volume, snapshot_id):
        """The volume has the snapshot's content again, and its own size."""
        with self._alone(volume.id):
            driver = self._able(base.Snapshots, 'snapshots')
            if snapshot_id not in driver.snapshots():
                raise errors.VolumeMissing(f'there is no snapshot {snapshot_id}')
            driver.delete(volume.id)
            driver.create_from_snapshot(volume, snapshot_id)

    @rpc.method
    def upload(self, ctx, volume, image_id, disk_format):
        """Write the volume's content where the image service wants it."""
        with self._alone(volume.id):
            path = self._image.begin_upload(ctx, image_id)['path']
            if path:
                self._driver.copy_to_image(volume, path, disk_format)
                return
            with self._scratch() as path:
                self._driver.copy_to_image(volume, path, disk_format)
                self._send(ctx, image_id, path)

    @rpc.method
    def strangers(self, ctx):
        """What lies here and is not ours; see base.Strangers."""
        return self._able(base.Strangers, 'room for strangers').strangers()

    @rpc.method
    def release(self, ctx, volume_id):
        with self._alone(volume_id):
            self._driver.unexport(volume_id)
            self._able(base.Strangers, 'room for strangers').release(volume_id)

    @rpc.method
    def adopt(self, ctx, volume_id, name):
        with self._alone(volume_id):
            return self._able(base.Strangers, 'room for strangers').adopt(volume_id, name)

    @rpc.method
    def release_snapshot(self, ctx, snapshot_id):
        with self._alone(snapshot_id):
            self._able(base.Strangers, 'room for strangers').release_snapshot(snapshot_id)

    @rpc.method
    def adopt_snapshot(self, ctx, snapshot_id, name):
        with self._alone(snapshot_id):
            return self._able(base.Strangers, 'room for strangers').adopt_snapshot(snapshot_id, name)

    @rpc.method
    def log_levels(self, ctx, prefix):
        """For the API: see log.levels."""
        return log.levels(prefix)

    @rpc.method
    def set_log_levels(self, ctx, prefix, level):
        log.set_levels(level, prefix)

    @rpc.method
    def inventory(self, ctx):
        """What really is here, for the audit: `{'volumes', 'snapshots'}` {id: GiB}, `'exports'` {id: sessions}."""
        found = {'volumes': self._driver.volumes(), 'exports': self._driver.exports(), 'snapshots': {}}
        if isinstance(self._driver, base.Snapshots):
            found['snapshots'] = self._driver.snapshots()
        return found

    def _create_from_image(self, ctx, volume, image_id):
        image = self._image.get(ctx, image_id)
        location = image.get('location')
        if location and os.path.exists(location):
            self._driver.create_from_image(volume, location, image['disk_format'])
            return
        with self._scratch() as path:
            self._receive(ctx, image_id, path)
            self._driver.create_from_image(volume, path, image['disk_format'])

    def _receive(self, ctx, image_id, path):
        with open(path, 'wb') as file:
            while True:
                piece = self._image.read(ctx, image_id, file.tell(), PIECE)
                file.write(base64.b64decode(piece['data']))
                if file.tell() >= piece['size'] or not piece['data']:
                    return

    def _send(self, ctx, image_id, path):
        with open(path, 'rb') as file:
            while piece := file.read(PIECE):
                self._image.write(ctx, image_id, file.tell() - len(piece), base64.b64encode(piece).decode())

    @contextlib.contextmanager
    def _scratch(self):
        os.makedirs(self._directory, exist_ok=True)
        with tempfile.NamedTemporaryFile(prefix='copy-', dir=self._directory) as file:
            yield file.name

    def _able(self, ability, name):
        if not isinstance(self._driver, ability):
            raise common.BadRequest(f'this volume back end makes no {name}')
        return self._driver

    @contextlib.contextmanager
    def _alone(self, volume_id):
        with self._guard:
            lock, users = self._locks.get(volume_id, (threading.Lock(), 0))
            self._locks[volume_id] = (lock, users + 1)
        try:
            with lock:
                yield
        finally:
            with self._guard:
                users = self._locks[volume_id][1]
                if users == 1:
                    del self._locks[volume_id]
                else:
                    self._locks[volume_id] = (lock, users - 1)
