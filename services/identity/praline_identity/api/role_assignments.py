# SPDX-License-Identifier: Apache-2.0
"""GET /v3/role_assignments: who may do what where, as assigned or as it works out."""
from praline_common.api.rest import operation
from praline_identity import errors
from praline_identity.api import rules
from praline_identity.api.resource import Resource
from praline_identity.db import effective
from praline_identity.db import filters
from praline_identity.db import projects
from praline_identity.db import role_assignments

_LIST = rules.ADMIN_OR_SYSTEM_READER + ' or ' + rules.of_domain('reader', 'target.domain_id')
_TREE_NAME = 'identity:list_role_assignments_for_tree'
_QUERY = {'role': 'role.id', 'user': 'user.id', 'group': 'group.id', 'project': 'scope.project.id',
          'domain': 'scope.domain.id', 'system': 'scope.system'}
_TOGETHER = (('domain', 'project', 'Specify a domain or project, not both'),
             ('system', 'domain', 'Specify system or domain, not both'),
             ('system', 'project', 'Specify system or project, not both'),
             ('user', 'group', 'Specify a user or group, not both'))


def _tree(req):
    return 'include_subtree' in req.GET and filters.truth(req.GET['include_subtree'])


def _rule(req):
    return _TREE_NAME if _tree(req) else 'identity:list_role_assignments'


def _target(controller, req):
    """For a tree, the project at its top; else the domain of the token."""
    project_id = req.GET.get('scope.project.id')
    if not _tree(req):
        return {'target.domain_id': req.context.domain_id} if req.context.domain_id else {}
    if not project_id:
        return {}
    with controller.db.read() as conn:
        top = projects.get(conn, project_id)
    return {'target.domain_id': top['domain_id']}


class RoleAssignments(Resource):

    def __init__(self, runtime):
        super().__init__(runtime)
        self.policy.register(_TREE_NAME, _LIST)

    @operation('identity:list_role_assignments', _LIST, target=_target, rule=_rule)
    def get_all(self, req):
        wanted, flags = self._wanted(req)
        with self.db.read() as conn:
            if flags['include_subtree']:
                _widen(conn, wanted)
            listed = role_assignments.effective_list if flags['effective'] else role_assignments.list
            found = self._in_domain(conn, req.context.domain_id, listed(conn, wanted))
            names = role_assignments.names(conn, found) if flags['include_names'] else None
        return {'role_assignments': [self._shown(entry, names) for entry in found],
                'links': {'self': self.here(req), 'next': None, 'previous': None}}

    def _wanted(self, req):
        query = req.GET
        wanted = {word: query.get(name) for word, name in _QUERY.items()}
        flags = {name: name in query and filters.truth(query[name])
                 for name in ('effective', 'include_names', 'include_subtree')}
        for one, other, message in _TOGETHER:
            if wanted[one] and wanted[other]:
                raise errors.BadRequest(message)
        if 'scope.OS-INHERIT:inherited_to' in query:
            wanted['inherited'] = query['scope.OS-INHERIT:inherited_to'] == 'projects'
        if flags['effective'] and wanted['group']:
            raise errors.BadRequest('Combining effective and group filter will always result in an empty list.')
        if flags['effective'] and wanted.get('inherited') and wanted['domain']:
            raise errors.BadRequest('Combining effective, domain and inherited filters will always result in an '
                                    'empty list.')
        return wanted, flags

    @staticmethod
    def _in_domain(conn, domain_id, found):
        """A domain's token sees what is in its domain."""
        if not domain_id:
            return found
        inside = effective.below(conn, [domain_id])
        return [entry for entry in found if entry.get('domain_id') == domain_id or entry.get('project_id') in inside]

    def _shown(self, entry, names):
        def named(kind, some_id):
            return names[kind].get(some_id, {'id': some_id}) if names else {'id': some_id}
        kind = 'project' if 'project_id' in entry else 'domain' if 'domain_id' in entry else 'system'
        actor = 'user' if 'user_id' in entry else 'group'
        if kind == 'system':
            scope = {'system': {'all': True}}
        else:
            scope = {kind: named('project', entry[kind + '_id'])}
        if entry['inherited']:
            scope['OS-INHERIT:inherited_to'] = 'projects'
        return {'role': named('role', entry['role_id']), actor: named(actor, entry[actor + '_id']), 'scope': scope,
                'links': self._links(entry, kind, actor)}

    def _links(self, entry, kind, actor):
        """The grant behind the entry, and the membership and rule that lead from it here."""
        links = {}
        if kind == 'system':
            path = ['system']
        else:
            where, some_id = entry.get('via') or (kind, entry[kind + '_id'])
            path = [where + 's', some_id]
        if entry.get('via_group'):
            links['membership'] = self.url('groups', entry['via_group'], 'users', entry['user_id'])
            path += ['groups', entry['via_group']]
        else:
            path += [actor + 's', entry[actor + '_id']]
        path += ['roles', entry.get('prior') or entry['role_id']]
        if entry['inherited']:
            path = ['OS-INHERIT', *path, 'inherited_to_projects']
        links['assignment'] = self.url(*path)
        if entry.get('prior'):
            links['prior_role'] = self.url('prior_role', entry['role_id'], 'implies', entry['prior'])
        return links


def _widen(conn, wanted):
    """From the project asked for to it and all below it."""
    if not wanted['project']:
        raise errors.BadRequest('scope.project.id must be specified if include_subtree is also specified')
    top, wanted['project'] = wanted['project'], None
    wanted['projects'] = {top} | effective.below(conn, [top])
