# SPDX-License-Identifier: Apache-2.0
"""Where image data lives: one file an image, written under another name and renamed when it is whole.

<directory>/<image id>             the data of an active image
<directory>/incoming/<id>.<token>  data that comes in; deleted when anything fails
<directory>/incoming/<id>.upload   the same, written by another service (snapshots)
<directory>/staging/<image id>     data that waits for an import
"""
import contextlib
import errno
import os
import re
import secrets
import time

from praline_common import errors as common
from praline_image import errors
from praline_image.inspection import Inspection

CHUNK = 1 << 20
NAME = 'file'
_ID = re.compile('[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$')
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def of(runtime):
    """The store that the configuration names."""
    options = runtime.options
    return Store(options.directory or os.path.join(os.path.abspath(runtime.conf.state), 'images'),
                 options.check_formats)


class Store:

    def __init__(self, directory, check_formats=True):
        self.directory, self.check_formats = directory, check_formats
        self.incoming, self.staging = os.path.join(directory, 'incoming'), os.path.join(directory, 'staging')
        os.makedirs(directory, mode=0o711, exist_ok=True)
        for path in (self.incoming, self.staging):
            os.makedirs(path, mode=0o700, exist_ok=True)

    def path(self, image_id):
        """Where the data of this image is, or will be."""
        return os.path.join(self.directory, os.path.basename(image_id))

    def staged_path(self, image_id):
        return os.path.join(self.staging, os.path.basename(image_id))

    def receive(self, image, limit, limit_message):
        """An Intake for this image's data: at most `limit` bytes, else TooLarge(limit_message)."""
        inspection = Inspection(image, self.check_formats, limit, limit_message)
        return Intake(self._incoming_path(image['id']), self.path(image['id']), inspection)

    def adopt(self, image, path, limit, limit_message):
        """Inspect a file that is whole and make it the image's data; the columns that describe it.

        FormatRefused, TooLarge; the file stays where it is then.
        """
        inspection = Inspection(image, self.check_formats, limit, limit_message)
        with open(path, 'rb', buffering=0) as file:
            for piece in iter(lambda: file.read(CHUNK), b''):
                inspection.see(piece)
            columns = inspection.verdict()
            os.fsync(file.fileno())
        os.chmod(path, 0o644)
        os.replace(path, self.path(image['id']))
        return columns

    def _incoming_path(self, image_id):
        return os.path.join(self.incoming, '%s.%s' % (os.path.basename(image_id), secrets.token_hex(6)))

    def stage(self, image_id, pieces, limit, limit_message):
        """Keep the data for an import; its size.  Nothing is left when it fails."""
        path = '%s.%s' % (self.staged_path(image_id), secrets.token_hex(6))
        try:
            with _no_room(), open(path, 'xb') as file:
                size = 0
                for piece in pieces:
                    size += len(piece)
                    if size > limit:
                        raise common.TooLarge(limit_message)
                    file.write(piece)
            os.replace(path, self.staged_path(image_id))
            return size
        finally:
            _remove(path)

    def remove(self, image_id):
        """The data, and whatever was staged; nothing when there is none."""
        _remove(self.path(image_id))
        _remove(self.staged_path(image_id))

    def staged_bytes(self, image_ids):
        return sum(_size(self.staged_path(image_id)) for image_id in image_ids)

    def open(self, image_id):
        """The open file; Unavailable when it is not there although the image is active."""
        try:
            return open(self.path(image_id), 'rb')
        except FileNotFoundError:
            raise common.Unavailable('The data of image %s is not in the store now' % image_id) from None

    def upload_path(self, image_id):
        """Where another service puts this image's data before it is adopted."""
        return os.path.join(self.incoming, os.path.basename(image_id) + '.upload')

    def write_piece(self, image_id, offset, data):
        """Put a piece of such data at its offset; it may come twice.  StoreFull."""
        with _no_room():
            descriptor = os.open(self.upload_path(image_id), os.O_WRONLY | os.O_CREAT, 0o600)
            try:
                os.pwrite(descriptor, data, offset)
            finally:
                os.close(descriptor)

    def remove_upload(self, image_id):
        _remove(self.upload_path(image_id))

    def take_staged(self, image, limit, limit_message):
        """Make what was staged the image's data; the columns that describe it.  May be asked twice."""
        staged = self.staged_path(image['id'])
        path = staged if os.path.exists(staged) else self.path(image['id'])
        return self.adopt(image, path, limit, limit_message)

    def is_growing(self, image_id, seconds):
        """Whether data came in for this image within the last seconds."""
        return any(_age(os.path.join(self.incoming, name)) < seconds for name in os.listdir(self.incoming)
                   if name.startswith(image_id + '.'))

    def remove_abandoned(self, seconds):
        """Remove what came in and did not grow for so long: its process is gone."""
        for name in os.listdir(self.incoming):
            path = os.path.join(self.incoming, name)
            if _age(path) > seconds:
                _remove(path)

    def names(self):
        """Ids of all images that have data here; files of other names are not ours to judge."""
        return [name for name in os.listdir(self.directory) if _ID.match(name)]

    def is_old(self, image_id, seconds):
        """Whether the data was not written within the last seconds."""
        return _age(self.path(image_id)) > seconds


class Intake:
    """Data on its way in.  A context manager: leaves nothing behind unless `finish` came to its end."""

    def __init__(self, path, target, inspection):
        self.path, self.target, self.inspection = path, target, inspection

    def __enter__(self):
        self._file = open(self.path, 'xb', buffering=0)
        os.chmod(self.path, 0o644)
        return self

    def __exit__(self, *_failure):
        self._file.close()
        _remove(self.path)

    def write(self, piece):
        """TooLarge, StoreFull."""
        self.inspection.see(piece)
        with _no_room():
            view = memoryview(piece)
            while view:
                view = view[self._file.write(view):]

    def finish(self):
        """Put the data where it belongs; the columns that describe it.  FormatRefused."""
        columns = self.inspection.verdict()
        with _no_room():
            os.fsync(self._file.fileno())
        os.replace(self.path, self.target)
        return columns


@contextlib.contextmanager
def _no_room():
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise errors.StoreFull('Image storage media is full: %s' % error.strerror) from None
        raise


def _remove(path):
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)


def _size(path):
    with contextlib.suppress(FileNotFoundError):
        return os.stat(path).st_size
    return 0


def _age(path):
    with contextlib.suppress(FileNotFoundError):
        return time.time() - os.stat(path).st_mtime
    return float('inf')
