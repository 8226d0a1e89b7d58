# SPDX-License-Identifier: Apache-2.0
"""/v3/OS-FEDERATION/mappings: rules from assertions to users, groups and projects here."""
from praline_common.api.rest import operation
from praline_identity.api import parts
from praline_identity.api import rules
from praline_identity.api.resource import Resource
from praline_identity.api.services import no_target
from praline_identity.db import mappings
from praline_identity.federation import documents

BODY = {'type': 'object', 'properties': {'mapping': {'type': 'object'}}}


def _load(conn, context, mapping_id):
    return mappings.get(conn, mapping_id)


class Mappings(Resource):

    plural, singular = 'OS-FEDERATION/mappings', 'mapping'

    @operation('identity:list_mappings', rules.ADMIN_OR_SYSTEM_READER)
    def get_all(self, req):
        with self.db.read() as conn:
            return self.listed(req, 'mappings', [self.linked(row) for row in mappings.list(conn)])

    @operation('identity:create_mapping', rules.ADMIN, body=BODY, status=201)
    def put(self, req, mapping_id, body):
        parts.check_id(mapping_id)
        values = {'id': mapping_id, **self._checked(body)}
        with self.db.write() as conn:
            mappings.create(conn, values)
        return self.one(values)

    @operation('identity:get_mapping', rules.ADMIN_OR_SYSTEM_READER, item=_load, target=no_target)
    def get_one(self, req, mapping):
        return self.one(mapping)

    @operation('identity:update_mapping', rules.ADMIN, item=_load, target=no_target, body=BODY)
    def patch(self, req, mapping, body):
        """All of its rules anew; without a schema_version it becomes one of the default version."""
        values = self._checked(body)
        with self.db.write() as conn:
            mappings.save(conn, mapping['id'], values)
        return self.one({**mapping, **values})

    @operation('identity:delete_mapping', rules.ADMIN, item=_load, target=no_target, status=204)
    def delete(self, req, mapping):
        with self.db.write() as conn:
            mappings.delete(conn, mapping['id'])

    def _checked(self, body):
        given = dict(body.get('mapping') or {})
        given['schema_version'] = given.get('schema_version') or self.options.mapping_schema_version
        documents.check(given)
        return {'rules': given['rules'], 'schema_version': given['schema_version']}
