# SPDX-License-Identifier: Apache-2.0
"""Makes a volume: chooses a back end, and lets its host build it."""
from praline_common import errors
from praline_volume import placement
from praline_volume.db import backends
from praline_volume.db import volumes
from praline_volume.flows import base
from praline_volume.intake.volumes import image_properties


class CreateVolume(base.VolumeFlow):
    """arguments: image_id, snapshot_id, source_id (at most one set), extra_specs, host (of a copy's source); same_host,
    different_host: ids of volumes, or None.
    """

    kind = 'create_volume'
    deadline = 3600
    steps = ('place', 'build')

    def place(self):
        volume = self.volume()
        if volume['host']:
            return {'host': volume['host']}
        with self.db.write() as conn:
            known = backends.list(conn, self.runtime.options)
            host = self.arguments['host']
            if host:
                known = [backend for backend in known if backend['host'] == host]
            chosen = placement.choose(known, volume['size'], self.arguments['extra_specs'],
                                      None if host else volume['availability_zone'],
                                      beside=self._hosts(conn, 'same_host'), apart=self._hosts(conn, 'different_host'))
            volumes.save(conn, volume['id'], host=chosen['host'], service_uuid=chosen['service_uuid'])
        return {'host': chosen['host']}

    def _hosts(self, conn, hint):
        """Where the volumes of that hint are now; None without it."""
        named = self.arguments.get(hint)
        return named and {(volumes.find(conn, volume_id) or {}).get('host') for volume_id in named}

    def build(self):
        volume, arguments = self.volume(), self.arguments
        kept = {}
        if arguments['image_id']:
            image = self.contracts.image.get(self.context, arguments['image_id'])
            kept['image'] = image_properties(image)
            with self.db.write() as conn:
                volumes.save(conn, volume['id'], ('creating',), status='downloading')
        self.agent(volume['host'], 'create', volume=base.wire(volume), image_id=arguments['image_id'],
                   snapshot_id=arguments['snapshot_id'], source_id=arguments['source_id'])
        return kept

    def undo_build(self):
        host = self.host_of_volume(self.resource_id)
        if host:
            self.agent(host, 'delete', volume_id=self.resource_id)

    def finished(self, conn):
        changes = {'status': 'available'}
        if self.recall('image'):
            changes.update(image_metadata=self.recall('image'), bootable=True)
        elif self.arguments['snapshot_id']:
            changes.update(_of_origin(conn, self.arguments['snapshot_id']))
        volumes.save(conn, self.resource_id, ('creating', 'downloading'), **changes)
        self.follow(conn)

    def failed(self, conn, cause):
        volumes.save(conn, self.resource_id, ('creating', 'downloading'), status='error')
        self.follow(conn)
        placed = (volumes.find(conn, self.resource_id) or {}).get('host')
        if not placed:
            action = 'schedule allocate volume'
        else:
            action = 'copy image to volume' if self.arguments['image_id'] else 'create volume from backend storage'
        self.tell(conn, action, cause)


def _of_origin(conn, snapshot_id):
    """A volume from a snapshot boots if the snapshot's volume did."""
    try:
        origin = volumes.find(conn, base.find_snapshot(conn, snapshot_id)['volume_id'])
    except errors.NotFound:
        return {}
    return {'bootable': origin['bootable'], 'image_metadata': origin['image_metadata']} if origin else {}
