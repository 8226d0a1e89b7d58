# SPDX-License-Identifier: Apache-2.0
"""Flavors: /flavors, their extra specs, and who may use the private ones."""
import functools
import uuid

from praline_common import errors, policy
from praline_common.api import paging
from praline_common.api.rest import Actions, Controller, Since, action, operation
from praline_common.db.query import Page
from praline_compute.api import types
from praline_compute.api.links import Links
from praline_compute.db import flavors

_CREATE = types.wrapped('flavor', types.closed(
    ('name', 'ram', 'vcpus', 'disk'),
    name=types.NAME, ram=types.SIZE, vcpus=types.SIZE, disk=types.SIZE_OR_ZERO,
    id={'type': ['string', 'number', 'null'], 'minLength': 1, 'maxLength': 255,
        'pattern': '^(?! )[a-zA-Z0-9. _-]+(?<! )$'},
    swap=types.SIZE_OR_ZERO,
    rxtx_factor={'type': ['number', 'string'], 'pattern': r'^[0-9]+(\.[0-9]+)?$', 'exclusiveMinimum': 0,
                 'maximum': 3.40282e+38},
    **{'OS-FLV-EXT-DATA:ephemeral': types.SIZE_OR_ZERO, 'os-flavor-access:is_public': types.BOOLEAN}))
_DESCRIPTION = {**types.DESCRIPTION, 'maxLength': 65535}
_CREATE_DESCRIBED = types.wrapped('flavor', types.merged(
    _CREATE['properties']['flavor'], description=_DESCRIPTION))
_CREATE_WITHOUT_FACTOR = types.wrapped('flavor', types.merged(
    _CREATE_DESCRIBED['properties']['flavor'], rxtx_factor=None))
_UPDATE = types.wrapped('flavor', types.closed(('description',), description=_DESCRIPTION))
_TENANT = types.closed(('tenant',), tenant={'type': 'string', 'minLength': 1, 'maxLength': 255})
_SPECS = {'type': 'object', 'additionalProperties': False, 'patternProperties': {
    '^[a-zA-Z0-9_:. -]{1,255}$': {'type': ['string', 'number'], 'maxLength': 255}}}

_COLUMNS = {'flavorid': 'flavor_id', 'memory_mb': 'ram', 'root_gb': 'disk', 'ephemeral_gb': 'ephemeral',
            'vcpu_weight': 'id', **{name: name for name in (
                'created_at', 'description', 'disabled', 'id', 'is_public', 'name', 'rxtx_factor', 'swap',
                'updated_at', 'vcpus')}}
_LIST = dict(limit=types.LIMIT, marker=types.TEXT, is_public=types.TEXT, minRam=types.TEXT, minDisk=types.TEXT,
             sort_key={'enum': list(_COLUMNS)}, sort_dir={'enum': ['asc', 'desc']})
_LIST_102 = dict(_LIST, name=types.TEXT, sort_key={'enum': [key for key in _COLUMNS if key != 'rxtx_factor']})
_QUERY = Since(v2_1=types.query(**_LIST), v2_75=types.query(open_=False, **_LIST),
               v2_102=types.query(open_=False, **_LIST_102))
_SPECS_RULE = 'os_compute_api:os-flavor-extra-specs:index'


def _any(conn, context, flavor_id):
    """Admins' operations refuse others before they say whether a private flavor is there."""
    return flavors.get(conn, context.elevated(), flavor_id)


class Flavors(Controller):
    policy_before_missing = True
    views = {'detail': 'detail'}

    def __init__(self, runtime):
        super().__init__(runtime)
        self.links = Links(self.conf)

    @operation('os_compute_api:flavors:index', policy=policy.ANYONE, query=_QUERY)
    def get_all(self, req):
        """Ids and names of the flavors that the user may boot."""
        return self._list(req, functools.partial(self._brief, req.version), 'flavors')

    @operation('os_compute_api:flavors:detail', policy=policy.ANYONE, query=_QUERY)
    def detail_get(self, req):
        return self._list(req, self._viewer(req), 'flavors/detail')

    @operation('os_compute_api:flavors:show', policy=policy.ANYONE, item=flavors.get)
    def get_one(self, req, flavor):
        return {'flavor': self._viewer(req)(flavor)}

    @operation('os_compute_api:os-flavor-manage:create', policy=policy.ADMIN,
               body=Since(v2_1=_CREATE, v2_55=_CREATE_DESCRIBED, v2_102=_CREATE_WITHOUT_FACTOR))
    def post(self, req, body):
        """A new flavor; public unless it says otherwise."""
        with self.db.write() as conn:
            made = flavors.create(conn, _values(body['flavor']))
        return {'flavor': self._viewer(req)(made)}

    @operation('os_compute_api:os-flavor-manage:update', policy=policy.ADMIN, since='2.55', item=_any,
               body=_UPDATE)
    def put(self, req, flavor, body):
        with self.db.write() as conn:
            flavors.save(conn, flavor['flavor_id'], description=body['flavor']['description'])
        return {'flavor': self._viewer(req)({**flavor, **body['flavor']})}

    @operation('os_compute_api:os-flavor-manage:delete', policy=policy.ADMIN, item=_any, status=202)
    def delete(self, req, flavor):
        """Servers keep what they were booted with."""
        with self.db.write() as conn:
            flavors.delete(conn, flavor['flavor_id'])

    def _list(self, req, view, path):
        query, context = req.GET, req.context
        page = Page(limit=paging.read(req, max_limit=self.conf.list_limit, sort_keys=_COLUMNS).limit,
                    marker=query.get('marker'),
                    sort=[(_COLUMNS[query.get('sort_key') or 'flavorid'], query.get('sort_dir') or 'asc')])
        with self.db.read() as conn:
            found = flavors.list(conn, context, page, is_public=_is_public(query.get('is_public')),
                                 min_ram=_integer(query, 'minRam'), min_disk=_integer(query, 'minDisk'),
                                 name=query.get('name') if req.version >= (2, 102) else None)
        answer = {'flavors': [view(row) for row in found]}
        following = self.links.next(req, path, found, page.limit, 'flavor_id')
        if following:
            answer['flavors_links'] = following
        return answer

    def _brief(self, version, row):
        shown = {'id': row['flavor_id'], 'name': row['name'], 'links': self.links.of('flavors', row['flavor_id'])}
        if version >= (2, 55):
            shown['description'] = row['description']
        return shown

    def _viewer(self, req):
        """view(row): a flavor in the words of the asked version, with what this user may see of it."""
        version = req.version
        with_specs = version >= (2, 61) and self.policy.allows(req.context, _SPECS_RULE, {'project_id': req.context.project_id})
        return lambda row: self._view(row, version, with_specs)

    def _view(self, row, version, with_specs):
        shown = {'id': row['flavor_id'], 'name': row['name'], 'ram': row['ram'], 'disk': row['disk'],
                 'swap': row['swap'] or ('' if version < (2, 75) else 0),
                 'OS-FLV-EXT-DATA:ephemeral': row['ephemeral'], 'OS-FLV-DISABLED:disabled': row['disabled'],
                 'vcpus': row['vcpus'], 'os-flavor-access:is_public': row['is_public'],
                 'rxtx_factor': row['rxtx_factor'] or '', 'links': self.links.of('flavors', row['flavor_id'])}
        if version >= (2, 55):
            shown['description'] = row['description']
        if version >= (2, 102):
            del shown['OS-FLV-DISABLED:disabled'], shown['rxtx_factor']
        if with_specs:
            shown['extra_specs'] = row['extra_specs']
        return shown


class FlavorAccess(Controller):
    """/flavors/{id}/os-flavor-access."""
    policy_before_missing = True

    @operation('os_compute_api:os-flavor-access', policy=policy.ADMIN, item=_any)
    def get_all(self, req, flavor):
        if flavor['is_public']:
            raise errors.NotFound('Access list not available for public flavors.')
        return _access(self.db, flavor['flavor_id'])


class FlavorActions(Actions):
    policy_before_missing = True

    @action('addTenantAccess', 'os_compute_api:os-flavor-access:add_tenant_access', policy=policy.ADMIN,
            item=_any, body=types.wrapped('addTenantAccess', _TENANT))
    def add_access(self, req, flavor, body):
        project_id = body['addTenantAccess']['tenant']
        if req.version >= (2, 7) and flavor['is_public']:
            raise errors.Conflict('Can not add access to a public flavor.')
        if not self.runtime.contracts.identity.project_exists(req.context, project_id):
            raise errors.BadRequest('Project ID %s is not a valid project.' % project_id)
        with self.db.write() as conn:
            flavors.add_access(conn, flavor['flavor_id'], project_id)
        return _access(self.db, flavor['flavor_id'])

    @action('removeTenantAccess', 'os_compute_api:os-flavor-access:remove_tenant_access', policy=policy.ADMIN,
            item=_any, body=types.wrapped('removeTenantAccess', _TENANT))
    def remove_access(self, req, flavor, body):
        with self.db.write() as conn:
            flavors.remove_access(conn, flavor['flavor_id'], body['removeTenantAccess']['tenant'])
        return _access(self.db, flavor['flavor_id'])


class ExtraSpecs(Controller):
    """/flavors/{id}/os-extra_specs and, below it, each key."""

    def target_of_missing(self, req, *ids):
        return {'project_id': req.context.project_id}

    @operation(_SPECS_RULE, policy=policy.PROJECT, item=flavors.get, target=lambda controller, req, flavor: {
        'project_id': req.context.project_id})
    def get_all(self, req, flavor):
        return {'extra_specs': flavor['extra_specs']}

    @operation('os_compute_api:os-flavor-extra-specs:create', policy=policy.ADMIN, item=_any,
               body=types.wrapped('extra_specs', _SPECS))
    def post(self, req, flavor, body):
        self._merge(flavor, body['extra_specs'])
        return body

    @operation('os_compute_api:os-flavor-extra-specs:show', policy=policy.PROJECT)
    def get_one(self, req, flavor_id, key):
        return {key: self._of(req, flavor_id, key)['extra_specs'][key]}

    @operation('os_compute_api:os-flavor-extra-specs:update', policy=policy.ADMIN,
               body={**_SPECS, 'minProperties': 1, 'maxProperties': 1})
    def put(self, req, flavor_id, key, body):
        if key not in body:
            raise errors.BadRequest('Request body and URI mismatch')
        with self.db.read() as conn:
            flavor = flavors.get(conn, req.context, flavor_id)
        self._merge(flavor, body)
        return body

    @operation('os_compute_api:os-flavor-extra-specs:delete', policy=policy.ADMIN)
    def delete(self, req, flavor_id, key):
        flavor = self._of(req, flavor_id, key)
        left = {name: value for name, value in flavor['extra_specs'].items() if name != key}
        with self.db.write() as conn:
            flavors.save(conn, flavor_id, extra_specs=left)

    def _of(self, req, flavor_id, key):
        with self.db.read() as conn:
            flavor = flavors.get(conn, req.context, flavor_id)
        if key not in flavor['extra_specs']:
            raise errors.NotFound('Flavor %s has no extra specs with key %s.' % (flavor_id, key))
        return flavor

    def _merge(self, flavor, specs):
        specs = {name: value if isinstance(value, str) else str(value) for name, value in specs.items()}
        with self.db.write() as conn:
            flavors.save(conn, flavor['flavor_id'], extra_specs={**flavor['extra_specs'], **specs})


def _access(db, flavor_id):
    with db.read() as conn:
        projects = flavors.access(conn, flavor_id)
    return {'flavor_access': [{'flavor_id': flavor_id, 'tenant_id': project_id} for project_id in projects]}


def _values(asked):
    wanted = asked.get('id')
    return {'flavor_id': str(uuid.uuid4() if wanted is None else wanted), 'name': asked['name'],
            'ram': int(asked['ram']), 'vcpus': int(asked['vcpus']), 'disk': int(asked['disk']),
            'ephemeral': int(asked.get('OS-FLV-EXT-DATA:ephemeral', 0)), 'swap': int(asked.get('swap', 0)),
            'rxtx_factor': float(asked.get('rxtx_factor', 1.0)),
            'is_public': types.truth(asked.get('os-flavor-access:is_public', True)),
            'description': asked.get('description')}


def _is_public(text):
    if text is None:
        return True
    if text.lower() == 'none':
        return None
    if text.lower() in ('true', '1', 't', 'yes', 'on', 'y'):
        return True
    if text.lower() in ('false', '0', 'f', 'no', 'off', 'n'):
        return False
    raise errors.BadRequest('Invalid is_public filter [%s]' % text)


def _integer(query, name):
    try:
        return int(query.get(name, 0))
    except ValueError:
        raise errors.BadRequest('Invalid %s filter [%s]' % (name, query[name])) from None
