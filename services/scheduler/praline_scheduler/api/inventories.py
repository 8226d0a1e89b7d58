# SPDX-License-Identifier: Apache-2.0
"""What a provider has of each resource class; every change quotes the provider's generation."""
from praline_common import errors, policy
from praline_common.api.rest import Controller, operation
from praline_scheduler import errors as own
from praline_scheduler.api.answers import fresh, url
from praline_scheduler.api.names import CLASS, LARGEST
from praline_scheduler.db import inventories, providers, resource_classes, revisions

_COUNT = {'type': 'integer', 'minimum': 1, 'maximum': LARGEST}
_GENERATION = {'resource_provider_generation': {'type': 'integer'}}
_AMOUNTS = {'total': _COUNT, 'reserved': {**_COUNT, 'minimum': 0}, 'min_unit': _COUNT, 'max_unit': _COUNT,
            'step_size': _COUNT, 'allocation_ratio': {'type': 'number', 'maximum': 3.40282e+38}}


def _schema(properties, *required):
    return {'type': 'object', 'properties': properties, 'required': list(required), 'additionalProperties': False}


CREATE = _schema({**_AMOUNTS, **_GENERATION, 'resource_class': {'type': 'string', 'pattern': CLASS}},
                 'total', 'resource_class')
UPDATE = _schema({**_AMOUNTS, **_GENERATION}, 'total', 'resource_provider_generation')
REPLACE = _schema({**_GENERATION, 'inventories': {
    'type': 'object', 'additionalProperties': False,
    'patternProperties': {CLASS: _schema({**_AMOUNTS, **_GENERATION}, 'total')}}},
    'resource_provider_generation', 'inventories')
RESERVED_MAY_BE_ALL, DELETE_ALL = (1, 26), (1, 5)


def view(inventory):
    return {name: inventory[name] for name in inventories.FIELDS}


def complete(given):
    """An inventory with the defaults of what the client left out."""
    return {**inventories.DEFAULTS, **{name: value for name, value in given.items() if name in inventories.FIELDS}}


def check_capacity(req, provider_id, wanted):
    """BadRequest when less than nothing, or before 1.26 nothing, could be allocated of a class."""
    for name, inventory in wanted.items():
        room = inventories.capacity(inventory)
        if room < 0 or (room == 0 and req.version < RESERVED_MAY_BE_ALL):
            raise errors.BadRequest(
                "Unable to update inventory for resource provider %s: Invalid inventory for '%s' on resource provider "
                "'%s'. The reserved value is greater than %stotal."
                % (provider_id, name, provider_id, 'or equal to ' if room == 0 else ''))


def check_classes(conn, provider_id, names):
    try:
        resource_classes.require(conn, names)
    except own.ResourceClassNotFound as error:
        raise errors.BadRequest('Unknown resource class in inventory for resource provider %s: %s'
                                % (provider_id, error.message)) from None


class Inventories(Controller):

    def _change(self, conn, provider_id, generation=None):
        """The provider, locked for a change; ConcurrentUpdate when another generation was quoted."""
        revisions.advance(conn)
        row = providers.get(conn, provider_id)
        if generation is not None:
            providers.check_generation(row, generation, 'resource provider generation conflict')
        providers.touch(conn, [provider_id])
        return row['generation'] + 1

    @operation('placement:resource_providers:inventories:list', policy=policy.SERVICE)
    def get_all(self, req, provider_id):
        with self.db.read() as conn:
            row = providers.get(conn, provider_id)
            found = inventories.list_of(conn, provider_id)
        return fresh(req, {'resource_provider_generation': row['generation'],
                           'inventories': {name: view(item) for name, item in found.items()}}, row['updated_at'])

    @operation('placement:resource_providers:inventories:show', policy=policy.SERVICE)
    def get_one(self, req, provider_id, name):
        with self.db.read() as conn:
            row = providers.get(conn, provider_id)
            found = inventories.list_of(conn, provider_id).get(name)
        if found is None:
            raise errors.NotFound('No inventory of class %s for %s' % (name, provider_id))
        return fresh(req, {**view(found), 'resource_provider_generation': row['generation']}, row['updated_at'])

    @operation('placement:resource_providers:inventories:create', policy=policy.SERVICE, body=CREATE)
    def post(self, req, provider_id, body):
        name, inventory = body['resource_class'], complete(body)
        with self.db.write() as conn:
            generation = self._change(conn, provider_id)
            check_classes(conn, provider_id, [name])
            check_capacity(req, provider_id, {name: inventory})
            if name in inventories.list_of(conn, provider_id):
                raise own.ConcurrentUpdate('Update conflict: inventory of %s exists already' % name)
            inventories.create(conn, provider_id, name, inventory)
        return fresh(req, {**view(inventory), 'resource_provider_generation': generation}, status=201,
                     headers={'Location': url(req, 'resource_providers', provider_id, 'inventories', name)})

    @operation('placement:resource_providers:inventories:update', policy=policy.SERVICE, body=REPLACE)
    def put_all(self, req, provider_id, body):
        wanted = {name: complete(given) for name, given in body['inventories'].items()}
        with self.db.write() as conn:
            generation = self._change(conn, provider_id, body['resource_provider_generation'])
            check_classes(conn, provider_id, wanted)
            check_capacity(req, provider_id, wanted)
            inventories.replace(conn, provider_id, wanted)
        return fresh(req, {'resource_provider_generation': generation,
                           'inventories': {name: view(item) for name, item in wanted.items()}})

    @operation('placement:resource_providers:inventories:update', policy=policy.SERVICE, body=UPDATE)
    def put(self, req, provider_id, name, body):
        inventory = complete(body)
        with self.db.write() as conn:
            generation = self._change(conn, provider_id, body['resource_provider_generation'])
            check_capacity(req, provider_id, {name: inventory})
            if not inventories.update(conn, provider_id, name, inventory):
                raise errors.BadRequest('No inventory record with resource class for resource provider %s: No '
                                        'inventory of class %s found.' % (provider_id, name))
        return fresh(req, {**view(inventory), 'resource_provider_generation': generation})

    @operation('placement:resource_providers:inventories:delete', policy=policy.SERVICE, status=204)
    def delete(self, req, provider_id, name):
        with self.db.write() as conn:
            self._change(conn, provider_id)
            found = inventories.list_of(conn, provider_id).get(name)
            if found is None:
                raise errors.NotFound('No inventory of class %s found for delete' % name)
            inventories.delete(conn, provider_id, [found])

    @operation('placement:resource_providers:inventories:delete', policy=policy.SERVICE, status=204)
    def delete_all(self, req, provider_id):
        if req.version < DELETE_ALL:
            raise errors.MethodNotAllowed('The method is not allowed for this resource.', allow=['GET', 'POST', 'PUT'])
        with self.db.write() as conn:
            self._change(conn, provider_id)
            inventories.delete(conn, provider_id, list(inventories.list_of(conn, provider_id).values()))
