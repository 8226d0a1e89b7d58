# SPDX-License-Identifier: Apache-2.0
"""What other services may ask of images; see praline_common.contracts.image."""
import base64
import logging
import os

from praline_common import errors as common
from praline_common import rpc
from praline_common.api.proxy import Proxy
from praline_common.service import Worker
from praline_image import intake, projects, store, values
from praline_image.api import root
from praline_image.api.images import rules, schema
from praline_image.db import images
from praline_image.flows.import_image import ImportImage

LOG = logging.getLogger(__name__)


def worker(runtime):
    return Worker(endpoints=[Endpoint(runtime), projects.Projects(runtime), Proxy(runtime, root.api(runtime))],
                  flows=[ImportImage])


class Endpoint:

    def __init__(self, runtime):
        self.db, self.options, self.store = runtime.db, runtime.options, store.of(runtime)
        self.intakes = intake.Intakes(runtime)

    @rpc.method
    def get_image(self, ctx, image_id):
        with self.db.read() as conn:
            return self._wire(images.get(conn, ctx, image_id))

    @rpc.method
    def create_image(self, ctx, name, properties, fields):
        """With fields['id'] it may be asked twice: the image that is there is answered."""
        unknown = set(fields) - {'id', *schema.SETTABLE, 'tags'}
        if unknown:
            raise common.BadRequest('An image has no %s to set' % ', '.join(sorted(unknown)))
        given = {key: value for key, value in fields.items() if value is not None}
        row = {**values.new(ctx.project_id), **given, 'name': name,
               'properties': {key: str(value) for key, value in properties.items()}}
        with self.db.write() as conn:
            if not images.exists(conn, row['id']):
                rules.check_image_count(conn, self.options, row['owner'])
                images.create(conn, row)
            return self._wire(images.get(conn, ctx, row['id']))

    @rpc.method
    def read_image(self, ctx, image_id, offset, length):
        with self.db.read() as conn:
            image = images.get(conn, ctx, image_id)
        if image['status'] not in ('active', 'deactivated'):
            raise common.Conflict('Image %s has no data: it is %s' % (image_id, image['status']))
        with self.store.open(image_id) as file:
            file.seek(offset)
            return {'data': base64.b64encode(file.read(length)).decode(), 'size': image['size']}

    @rpc.method
    def begin_upload(self, ctx, image_id):
        """Also for an image that is active already: a step that is asked twice; finish_upload keeps what is there."""
        with self.db.write() as conn:
            image = images.get(conn, ctx.elevated(), image_id)
            if image['status'] not in ('saving', 'active') and not images.turn(conn, image_id, ('queued',), 'saving'):
                raise common.Conflict('Image %s is %s, not queued' % (image_id, image['status']))
        path = self.store.upload_path(image_id)
        return {'path': path if self.options.shared else None}

    @rpc.method
    def write_image(self, ctx, image_id, offset, data):
        self._require_saving(ctx, image_id)
        self.store.write_piece(image_id, offset, base64.b64decode(data))

    @rpc.method
    def finish_upload(self, ctx, image_id, disk_format, container_format):
        with self.db.read() as conn:
            image = images.get(conn, ctx.elevated(), image_id)
        if image['status'] == 'active':
            return self._wire(image)
        image.update(disk_format=disk_format, container_format=container_format)
        columns = self.store.adopt(image, self.store.upload_path(image_id), *self.intakes.limit(image))
        self.intakes.activate(image_id, ('saving',), {**columns, 'disk_format': disk_format,
                                                      'container_format': container_format})
        with self.db.read() as conn:
            return self._wire(images.get(conn, ctx.elevated(), image_id))

    @rpc.method
    def fail_upload(self, ctx, image_id, cause):
        with self.db.write() as conn:
            if images.turn(conn, image_id, ('queued', 'saving'), 'killed'):
                images.delete(conn, image_id)
                LOG.warning('image %s is taken away: %s (request %s)', image_id, cause, ctx.request_id)
        self.store.remove_upload(image_id)

    @rpc.method
    def project_usage(self, ctx, project_id):
        with self.db.read() as conn:
            return images.usage(conn, project_id)

    def _require_saving(self, ctx, image_id):
        with self.db.read() as conn:
            image = images.get(conn, ctx.elevated(), image_id)
        if image['status'] != 'saving':
            raise common.Conflict('Image %s is %s, not saving' % (image_id, image['status']))

    def _wire(self, image):
        """The image as contracts.image describes it."""
        out = {name: image[name] for name in (
            'id', 'name', 'status', 'size', 'virtual_size', 'min_disk', 'min_ram', 'checksum', 'os_hash_algo',
            'os_hash_value', 'disk_format', 'container_format', 'owner', 'visibility', 'properties', 'tags',
            'protected', 'os_hidden')}
        out['created_at'], out['updated_at'] = image['created_at'].isoformat(), image['updated_at'].isoformat()
        path = self.store.path(image['id'])
        there = self.options.shared and image['status'] in ('active', 'deactivated') and os.path.exists(path)
        out['location'] = path if there else None
        return out
