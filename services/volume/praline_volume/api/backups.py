# SPDX-License-Identifier: Apache-2.0
"""`/v3/backups`, answered as where no backup service runs: there are none, and none is made.

What a request says is checked first (400), what it names is found (404), and only then it is refused (503): a 404 means
that a thing is gone, and programs delete what they believe to be saved.
"""
from praline_common import errors
from praline_common.api import rest
from praline_common.api.rest import Since, action
from praline_common.policy import ADMIN, MEMBER, READER
from praline_volume import states
from praline_volume.api import forms
from praline_volume.api import listing
from praline_volume.api.forms import fields, only
from praline_volume.db import filters
from praline_volume.db import snapshots
from praline_volume.db import volumes
from praline_volume.errors import InvalidSnapshot, InvalidVolume

_NAMES = {'name': forms.OPTIONAL_NAME, 'description': forms.TEXT}
_METADATA = {'metadata': {'oneOf': [forms.METADATA, {'type': 'null'}]}}
_CREATE = {**_NAMES, 'volume_id': forms.UUID, 'container': forms.TEXT, 'incremental': forms.BOOLEAN,
           'force': forms.BOOLEAN, 'snapshot_id': forms.OPTIONAL_UUID}
CREATE = Since(v3_0=only('backup', fields(_CREATE, ['volume_id'])),
               v3_43=only('backup', fields(_CREATE | _METADATA, ['volume_id'])),
               v3_51=only('backup', fields(_CREATE | _METADATA | {'availability_zone': forms.TEXT}, ['volume_id'])))
UPDATE = Since(v3_9=only('backup', fields(_NAMES)),
               v3_43=only('backup', fields({**_NAMES, 'metadata': forms.METADATA})))
RESTORE = only('restore', {'oneOf': [{'type': 'null'}, fields(
    {'name': forms.OPTIONAL_NAME, 'volume_id': forms.OPTIONAL_UUID})]})
IMPORT = only('backup-record', fields(
    {'backup_service': {'type': 'string', 'maxLength': 255}, 'backup_url': {'type': 'string', 'minLength': 1}},
    ['backup_service', 'backup_url']))
RESET_STATUS = only('os-reset_status', fields({'status': {'enum': list(states.BACKUP_STATUSES)}}, ['status']))
FORCE_DELETE = only('os-force_delete', {})
SORT_KEYS = ('id', 'name', 'status', 'size', 'volume_id', 'snapshot_id', 'created_at', 'updated_at', 'project_id',
             'availability_zone')
NO_SERVICE = 'Service cinder-backup could not be found: no backup service runs in this cloud, so nothing is backed up.'


def get(conn, context, backup_id):
    raise errors.NotFound(f'Backup {backup_id} could not be found.')


class Backups(rest.Controller):

    views = {'detail': 'detail', 'import_record': 'import_record'}

    @rest.operation('backup:create', policy=MEMBER, body=CREATE, status=202)
    def post(self, req, body):
        wanted = body['backup']
        with self.db.read() as conn:
            volume = volumes.get(conn, req.context, wanted['volume_id'])
            self.policy.require(req.context, 'backup:create', volume)
            snapshot = wanted.get('snapshot_id') and snapshots.get(conn, req.context, wanted['snapshot_id'])
        _check_source(volume, snapshot, forms.is_true(wanted.get('force')))
        if forms.is_true(wanted.get('incremental')):
            raise errors.BadRequest('Invalid backup: No backups available to do an incremental backup.')
        raise errors.Unavailable(NO_SERVICE)

    @rest.operation('backup:get_all', policy=READER)
    def get_all(self, req):
        return self._list(req)

    @rest.operation('backup:get_all', policy=READER)
    def detail_get(self, req):
        return self._list(req)

    @rest.operation('backup:get', policy=READER, item=get)
    def get_one(self, req, backup):
        """None is found."""

    @rest.operation('backup:update', policy=MEMBER, body=UPDATE, item=get, since='3.9')
    def put(self, req, backup, body):
        """None is found."""

    @rest.operation('backup:delete', policy=MEMBER, item=get, status=202)
    def delete(self, req, backup):
        """None is found."""

    @rest.operation('backup:backup-import', policy=ADMIN, body=IMPORT, status=201)
    def import_record_post(self, req, body):
        raise errors.Unavailable(NO_SERVICE)

    def _list(self, req):
        wanted, _ = listing.page(req, self.conf, SORT_KEYS)
        if wanted.marker:
            get(None, req.context, wanted.marker)
        if 'all_tenants' in req.GET:
            filters.truth('all_tenants', req.GET['all_tenants'] or 'true')
        return {'backups': [], **({'count': 0} if listing.asked_for_count(req) else {})}


class Restore(rest.Controller):
    """`POST /v3/backups/{id}/restore`."""

    @rest.operation('backup:restore', policy=MEMBER, body=RESTORE, item=get, status=202)
    def post(self, req, backup, body):
        """None is found."""


class ExportRecord(rest.Controller):
    """`GET /v3/backups/{id}/export_record`."""

    @rest.operation('backup:export-import', policy=ADMIN, item=get)
    def get_all(self, req, backup):
        """None is found."""


class BackupActions(rest.Actions):

    @action('os-reset_status', 'volume_extension:backup_admin_actions:reset_status', policy=ADMIN, body=RESET_STATUS,
            item=get, status=202)
    def reset_status(self, req, backup, body):
        """None is found."""

    @action('os-force_delete', 'volume_extension:backup_admin_actions:force_delete', policy=ADMIN, body=FORCE_DELETE,
            item=get, status=202)
    def force_delete(self, req, backup, body):
        """None is found."""


def _check_source(volume, snapshot, force):
    if snapshot and snapshot['volume_id'] != volume['id']:
        raise InvalidVolume(f'snapshot {snapshot["id"]} is one of volume {snapshot["volume_id"]}, not of '
                            f'{volume["id"]}')
    if snapshot and snapshot['status'] != 'available':
        raise InvalidSnapshot(f'snapshot {snapshot["id"]} is {snapshot["status"]}; to be backed up it must be '
                              f'available')
    if not snapshot and volume['status'] not in states.BACKUPABLE:
        raise InvalidVolume(f'volume {volume["id"]} is {volume["status"]}; to be backed up it must be '
                            f'{" or ".join(states.BACKUPABLE)}')
    if not snapshot and volume['status'] == 'in-use' and not force:
        raise InvalidVolume(f'volume {volume["id"]} is in-use; backing it up needs force')
