# SPDX-License-Identifier: Apache-2.0
"""Copies a volume to an image."""
from praline_volume.db import volumes
from praline_volume.flows import base


class UploadVolume(base.VolumeFlow):
    """arguments: image_id (a queued image), disk_format, container_format."""

    kind = 'upload_volume'
    deadline = 3600
    steps = ('copy', 'activate')

    def copy(self):
        volume = self.volume()
        self.agent(volume['host'], 'upload', volume=base.wire(volume), image_id=self.arguments['image_id'],
                   disk_format=self.arguments['disk_format'])

    def activate(self):
        self.contracts.image.finish_upload(self.context, self.arguments['image_id'], self.arguments['disk_format'],
                                           self.arguments['container_format'])

    def undo_copy(self):
        self.contracts.image.fail_upload(self.context, self.arguments['image_id'],
                                         f'volume {self.resource_id} could not be copied')

    def finished(self, conn):
        self._release(conn)

    def failed(self, conn, cause):
        self._release(conn)
        self.tell(conn, 'copy volume to image', cause)

    def _release(self, conn):
        volume = volumes.find(conn, self.resource_id)
        if volume:
            volumes.save(conn, self.resource_id, ('uploading',), status=volume['previous_status'])
