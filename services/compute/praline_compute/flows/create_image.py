# SPDX-License-Identifier: Apache-2.0
"""A picture of a server: its root disk into an image, or snapshots of its volumes and an image that names them."""
import uuid

import orjson

from praline_compute.db import devices
from praline_compute.flows.base import ServerFlow

LONG = 1800
MADE = uuid.UUID('0e5f3b1d-9d0c-4f5e-8c43-2a9a4f6f4c11')
_KEPT = ('boot_index', 'delete_on_termination', 'device_name', 'disk_bus', 'device_type', 'guest_format', 'volume_size')


class CreateImage(ServerFlow):
    """arguments: image_id (queued), name, on_volume."""

    kind, deadline = 'create_image', LONG
    steps = ('take', 'rotate')

    def take(self):
        self.save(task_state='image_uploading')
        image_id = self.arguments['image_id']
        if self.arguments['on_volume']:
            self._name_snapshots(image_id)
        else:
            self.agent('snapshot', timeout=LONG, uuid=self.resource_id, image_id=image_id)

    def undo_take(self):
        self.contracts.image.fail_upload(self.context, self.arguments['image_id'], 'the snapshot of the server failed')

    def rotate(self):
        """Of the backups of this kind only the newest `rotation` stay."""
        rotation = self.arguments.get('rotation')
        if rotation is None:
            return
        _, answer = self.contracts.image.api(self.context, 'GET', '/v2/images', query={
            'image_type': 'backup', 'backup_type': self.arguments['backup_type'], 'instance_uuid': self.resource_id,
            'status': 'active', 'sort_key': 'created_at', 'sort_dir': 'desc'})
        for image in answer['images'][rotation:]:
            self.contracts.image.api(self.context, 'DELETE', '/v2/images/' + image['id'])

    def _name_snapshots(self, image_id):
        """An image without data of its own, whose properties say what to boot from."""
        changes = [{'op': 'add', 'path': '/' + name, 'value': value} for name, value in self._snapshots().items()]
        self.contracts.image.api(self.context, 'PATCH', '/v2/images/' + image_id, body=changes,
                                 content_type='application/openstack-images-v2.1-json-patch')
        path = self.contracts.image.begin_upload(self.context, image_id)['path']
        if path:
            open(path, 'wb').close()
        else:
            self.contracts.image.write(self.context, image_id, 0, '')
        self.contracts.image.finish_upload(self.context, image_id, 'raw')

    def _snapshots(self):
        """The image's properties: each volume as a snapshot to boot from."""
        with self.db.read() as conn:
            found = [device for device in devices.list(conn, self.resource_id) if device['volume_id']]
        mapping = []
        for device in found:
            snapshot_id = str(uuid.uuid5(MADE, self.row['id'] + device['id']))
            self.contracts.volume.create_snapshot(self.context, snapshot_id, device['volume_id'],
                                                  'snapshot for %s' % self.arguments['name'])
            mapping.append({**{name: device[name] for name in _KEPT}, 'source_type': 'snapshot',
                            'destination_type': 'volume', 'snapshot_id': snapshot_id, 'volume_id': None,
                            'image_id': None, 'no_device': None})
        return {'bdm_v2': 'True', 'block_device_mapping': orjson.dumps(mapping).decode()}
