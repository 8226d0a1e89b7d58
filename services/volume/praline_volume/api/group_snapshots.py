# SPDX-License-Identifier: Apache-2.0
"""`/v3/group_snapshots`: snapshots of all volumes of a group (3.14)."""
from praline_common.api import rest
from praline_common.api.rest import action
from praline_common.policy import ADMIN, MEMBER, READER
from praline_volume.api import forms
from praline_volume.api import history
from praline_volume.api import listing
from praline_volume.api.forms import fields, only
from praline_volume.api.groups import named
from praline_volume.db import groups
from praline_volume.intake import groups as intake

_NAMES = {'name': forms.OPTIONAL_NAME, 'description': forms.TEXT}
CREATE = only('group_snapshot', fields({**_NAMES, 'group_id': forms.UUID}, ['group_id']))
RESET = only('reset_status', fields({'status': {'enum': [
    'creating', 'available', 'error', 'deleting', 'error_deleting']}}, ['status']))
FILTERS = {'name': 'name', 'status': 'status', 'group_id': 'group_id'}


class GroupSnapshots(rest.Controller):

    views = {'detail': 'detail'}

    @rest.operation('group:create_group_snapshot', policy=MEMBER, body=CREATE, status=202, since='3.14')
    def post(self, req, body):
        wanted = body['group_snapshot']
        with self.db.write() as conn:
            group = groups.get(conn, req.context, wanted['group_id'])
            row = intake.create_snapshot(self.runtime, conn, req.context, group, named(wanted))
        return {'group_snapshot': {**brief(row), 'group_type_id': row['group_type_id']}}

    @rest.operation('group:get_all_group_snapshots', policy=READER, since='3.14')
    def get_all(self, req):
        return self._list(req, lambda req, row: brief(row), 'group_snapshots')

    @rest.operation('group:get_all_group_snapshots', policy=READER, since='3.14')
    def detail_get(self, req):
        return self._list(req, detail, 'group_snapshots/detail')

    @rest.operation('group:get_group_snapshot', policy=READER, item=groups.get_snapshot, since='3.14')
    def get_one(self, req, row):
        return {'group_snapshot': detail(req, row)}

    @rest.operation('group:delete_group_snapshot', policy=MEMBER, item=groups.get_snapshot, status=202, since='3.14')
    def delete(self, req, row):
        with self.db.write() as conn:
            intake.delete_snapshot(self.runtime, conn, req.context, row)

    def _list(self, req, view, path):
        wanted, offset = listing.page(req, self.conf, groups.SORT_KEYS)
        conditions = listing.conditions(req, groups.SNAPSHOTS, FILTERS)
        with self.db.read() as conn:
            if wanted.marker:
                groups.get_snapshot(conn, req.context, wanted.marker)
            rows = groups.list(conn, req.context, wanted, listing.everyone(req), conditions,
                               groups.SNAPSHOTS)[offset:]
        return listing.answer(req, 'group_snapshots', [view(req, row) for row in rows], wanted, offset, path=path)


class GroupSnapshotActions(rest.Actions):

    @action('reset_status', 'group:reset_group_snapshot_status', policy=ADMIN, body=RESET, item=groups.get_snapshot,
            status=202, since='3.19')
    def reset_status(self, req, row, body):
        with self.db.write() as conn:
            groups.save(conn, row['id'], table=groups.SNAPSHOTS, status=body['reset_status']['status'])


def brief(row):
    return {'id': row['id'], 'name': row['name']}


def detail(req, row):
    view = {**brief(row), 'group_id': row['group_id'], 'group_type_id': row['group_type_id'],
            'status': row['status'], 'created_at': row['created_at'], 'description': row['description']}
    if req.version >= history.GROUP_PROJECT_ID and req.context.is_admin:
        view['project_id'] = row['project_id']
    return view
