# SPDX-License-Identifier: Apache-2.0
"""/v3/registered_limits: the default amounts that services ask for."""
from praline_common.api.rest import operation
from praline_identity import errors
from praline_identity.api import parts
from praline_identity.api import rules
from praline_identity.api.resource import Resource
from praline_identity.api.services import no_target
from praline_identity.db import registered_limits
from praline_identity.db import regions
from praline_identity.db import rows
from praline_identity.db import services

AMOUNT = {'type': 'integer', 'minimum': -1, 'maximum': 0x7fffffff}
_PROPERTIES = {'service_id': {'type': 'string'}, 'region_id': {'type': ['string', 'null']},
               'resource_name': parts.NAME, 'default_limit': AMOUNT, 'description': parts.TEXT}
CREATE = {'type': 'object', 'required': ['registered_limits'], 'properties': {'registered_limits': {
    'type': 'array', 'minItems': 1, 'items': {
        'type': 'object', 'properties': _PROPERTIES, 'additionalProperties': False,
        'required': ['service_id', 'resource_name', 'default_limit']}}}}
UPDATE = parts.wrapped('registered_limit', _PROPERTIES, least=1, extra=False)


def _load(conn, context, limit_id):
    return registered_limits.get(conn, limit_id)


class RegisteredLimits(Resource):

    plural, singular = 'registered_limits', 'registered_limit'

    def view(self, row):
        return {name: row[name] for name in (
            'id', 'service_id', 'region_id', 'resource_name', 'default_limit', 'description')}

    @operation('identity:list_registered_limits', rules.ANYONE)
    def get_all(self, req):
        page, asked = self.page(req, ('id',)), self.asked(req)
        with self.db.read() as conn:
            return self.many(req, registered_limits.list(conn, asked, page), page)

    @operation('identity:create_registered_limits', rules.ADMIN, body=CREATE, status=201)
    def post(self, req, body):
        with self.db.write() as conn:
            made = [self._make(conn, given) for given in body['registered_limits']]
        return {self.plural: [self.linked(row) for row in made]}

    def _make(self, conn, given):
        _exist(conn, given)
        _free(conn, given['service_id'], given.get('region_id'), given['resource_name'])
        values = {'id': rows.new_id(), 'region_id': None, 'description': None, **given}
        registered_limits.create(conn, values)
        return values

    @operation('identity:get_registered_limit', rules.ANYONE, item=_load, target=no_target)
    def get_one(self, req, limit):
        return self.one(limit)

    @operation('identity:update_registered_limit', rules.ADMIN, item=_load, target=no_target, body=UPDATE)
    def patch(self, req, limit, body):
        changes = body['registered_limit']
        with self.db.write() as conn:
            _exist(conn, changes)
            after = {**limit, **changes}
            _unused(conn, limit['id'])
            place = ('service_id', 'region_id', 'resource_name')
            if any(after[name] != limit[name] for name in place):
                _free(conn, *(after[name] for name in place))
            registered_limits.save(conn, limit['id'], changes)
            return self.one(registered_limits.get(conn, limit['id']))

    @operation('identity:delete_registered_limit', rules.ADMIN, item=_load, target=no_target, status=204)
    def delete(self, req, limit):
        with self.db.write() as conn:
            _unused(conn, limit['id'])
            registered_limits.delete(conn, limit['id'])


def _exist(conn, given):
    """The service and region named must be there."""
    if 'service_id' in given:
        there(services.get, conn, given['service_id'], 'service_id', 'registered_limit')
    if given.get('region_id') is not None:
        there(regions.get, conn, given['region_id'], 'region_id', 'registered_limit')


def there(get, conn, thing_id, attribute, target):
    """What a limit names; BadRequest naming the attribute when it is not there."""
    try:
        return get(conn, thing_id)
    except errors.NotFound:
        raise errors.BadRequest(
            'Expecting to find %s in %s. The server could not comply with the request since it is either malformed or '
            'otherwise incorrect. The client is assumed to be in error.' % (attribute, target)) from None


def _free(conn, service_id, region_id, resource_name):
    if registered_limits.find(conn, service_id, region_id, resource_name):
        raise errors.Conflict('Conflict occurred attempting to store registered_limit - Duplicate entry.')


def _unused(conn, limit_id):
    if registered_limits.in_use(conn, limit_id):
        raise errors.Forbidden('Unable to update or delete registered limit %s because there are project limits '
                               'associated with it.' % limit_id)
