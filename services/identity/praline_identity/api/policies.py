# SPDX-License-Identifier: Apache-2.0
"""/v3/policies: documents that identity only keeps for others."""
from praline_common.api.rest import operation
from praline_identity.api import parts
from praline_identity.api import rules
from praline_identity.api.domains import same_id
from praline_identity.api.resource import Resource
from praline_identity.api.services import no_target
from praline_identity.db import policies
from praline_identity.db import rows
from praline_identity.db.models import policies as table

_PROPERTIES = {'blob': {'type': ['string', 'object']}, 'type': {'type': 'string', 'maxLength': 255}}
CREATE = parts.wrapped('policy', _PROPERTIES, ['blob', 'type'])
UPDATE = parts.wrapped('policy', _PROPERTIES, least=1)


def load(conn, context, policy_id, *rest):
    return policies.get(conn, policy_id)


class Policies(Resource):

    plural, singular = 'policies', 'policy'

    def view(self, row):
        return policy_view(row)

    @operation('identity:list_policies', rules.ADMIN_OR_SYSTEM_READER)
    def get_all(self, req):
        page, asked = self.page(req, ('id',)), self.asked(req)
        with self.db.read() as conn:
            return self.many(req, policies.list(conn, asked, page), page)

    @operation('identity:create_policy', rules.ADMIN, body=CREATE, status=201)
    def post(self, req, body):
        values = {'id': rows.new_id(), **rows.split(table, body['policy'], _PROPERTIES)}
        with self.db.write() as conn:
            policies.create(conn, values)
            return self.one(policies.get(conn, values['id']))

    @operation('identity:get_policy', rules.ADMIN_OR_SYSTEM_READER, item=load, target=no_target)
    def get_one(self, req, policy):
        return self.one(policy)

    @operation('identity:update_policy', rules.ADMIN, item=load, target=no_target, body=UPDATE)
    def patch(self, req, policy, body):
        same_id(body['policy'], policy)
        with self.db.write() as conn:
            policies.save(conn, policy['id'], rows.merge(policy, body['policy'], table, _PROPERTIES))
            return self.one(policies.get(conn, policy['id']))

    @operation('identity:delete_policy', rules.ADMIN, item=load, target=no_target, status=204)
    def delete(self, req, policy):
        with self.db.write() as conn:
            policies.delete(conn, policy['id'])


def policy_view(row):
    return {**row['extra'], 'id': row['id'], 'type': row['type'], 'blob': row['blob']}
