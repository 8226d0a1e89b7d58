# SPDX-License-Identifier: Apache-2.0
"""Import: importing -> active, or back to queued with a cause in the task."""
from praline_common import errors
from praline_common.operations import Flow
from praline_image import download, intake, progress
from praline_image.db import images, tasks


class ImportImage(Flow):
    kind, deadline = tasks.IMPORT, 6 * 3600
    steps = ('take_in',)

    def __init__(self, *args):
        super().__init__(*args)
        self.intakes = intake.Intakes(self.runtime)

    def take_in(self):
        """Put the staged or fetched data in its place; what describes it is kept for the end."""
        with self.db.read() as conn:
            image = images.get(conn, self.context.elevated(), self.resource_id)
        if image['status'] != 'importing':
            raise errors.Conflict('Image %s is %s, not importing' % (image['id'], image['status']))
        limit = self.intakes.limit(image)
        store = self.intakes.store
        if self.arguments['method'] == 'glance-direct':
            return {'columns': store.take_staged(image, *limit)}
        with store.receive(image, *limit) as coming:
            for piece in download.fetch(self.arguments['uri'], self.runtime.options):
                coming.write(piece)
            return {'columns': coming.finish()}

    def undo_take_in(self):
        """Nothing of the data stays, and the image can be tried again."""
        self.intakes.store.remove(self.resource_id)

    def finished(self, conn):
        if not images.turn(conn, self.resource_id, ('importing',), 'active', **self.recall('columns'),
                           properties=progress.done(self._properties(conn))):
            raise errors.Conflict('Image %s was deleted while it was imported' % self.resource_id)
        self.intakes.check_total(conn, self.resource_id)

    def failed(self, conn, cause):
        if self.arguments.get('made'):
            images.delete(conn, self.resource_id)
        else:
            images.turn(conn, self.resource_id, ('importing',), 'queued',
                        properties=progress.failed(self._properties(conn)))

    def _properties(self, conn):
        """What the image has now, changes since the import began among them."""
        try:
            return images.get(conn, self.context.elevated(), self.resource_id)['properties']
        except errors.NotFound:
            return {}

    def cancelled(self, conn):
        self.failed(conn, None)
