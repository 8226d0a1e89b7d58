# SPDX-License-Identifier: Apache-2.0
"""/v3/OS-FEDERATION/identity_providers: who may say who someone is."""
from praline_common.api.rest import operation
from praline_identity.api import parts
from praline_identity.api import rules
from praline_identity.api.resource import Resource
from praline_identity.api.services import no_target
from praline_identity.db import domains
from praline_identity.db import federated_users
from praline_identity.db import identity_providers
from praline_identity.db import rows

_PROPERTIES = {
    'enabled': parts.BOOLEAN, 'description': parts.TEXT,
    'authorization_ttl': {'type': ['integer', 'null'], 'minimum': 0, 'maximum': 2 ** 31 - 1},
    'remote_ids': {'type': ['array', 'null'], 'uniqueItems': True, 'items': {'type': 'string', 'maxLength': 255}}}
CREATE = {'type': 'object', 'additionalProperties': False, 'properties': {'identity_provider': {
    'type': 'object', 'properties': {**_PROPERTIES, 'domain_id': parts.ID_OR_NULL}, 'additionalProperties': False}}}
UPDATE = parts.wrapped('identity_provider', _PROPERTIES, least=1, extra=False)


def _load(conn, context, provider_id):
    return identity_providers.get(conn, provider_id)


class IdentityProviders(Resource):

    plural, singular = 'OS-FEDERATION/identity_providers', 'identity_provider'

    def linked(self, row):
        shown = super().linked(row)
        shown['links']['protocols'] = shown['links']['self'] + '/protocols'
        return shown

    @operation('identity:list_identity_providers', rules.ADMIN_OR_SYSTEM_READER)
    def get_all(self, req):
        with self.db.read() as conn:
            found = identity_providers.list(conn, self.asked(req))
        return self.listed(req, 'identity_providers', [self.linked(row) for row in found])

    @operation('identity:create_identity_provider', rules.ADMIN, body=CREATE, status=201)
    def put(self, req, provider_id, body):
        """Without a domain_id the provider's users get a domain of their own."""
        given = {'enabled': False, 'description': None, 'authorization_ttl': None, 'domain_id': None,
                 **body.get('identity_provider', {})}
        remote_ids = given.pop('remote_ids', None) or []
        parts.check_id(provider_id)
        with self.db.write() as conn:
            if given['domain_id']:
                domains.get(conn, given['domain_id'])
            else:
                given['domain_id'] = _own_domain(conn, provider_id)
            identity_providers.create(conn, {'id': provider_id, **given}, remote_ids)
            return self.one(identity_providers.get(conn, provider_id))

    @operation('identity:get_identity_provider', rules.ADMIN_OR_SYSTEM_READER, item=_load, target=no_target)
    def get_one(self, req, provider):
        return self.one(provider)

    @operation('identity:update_identity_provider', rules.ADMIN, item=_load, target=no_target, body=UPDATE)
    def patch(self, req, provider, body):
        changes = dict(body['identity_provider'])
        remote_ids = (changes.pop('remote_ids') or []) if 'remote_ids' in changes else None
        with self.db.write() as conn:
            identity_providers.save(conn, provider['id'], changes, remote_ids)
            if 'authorization_ttl' in changes:
                federated_users.set_expiry(conn, provider['id'], changes['authorization_ttl']
                                           or self.options.default_authorization_ttl)
            return self.one(identity_providers.get(conn, provider['id']))

    @operation('identity:delete_identity_provider', rules.ADMIN, item=_load, target=no_target, status=204)
    def delete(self, req, provider):
        with self.db.write() as conn:
            identity_providers.delete(conn, provider['id'])


def _own_domain(conn, provider_id):
    domain_id = rows.new_id()
    domains.create(conn, {'id': domain_id, 'name': domain_id, 'enabled': True, 'options': {}, 'extra': {},
                          'description': 'Auto generated federated domain for Identity Provider: ' + provider_id})
    return domain_id
