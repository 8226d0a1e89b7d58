# SPDX-License-Identifier: Apache-2.0
"""Taking an image out of use and back: its data is not given out in between."""
from praline_common import errors, policy
from praline_common.api.rest import Controller, operation
from praline_image.db import images


class _Turn(Controller):
    before = after = None

    def _turn(self, image, verb):
        with self.db.write() as conn:
            if not images.turn(conn, image['id'], (self.before, self.after), self.after):
                raise errors.BadRequest('Not allowed to %s image in status %s' % (verb, image['status']))


class Deactivate(_Turn):
    before, after = 'active', 'deactivated'

    @operation('deactivate', policy=policy.MEMBER, item=images.get, status=204)
    def post(self, req, image):
        self._turn(image, 'deactivate')


class Reactivate(_Turn):
    before, after = 'deactivated', 'active'

    @operation('reactivate', policy=policy.MEMBER, item=images.get, status=204)
    def post(self, req, image):
        self._turn(image, 'reactivate')
