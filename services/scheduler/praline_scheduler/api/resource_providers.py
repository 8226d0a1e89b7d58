# SPDX-License-Identifier: Apache-2.0
"""Resource providers: create, list, show, rename, move and delete."""
import uuid

import orjson

from praline_common import errors, policy, shortcuts
from praline_common.api.rest import Controller, Since, operation
from praline_scheduler import errors as own
from praline_scheduler import mirror
from praline_scheduler.api import filters
from praline_scheduler.api.answers import fresh, url
from praline_scheduler.api.names import ID, MANY, TEXT
from praline_scheduler.db import providers

_NAME = {'type': 'string', 'maxLength': 200}
_PARENT = {'anyOf': [ID, {'type': 'null'}]}


def _body(**properties):
    return {'type': 'object', 'properties': {'name': _NAME, **properties}, 'required': ['name'],
            'additionalProperties': False}


def _query(**properties):
    return {'type': 'object', 'properties': {'name': TEXT, 'uuid': ID, **properties}, 'additionalProperties': False}


CREATE = Since(v1_0=_body(uuid=ID), v1_14=_body(uuid=ID, parent_provider_uuid=_PARENT))
UPDATE = Since(v1_0=_body(), v1_14=_body(parent_provider_uuid=_PARENT))
LIST = Since(
    v1_0=_query(), v1_3=_query(member_of=MANY), v1_4=_query(member_of=MANY, resources=TEXT),
    v1_14=_query(member_of=MANY, resources=TEXT, in_tree=ID),
    v1_18=_query(member_of=MANY, resources=TEXT, in_tree=ID, required=MANY))
LINKS = Since(v1_0=('inventories', 'usages'), v1_1=('inventories', 'usages', 'aggregates'),
              v1_6=('inventories', 'usages', 'aggregates', 'traits'),
              v1_11=('inventories', 'usages', 'aggregates', 'traits', 'allocations'))
TREES, SHOWN_AFTER_CREATE, ANY_MOVE = (1, 14), (1, 20), (1, 37)


def view(req, provider):
    """A snapshot.Provider as clients see it."""
    base = url(req, 'resource_providers', provider.id)
    shown = {'uuid': provider.id, 'name': provider.name, 'generation': provider.generation,
             'links': [{'rel': 'self', 'href': base},
                       *({'rel': rel, 'href': '%s/%s' % (base, rel)} for rel in LINKS.at(req.version))]}
    if req.version >= TREES:
        shown['parent_provider_uuid'], shown['root_provider_uuid'] = provider.parent_id, provider.root_id
    return shown


def _fragment(req, provider):
    """The same as JSON, made once for a state of the provider and a version."""
    key = ('provider', req.script_name, req.version)
    found = provider.rendered.get(key)
    if found is None or shortcuts.avoided():
        found = provider.rendered[key] = orjson.Fragment(orjson.dumps(view(req, provider)))
    return found


class ResourceProviders(Controller):

    def __init__(self, runtime):
        super().__init__(runtime)
        self.mirror = mirror.of(runtime)

    @operation('placement:resource_providers:create', policy=policy.SERVICE, body=CREATE)
    def post(self, req, body):
        provider_id = str(uuid.UUID(body['uuid'])) if body.get('uuid') else None
        with self.db.write() as conn:
            row = providers.create(conn, body['name'], provider_id, body.get('parent_provider_uuid'))
        headers = {'Location': url(req, 'resource_providers', row['id'])}
        if req.version < SHOWN_AFTER_CREATE:
            return fresh(req, None, status=201, headers=headers)
        return self._shown(req, row['id'], headers)

    @operation('placement:resource_providers:list', policy=policy.SERVICE, query=LIST)
    def get_all(self, req):
        with self.db.read() as conn:
            known = self.mirror.refresh(conn)
            found = self._matching(conn, req, known)
        modified = max((item.updated_at for item in found), default=None)
        return fresh(req, {'resource_providers': [_fragment(req, item) for item in found]}, modified)

    def _matching(self, conn, req, known):
        """The providers that fulfil every filter of the request."""
        query, found = req.GET, known.values()
        if 'uuid' in query:
            found = [item for item in found if item.id == query['uuid']]
        if 'name' in query:
            found = [item for item in found if item.name == query['name']]
        if 'in_tree' in query:
            root = known.get(query['in_tree'])
            found = [item for item in found if root is not None and item.root_id == root.root_id]
        if 'member_of' in query:
            wanted = filters.member_of(req)
            found = [item for item in found if filters.in_aggregates(item, *wanted)]
        if 'required' in query:
            wanted = filters.traits(req)
            if filters.conflicting(*wanted):
                raise errors.BadRequest('Conflicting required and forbidden traits found')
            filters.require_known(conn, (), set().union(*wanted[0], wanted[1]))
            found = [item for item in found if filters.has_traits(item, *wanted)]
        if 'resources' in query:
            amounts = filters.resources(query['resources'])
            filters.require_known(conn, amounts, ())
            found = [item for item in found if filters.has_room(item, amounts)]
        return list(found)

    @operation('placement:resource_providers:show', policy=policy.SERVICE)
    def get_one(self, req, provider_id):
        return self._shown(req, provider_id)

    def _shown(self, req, provider_id, headers=()):
        provider = self.mirror.refresh().get(provider_id)
        if provider is None:
            raise own.ProviderNotFound(provider_id)
        return fresh(req, view(req, provider), provider.updated_at, headers=headers)

    @operation('placement:resource_providers:update', policy=policy.SERVICE, body=UPDATE)
    def put(self, req, provider_id, body):
        with self.db.write() as conn:
            row = providers.get(conn, provider_id)
            if body['name'] != row['name']:
                providers.rename(conn, row, body['name'])
            if 'parent_provider_uuid' in body:
                providers.move(conn, row, body['parent_provider_uuid'], req.version >= ANY_MOVE)
        return self._shown(req, provider_id)

    @operation('placement:resource_providers:delete', policy=policy.SERVICE, status=204)
    def delete(self, req, provider_id):
        with self.db.write() as conn:
            providers.delete(conn, provider_id)
