# SPDX-License-Identifier: Apache-2.0
"""The actions of an operator."""
from praline_common import errors
from praline_common.api.rest import action
from praline_common.policy import ADMIN
from praline_volume.api.volumes import schemas
from praline_volume.db import volumes
from praline_volume.intake import volumes as intake

_RULE = 'volume_extension:volume_admin_actions:'


class Operating:

    @action('os-reset_status', _RULE + 'reset_status', policy=ADMIN, body=schemas.RESET_STATUS, item=volumes.get,
            status=202)
    def reset_status(self, req, volume, body):
        changes = {name: value for name, value in body['os-reset_status'].items() if value is not None}
        if changes.get('migration_status') == 'none':
            changes['migration_status'] = None
        if not changes:
            raise errors.BadRequest("os-reset_status must name 'status', 'attach_status' or 'migration_status'")
        with self.db.write() as conn:
            volumes.save(conn, volume['id'], **changes)

    @action('os-force_delete', _RULE + 'force_delete', policy=ADMIN, body=schemas.FORCE_DELETE, item=volumes.get,
            status=202)
    def force_delete(self, req, volume, body):
        with self.db.write() as conn:
            intake.delete(self.runtime, conn, req.context, volume, force=True)

    @action('os-migrate_volume', _RULE + 'migrate_volume', policy=ADMIN, body=schemas.MIGRATE, item=volumes.get,
            status=202)
    def migrate(self, req, volume, body):
        host = body['os-migrate_volume'].get('host')
        if not host or host == volume['host']:
            raise errors.BadRequest(f'Invalid input received: volume {volume["id"]} is on {volume["host"]}; '
                                    f'name another host')
        raise errors.BadRequest('Invalid input received: volumes do not move between back ends here; '
                                'copy the volume by an image')
