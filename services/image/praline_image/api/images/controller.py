# SPDX-License-Identifier: Apache-2.0
"""Create, list, show, change and delete images."""
import uuid

from oslo_db import exception as db_errors

from praline_common import errors, policy
from praline_common.api import bodies
from praline_common.api.rest import Controller, Reply, operation
from praline_image import store, values
from praline_image.api.images import listing, patch, rules, schema
from praline_image.api.images.view import view
from praline_image.db import images
from praline_image.db import listing as rows

READ = 'role:admin or role:reader or role:member or role:manager'


def owner_of(controller, req, body):
    return {'project_id': body.get('owner', req.context.project_id), 'user_id': req.context.user_id}


class Images(Controller):

    def __init__(self, runtime):
        super().__init__(runtime)
        self.options, self.store = runtime.options, store.of(runtime)
        self.policy.register(rules.PUBLICIZE, policy.ADMIN)
        self.policy.register(rules.COMMUNITIZE, policy.MEMBER)

    @operation('add_image', policy=policy.MEMBER, body=schema.BODY, status=201, target=owner_of)
    def post(self, req, body):
        row = self._new(req.context, body)
        rules.check_visibility(self.policy, req.context, row, row['visibility'])
        with self.db.write() as conn:
            rules.check_image_count(conn, self.options, row['owner'])
            try:
                images.create(conn, row)
            except db_errors.DBDuplicateEntry:
                raise errors.Conflict('Image ID %s already exists!' % row['id']) from None
            image = images.get(conn, req.context.elevated(), row['id'])
        return Reply(view(image), headers={
            'Location': '%s/v2/images/%s' % (req.application_url, image['id']),
            'OpenStack-image-import-methods': ','.join(self.options.import_methods),
            'OpenStack-image-store-ids': store.NAME})

    def _new(self, context, body):
        """The columns of a new image.  Forbidden for what clients do not set."""
        body = dict(body)
        for name in body:
            if name in schema.READ_ONLY:
                raise errors.Forbidden("Attribute '%s' is read-only." % name)
            if name in schema.RESERVED or name.startswith(schema.RESERVED_PREFIX) or name == 'locations':
                raise errors.Forbidden("Attribute '%s' is reserved." % name)
        row = values.new(context.project_id, str(uuid.UUID(body.pop('id'))) if 'id' in body else None)
        row.update({name: body.pop(name) for name in schema.SETTABLE if name in body})
        row['tags'] = list(dict.fromkeys(body.pop('tags', ())))
        row['properties'] = body
        if row['owner'] != context.project_id and not context.is_admin:
            raise errors.Forbidden("You are not permitted to create images owned by '%s'." % row['owner'])
        rules.check_counts(self.options, body, row['tags'])
        return row

    @operation('get_images', policy=READ)
    def get_all(self, req):
        _refuse_no_id(req)
        page, wanted = listing.read(req, self.options, self.conf.list_limit)
        with self.db.read() as conn:
            found = rows.list_(conn, req.context, page, wanted) if page.limit else []
        return listing.page_of(req, found, page.limit)

    @operation('get_image', policy=READ, item=images.get)
    def get_one(self, req, image):
        return view(image)

    @operation('modify_image', policy=policy.MEMBER, item=images.get)
    def patch(self, req, image):
        changes = patch.read(req.content_type, bodies.read_json(req))
        with self.db.write() as conn:
            image = images.get(conn, req.context, image['id'])
            columns = patch.apply(image, changes)
            self._check_changes(req.context, image, columns)
            tags = columns.pop('tags', None)
            if columns:
                images.save(conn, image['id'], **columns)
            if tags is not None:
                images.set_tags(conn, image['id'], tags)
            image = images.get(conn, req.context.elevated(), image['id'])
        return view(image)

    def _check_changes(self, context, image, columns):
        if 'owner' in columns and not context.is_admin:
            raise errors.Forbidden("Owner can't be updated by non admin.")
        if columns.get('visibility', image['visibility']) != image['visibility']:
            rules.check_visibility(self.policy, context, image, columns['visibility'])
        rules.check_formats_settable(image, columns)
        rules.check_counts(self.options, columns.get('properties', ()), columns.get('tags', ()))

    @operation('get_images', policy=READ)
    def delete_all(self, req):
        _refuse_no_id(req)
        raise errors.MethodNotAllowed('The method is not allowed for this resource.', allow=['GET', 'POST'])

    @operation('delete_image', policy=policy.MEMBER, item=images.get, status=204)
    def delete(self, req, image):
        with self.db.write() as conn:
            image = images.get(conn, req.context, image['id'])
            if image['protected']:
                raise errors.Forbidden('Image %s is protected and cannot be deleted.' % image['id'])
            self.runtime.operations.cancel(conn, image['id'])
            images.delete(conn, image['id'])
        self.store.remove(image['id'])


def _refuse_no_id(req):
    """/v2/images/ is an image whose id is empty, not the collection."""
    if req.path_info.endswith('/'):
        raise errors.NotFound('No image found with ID ')
