# SPDX-License-Identifier: Apache-2.0
"""Writes another image over a volume."""
from praline_volume.db import volumes
from praline_volume.flows import base
from praline_volume.intake.volumes import image_properties


class ReimageVolume(base.VolumeFlow):
    """arguments: image_id."""

    kind = 'reimage_volume'
    deadline = 3600
    steps = ('clear', 'write')

    def clear(self):
        self.agent(self.volume()['host'], 'delete', volume_id=self.resource_id)

    def write(self):
        volume = self.volume()
        image = self.contracts.image.get(self.context, self.arguments['image_id'])
        self.agent(volume['host'], 'create', volume=base.wire(volume), image_id=image['id'])
        return {'image': image_properties(image)}

    def finished(self, conn):
        volume = volumes.find(conn, self.resource_id)
        status = 'available' if volume['previous_status'] == 'error' else volume['previous_status']
        volumes.save(conn, self.resource_id, ('downloading',), status=status, bootable=True,
                     image_metadata=self.recall('image'))

    def failed(self, conn, cause):
        volumes.save(conn, self.resource_id, ('downloading',), status='error')
        self.tell(conn, 'reimage volume', cause)
