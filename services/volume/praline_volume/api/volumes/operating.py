# SPDX-License-Identifier: Apache-2.0
"""The actions of an operator."""
from praline_common import errors
from praline_common.api.rest import action
from praline_common.policy import ADMIN
from praline_volume.api.volumes import schemas
from praline_volume.db import volumes
from praline_volume.intake import attachments as intake_attachments
from praline_volume.intake import strangers
from praline_volume.intake import volumes as intake

_RULE = 'volume_extension:volume_admin_actions:'


class Operating:

    @action('os-reset_status', _RULE + 'reset_status', policy=ADMIN, body=schemas.RESET_STATUS, item=volumes.get,
            status=202)
    def reset_status(self, req, volume, body):
        changes = {name: value for name, value in body['os-reset_status'].items() if value is not None}
        if changes.get('migration_status') == 'none':
            changes['migration_status'] = None
        if changes.get('status') == 'deleting':
            raise errors.BadRequest('Cannot reset-state to deleting: delete the volume instead')
        if not changes:
            raise errors.BadRequest("os-reset_status must name 'status', 'attach_status' or 'migration_status'")
        with self.db.write() as conn:
            intake_attachments.reset(conn, volume, changes)

    @action('os-force_delete', _RULE + 'force_delete', policy=ADMIN, body=schemas.FORCE_DELETE, item=volumes.get,
            status=202)
    def force_delete(self, req, volume, body):
        with self.db.write() as conn:
            intake.delete(self.runtime, conn, req.context, volume, force=True)

    @action('os-unmanage', 'volume_extension:volume_unmanage', policy=ADMIN, body=schemas.UNMANAGE, item=volumes.get,
            status=202)
    def unmanage(self, req, volume, body):
        with self.db.write() as conn:
            strangers.release_volume(self.runtime, conn, req.context, volume)

    @action('os-migrate_volume', _RULE + 'migrate_volume', policy=ADMIN, body=schemas.MIGRATE, item=volumes.get,
            status=202)
    def migrate(self, req, volume, body):
        host = body['os-migrate_volume'].get('host')
        if not host or host == volume['host']:
            raise errors.BadRequest(f'Invalid input received: volume {volume["id"]} is on {volume["host"]}; '
                                    f'name another host')
        raise errors.BadRequest('Invalid input received: volumes do not move between back ends here; '
                                'copy the volume by an image')

    @action('os-migrate_volume_completion', _RULE + 'migrate_volume_completion', policy=ADMIN,
            body=schemas.MIGRATED, item=volumes.get)
    def complete_migration(self, req, volume, body):
        with self.db.read() as conn:
            volumes.get(conn, req.context, body['os-migrate_volume_completion']['new_volume'])
        raise errors.BadRequest(f'Invalid volume: volume {volume["id"]} is not mid-migration')

    @action('os-extend_volume_completion', _RULE + 'extend_volume_completion', policy=ADMIN, body=schemas.EXTENDED,
            item=volumes.get, status=202)
    def complete_extension(self, req, volume, body):
        if volume['status'] != 'extending':
            raise errors.BadRequest(f'Invalid volume: volume {volume["id"]} is {volume["status"]}, not being extended')
        raise errors.BadRequest(f'Invalid volume: the extension of volume {volume["id"]} waits for nobody to complete '
                                f'it; it ends by itself')
