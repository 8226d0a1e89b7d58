# SPDX-License-Identifier: Apache-2.0
"""Data for an image that comes in with a request: queued -> saving -> active, or back to queued.

Whatever goes wrong, nothing of the data stays and the image can be tried again.
"""
from praline_common import errors as common
from praline_image import errors, store
from praline_image.db import images


class Intakes:

    def __init__(self, runtime):
        self.db, self.options, self.store = runtime.db, runtime.options, store.of(runtime)

    def upload(self, context, image, pieces):
        """Make these pieces the image's data.  Conflict, TooLarge, UnsupportedMedia, Gone."""
        self._check_formats(image)
        limit, message = self.limit(image)
        self._turn(image, ('queued',), 'saving')
        try:
            with self.store.receive(image, limit, message) as coming:
                for piece in pieces:
                    coming.write(piece)
                columns = coming.finish()
            self.activate(image['id'], ('saving',), columns)
        except BaseException:
            self.back_to_queued(image['id'], ('saving',))
            raise

    def stage(self, context, image, pieces):
        """Keep these pieces for an import: queued -> uploading."""
        limit, message = self.limit(image)
        self._turn(image, ('queued',), 'uploading')
        try:
            self.store.stage(image['id'], pieces, limit, message)
        except BaseException:
            self.back_to_queued(image['id'], ('uploading',))
            raise
        with self.db.read() as conn:
            if not images.exists(conn, image['id']):
                self.store.remove(image['id'])
                raise errors.Gone('Image %s was deleted while its data came in' % image['id'])

    def activate(self, image_id, before, columns):
        """The data is in its place; Gone or TooLarge, and the data gone with it."""
        try:
            with self.db.write() as conn:
                if not images.turn(conn, image_id, before, 'active', **columns):
                    raise errors.Gone('Image %s could not be found after upload. The image may have been deleted '
                                      'during the upload.' % image_id)
                self.check_total(conn, image_id)
        except common.Error:
            self.store.remove(image_id)
            raise

    def check_total(self, conn, image_id):
        """TooLarge when with this image, which is active now, its project has too much.

        Data that came in at the same time was measured against the same room.
        """
        if self.options.project_bytes >= 0:
            owner = images.get(conn, _EVERYTHING, image_id)['owner']
            if images.usage(conn, owner)['bytes'] > self.options.project_bytes:
                raise common.TooLarge('Image exceeds the storage quota: other images of the project %s took the rest '
                                      'of its %d bytes meanwhile' % (owner, self.options.project_bytes))

    def back_to_queued(self, image_id, before):
        """The image may be tried again; nothing when it is in another status or gone."""
        with self.db.write() as conn:
            images.turn(conn, image_id, before, 'queued')

    def limit(self, image):
        """(bytes that may come in, what to say about more)."""
        limit, said = self.options.largest_image, 'an image may have'
        if self.options.project_bytes >= 0:
            with self.db.read() as conn:
                used = images.usage(conn, image['owner'])['bytes']
            left = max(0, self.options.project_bytes - used)
            if left < limit:
                limit = left
                said = 'the project %s has left of its %d' % (image['owner'], self.options.project_bytes)
        return limit, 'Image exceeds the storage quota: it has more than the %d bytes that %s' % (limit, said)

    def _turn(self, image, before, after):
        with self.db.write() as conn:
            if not images.turn(conn, image['id'], before, after):
                status = images.get(conn, _EVERYTHING, image['id'])['status']
                raise errors.WrongStatus('Image status transition from %s to %s is not allowed' % (status, after))

    @staticmethod
    def _check_formats(image):
        for name in ('disk_format', 'container_format'):
            if not image[name]:
                raise common.BadRequest("Properties disk_format, container_format must be set prior to saving "
                                        "data. %s is not set." % name)


class _Everything:
    """A context that sees every image."""

    is_admin, project_id = True, None


_EVERYTHING = _Everything()
