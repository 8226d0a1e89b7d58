# SPDX-License-Identifier: Apache-2.0
"""OS-ENDPOINT-POLICY: which policy is meant for which endpoint, service or region."""
from praline_common.api.rest import operation
from praline_identity import errors
from praline_identity.api import rules
from praline_identity.api.endpoints import endpoint_view
from praline_identity.api.policies import policy_view
from praline_identity.api.resource import Resource, everything
from praline_identity.api.services import no_target
from praline_identity.db import endpoints
from praline_identity.db import policies
from praline_identity.db import regions
from praline_identity.db import services


def _at_endpoint(conn, context, policy_id, endpoint_id):
    return policies.get(conn, policy_id)['id'], {'endpoint_id': endpoints.get(conn, endpoint_id)['id']}


def _at_service(conn, context, policy_id, service_id):
    return policies.get(conn, policy_id)['id'], {'service_id': services.get(conn, service_id)['id']}


def _at_region(conn, context, policy_id, service_id, region_id):
    policy_id, place = _at_service(conn, context, policy_id, service_id)
    return policy_id, {**place, 'region_id': regions.get(conn, region_id)['id']}


class _Associations(Resource):

    def check(self, policy_id, place):
        with self.db.read() as conn:
            if not policies.associated(conn, policy_id, **place):
                raise errors.NotFound('Could not find a policy association.')

    def tie(self, policy_id, place):
        with self.db.write() as conn:
            policies.associate(conn, policy_id, **place)

    def untie(self, policy_id, place):
        with self.db.write() as conn:
            policies.dissociate(conn, policy_id, **place)


_NAME = 'identity:%s_policy_association_for_%s'


class PolicyEndpoints(_Associations):
    """/v3/policies/{id}/OS-ENDPOINT-POLICY/endpoints"""

    @operation('identity:list_endpoints_for_policy', rules.ADMIN_OR_SYSTEM_READER, target=no_target)
    def get_all(self, req, policy_id):
        with self.db.read() as conn:
            policies.get(conn, policy_id)
            meant = policies.meant(conn)
            found = [row for row in endpoints.list(conn, {}, everything()) if meant(row) == policy_id]
        return self.listed(req, 'endpoints', [
            {**endpoint_view(row), 'links': {'self': self.url('endpoints', row['id'])}} for row in found])

    @operation(_NAME % ('check', 'endpoint'), rules.ADMIN_OR_SYSTEM_READER, item=_at_endpoint, target=no_target,
               status=204)
    def get_one(self, req, policy_id, place):
        self.check(*place)

    @operation(_NAME % ('create', 'endpoint'), rules.ADMIN, item=_at_endpoint, target=no_target, status=204)
    def put(self, req, policy_id, place):
        self.tie(*place)

    @operation(_NAME % ('delete', 'endpoint'), rules.ADMIN, item=_at_endpoint, target=no_target, status=204)
    def delete(self, req, policy_id, place):
        self.untie(*place)


class PolicyServices(_Associations):
    """/v3/policies/{id}/OS-ENDPOINT-POLICY/services"""

    @operation(_NAME % ('check', 'service'), rules.ADMIN_OR_SYSTEM_READER, item=_at_service, target=no_target,
               status=204)
    def get_one(self, req, policy_id, place):
        self.check(*place)

    @operation(_NAME % ('create', 'service'), rules.ADMIN, item=_at_service, target=no_target, status=204)
    def put(self, req, policy_id, place):
        self.tie(*place)

    @operation(_NAME % ('delete', 'service'), rules.ADMIN, item=_at_service, target=no_target, status=204)
    def delete(self, req, policy_id, place):
        self.untie(*place)


class PolicyRegions(_Associations):
    """/v3/policies/{id}/OS-ENDPOINT-POLICY/services/{id}/regions"""

    @operation(_NAME % ('check', 'region_and_service'), rules.ADMIN_OR_SYSTEM_READER, item=_at_region,
               target=no_target, status=204)
    def get_one(self, req, policy_id, service_id, place):
        self.check(*place)

    @operation(_NAME % ('create', 'region_and_service'), rules.ADMIN, item=_at_region, target=no_target, status=204)
    def put(self, req, policy_id, service_id, place):
        self.tie(*place)

    @operation(_NAME % ('delete', 'region_and_service'), rules.ADMIN, item=_at_region, target=no_target, status=204)
    def delete(self, req, policy_id, service_id, place):
        self.untie(*place)


class EndpointPolicy(Resource):
    """/v3/endpoints/{id}/OS-ENDPOINT-POLICY/policy"""

    @operation('identity:get_policy_for_endpoint', rules.ADMIN_OR_SYSTEM_READER, target=no_target)
    def get_all(self, req, endpoint_id):
        with self.db.read() as conn:
            policy_id = policies.meant(conn)(endpoints.get(conn, endpoint_id))
            if policy_id is None:
                raise errors.NotFound('No policy is associated with endpoint %s.' % endpoint_id)
            found = policies.get(conn, policy_id)
        return {'policy': {**policy_view(found), 'links': {'self': self.url('policies', found['id'])}}}
