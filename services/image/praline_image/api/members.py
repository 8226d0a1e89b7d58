# SPDX-License-Identifier: Apache-2.0
"""The projects that an image is shared with: the owner adds and removes them, each accepts for itself."""
from praline_common import errors, policy
from praline_common.api.rest import Controller, operation
from praline_image.api.images.controller import READ
from praline_image.api.images.view import time
from praline_image.db import images, members

CREATE = {'type': 'object', 'required': ['member'],
          'properties': {'member': {'type': 'string', 'minLength': 1, 'maxLength': 255}}}
UPDATE = {'type': 'object', 'required': ['status'], 'properties': {'status': {'type': 'string'}}}
STATUSES = ('accepted', 'pending', 'rejected')
ITS_OWN = 'role:admin or ((role:member or role:manager) and project_id:%(project_id)s)'


def view(row):
    return {'image_id': row['image_id'], 'member_id': row['member'], 'status': row['status'],
            'created_at': time(row['created_at']), 'updated_at': time(row['updated_at']),
            'schema': '/v2/schemas/member'}


def image_of(controller, req, image_id, member_id, body=None):
    with controller.db.read() as conn:
        return images.get(conn, req.context, image_id)


def member_of(controller, req, image_id, member_id, body=None):
    """The member itself is asked about: only it may say what it accepts."""
    with controller.db.read() as conn:
        images.get(conn, req.context, image_id)
    return {'project_id': member_id}


class Members(Controller):

    @operation('add_member', policy=policy.MEMBER, item=images.get, body=CREATE)
    def post(self, req, image, body):
        if image['visibility'] != 'shared':
            raise errors.Forbidden('Only shared images have members.')
        limit = self.runtime.options.most_members
        with self.db.write() as conn:
            if 0 <= limit <= len(members.list_(conn, image['id'])):
                raise errors.TooLarge('The limit has been exceeded on the number of allowed image members for this '
                                      'image. Attempted: %d, Maximum: %d' % (limit + 1, limit))
            return view(members.create(conn, image['id'], body['member']))

    @operation('get_members', policy=READ, item=images.get)
    def get_all(self, req, image):
        if image['visibility'] != 'shared':
            raise errors.Forbidden('Only shared images have members.')
        mine = req.context.is_admin or image['owner'] == req.context.project_id
        with self.db.read() as conn:
            found = members.list_(conn, image['id'], None if mine else req.context.project_id)
        return {'members': [view(row) for row in found], 'schema': '/v2/schemas/members'}

    @operation('get_member', policy=READ, target=image_of)
    def get_one(self, req, image_id, member_id):
        with self.db.read() as conn:
            image = images.get(conn, req.context, image_id)
            if not req.context.is_admin and req.context.project_id not in (image['owner'], member_id):
                raise errors.NotFound('%s not found in the member list of the image %s.' % (member_id, image_id))
            return view(members.get(conn, image_id, member_id))

    @operation('modify_member', policy=ITS_OWN, target=member_of, body=UPDATE)
    def put(self, req, image_id, member_id, body):
        if body['status'] not in STATUSES:
            raise errors.BadRequest('status must be one of %s, not %s' % (', '.join(STATUSES), body['status']))
        with self.db.write() as conn:
            members.get(conn, image_id, member_id)
            return view(members.save(conn, image_id, member_id, body['status']))

    @operation('delete_member', policy=policy.MEMBER, target=image_of, status=204)
    def delete(self, req, image_id, member_id):
        with self.db.write() as conn:
            image = images.get(conn, req.context, image_id)
            if image['visibility'] != 'shared':
                raise errors.Forbidden('Only shared images have members.')
            members.delete(conn, image_id, member_id)
