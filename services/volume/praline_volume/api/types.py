# SPDX-License-Identifier: Apache-2.0
"""`/v3/types`: volume types, their extra specs, and who may use the private ones."""
import uuid

from praline_common import errors
from praline_common.api import rest
from praline_common.api.rest import action
from praline_common.policy import ADMIN, ANYONE
from praline_volume.api import forms
from praline_volume.api import history
from praline_volume.api import listing
from praline_volume.api.forms import fields, only
from praline_volume.db import filters
from praline_volume.db import types

_SPECS = {**forms.EXTRA_SPECS, 'patternProperties': {'^[a-zA-Z0-9-_:. /]{1,255}$': {'type': ['string', 'null'],
                                                                                 'maxLength': 255}}}
CREATE = only('volume_type', fields(
    {'name': forms.NAME, 'description': forms.TEXT, 'extra_specs': _SPECS,
     'os-volume-type-access:is_public': forms.BOOLEAN}, ['name']))
UPDATE = only('volume_type', fields({'name': {'type': ['string', 'null'], 'minLength': 1, 'maxLength': 255},
                                     'description': forms.TEXT, 'is_public': forms.BOOLEAN}))
SPECS = only('extra_specs', forms.EXTRA_SPECS)
SPEC = {**forms.EXTRA_SPECS, 'minProperties': 1, 'maxProperties': 1}
ACCESS = fields({'project': {'type': 'string', 'minLength': 1, 'maxLength': 255}}, ['project'])
ADD_ACCESS, REMOVE_ACCESS = only('addProjectAccess', ACCESS), only('removeProjectAccess', ACCESS)


class Types(rest.Controller):

    views = {'default': 'default'}

    @rest.operation('volume_extension:type_get_all', policy=ANYONE)
    def get_all(self, req):
        wanted, offset = listing.page(req, self.conf, types.SORT_KEYS)
        with self.db.read() as conn:
            if wanted.marker:
                types.get(conn, req.context, wanted.marker)
            rows = types.list(conn, req.context, wanted, _conditions(req))[offset:]
        return listing.answer(req, 'volume_types', [view(req, row) for row in rows], wanted, offset, path='types')

    @rest.operation('volume_extension:type_get', policy=ANYONE)
    def default_get(self, req):
        with self.db.read() as conn:
            row = types.default(conn, req.context, self.runtime.options.default_type)
        if row is None:
            raise errors.NotFound('Default volume type can not be found.')
        return {'volume_type': view(req, row)}

    @rest.operation('volume_extension:type_get', policy=ANYONE, item=types.get)
    def get_one(self, req, volume_type):
        return {'volume_type': view(req, volume_type)}

    @rest.operation('volume_extension:type_create', policy=ADMIN, body=CREATE)
    def post(self, req, body):
        wanted = body['volume_type']
        with self.db.write() as conn:
            row = types.create(conn, {
                'id': str(uuid.uuid4()), 'name': wanted['name'].strip(), 'description': wanted.get('description'),
                'is_public': forms.is_true(wanted.get('os-volume-type-access:is_public', True)),
                'extra_specs': wanted.get('extra_specs') or {}})
        return {'volume_type': view(req, row)}

    @rest.operation('volume_extension:type_update', policy=ADMIN, body=UPDATE, item=types.get)
    def put(self, req, volume_type, body):
        changes = {name: value for name, value in body['volume_type'].items() if value is not None}
        if not changes:
            raise errors.BadRequest('Specify volume type name, description, is_public or a combination thereof.')
        if 'name' in changes and not changes['name'].strip():
            raise errors.BadRequest('Volume type name can not be empty.')
        if 'is_public' in changes:
            changes['is_public'] = forms.is_true(changes['is_public'])
        with self.db.write() as conn:
            types.save(conn, volume_type['id'], **changes)
            shown = view(req, types.find(conn, volume_type['id']))
        del shown['os-volume-type-access:is_public']
        return {'volume_type': shown}

    @rest.operation('volume_extension:type_delete', policy=ADMIN, item=types.get, status=202)
    def delete(self, req, volume_type):
        with self.db.write() as conn:
            if types.in_use(conn, volume_type['id']):
                raise errors.BadRequest(f'Target volume type {volume_type["id"]} is still in use.')
            if volume_type['name'] == self.runtime.options.default_type:
                raise errors.Forbidden('The default volume type cannot be deleted.')
            types.delete(conn, volume_type['id'])


class ExtraSpecs(rest.Controller):
    """`/v3/types/{id}/extra_specs`."""

    @rest.operation('volume_extension:types_extra_specs:index', policy=ANYONE, item=types.get)
    def get_all(self, req, volume_type):
        return {'extra_specs': _visible(req, volume_type)}

    @rest.operation('volume_extension:types_extra_specs:create', policy=ADMIN, body=SPECS, item=types.get)
    def post(self, req, volume_type, body):
        self._write(volume_type, {**volume_type['extra_specs'], **body['extra_specs']})
        return body

    @rest.operation('volume_extension:types_extra_specs:show', policy=ANYONE)
    def get_one(self, req, type_id, key):
        specs = _visible(req, self._load(req, type_id))
        if key not in specs:
            raise errors.NotFound(f'Volume Type {type_id} has no extra specs with key {key}.')
        return {key: specs[key]}

    @rest.operation('volume_extension:types_extra_specs:update', policy=ADMIN, body=SPEC)
    def put(self, req, type_id, key, body):
        volume_type = self._load(req, type_id)
        if key not in body:
            raise errors.BadRequest('Request body and URI mismatch')
        self._write(volume_type, {**volume_type['extra_specs'], **body})
        return body

    @rest.operation('volume_extension:types_extra_specs:delete', policy=ADMIN, status=202)
    def delete(self, req, type_id, key):
        volume_type = self._load(req, type_id)
        kept = dict(volume_type['extra_specs'])
        if key not in kept:
            raise errors.NotFound(f'Volume Type {type_id} has no extra specs with key {key}.')
        del kept[key]
        self._write(volume_type, kept)

    def _load(self, req, type_id):
        with self.db.read() as conn:
            return types.get(conn, req.context, type_id)

    def _write(self, volume_type, specs):
        with self.db.write() as conn:
            types.save(conn, volume_type['id'], extra_specs=specs)


class Access(rest.Controller):
    """`/v3/types/{id}/os-volume-type-access`."""

    @rest.operation('volume_extension:volume_type_access:get_all_for_type', policy=ADMIN, item=types.get)
    def get_all(self, req, volume_type):
        if volume_type['is_public']:
            raise errors.NotFound('Access list not available for public volume types.')
        with self.db.read() as conn:
            projects = types.access(conn, volume_type['id'])
        return {'volume_type_access': [{'volume_type_id': volume_type['id'], 'project_id': project}
                                       for project in projects]}


class TypeActions(rest.Actions):

    @action('addProjectAccess', 'volume_extension:volume_type_access:addProjectAccess', policy=ADMIN,
            body=ADD_ACCESS, item=types.get, status=202)
    def add_access(self, req, volume_type, body):
        _require_private(volume_type)
        with self.db.write() as conn:
            types.grant(conn, volume_type['id'], body['addProjectAccess']['project'])

    @action('removeProjectAccess', 'volume_extension:volume_type_access:removeProjectAccess', policy=ADMIN,
            body=REMOVE_ACCESS, item=types.get, status=202)
    def remove_access(self, req, volume_type, body):
        _require_private(volume_type)
        with self.db.write() as conn:
            types.revoke(conn, volume_type['id'], body['removeProjectAccess']['project'])


def view(req, row):
    shown = {'id': row['id'], 'name': row['name'], 'is_public': row['is_public'], 'description': row['description'],
             'extra_specs': _visible(req, row), 'os-volume-type-access:is_public': row['is_public']}
    if req.context.is_admin and req.method == 'GET':
        shown['qos_specs_id'] = row['qos_specs_id']
    return shown


# What users may see of extra specs: what their own software decides by.
PUBLIC_SPECS = ('multiattach', 'RESKEY:availability_zones', 'replication_enabled')


def _visible(req, row):
    if req.context.is_admin:
        return row['extra_specs']
    return {key: value for key, value in row['extra_specs'].items() if key in PUBLIC_SPECS}


def _require_private(volume_type):
    if volume_type['is_public']:
        raise errors.Conflict('Type access modification is not applicable to public volume type.')


def _conditions(req):
    """Administrators choose by is_public (none: all); everybody by extra specs from 3.52 on."""
    wanted, table = [], types.TABLE
    text = req.GET.get('is_public')
    if req.context.is_admin:
        if text is None:
            wanted.append(table.c.is_public.is_(True))
        elif text.lower() != 'none':
            wanted.append(table.c.is_public == filters.truth('is_public', text))
    if req.version >= history.TYPE_SPECS_FILTER and req.GET.get('extra_specs'):
        wanted += filters.conditions(table, {'extra_specs': req.GET['extra_specs']}, {'extra_specs': 'extra_specs'})
    return wanted
