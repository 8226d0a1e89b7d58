# SPDX-License-Identifier: Apache-2.0
"""`/v3/groups`: volumes that are kept, copied and snapshotted together (3.13)."""
from praline_common import errors
from praline_common.api import rest
from praline_common.api.rest import action
from praline_common.policy import ADMIN, MEMBER, READER
from praline_volume.api import forms
from praline_volume.api import history
from praline_volume.api import listing
from praline_volume.api.forms import fields, only
from praline_volume.db import filters
from praline_volume.db import group_types
from praline_volume.db import groups
from praline_volume.db import types
from praline_volume.db import volumes
from praline_volume.intake import groups as intake

_NAMES = {'name': forms.OPTIONAL_NAME, 'description': forms.TEXT}
_IDS = {'type': ['string', 'null']}
CREATE = only('group', fields(
    {**_NAMES, 'group_type': forms.NAME, 'availability_zone': forms.OPTIONAL_NAME,
     'volume_types': {'type': 'array', 'minItems': 1, 'uniqueItems': True, 'items': forms.NAME}},
    ['group_type', 'volume_types']))
UPDATE = only('group', fields({**_NAMES, 'add_volumes': _IDS, 'remove_volumes': _IDS}, minProperties=1))
COPY = only('create-from-src', fields(
    {**_NAMES, 'source_group_id': forms.UUID, 'group_snapshot_id': forms.UUID},
    oneOf=[{'required': ['source_group_id']}, {'required': ['group_snapshot_id']}]))
DELETE = only('delete', fields({'delete-volumes': forms.BOOLEAN}))
RESET = only('reset_status', fields({'status': {'enum': [
    'creating', 'available', 'error', 'deleting', 'error_deleting', 'updating', 'in-use']}}, ['status']))
ENABLE_REPLICATION = only('enable_replication', fields({}))
DISABLE_REPLICATION = only('disable_replication', fields({}))
LIST_REPLICATION = only('list_replication_targets', fields({}))
FAILOVER_REPLICATION = only('failover_replication', fields(
    {'allow_attached_volume': forms.BOOLEAN, 'secondary_backend_id': forms.OPTIONAL_NAME}))
CONSISTENT_TYPE = 'default_cgsnapshot_type'
FILTERS = {'name': 'name', 'status': 'status', 'group_type': 'group_type_id'}


class Groups(rest.Controller):

    views = {'detail': 'detail'}

    @rest.operation('group:create', policy=MEMBER, body=CREATE, status=202, since='3.13')
    def post(self, req, body):
        wanted = body['group']
        with self.db.write() as conn:
            kind = group_types.get(conn, req.context, wanted['group_type'])
            intake.require_offered(kind)
            group = intake.create(self.runtime, conn, req.context, {
                **named(wanted), 'availability_zone': wanted.get('availability_zone'),
                'group_type_id': kind['id'],
                'volume_types': [types.named(conn, req.context, name)['id'] for name in wanted['volume_types']]})
        return {'group': brief(group)}

    @rest.operation('group:get_all', policy=READER, since='3.13')
    def get_all(self, req):
        rows, wanted, offset = self._rows(req)
        return listing.answer(req, 'groups', [brief(row) for row in rows], wanted, offset)

    @rest.operation('group:get_all', policy=READER, since='3.13')
    def detail_get(self, req):
        rows, wanted, offset = self._rows(req)
        with self.db.read() as conn:
            held = groups.volume_ids(conn, [row['id'] for row in rows])
        return listing.answer(req, 'groups', [detail(req, row, held[row['id']]) for row in rows], wanted, offset,
                              path='groups/detail')

    @rest.operation('group:get', policy=READER, item=groups.get, since='3.13')
    def get_one(self, req, group):
        with self.db.read() as conn:
            held = groups.volume_ids(conn, [group['id']])
        return {'group': detail(req, group, held[group['id']])}

    @rest.operation('group:update', policy=MEMBER, body=UPDATE, item=groups.get, status=202, since='3.13')
    def put(self, req, group, body):
        wanted = body['group']
        add, remove = (_split(wanted.get(name)) for name in ('add_volumes', 'remove_volumes'))
        if not named(wanted) and not add and not remove:
            raise errors.BadRequest('name, description, add_volumes and remove_volumes cannot all be empty')
        with self.db.write() as conn:
            intake.update(conn, req.context, group, named(wanted), add, remove)

    def _rows(self, req):
        wanted, offset = listing.page(req, self.conf, groups.SORT_KEYS)
        query = {**FILTERS, 'list_volume': 'id'}
        conditions = [] if 'list_volume' in req.GET else listing.conditions(req, groups.TABLE, query)
        with self.db.read() as conn:
            if wanted.marker:
                groups.get(conn, req.context, wanted.marker)
            return groups.list(conn, req.context, wanted, listing.everyone(req), conditions)[offset:], wanted, offset


class NewGroups(rest.Actions):
    """`POST /v3/groups/action`."""

    @action('create-from-src', 'group:create', policy=MEMBER, body=COPY, status=202, since='3.14')
    def copy(self, req, body):
        wanted = body['create-from-src']
        with self.db.write() as conn:
            if wanted.get('group_snapshot_id'):
                source = groups.get_snapshot(conn, req.context, wanted['group_snapshot_id'])
                origin = groups.get(conn, req.context, source['group_id'])
                sources, kind = groups.members(conn, source['id']), 'snapshot'
            else:
                origin = groups.get(conn, req.context, wanted['source_group_id'])
                ids, kind = groups.volume_ids(conn, [origin['id']])[origin['id']], 'source'
                sources = [volumes.get(conn, req.context, volume_id) for volume_id in ids]
            if not sources:
                raise errors.BadRequest(f'Invalid group: group {origin["id"]} has no volumes to copy')
            group = intake.copy(self.runtime, conn, req.context, {
                **named(wanted), 'group_type_id': origin['group_type_id'], 'volume_types': origin['volume_types'],
                'availability_zone': origin['availability_zone'], 'source_group_id': wanted.get('source_group_id'),
                'group_snapshot_id': wanted.get('group_snapshot_id')}, sources, kind)
        return {'group': brief(group)}


class GroupActions(rest.Actions):

    @action('delete', 'group:delete', policy=MEMBER, body=DELETE, item=groups.get, status=202, since='3.13')
    def remove(self, req, group, body):
        with self.db.write() as conn:
            intake.delete(self.runtime, conn, req.context, group, forms.is_true(body['delete'].get('delete-volumes')))

    @action('reset_status', 'group:reset_status', policy=ADMIN, body=RESET, item=groups.get, status=202, since='3.20')
    def reset_status(self, req, group, body):
        with self.db.write() as conn:
            groups.save(conn, group['id'], status=body['reset_status']['status'])

    @action('enable_replication', 'group:enable_replication', policy=MEMBER, body=ENABLE_REPLICATION, item=groups.get,
            status=202, since='3.38')
    def enable_replication(self, req, group, body):
        raise _not_replicated(group)

    @action('disable_replication', 'group:disable_replication', policy=MEMBER, body=DISABLE_REPLICATION,
            item=groups.get, status=202, since='3.38')
    def disable_replication(self, req, group, body):
        raise _not_replicated(group)

    @action('failover_replication', 'group:failover_replication', policy=MEMBER, body=FAILOVER_REPLICATION,
            item=groups.get, status=202, since='3.38')
    def failover_replication(self, req, group, body):
        raise _not_replicated(group)

    @action('list_replication_targets', 'group:list_replication_targets', policy=MEMBER, body=LIST_REPLICATION,
            item=groups.get, since='3.38')
    def list_replication_targets(self, req, group, body):
        raise _not_replicated(group)


def _not_replicated(group):
    return errors.BadRequest(f'Invalid group type: the type of group {group["id"]} does not ask for replication, which '
                             f'no back end here offers')


def named(wanted):
    return {name: wanted[name].strip() for name in ('name', 'description') if isinstance(wanted.get(name), str)}


def brief(row):
    return {'id': row['id'], 'name': row['name']}


def detail(req, row, volume_ids):
    view = {**brief(row), 'status': row['status'], 'availability_zone': row['availability_zone'],
            'created_at': row['created_at'], 'description': row['description'], 'group_type': row['group_type_id'],
            'volume_types': row['volume_types']}
    if req.version >= history.GROUP_SNAPSHOTS:
        view.update(group_snapshot_id=row['group_snapshot_id'], source_group_id=row['source_group_id'])
    if req.version >= history.GROUP_VOLUMES and filters.truth('list_volume', req.GET.get('list_volume', 'false')):
        view['volumes'] = volume_ids
    if req.version >= history.GROUP_REPLICATION:
        view['replication_status'] = 'disabled'
    if req.version >= history.GROUP_PROJECT_ID and req.context.is_admin:
        view['project_id'] = row['project_id']
    return view


def _split(ids):
    return [text.strip() for text in (ids or '').split(',') if text.strip()]
