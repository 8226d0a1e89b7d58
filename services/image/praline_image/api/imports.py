# SPDX-License-Identifier: Apache-2.0
"""Import: an image filled from what was staged, or from a URL, by an operation in the background."""
from praline_common import errors, policy
from praline_common.api.rest import Controller, operation
from praline_image import download, progress
from praline_image.api import stores
from praline_image.db import images, tasks

BODY = {'type': 'object', 'properties': {
    'method': {'type': 'object', 'properties': {'name': {'type': 'string'}, 'uri': {'type': 'string'}}},
    'all_stores': {'type': 'boolean'}, 'all_stores_must_succeed': {'type': 'boolean'},
    'stores': {'type': 'array', 'items': {'type': 'string'}}}}
BEFORE = {'glance-direct': 'uploading', 'web-download': 'queued'}


class Imports(Controller):

    @operation('modify_image', policy=policy.MEMBER, item=images.get, body=BODY, status=202)
    def post(self, req, image, body):
        method = self._method(body)
        self._check_body(body, method)
        with self.db.write() as conn:
            image = images.get(conn, req.context, image['id'])
            _check_image(image, method['name'])
            if tasks.has_live(conn, image['id']):
                raise errors.Conflict("New operation on image '%s' is not permitted as prior operation is still in "
                                      "progress" % image['id'])
            if not images.turn(conn, image['id'], (BEFORE[method['name']],), 'importing',
                               properties=progress.begun(image['properties'])):
                raise errors.Conflict('Image %s changed its status' % image['id'])
            self.runtime.operations.start(conn, req.context, tasks.IMPORT, image['id'],
                                          {'request': body, 'method': method['name'], 'uri': method.get('uri')},
                                          deadline=6 * 3600)

    def _method(self, body):
        if 'method' not in body:
            raise errors.BadRequest("Import request requires a 'method' field.")
        method = body['method']
        if 'name' not in method:
            raise errors.BadRequest("Import request requires a 'name' field.")
        if method['name'] not in self.runtime.options.import_methods or method['name'] not in BEFORE:
            raise errors.BadRequest("Unknown import method name '%s'." % method['name'])
        return method

    def _check_body(self, body, method):
        if method['name'] == 'web-download':
            if not method.get('uri'):
                raise errors.BadRequest("'uri' needs to be set for web-download import method")
            download.check_uri(method['uri'], self.runtime.options)
        stores.check_names(body.get('stores', ()))


def _check_image(image, method):
    if image['status'] == 'active':
        raise errors.Conflict('Image with status active cannot be target for import')
    if image['status'] != BEFORE[method]:
        raise errors.Conflict(
            "Image needs to be staged before 'glance-direct' method can be used" if method == 'glance-direct'
            else "Image needs to be in 'queued' state to use '%s' method" % method)
    for name in ('container_format', 'disk_format'):
        if not image[name]:
            raise errors.Conflict("'%s' needs to be set before import" % name)
