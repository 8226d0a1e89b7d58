# SPDX-License-Identifier: Apache-2.0
"""/v2.0/OS-KSADM/roles, and the roles of users in tenants."""
from praline_common.api.rest import operation
from praline_identity import errors
from praline_identity.api import parts
from praline_identity.api import roles as v3
from praline_identity.api.grants import ProjectUsers
from praline_identity.api.resource import Resource
from praline_identity.api.v2 import shapes
from praline_identity.db import assignments
from praline_identity.db import roles

CREATE = parts.wrapped('role', {'name': parts.NAME, 'description': parts.TEXT}, ['name'])
_NO_TENANT = 'User roles not supported: tenant_id required'


class Roles(Resource):

    def __init__(self, runtime):
        super().__init__(runtime)
        self.roles = v3.Roles(runtime)

    @operation(*shapes.rule(v3.Roles.get_all), target=lambda *_: {})
    def get_all(self, req):
        with self.db.read() as conn:
            return {'roles': [shapes.role(row) for row in roles.list(conn, {}, shapes.page(self, req))]}

    @operation(*shapes.rule(v3.Roles.post), body=CREATE)
    def post(self, req, body):
        return {'role': shapes.role(shapes.run(self.roles.post, req, {'role': shapes.plain(body['role'])})['role'])}

    @operation(*shapes.rule(v3.Roles.get_one), item=v3.load, target=v3.Roles.get_one.operation.target)
    def get_one(self, req, role):
        return {'role': shapes.role(role)}

    @operation(*shapes.rule(v3.Roles.delete), item=v3.load, target=v3.Roles.get_one.operation.target, status=204)
    def delete(self, req, role):
        return shapes.run(self.roles.delete, req, role)


class TenantUserRoles(Resource):
    """/v2.0/tenants/{id}/users/{id}/roles: all that the user may be there, implied ones too."""

    def __init__(self, runtime):
        super().__init__(runtime)
        self.grants = ProjectUsers(runtime)

    @operation(*shapes.rule(ProjectUsers.get_all), target=lambda self, req, *ids: self.grants.about(*ids))
    def get_all(self, req, tenant_id, user_id):
        with self.db.read() as conn:
            return {'roles': self.tokens.ground(conn).roles(conn, user_id, ('project', tenant_id))}


class TenantUserRole(Resource):
    """/v2.0/tenants/{id}/users/{id}/roles/OS-KSADM/{id}"""

    actor_kind, target_kind = ProjectUsers.actor_kind, ProjectUsers.target_kind

    def __init__(self, runtime):
        super().__init__(runtime)
        self.grants = ProjectUsers(runtime)

    @operation(*shapes.rule(ProjectUsers.put), target=lambda self, req, *ids: self.grants.about(*ids))
    def put(self, req, tenant_id, user_id, role_id):
        with self.db.read() as conn:
            role = roles.get(conn, role_id)
            if assignments.granted(conn, role_id, 'user', user_id, 'project', tenant_id):
                raise errors.Conflict('Conflict occurred attempting to store role grant - User %s already has role %s '
                                      'in tenant %s.' % (user_id, role_id, tenant_id))
        shapes.run(self.grants.put, req, tenant_id, user_id, role_id)
        return {'role': shapes.role(role)}

    @operation(*shapes.rule(ProjectUsers.delete), status=204,
               target=lambda self, req, *ids: self.grants.about(*ids, gone=True))
    def delete(self, req, tenant_id, user_id, role_id):
        return shapes.run(self.grants.delete, req, tenant_id, user_id, role_id)


class UserRoles(Resource):
    """/v2.0/users/{id}/roles, which v2 named and never had."""

    @operation(*shapes.rule(ProjectUsers.get_all), target=shapes.here)
    def get_all(self, req, user_id):
        raise errors.NotSupported(_NO_TENANT)


class UserRole(Resource):
    """/v2.0/users/{id}/roles/OS-KSADM/{id}, likewise."""

    @operation(*shapes.rule(ProjectUsers.put), target=shapes.here)
    def put(self, req, user_id, role_id):
        raise errors.NotSupported(_NO_TENANT)

    @operation(*shapes.rule(ProjectUsers.delete), target=shapes.here)
    def delete(self, req, user_id, role_id):
        raise errors.NotSupported(_NO_TENANT)
