# SPDX-License-Identifier: Apache-2.0
"""Every collection of v2.0, by its path; identity answers them with v2_enabled."""
from praline_identity.api.v2 import roles
from praline_identity.api.v2 import services
from praline_identity.api.v2 import users
from praline_identity.api.v2.own_password import OwnPassword
from praline_identity.api.v2.tenants import TenantUsers, Tenants
from praline_identity.api.v2.tokens import TokenEndpoints, Tokens
from praline_identity.api.v2.versions import Extensions, Version2

ROUTES = (
    ('/v2.0', Version2),
    ('/v2.0/extensions', Extensions),
    ('/v2.0/tokens', Tokens),
    ('/v2.0/tokens/{token_id}/endpoints', TokenEndpoints),
    ('/v2.0/tenants', Tenants),
    ('/v2.0/tenants/{tenant_id}/users', TenantUsers),
    ('/v2.0/tenants/{tenant_id}/users/{user_id}/roles', roles.TenantUserRoles),
    ('/v2.0/tenants/{tenant_id}/users/{user_id}/roles/OS-KSADM', roles.TenantUserRole),
    ('/v2.0/users', users.Users),
    ('/v2.0/users/{user_id}/password', users.UserAttribute),
    ('/v2.0/users/{user_id}/tenant', users.UserAttribute),
    ('/v2.0/users/{user_id}/enabled', users.UserEnabled),
    ('/v2.0/users/{user_id}/OS-KSADM/password', users.UserAttribute),
    ('/v2.0/users/{user_id}/OS-KSADM/tenant', users.UserAttribute),
    ('/v2.0/users/{user_id}/OS-KSADM/enabled', users.UserEnabled),
    ('/v2.0/users/{user_id}/roles', roles.UserRoles),
    ('/v2.0/users/{user_id}/roles/OS-KSADM', roles.UserRole),
    ('/v2.0/OS-KSCRUD/users', OwnPassword),
    ('/v2.0/OS-KSADM/roles', roles.Roles),
    ('/v2.0/OS-KSADM/services', services.Services),
    ('/v2.0/endpoints', services.Endpoints),
)
