# SPDX-License-Identifier: Apache-2.0
"""/v3/roles/{id}/implies and /v3/role_inferences: which role brings which others."""
from praline_common.api.rest import operation
from praline_identity import errors
from praline_identity.api import rules
from praline_identity.api.resource import Resource
from praline_identity.api.roles import load
from praline_identity.db import effective
from praline_identity.db import roles

_NEVER = ('admin',)


def _pair(conn, context, prior_id, implied_id):
    return roles.get(conn, prior_id), roles.get(conn, implied_id)


def _anything(controller, req, *args):
    return {}


class ImpliedRoles(Resource):

    policy_before_missing = False

    @operation('identity:list_implied_roles', rules.ADMIN_OR_SYSTEM_READER, item=load, target=_anything)
    def get_all(self, req, prior):
        with self.db.read() as conn:
            found = [self._short(implied) for _, implied in roles.implied(conn, prior['id'])]
        return {'role_inference': {'prior_role': self._short(prior), 'implies': found},
                'links': {'self': self.url('roles', prior['id'], 'implies')}}

    @operation('identity:get_implied_role', rules.ADMIN_OR_SYSTEM_READER, item=_pair, target=_anything)
    def get_one(self, req, prior_id, pair):
        self._require(pair)
        return self._rule(*pair)

    @operation('identity:check_implied_role', rules.ADMIN_OR_SYSTEM_READER, item=_pair, target=_anything, status=204)
    def head(self, req, prior_id, pair):
        self._require(pair)

    @operation('identity:create_implied_role', rules.ADMIN, item=_pair, target=_anything, status=201)
    def put(self, req, prior_id, pair):
        prior, implied = pair
        if implied['name'] in _NEVER or (implied['domain_id'] and not prior['domain_id']):
            raise errors.Forbidden('%s cannot be an implied roles.' % implied['id'])
        with self.db.write() as conn:
            if prior['id'] in effective.closure([implied['id']], effective.implications(conn)):
                raise errors.Forbidden('%s cannot be an implied roles: it implies %s itself.'
                                       % (implied['id'], prior['id']))
            roles.imply(conn, prior['id'], implied['id'])
        return self._rule(prior, implied)

    @operation('identity:delete_implied_role', rules.ADMIN, item=_pair, target=_anything, status=204)
    def delete(self, req, prior_id, pair):
        with self.db.write() as conn:
            if not roles.unimply(conn, pair[0]['id'], pair[1]['id']):
                raise _no_rule(*pair)

    def _require(self, pair):
        with self.db.read() as conn:
            if not roles.implies(conn, pair[0]['id'], pair[1]['id']):
                raise _no_rule(*pair)

    def _rule(self, prior, implied):
        return {'role_inference': {'prior_role': self._short(prior), 'implies': self._short(implied)},
                'links': {'self': self.url('roles', prior['id'], 'implies', implied['id'])}}

    def _short(self, role):
        return {'id': role['id'], 'name': role['name'], 'links': {'self': self.url('roles', role['id'])}}


class RoleInferences(ImpliedRoles):
    """All rules at once; single ones have their path under their prior role."""

    get_one = head = put = delete = None

    @operation('identity:list_role_inference_rules', rules.ADMIN_OR_SYSTEM_READER)
    def get_all(self, req):
        found = {}
        with self.db.read() as conn:
            for prior, implied in roles.implied(conn):
                rule = found.setdefault(prior['id'], {'prior_role': self._short(prior), 'implies': []})
                rule['implies'].append(self._short(implied))
        return {'role_inferences': list(found.values())}


def _no_rule(prior, implied):
    return errors.NotFound('%s does not imply %s.' % (prior['id'], implied['id']))
