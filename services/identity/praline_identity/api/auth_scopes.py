# SPDX-License-Identifier: Apache-2.0
"""/v3/auth/projects, domains, system and catalog, and /v3/users/{id}/projects: where someone may go."""
from praline_common.api.rest import operation
from praline_identity import errors
from praline_identity.api import rules
from praline_identity.api import users as users_api
from praline_identity.api.delegation import token_of
from praline_identity.api.domains import domain_view
from praline_identity.api.projects import project_view
from praline_identity.api.resource import Resource, everything
from praline_identity.db import domains
from praline_identity.db import effective
from praline_identity.db import projects

_OF_USER = rules.ADMIN_OR_SYSTEM_READER_OR_OWNER + ' or ' + rules.of_domain('reader', 'target.user.domain_id')


def _groups(req):
    """Ids of the groups that the token of a federated login carries."""
    login = token_of(req).get('user', {}).get('OS-FEDERATION', {})
    return [group['id'] for group in login.get('groups', ())]


class AuthProjects(Resource):

    plural, singular = 'projects', 'project'

    def view(self, row):
        return project_view(row)

    def reachable(self, req, user_id, group_ids=()):
        """The envelope of the projects where this user, or one of these groups, has a role."""
        page, asked = self.page(req), self.asked(req)
        with self.db.read() as conn:
            ids = effective.reachable(conn, user_id, group_ids)[0]
            found = projects.list(conn, asked, page, ids)
            tags = projects.tags(conn, [row['id'] for row in found])
        return self.many(req, [{**row, 'tags': tags[row['id']]} for row in found], page)

    @operation('identity:get_auth_projects', rules.ANYONE)
    def get_all(self, req):
        return self.reachable(req, req.context.user_id, _groups(req))


class UserProjects(AuthProjects):

    @operation('identity:list_user_projects', _OF_USER, item=users_api.load, target=users_api.target)
    def get_all(self, req, user):
        return self.reachable(req, user['id'])


class AuthDomains(Resource):

    plural, singular = 'domains', 'domain'

    def view(self, row):
        return domain_view(row)

    @operation('identity:get_auth_domains', rules.ANYONE)
    def get_all(self, req):
        with self.db.read() as conn:
            ids = effective.reachable(conn, req.context.user_id, _groups(req))[1]
            found = domains.list(conn, self.asked(req), everything(), ids)
        return self.many(req, found)


class AuthSystem(Resource):

    @operation('identity:get_auth_system', rules.ANYONE)
    def get_all(self, req):
        with self.db.read() as conn:
            held = effective.direct_ids(conn, req.context.user_id, ('system', 'system'), _groups(req))
        return {'system': [{'all': True}] if held else [], 'links': {'self': self.url('auth', 'system')}}


class AuthCatalog(Resource):

    @operation('identity:get_auth_catalog', rules.ANYONE)
    def get_all(self, req):
        if not req.context.project_id:
            raise errors.Forbidden('A project-scoped token is required to produce a service catalog.')
        with self.db.read() as conn:
            entries = self.tokens.ground(conn).catalog(conn, req.context.user_id, req.context.project_id)
        return {'catalog': entries, 'links': {'self': self.url('auth', 'catalog')}}
