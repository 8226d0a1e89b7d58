# SPDX-License-Identifier: Apache-2.0
"""`/v3/group_types` and their specs (3.11)."""
import uuid

from praline_common import errors
from praline_common.api import rest
from praline_common.policy import ADMIN, ANYONE
from praline_volume.api import forms
from praline_volume.api import listing
from praline_volume.api.forms import fields, only
from praline_volume.db import filters
from praline_volume.db import group_types

_FIELDS = {'name': {**forms.NAME, 'pattern': r'\S'}, 'description': forms.TEXT, 'is_public': forms.BOOLEAN,
           'group_specs': forms.EXTRA_SPECS}
CREATE = only('group_type', fields(_FIELDS, ['name']))
UPDATE = only('group_type', fields({**_FIELDS, 'name': {'oneOf': [_FIELDS['name'], {'type': 'null'}]}}))
SPECS = only('group_specs', forms.EXTRA_SPECS)
SPEC = {**forms.EXTRA_SPECS, 'minProperties': 1, 'maxProperties': 1}


class GroupTypes(rest.Controller):

    views = {'default': 'default'}

    @rest.operation('group:group_types:get_all', policy=ANYONE, since='3.11')
    def get_all(self, req):
        wanted, offset = listing.page(req, self.conf, group_types.SORT_KEYS)
        with self.db.read() as conn:
            rows = group_types.list(conn, req.context, wanted, _conditions(req))[offset:]
        return listing.answer(req, 'group_types', [view(req, row) for row in rows], wanted, offset)

    @rest.operation('group:group_types:get', policy=ANYONE, since='3.11')
    def default_get(self, req):
        raise errors.NotFound('Default group type can not be found.')

    @rest.operation('group:group_types:get', policy=ANYONE, item=group_types.get, since='3.11')
    def get_one(self, req, row):
        return {'group_type': view(req, row)}

    @rest.operation('group:group_types:create', policy=ADMIN, body=CREATE, status=202, since='3.11')
    def post(self, req, body):
        wanted = body['group_type']
        row = {'id': str(uuid.uuid4()), 'name': wanted['name'], 'description': wanted.get('description'),
               'is_public': forms.is_true(wanted.get('is_public', True)),
               'group_specs': wanted.get('group_specs') or {}}
        with self.db.write() as conn:
            group_types.create(conn, row)
        return {'group_type': view(req, row)}

    @rest.operation('group:group_types:update', policy=ADMIN, body=UPDATE, item=group_types.get, since='3.11')
    def put(self, req, row, body):
        changes = {name: value for name, value in body['group_type'].items() if value is not None}
        if not changes:
            raise errors.BadRequest('Specify group type name, description or a combination thereof.')
        if 'is_public' in changes:
            changes['is_public'] = forms.is_true(changes['is_public'])
        with self.db.write() as conn:
            group_types.save(conn, row['id'], **changes)
        return {'group_type': view(req, {**row, **changes})}

    @rest.operation('group:group_types:delete', policy=ADMIN, item=group_types.get, status=202, since='3.11')
    def delete(self, req, row):
        with self.db.write() as conn:
            group_types.delete(conn, row['id'])


class GroupSpecs(rest.Controller):
    """`/v3/group_types/{id}/group_specs`."""

    @rest.operation('group:group_types_specs:get_all', policy=ADMIN, item=group_types.get, since='3.11')
    def get_all(self, req, row):
        return {'group_specs': row['group_specs']}

    @rest.operation('group:group_types_specs:create', policy=ADMIN, body=SPECS, item=group_types.get, status=202,
                    since='3.11')
    def post(self, req, row, body):
        self._write(row, {**row['group_specs'], **body['group_specs']})
        return body

    @rest.operation('group:group_types_specs:get', policy=ADMIN, since='3.11')
    def get_one(self, req, type_id, key):
        return {key: self._load(req, type_id, key)['group_specs'][key]}

    @rest.operation('group:group_types_specs:update', policy=ADMIN, body=SPEC, since='3.11')
    def put(self, req, type_id, key, body):
        if key not in body:
            raise errors.BadRequest('Request body and URI mismatch')
        row = self._load(req, type_id)
        self._write(row, {**row['group_specs'], **body})
        return body

    @rest.operation('group:group_types_specs:delete', policy=ADMIN, status=202, since='3.11')
    def delete(self, req, type_id, key):
        row = self._load(req, type_id, key)
        self._write(row, {name: value for name, value in row['group_specs'].items() if name != key})

    def _load(self, req, type_id, key=None):
        with self.db.read() as conn:
            row = group_types.get(conn, req.context, type_id)
        if key is not None and key not in row['group_specs']:
            raise errors.NotFound(f'Group Type {type_id} has no group spec with key {key}.')
        return row

    def _write(self, row, specs):
        with self.db.write() as conn:
            group_types.save(conn, row['id'], group_specs=specs)


def view(req, row):
    shown = {name: row[name] for name in ('id', 'name', 'description', 'is_public')}
    if req.context.is_admin:
        shown['group_specs'] = row['group_specs']
    return shown


def _conditions(req):
    text = req.GET.get('is_public')
    if not req.context.is_admin or (text or '').lower() == 'none':
        return []
    return [group_types.TABLE.c.is_public == (text is None or filters.truth('is_public', text))]
