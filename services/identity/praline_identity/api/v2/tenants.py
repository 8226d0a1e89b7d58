# SPDX-License-Identifier: Apache-2.0
"""/v2.0/tenants: where the caller may go, or for who may list projects all of the default domain."""
from praline_common.api.rest import operation
from praline_identity.api import parts
from praline_identity.api import projects as v3
from praline_identity.api.auth_scopes import AuthProjects
from praline_identity.api.resource import Resource
from praline_identity.api.users import Users, user_view
from praline_identity.api.v2 import shapes
from praline_identity.db import effective
from praline_identity.db import projects
from praline_identity.db import role_assignments
from praline_identity.db import rows
from praline_identity.db import users

_PROPERTIES = {'name': parts.SHORT_NAME, 'description': parts.TEXT, 'enabled': parts.BOOLEAN, 'id': parts.ID_OR_NULL}


def _body(required, least=0):
    schema = parts.wrapped('tenant', _PROPERTIES, required, least)
    schema['properties']['tenant']['not'] = {'anyOf': [{'required': ['is_domain']}, {'required': ['domain_id']}]}
    return schema


CREATE, UPDATE = _body(['name']), _body([], least=1)


def load(conn, context, tenant_id, *_):
    """The project; a domain is none."""
    found = projects.get(conn, tenant_id)
    if found['is_domain']:
        raise rows.missing(projects.KIND, tenant_id)
    return found


class Tenants(Resource):

    def __init__(self, runtime):
        super().__init__(runtime)
        self.projects = v3.Projects(runtime)

    @operation(*shapes.rule(AuthProjects.get_all))
    def get_all(self, req):
        every = self.policy.allows(req.context, 'identity:list_projects', shapes.OF_DOMAIN)
        page, asked = shapes.page(self, req), {'domain_id': shapes.DOMAIN, 'is_domain': '0'}
        with self.db.read() as conn:
            if every and req.GET.get('name'):
                return self._named(conn, req.GET['name'])
            mine = None if every else effective.reachable(conn, req.context.user_id)[0]
            found = projects.list(conn, asked, page, mine)
        return {'tenants': [shapes.plain(v3.project_view(row)) for row in found], 'tenants_links': []}

    @staticmethod
    def _named(conn, name):
        found = projects.by_name(conn, name, shapes.DOMAIN)
        if found is None:
            raise rows.missing(projects.KIND, name)
        return {'tenant': shapes.plain(v3.project_view(found))}

    @operation(*shapes.rule(v3.Projects.post), target=shapes.here, body=CREATE)
    def post(self, req, body):
        given = {**shapes.plain(body['tenant']), 'domain_id': shapes.DOMAIN}
        return self._one(shapes.run(self.projects.post, req, {'project': given}))

    @operation(*shapes.rule(v3.Projects.get_one), item=load, target=v3.target)
    def get_one(self, req, tenant):
        return {'tenant': shapes.plain(v3.project_view(tenant))}

    @operation(*shapes.rule(v3.Projects.patch), item=load, target=v3.target, body=UPDATE)
    def put(self, req, tenant, body):
        return self._one(shapes.run(self.projects.patch, req, tenant, {'project': shapes.plain(body['tenant'])}))

    post_one = put

    @operation(*shapes.rule(v3.Projects.delete), item=load, target=v3.target, status=204)
    def delete(self, req, tenant):
        return shapes.run(self.projects.delete, req, tenant)

    @staticmethod
    def _one(answer):
        return {'tenant': shapes.plain(answer['project'])}


class TenantUsers(Resource):
    """/v2.0/tenants/{id}/users: who has a role there, in whatever way."""

    @operation(*shapes.rule(Users.get_all), item=load, target=shapes.here)
    def get_all(self, req, tenant):
        with self.db.read() as conn:
            entries = role_assignments.effective_list(conn, {'project': tenant['id']})
            ids = {entry['user_id'] for entry in entries}
            found = users.several(conn, ids)
        return {'users': [shapes.user(user_view(row)) for row in found]}
