# SPDX-License-Identifier: Apache-2.0
"""What this site offers, and how much of it a project uses."""
from praline_common.api.rest import Controller, operation
from praline_image import store
from praline_image.api.images.controller import READ
from praline_image.db import images


class ImportInfo(Controller):

    @operation('image:info_import', policy=READ)
    def get_all(self, req):
        return {'import-methods': {'description': 'Import methods available.', 'type': 'array',
                                   'value': self.runtime.options.import_methods}}


class Usage(Controller):

    def __init__(self, runtime):
        super().__init__(runtime)
        self.options, self.store = runtime.options, store.of(runtime)

    @operation('image:info_usage', policy=READ)
    def get_all(self, req):
        with self.db.read() as conn:
            used = images.usage(conn, req.context.project_id)
            staged = [row['id'] for row in images.in_status(conn, ('uploading', 'importing'), req.context.project_id)]
        mebi = 1 << 20
        limit = self.options.project_bytes
        return {'usage': {
            'image_size_total': {'limit': limit // mebi if limit >= 0 else -1, 'usage': used['bytes'] // mebi},
            'image_count_total': {'limit': self.options.project_images, 'usage': used['count']},
            'image_stage_total': {'limit': -1, 'usage': self.store.staged_bytes(staged) // mebi},
            'image_count_uploading': {'limit': -1, 'usage': used['uploading']}}}
