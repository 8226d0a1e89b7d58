# SPDX-License-Identifier: Apache-2.0
"""`/v3/snapshots`, and the actions on one."""
import uuid

from praline_common import errors
from praline_common.api import rest
from praline_common.api.microversion import at
from praline_common.api.rest import Since, action
from praline_common.policy import ADMIN, MEMBER, READER
from praline_volume import states
from praline_volume.api import forms
from praline_volume.api import history
from praline_volume.api import listing
from praline_volume.api.forms import fields, only
from praline_volume.db import filters
from praline_volume.db import snapshots
from praline_volume.db import volumes
from praline_volume.intake import snapshots as intake
from praline_volume.intake import strangers

_NAMES = {'name': forms.OPTIONAL_NAME, 'display_name': forms.OPTIONAL_NAME, 'description': forms.TEXT,
          'display_description': forms.TEXT}
_CREATE = {**_NAMES, 'volume_id': forms.OPTIONAL_UUID, 'force': {'oneOf': [forms.BOOLEAN, {'type': 'null'}]},
           'metadata': {'oneOf': [forms.METADATA, {'type': 'null'}]}}
CREATE = only('snapshot', fields(_CREATE, ['volume_id']))
UPDATE = Since(v3_0=only('snapshot', fields(_NAMES)),
               v3_53=only('snapshot', fields(_NAMES, anyOf=[{'required': [name]} for name in _NAMES])))
RESET_STATUS = only('os-reset_status', fields({'status': {'enum': list(states.SNAPSHOT_STATUSES)}}, ['status']))
UPDATE_STATUS = only('os-update_snapshot_status', fields(
    {'status': {'enum': list(states.SNAPSHOT_STATUSES)}, 'progress': {'type': 'string', 'pattern': '^[0-9]{1,3}%$'}},
    ['status']))
FORCE_DELETE = only('os-force_delete', {})
UNMANAGE = only('os-unmanage', {})

FILTERS = {'name': 'name', 'display_name': 'name', 'status': 'status', 'volume_id': 'volume_id',
           'metadata': 'metadata', 'consumes_quota': 'consumes_quota', 'created_at': 'created_at',
           'updated_at': 'updated_at'}
ADMIN_FILTERS = {'project_id': 'project_id', 'tenant_id': 'project_id', 'user_id': 'user_id', 'id': 'id'}
FILTERS_SINCE = {'metadata': history.SNAPSHOT_METADATA_FILTER, 'consumes_quota': history.CONSUMES_QUOTA,
                 'created_at': history.TIME_FILTERS, 'updated_at': history.TIME_FILTERS}


SORT_KEYS = Since(v3_0=(*(key for key in snapshots.SORT_KEYS if key != 'name'), 'display_name'),
                  v3_30=(*snapshots.SORT_KEYS, 'display_name'))


class Snapshots(rest.Controller):

    views = {'detail': 'detail'}

    @rest.operation('volume:create_snapshot', policy=MEMBER, body=CREATE, status=202)
    def post(self, req, body):
        wanted = _named(body['snapshot'])
        wanted['id'] = str(uuid.uuid4())
        with self.db.write() as conn:
            volume = volumes.get(conn, req.context, wanted['volume_id'])
            row = intake.create(self.runtime, conn, req.context, volume, wanted, _forced(req, wanted))
        return {'snapshot': created(req, row)}

    @rest.operation('volume:get_all_snapshots', policy=READER)
    def get_all(self, req):
        return self._list(req, brief, 'snapshots')

    @rest.operation('volume:get_all_snapshots', policy=READER)
    def detail_get(self, req):
        return self._list(req, detail, 'snapshots/detail')

    @rest.operation('volume:get_snapshot', policy=READER, item=snapshots.get)
    def get_one(self, req, snapshot):
        return {'snapshot': detail(req, snapshot)}

    @rest.operation('volume:update_snapshot', policy=MEMBER, body=UPDATE, item=snapshots.get)
    def put(self, req, snapshot, body):
        wanted = _named(body['snapshot'])
        with self.db.write() as conn:
            snapshots.save(conn, snapshot['id'], **wanted)
            return {'snapshot': created(req, snapshots.find(conn, snapshot['id']))}

    @rest.operation('volume:delete_snapshot', policy=MEMBER, item=snapshots.get, status=202)
    def delete(self, req, snapshot):
        with self.db.write() as conn:
            intake.delete(self.runtime, conn, req.context, snapshot)

    def _list(self, req, view, path):
        keys = at(SORT_KEYS, req.version)
        wanted, offset = listing.page(req, self.conf, keys,
                                      aliases={'display_name': 'name'})
        columns = FILTERS | ADMIN_FILTERS if req.context.is_admin else FILTERS
        conditions = listing.conditions(req, snapshots.TABLE, columns, FILTERS_SINCE)
        everyone, count = listing.everyone(req), None
        with self.db.read() as conn:
            if wanted.marker:
                snapshots.get(conn, req.context, wanted.marker)
            rows = snapshots.list(conn, req.context, wanted, everyone, conditions)[offset:]
            if listing.asked_for_count(req):
                count = snapshots.count(conn, req.context, {}, everyone, conditions)
        return listing.answer(req, 'snapshots', [view(req, row) for row in rows], wanted, offset, count, path)


class SnapshotActions(rest.Actions):

    @action('os-reset_status', 'volume_extension:snapshot_admin_actions:reset_status', policy=ADMIN,
            body=RESET_STATUS, item=snapshots.get, status=202)
    def reset_status(self, req, snapshot, body):
        with self.db.write() as conn:
            snapshots.save(conn, snapshot['id'], status=body['os-reset_status']['status'])

    @action('os-force_delete', 'volume_extension:snapshot_admin_actions:force_delete', policy=ADMIN,
            body=FORCE_DELETE, item=snapshots.get, status=202)
    def force_delete(self, req, snapshot, body):
        with self.db.write() as conn:
            intake.delete(self.runtime, conn, req.context, snapshot, force=True)

    @action('os-unmanage', 'snapshot_extension:snapshot_unmanage', policy=ADMIN, body=UNMANAGE, item=snapshots.get,
            status=202)
    def unmanage(self, req, snapshot, body):
        with self.db.write() as conn:
            strangers.release_snapshot(self.runtime, conn, req.context, snapshot)

    @action('os-update_snapshot_status', 'snapshot_extension:snapshot_actions:update_snapshot_status', policy=MEMBER,
            body=UPDATE_STATUS, item=snapshots.get, status=202)
    def update_status(self, req, snapshot, body):
        wanted = body['os-update_snapshot_status']
        if snapshot['status'] not in ('creating', 'deleting') or wanted['status'] not in NEXT[snapshot['status']]:
            raise errors.BadRequest(f'Snapshot status {snapshot["status"]} does not lead to {wanted["status"]}')
        with self.db.write() as conn:
            snapshots.save(conn, snapshot['id'], status=wanted['status'],
                           progress=wanted.get('progress', snapshot['progress']))


# What whoever takes a snapshot for us may say of it.
NEXT = {'creating': ('creating', 'available', 'error'), 'deleting': ('deleting', 'error_deleting')}


def brief(req, row):
    return {'id': row['id'], 'created_at': row['created_at'], 'updated_at': row['updated_at'], 'name': row['name'],
            'description': row['description'], 'volume_id': row['volume_id'], 'status': row['status'],
            'size': row['size'], 'metadata': row['metadata']}


def created(req, row):
    view = brief(req, row)
    if req.version >= history.GROUP_SNAPSHOTS:
        view['group_snapshot_id'] = row['group_snapshot_id']
    if req.version >= history.SNAPSHOT_USER_ID:
        view['user_id'] = row['user_id']
    if req.version >= history.CONSUMES_QUOTA:
        view['consumes_quota'] = row['consumes_quota']
    return view


def detail(req, row):
    return {**created(req, row), 'os-extended-snapshot-attributes:project_id': row['project_id'],
            'os-extended-snapshot-attributes:progress': row['progress']}


def _named(body):
    found = dict(body)
    for name in ('name', 'description'):
        older = found.pop(f'display_{name}', None)
        if older is not None:
            found.setdefault(name, older)
        if isinstance(found.get(name), str):
            found[name] = found[name].strip()
    return found


def _forced(req, wanted):
    """From 3.66 on a volume in use needs no force, and saying no to it is an error."""
    asked = wanted.pop('force', None)
    if req.version < history.SNAPSHOT_ALWAYS_FORCED:
        return asked is not None and filters.truth('force', str(asked))
    if asked is not None and not filters.truth('force', str(asked)):
        raise errors.BadRequest('Since 3.66 a snapshot is always taken as if forced; force cannot be false')
    return True
