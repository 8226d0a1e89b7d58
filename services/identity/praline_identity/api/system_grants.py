# SPDX-License-Identifier: Apache-2.0
"""/v3/system/users/{id}/roles and /v3/system/groups/{id}/roles: who may do what to the cloud itself."""
from praline_common.api.rest import operation
from praline_identity import errors
from praline_identity.api import rules
from praline_identity.api.resource import Resource
from praline_identity.api.roles import role_view
from praline_identity.db import assignments
from praline_identity.db import groups
from praline_identity.db import roles
from praline_identity.db import users

_LOAD = {'user': users.get, 'group': groups.get}


def _exists(controller, req, actor_id, role_id=None):
    """Nothing about the target matters to the rules, but it must be there."""
    with controller.db.read() as conn:
        if role_id is not None:
            controller.role_of_cloud(conn, role_id)
        _LOAD[controller.actor_kind](conn, actor_id)
    return {}


class _SystemGrants(Resource):

    plural, singular = 'roles', 'role'
    actor_kind = None

    def view(self, row):
        return role_view(row)

    def role_of_cloud(self, conn, role_id):
        role = roles.get(conn, role_id)
        if role['domain_id']:
            raise errors.BadRequest('Role %s is a domain-specific role. Unable to use a domain-specific role in a '
                                    'system assignment.' % role_id)
        return role

    def key(self, actor_id):
        return self.actor_kind, actor_id, 'system', 'system'

    def listed_roles(self, req, actor_id):
        with self.db.read() as conn:
            return self.many(req, assignments.roles(conn, *self.key(actor_id)))

    def check(self, actor_id, role_id):
        with self.db.read() as conn:
            if not assignments.granted(conn, role_id, *self.key(actor_id)):
                raise _no_grant(actor_id, role_id)

    def grant(self, actor_id, role_id):
        with self.db.write() as conn:
            assignments.grant(conn, role_id, *self.key(actor_id))

    def revoke(self, actor_id, role_id):
        with self.db.write() as conn:
            if not assignments.revoke(conn, role_id, *self.key(actor_id)):
                raise _no_grant(actor_id, role_id)


class SystemUsers(_SystemGrants):

    actor_kind = 'user'

    @operation('identity:list_system_grants_for_user', rules.ADMIN_OR_SYSTEM_READER, target=_exists)
    def get_all(self, req, user_id):
        return self.listed_roles(req, user_id)

    @operation('identity:check_system_grant_for_user', rules.ADMIN_OR_SYSTEM_READER, target=_exists, status=204)
    def get_one(self, req, user_id, role_id):
        self.check(user_id, role_id)

    @operation('identity:create_system_grant_for_user', rules.ADMIN, target=_exists, status=204)
    def put(self, req, user_id, role_id):
        self.grant(user_id, role_id)

    @operation('identity:revoke_system_grant_for_user', rules.ADMIN, target=_exists, status=204)
    def delete(self, req, user_id, role_id):
        self.revoke(user_id, role_id)


class SystemGroups(_SystemGrants):

    actor_kind = 'group'

    @operation('identity:list_system_grants_for_group', rules.ADMIN_OR_SYSTEM_READER, target=_exists)
    def get_all(self, req, group_id):
        return self.listed_roles(req, group_id)

    @operation('identity:check_system_grant_for_group', rules.ADMIN_OR_SYSTEM_READER, target=_exists, status=204)
    def get_one(self, req, group_id, role_id):
        self.check(group_id, role_id)

    @operation('identity:create_system_grant_for_group', rules.ADMIN, target=_exists, status=204)
    def put(self, req, group_id, role_id):
        self.grant(group_id, role_id)

    @operation('identity:revoke_system_grant_for_group', rules.ADMIN, target=_exists, status=204)
    def delete(self, req, group_id, role_id):
        self.revoke(group_id, role_id)


def _no_grant(actor_id, role_id):
    return errors.NotFound('Could not find role assignment with role: %s, user or group: %s, project, domain, or '
                           'system: system.' % (role_id, actor_id))
