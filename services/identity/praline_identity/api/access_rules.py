# SPDX-License-Identifier: Apache-2.0
"""/v3/users/{id}/access_rules: the rules that a user's application credentials refer to."""
from praline_common.api.rest import operation
from praline_identity import errors
from praline_identity.api import delegation
from praline_identity.api import rules
from praline_identity.api.resource import Resource
from praline_identity.db import access_rules

_READ = rules.not_of_domains(rules.SYSTEM_READER + ' or ' + rules.OWNER)
_DELETE = rules.not_of_domains(rules.SYSTEM_ADMIN + ' or ' + rules.OWNER)


def _load(conn, context, user_id, rule_id):
    return access_rules.get(conn, user_id, rule_id)


def _path_user(controller, req, user_id, *rest):
    return {'target.user.id': user_id}


class AccessRules(Resource):

    def target_of_missing(self, req, user_id, *ids):
        return {'target.user.id': user_id}

    def shown(self, row):
        return {**shown_rule(row), 'links': {'self': self.url('users', row['user_id'], 'access_rules', row['id'])}}

    @operation('identity:list_access_rules', _READ, target=_path_user)
    def get_all(self, req, user_id):
        delegation.refuse_trusted(req)
        with self.db.read() as conn:
            found = access_rules.list(conn, user_id, self.asked(req))
        return self.listed(req, 'access_rules', [self.shown(row) for row in found])

    @operation('identity:get_access_rule', _READ, item=_load, target=_path_user)
    def get_one(self, req, user_id, rule):
        delegation.refuse_trusted(req)
        return {'access_rule': self.shown(rule)}

    @operation('identity:delete_access_rule', _DELETE, item=_load, target=_path_user, status=204)
    def delete(self, req, user_id, rule):
        delegation.refuse_trusted(req)
        with self.db.write() as conn:
            if access_rules.in_use(conn, rule['id']):
                raise errors.Forbidden('Unable to delete access rule %s, which is in use by an application credential.'
                                       % rule['id'])
            access_rules.delete(conn, rule['id'])


def shown_rule(row):
    return {name: row[name] for name in ('id', 'service', 'path', 'method')}
