# SPDX-License-Identifier: Apache-2.0
"""Role assignments one by one: on projects and domains, for users and groups, inherited or not.

    /v3/projects/{id}/users/{id}/roles/{id}                       and domains, and groups
    /v3/OS-INHERIT/projects/{id}/users/{id}/roles/{id}/inherited_to_projects
"""
from praline_common.api.rest import operation
from praline_identity import errors
from praline_identity.api import rules
from praline_identity.api.resource import Resource
from praline_identity.api.roles import MANAGED, role_view
from praline_identity.db import application_credentials
from praline_identity.db import assignments
from praline_identity.db import domains
from praline_identity.db import groups
from praline_identity.db import projects
from praline_identity.db import roles
from praline_identity.db import users

# What the rules call the domain of a global role.
_EVERYWHERE = 'None'
_ROLE = '(domain_id:%(target.role.domain_id)s or None:%(target.role.domain_id)s)'
_WHERE = ('(domain_id:%(target.user.domain_id)s or domain_id:%(target.group.domain_id)s) and '
          '(domain_id:%(target.project.domain_id)s or domain_id:%(target.domain.id)s)')
_CHECK = rules.ADMIN_OR_SYSTEM_READER + ' or (role:reader and %s and %s)' % (_WHERE, _ROLE)
_LIST = rules.ADMIN_OR_SYSTEM_READER + ' or (role:reader and %s)' % _WHERE
_CHANGE = rules.ADMIN + ' or (role:manager and %s and %s)' % (_WHERE, MANAGED)
_LOAD = {'user': users.get, 'group': groups.get, 'project': projects.get, 'domain': domains.get}


def _about(controller, req, target_id, actor_id, role_id=None):
    return controller.about(target_id, actor_id, role_id)


def _about_gone(controller, req, target_id, actor_id, role_id):
    return controller.about(target_id, actor_id, role_id, gone=True)


class Grants(Resource):
    """actor_kind: user | group; target_kind: project | domain; inherited: to the projects below."""

    plural, singular = 'roles', 'role'
    actor_kind = target_kind = None
    inherited = False

    def view(self, row):
        return role_view(row)

    def about(self, target_id, actor_id, role_id=None, gone=False):
        """The policy's target: NotFound when one of the three is not there; gone: the actor may be missing."""
        about = {}
        with self.db.read() as conn:
            if role_id is not None:
                role = roles.get(conn, role_id)
                about.update({'target.role.name': role['name'], 'target.role.domain_id': role['domain_id'] or _EVERYWHERE})
            try:
                about['target.%s.domain_id' % self.actor_kind] = _LOAD[self.actor_kind](conn, actor_id)['domain_id']
            except errors.NotFound:
                if not gone:
                    raise
            place = _LOAD[self.target_kind](conn, target_id)
        if self.target_kind == 'domain':
            about['target.domain.id'] = place['id']
        else:
            about['target.project.domain_id'] = place['domain_id']
        return about

    def key(self, target_id, actor_id):
        return self.actor_kind, actor_id, self.target_kind, target_id

    @operation('identity:list_grants', _LIST, target=_about)
    def get_all(self, req, target_id, actor_id):
        with self.db.read() as conn:
            found = assignments.roles(conn, *self.key(target_id, actor_id), self.inherited)
        return self.many(req, found)

    @operation('identity:check_grant', _CHECK, target=_about, status=204)
    def get_one(self, req, target_id, actor_id, role_id):
        with self.db.read() as conn:
            if not assignments.granted(conn, role_id, *self.key(target_id, actor_id), self.inherited):
                raise self._no_grant(target_id, actor_id, role_id)

    @operation('identity:create_grant', _CHANGE, target=_about, status=204)
    def put(self, req, target_id, actor_id, role_id):
        with self.db.write() as conn:
            self._fits(conn, target_id, role_id)
            assignments.grant(conn, role_id, *self.key(target_id, actor_id), self.inherited)

    @operation('identity:revoke_grant', _CHANGE, target=_about_gone, status=204)
    def delete(self, req, target_id, actor_id, role_id):
        with self.db.write() as conn:
            if not assignments.revoke(conn, role_id, *self.key(target_id, actor_id), self.inherited):
                raise self._no_grant(target_id, actor_id, role_id)
            if self.target_kind == 'project':
                application_credentials.delete_after_revoke(conn, self.actor_kind, actor_id, target_id)

    def _fits(self, conn, target_id, role_id):
        """A role of a domain can only be given inside that domain."""
        domain_id = roles.get(conn, role_id)['domain_id']
        if self.target_kind == 'project' and domain_id:
            project = projects.get(conn, target_id)
            if domain_id not in (project['domain_id'], project['id']):
                raise errors.Forbidden('Project %s must be in the same domain as the role %s being assigned.'
                                       % (target_id, role_id))

    def _no_grant(self, target_id, actor_id, role_id):
        return errors.NotFound('Could not find role assignment with role: %s, user or group: %s, project, domain, or '
                               'system: %s.' % (role_id, actor_id, target_id))


class _InheritedGrants(Grants):
    """The list where the path ends in inherited_to_projects; its roles have paths of another form."""

    inherited = True
    get_one = put = delete = None


class InheritedGrant(Grants):
    """The same where the path ends in inherited_to_projects: one role is a collection there."""

    inherited = True
    get_all, put_all, delete_all = Grants.get_one, Grants.put, Grants.delete
    get_one = put = delete = None


class ProjectUsers(Grants):
    target_kind, actor_kind = 'project', 'user'


class ProjectGroups(Grants):
    target_kind, actor_kind = 'project', 'group'


class DomainUsers(Grants):
    target_kind, actor_kind = 'domain', 'user'


class DomainGroups(Grants):
    target_kind, actor_kind = 'domain', 'group'


class InheritedProjectUsers(_InheritedGrants, ProjectUsers):
    """What users inherit from here."""


class InheritedProjectGroups(_InheritedGrants, ProjectGroups):
    """What groups inherit from here."""


class InheritedDomainUsers(_InheritedGrants, DomainUsers):
    """What users inherit from here."""


class InheritedDomainGroups(_InheritedGrants, DomainGroups):
    """What groups inherit from here."""


class InheritedProjectUser(InheritedGrant):
    target_kind, actor_kind = 'project', 'user'


class InheritedProjectGroup(InheritedGrant):
    target_kind, actor_kind = 'project', 'group'


class InheritedDomainUser(InheritedGrant):
    target_kind, actor_kind = 'domain', 'user'


class InheritedDomainGroup(InheritedGrant):
    target_kind, actor_kind = 'domain', 'group'


def inherited(prefix):
    """The routes of what is inherited: a list under .../roles, and one role's own path."""
    kinds = (('projects', 'users', InheritedProjectUsers, InheritedProjectUser),
             ('projects', 'groups', InheritedProjectGroups, InheritedProjectGroup),
             ('domains', 'users', InheritedDomainUsers, InheritedDomainUser),
             ('domains', 'groups', InheritedDomainGroups, InheritedDomainGroup))
    for where, who, several, single in kinds:
        roles_of = '%s/%s/{target_id}/%s/{actor_id}/roles' % (prefix, where, who)
        yield roles_of + '/inherited_to_projects', several
        yield roles_of + '/{role_id}/inherited_to_projects', single
