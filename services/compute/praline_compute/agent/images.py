# SPDX-License-Identifier: Apache-2.0
"""Brings an image's data to this host: by its path where the store is shared, else piece by piece."""
import base64
import contextlib
import os
import re
import shutil
import uuid

from praline_common import errors

PIECE = 4 << 20


class Images:
    """directory: where downloads lie while a driver takes them into its cache."""

    def __init__(self, contracts, directory):
        self._contracts, self._directory = contracts, directory

    @contextlib.contextmanager
    def handed(self, ctx, image_id):
        """A path that can be read while the block runs; None without an image."""
        if not image_id:
            yield None
            return
        image = self._contracts.image.get(ctx, image_id)
        location = image.get('location')
        if location and os.path.exists(location):
            yield location
            return
        path = self._download(ctx, image)
        try:
            yield path
        finally:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(path)

    def _download(self, ctx, image):
        os.makedirs(self._directory, mode=0o711, exist_ok=True)
        name = '%s-%s' % (re.sub('[^0-9a-fA-F-]', '', image['id']), uuid.uuid4().hex[:8])
        path = os.path.join(self._directory, name)
        with open(path, 'xb') as file:
            while True:
                piece = self._contracts.image.read(ctx, image['id'], file.tell(), PIECE)
                data = base64.b64decode(piece['data'])
                file.write(data)
                if file.tell() >= piece['size']:
                    return path
                if not data:
                    raise errors.Unavailable('image %s ended %d bytes early' % (
                        image['id'], piece['size'] - file.tell()))

    def upload(self, ctx, image_id, make):
        """Fill a queued image with the file that make(path) writes; make returns its format."""
        target = self._contracts.image.begin_upload(ctx, image_id)['path']
        os.makedirs(self._directory, mode=0o711, exist_ok=True)
        path = os.path.join(self._directory, 'snapshot-%s' % uuid.uuid4().hex)
        try:
            kind = make(path)
            if target:
                _copy(path, target)
            else:
                self._send(ctx, image_id, path)
        finally:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(path)
        self._contracts.image.finish_upload(ctx, image_id, kind)

    def _send(self, ctx, image_id, path):
        with open(path, 'rb') as file:
            offset = 0
            while piece := file.read(PIECE):
                self._contracts.image.write(ctx, image_id, offset, base64.b64encode(piece).decode())
                offset += len(piece)


def _copy(source, target):
    """Moved on the same disk, copied from one to another."""
    try:
        os.replace(source, target)
    except OSError:
        shutil.copyfile(source, target)
