# SPDX-License-Identifier: Apache-2.0
"""The stores: there is one, and requests that name another are told so."""
from praline_common import errors, policy
from praline_common.api.rest import Controller, operation
from praline_image import store
from praline_image.api.images.controller import READ
from praline_image.db import images


def check_header(req):
    """BadRequest when data is sent for a store that is not here."""
    name = req.headers.get('X-Image-Meta-Store')
    if name and name != store.NAME:
        raise errors.BadRequest("Store '%s' does not exist; there is '%s'" % (name, store.NAME))


def check_names(names):
    """Conflict when an import names a store that is not here."""
    for name in names:
        if name != store.NAME:
            raise errors.Conflict("Store '%s' does not exist; there is '%s'" % (name, store.NAME))


class Stores(Controller):
    """GET /v2/info/stores, and /v2/info/stores/detail for operators."""

    views = {'detail': 'detail'}

    @operation('image:info_stores', policy=READ)
    def get_all(self, req):
        return {'stores': [_STORE]}

    @operation('stores_info_detail', policy=policy.ADMIN)
    def detail_get(self, req):
        return {'stores': [{**_STORE, 'type': 'file', 'weight': 0, 'properties': {
            'data_dir': store.of(self.runtime).directory, 'chunk_size': store.CHUNK, 'thin_provisioning': False}}]}


_STORE = {'id': store.NAME, 'description': 'Files of this cloud', 'default': 'true'}


class StoreImages(Controller):
    """DELETE /v2/stores/{store}/{image}: refused, for it would leave an image without data."""

    @operation('delete_image_location', policy=policy.ADMIN, item=lambda conn, context, name, image_id: images.get(
        conn, context, image_id))
    def delete(self, req, name, image):
        if name != store.NAME or image['status'] != 'active':
            raise errors.NotFound('Image %s is not in store %s' % (image['id'], name))
        raise errors.Forbidden('Cannot delete image data from the only store containing it. Consider deleting the '
                               'image instead.')
