# SPDX-License-Identifier: Apache-2.0
"""Makes ours a volume that lies on a back end already."""
from praline_common import errors
from praline_volume.db import volumes
from praline_volume.flows import base
from praline_volume.intake import quota


class AdoptVolume(base.VolumeFlow):
    """arguments: name, what the volume is called there."""

    kind = 'adopt_volume'
    deadline = 600
    steps = ('measure', 'adopt')

    def measure(self):
        """The volume counts with its size before it is ours."""
        volume, name = self.volume(), self.arguments['name']
        size = self.agent(volume['host'], 'strangers')['volumes'].get(name)
        if size is None:
            raise errors.NotFound(f'{volume["host"]} has no volume {name}')
        with self.db.write() as conn:
            quota.require(conn, self.runtime.conf, volume['project_id'], volume['volume_type'],
                          gigabytes=size - volume['size'], volume_size=size)
            volumes.save(conn, self.resource_id, size=size)

    def adopt(self):
        return {'size': self.agent(self.volume()['host'], 'adopt', volume_id=self.resource_id,
                                   name=self.arguments['name'])}

    def finished(self, conn):
        volumes.save(conn, self.resource_id, ('managing',), status='available', size=self.recall('size'))

    def failed(self, conn, cause):
        volumes.save(conn, self.resource_id, ('managing',), status='error_managing')
        self.tell(conn, 'manage volume', cause)
