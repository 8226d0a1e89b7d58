# SPDX-License-Identifier: Apache-2.0
"""createBackup: a picture of a server of which only the newest few are kept."""
from praline_common import policy
from praline_common.api.rest import Actions, Reply, action
from praline_compute.api import types
from praline_compute.api.servers import accept, changing, creating
from praline_compute.api.types import closed, wrapped
from praline_compute.db import quotas, servers

_BACKUP = wrapped('createBackup', closed(
    ('name', 'backup_type', 'rotation'), name=types.NAME, backup_type={'type': 'string', 'minLength': 1,
                                                                      'maxLength': 255},
    rotation=types.NOT_NEGATIVE, metadata=types.METADATA))


class BackupActions(Actions):

    @action('createBackup', 'os_compute_api:os-create-backup', policy=policy.MEMBER, item=servers.get, status=202,
            body=_BACKUP)
    def create_backup(self, req, server, body):
        """rotation 0 makes none and removes those there are."""
        asked = body['createBackup']
        metadata = asked.get('metadata') or {}
        with self.db.read() as conn:
            creating.check_metadata(metadata, quotas.limits(
                conn, self.runtime.options, server['project_id'])['metadata_items'])
        accept.check(server, 'snapshot', req.context, 'createBackup')
        properties = {**changing.properties(server, metadata), 'image_type': 'backup',
                      'backup_type': asked['backup_type']}
        image_id = changing.picture(self, req, server, asked['name'], properties, 'createBackup', {
            'backup_type': asked['backup_type'], 'rotation': int(asked['rotation'])})
        if req.version >= (2, 45):
            return {'image_id': image_id}
        return Reply(None, headers={'Location': changing.image_location(self.conf, image_id)})
