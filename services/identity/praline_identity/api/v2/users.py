# SPDX-License-Identifier: Apache-2.0
"""/v2.0/users: the default domain's users."""
from praline_common.api.rest import operation
from praline_identity import errors
from praline_identity.api import parts
from praline_identity.api import users as v3
from praline_identity.api.resource import Resource
from praline_identity.api.v2 import shapes
from praline_identity.db import application_credentials
from praline_identity.db import assignments
from praline_identity.db import projects
from praline_identity.db import roles
from praline_identity.db import rows
from praline_identity.db import users

_PROPERTIES = {'name': parts.NAME, 'username': parts.NAME, 'password': parts.TEXT, 'email': parts.TEXT,
               'OS-KSADM:password': parts.TEXT, 'tenantId': parts.ID_OR_NULL, 'enabled': parts.BOOLEAN,
               'description': parts.TEXT}
CREATE, UPDATE = parts.wrapped('user', _PROPERTIES), parts.wrapped('user', _PROPERTIES, least=1)
ENABLE = parts.wrapped('user', _PROPERTIES, ['enabled'])
_MEMBER = 'member'


class Users(Resource):

    def __init__(self, runtime):
        super().__init__(runtime)
        self.users = v3.Users(runtime)

    @operation(*shapes.rule(v3.Users.get_all), target=shapes.here)
    def get_all(self, req):
        page, asked = shapes.page(self, req), {'domain_id': shapes.DOMAIN}
        if req.GET.get('name'):
            asked['name'] = req.GET['name']
        with self.db.read() as conn:
            found = [shapes.user(v3.user_view(row)) for row in users.list(conn, asked, page)]
        if 'name' not in asked:
            return {'users': found}
        if not found:
            raise rows.missing(users.KIND, asked['name'])
        return {'user': found[0]}

    @operation(*shapes.rule(v3.Users.post), target=shapes.here, body=CREATE)
    def post(self, req, body):
        given = _as_v3(body['user'])
        if not given.get('name'):
            raise errors.BadRequest('Expecting to find name in user.')
        self._tenant(given.get('default_project_id'))
        made = shapes.run(self.users.post, req, {'user': {**given, 'domain_id': shapes.DOMAIN}})['user']
        self._join(made['id'], None, given.get('default_project_id'))
        return {'user': shapes.user(made)}

    @operation(*shapes.rule(v3.Users.get_one), item=v3.load, target=v3.target)
    def get_one(self, req, user):
        return {'user': shapes.user(v3.user_view(user))}

    @operation(*shapes.rule(v3.Users.patch), item=v3.load, target=v3.target, body=UPDATE)
    def put(self, req, user, body):
        return self.change(req, user, body)

    @operation(*shapes.rule(v3.Users.delete), item=v3.load, target=v3.target, status=204)
    def delete(self, req, user):
        return shapes.run(self.users.delete, req, user)

    def change(self, req, user, body):
        changes = _as_v3(body['user'])
        old, new = user['default_project_id'], changes.get('default_project_id', user['default_project_id'])
        if new != old:
            self._tenant(new)
        shown = shapes.run(self.users.patch, req, user, {'user': changes})['user']
        self._join(user['id'], old, new)
        return {'user': shapes.user(shown)}

    def _tenant(self, project_id):
        """NotFound when there is no such project."""
        if project_id:
            with self.db.read() as conn:
                projects.get(conn, project_id)

    def _join(self, user_id, old, new):
        """Who has a tenant is a member of it; the old one's membership ends."""
        if new == old:
            return
        with self.db.write() as conn:
            for role in roles.by_name(conn, _MEMBER):
                if old:
                    assignments.revoke(conn, role['id'], 'user', user_id, 'project', old)
                    application_credentials.delete_after_revoke(conn, 'user', user_id, old)
                if new:
                    assignments.grant(conn, role['id'], 'user', user_id, 'project', new)


class UserAttribute(Users):
    """PUT /v2.0/users/{id}/password and tenant, with and without OS-KSADM: one attribute of a user."""

    get_all = post = get_one = put = delete = None

    @operation(*shapes.rule(v3.Users.patch), item=v3.load, target=v3.target, body=UPDATE)
    def put_all(self, req, user, body):
        return self.change(req, user, body)


class UserEnabled(Users):
    """PUT /v2.0/users/{id}/enabled, with and without OS-KSADM."""

    get_all = post = get_one = put = delete = None

    @operation(*shapes.rule(v3.Users.patch), item=v3.load, target=v3.target, body=ENABLE)
    def put_all(self, req, user, body):
        return self.change(req, user, body)


def _as_v3(given):
    """The body's user with v3's names, and nothing of v3's that this body's schema has not seen."""
    known = shapes.plain(given)
    if 'OS-KSADM:password' in known:
        known['password'] = known.pop('OS-KSADM:password')
    if 'username' in known:
        name = known.pop('username')
        known.setdefault('name', name)
    if 'tenantId' in known:
        known['default_project_id'] = known.pop('tenantId')
    known.pop('federated', None)
    return known
