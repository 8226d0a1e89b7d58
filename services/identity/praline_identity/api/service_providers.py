# SPDX-License-Identifier: Apache-2.0
"""/v3/OS-FEDERATION/service_providers: other clouds that take our word for who someone is."""
from praline_common.api.rest import operation
from praline_identity.api import parts
from praline_identity.api import rules
from praline_identity.api.resource import Resource
from praline_identity.api.services import no_target
from praline_identity.db import service_providers

RELAY_STATE_PREFIX = 'ss:mem:'
# They go into headers of answers, too.
_URL = {**parts.URL, 'pattern': r'^[a-zA-Z0-9+.-]+:[\x21-\x7e]+$'}
_PROPERTIES = {'auth_url': _URL, 'sp_url': _URL, 'description': parts.TEXT, 'enabled': parts.BOOLEAN,
               'relay_state_prefix': {'type': ['string', 'null'], 'maxLength': 256}}
CREATE = {**parts.wrapped('service_provider', _PROPERTIES, ['auth_url', 'sp_url'], extra=False),
          'additionalProperties': False}
UPDATE = {**parts.wrapped('service_provider', _PROPERTIES, least=1, extra=False), 'additionalProperties': False}


def _load(conn, context, provider_id):
    return service_providers.get(conn, provider_id)


class ServiceProviders(Resource):

    plural, singular = 'OS-FEDERATION/service_providers', 'service_provider'

    @operation('identity:list_service_providers', rules.ADMIN_OR_SYSTEM_READER)
    def get_all(self, req):
        with self.db.read() as conn:
            found = service_providers.list(conn, self.asked(req))
        return self.listed(req, 'service_providers', [self.linked(row) for row in found])

    @operation('identity:create_service_provider', rules.ADMIN, body=CREATE, status=201)
    def put(self, req, provider_id, body):
        parts.check_id(provider_id)
        values = _values({'id': provider_id, 'enabled': False, 'description': None,
                          'relay_state_prefix': None, **body['service_provider']})
        with self.db.write() as conn:
            service_providers.create(conn, values)
        return self.one(values)

    @operation('identity:get_service_provider', rules.ADMIN_OR_SYSTEM_READER, item=_load, target=no_target)
    def get_one(self, req, provider):
        return self.one(provider)

    @operation('identity:update_service_provider', rules.ADMIN, item=_load, target=no_target, body=UPDATE)
    def patch(self, req, provider, body):
        values = _values(body['service_provider'])
        with self.db.write() as conn:
            service_providers.save(conn, provider['id'], values)
        return self.one({**provider, **values})

    @operation('identity:delete_service_provider', rules.ADMIN, item=_load, target=no_target, status=204)
    def delete(self, req, provider):
        with self.db.write() as conn:
            service_providers.delete(conn, provider['id'])


def _values(given):
    """No prefix is the usual one."""
    if 'relay_state_prefix' in given and given['relay_state_prefix'] is None:
        return {**given, 'relay_state_prefix': RELAY_STATE_PREFIX}
    return given
