# SPDX-License-Identifier: Apache-2.0
"""/v3/OS-FEDERATION/identity_providers/{id}/protocols: which mapping reads a provider's assertions."""
from praline_common.api.rest import operation
from praline_identity import errors
from praline_identity.api import parts
from praline_identity.api import rules
from praline_identity.api.resource import Resource
from praline_identity.api.services import no_target
from praline_identity.db import federation_protocols
from praline_identity.db import mappings

_MAPPING = {'type': 'string', 'minLength': 1, 'maxLength': 64}
_ATTRIBUTE = {'type': 'string', 'maxLength': 64}


def _body(attribute):
    inner = {'type': 'object', 'properties': {'mapping_id': _MAPPING, 'remote_id_attribute': attribute},
             'required': ['mapping_id'], 'additionalProperties': False}
    return {'type': 'object', 'properties': {'protocol': inner}, 'required': ['protocol'],
            'additionalProperties': False}


CREATE, UPDATE = _body({**_ATTRIBUTE, 'type': ['string', 'null']}), _body(_ATTRIBUTE)


def _load(conn, context, provider_id, protocol_id):
    return federation_protocols.get(conn, provider_id, protocol_id)


class FederationProtocols(Resource):

    singular = 'protocol'

    def linked(self, row):
        provider = self.url('OS-FEDERATION/identity_providers', row['identity_provider_id'])
        shown = {'id': row['id'], 'mapping_id': row['mapping_id'],
                 'links': {'self': provider + '/protocols/' + row['id'], 'identity_provider': provider}}
        if row['remote_id_attribute']:
            shown['remote_id_attribute'] = row['remote_id_attribute']
        return shown

    @operation('identity:list_protocols', rules.ADMIN_OR_SYSTEM_READER)
    def get_all(self, req, provider_id):
        with self.db.read() as conn:
            found = federation_protocols.list(conn, provider_id)
        return self.listed(req, 'protocols', [{
            **self.linked(row), 'idp_id': provider_id, 'remote_id_attribute': row['remote_id_attribute']}
            for row in found])

    @operation('identity:create_protocol', rules.ADMIN, body=CREATE, status=201)
    def put(self, req, provider_id, protocol_id, body):
        parts.check_id(protocol_id)
        with self.db.write() as conn:
            _check_mapping(conn, body['protocol'])
            federation_protocols.create(conn, {'identity_provider_id': provider_id, 'id': protocol_id,
                                               **body['protocol']})
            return self.one(federation_protocols.get(conn, provider_id, protocol_id))

    @operation('identity:get_protocol', rules.ADMIN_OR_SYSTEM_READER, item=_load, target=no_target)
    def get_one(self, req, provider_id, protocol):
        return self.one(protocol)

    @operation('identity:update_protocol', rules.ADMIN, item=_load, target=no_target, body=UPDATE)
    def patch(self, req, provider_id, protocol, body):
        with self.db.write() as conn:
            _check_mapping(conn, body['protocol'])
            federation_protocols.save(conn, provider_id, protocol['id'], body['protocol'])
            return self.one(federation_protocols.get(conn, provider_id, protocol['id']))

    @operation('identity:delete_protocol', rules.ADMIN, item=_load, target=no_target, status=204)
    def delete(self, req, provider_id, protocol):
        with self.db.write() as conn:
            federation_protocols.delete(conn, provider_id, protocol['id'])


def _check_mapping(conn, given):
    try:
        mappings.get(conn, given['mapping_id'])
    except errors.NotFound:
        raise errors.BadRequest('Invalid mapping id: %s' % given['mapping_id']) from None
