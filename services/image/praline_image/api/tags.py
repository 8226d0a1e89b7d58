# SPDX-License-Identifier: Apache-2.0
"""An image's tags, one at a time."""
from praline_common import errors, policy
from praline_common.api.rest import Controller, operation
from praline_image.api.images import rules
from praline_image.db import images


def image_of(controller, req, image_id, tag):
    """The image that the policy is asked about; NotFound."""
    with controller.db.read() as conn:
        return images.get(conn, req.context, image_id)


class Tags(Controller):

    @operation('modify_image', policy=policy.MEMBER, target=image_of, status=204)
    def put(self, req, image_id, tag):
        if not 0 < len(tag) <= 255:
            raise errors.BadRequest('Tag must be 1 to 255 characters long')
        with self.db.write() as conn:
            image = images.get(conn, req.context, image_id)
            if tag not in image['tags']:
                rules.check_counts(self.runtime.options, (), [*image['tags'], tag])
                images.set_tags(conn, image_id, [*image['tags'], tag])

    @operation('modify_image', policy=policy.MEMBER, target=image_of, status=204)
    def delete(self, req, image_id, tag):
        with self.db.write() as conn:
            image = images.get(conn, req.context, image_id)
            if tag not in image['tags']:
                raise errors.NotFound('Tag %s is not on image %s' % (tag, image_id))
            images.set_tags(conn, image_id, [other for other in image['tags'] if other != tag])
