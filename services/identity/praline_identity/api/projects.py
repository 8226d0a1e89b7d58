# SPDX-License-Identifier: Apache-2.0
"""/v3/projects: what owns things in the cloud, nested below a domain."""
from praline_common.api.rest import operation
from praline_identity import errors
from praline_identity import limit_model
from praline_identity.api import parts
from praline_identity.api import rules
from praline_identity.api.domains import changeable, deletable, same_id
from praline_identity.api.resource import Resource
from praline_identity.db import domains
from praline_identity.db import effective
from praline_identity.db import filters
from praline_identity.db import limits
from praline_identity.db import project_deletions
from praline_identity.db import projects
from praline_identity.db import revocations
from praline_identity.db import rows
from praline_identity.db.models import projects as table

_PROPERTIES = {'name': parts.SHORT_NAME, 'enabled': parts.BOOLEAN, 'description': parts.TEXT,
               'domain_id': parts.ID_OR_NULL, 'parent_id': parts.ID_OR_NULL, 'is_domain': parts.BOOLEAN,
               'tags': parts.TAGS, 'options': parts.OPTIONS}
CREATE = parts.wrapped('project', _PROPERTIES, ['name'])
UPDATE = parts.wrapped('project', _PROPERTIES, least=1)

_DOMAIN = 'target.project.domain_id'
READ = (rules.ADMIN_OR_SYSTEM_READER + ' or ' + rules.of_domain('reader', _DOMAIN)
        + ' or project_id:%(target.project.id)s')
WRITE = rules.ADMIN + ' or ' + rules.of_domain('manager', _DOMAIN)
_LIST = rules.ADMIN_OR_SYSTEM_READER + ' or ' + rules.of_domain('reader', 'target.domain_id')


def load(conn, context, project_id):
    return projects.get(conn, project_id)


def target(controller, req, project, *rest):
    return {'target.project.id': project['id'], 'target.project.domain_id': project['domain_id']}


def _new_target(controller, req, body):
    project = body['project']
    return {'target.project.domain_id': project.get('domain_id') or ''}


def own_domain(controller, req, *_):
    """For lists: a domain's token sees its domain."""
    return {'target.domain_id': req.context.domain_id} if req.context.domain_id else {}


class Projects(Resource):

    plural, singular = 'projects', 'project'

    def view(self, row):
        return project_view(row)

    @operation('identity:list_projects', _LIST, target=own_domain)
    def get_all(self, req):
        page, asked = self.page(req), self.asked(req)
        asked.setdefault('is_domain', '0')
        if req.context.domain_id:
            asked['domain_id'] = req.context.domain_id
        with self.db.read() as conn:
            found = projects.list(conn, asked, page)
            tags = projects.tags(conn, [row['id'] for row in found])
        return self.many(req, [{**row, 'tags': tags[row['id']]} for row in found], page)

    @operation('identity:create_project', WRITE, target=_new_target, body=CREATE, status=201)
    def post(self, req, body):
        given = dict(body['project'])
        tags = given.pop('tags', [])
        with self.db.write() as conn:
            values = {'id': rows.new_id(), **_placed(conn, req.context, given, self.options)}
            projects.create(conn, values)
            projects.set_tags(conn, values['id'], tags)
            return self._shown(conn, values['id'])

    @operation('identity:get_project', READ, item=load, target=target)
    def get_one(self, req, project):
        with self.db.read() as conn:
            shown = self._shown(conn, project['id'])
            shown['project'].update(self._family(conn, req, project))
        return shown

    @operation('identity:update_project', WRITE, item=load, target=target, body=UPDATE)
    def patch(self, req, project, body):
        changes = dict(body['project'])
        same_id(changes, project)
        changeable(project, changes, 'project')
        tags = changes.pop('tags', None)
        with self.db.write() as conn:
            _movable(conn, project, changes)
            projects.save(conn, project['id'], rows.merge(project, changes, table, _PROPERTIES))
            if tags is not None:
                projects.set_tags(conn, project['id'], tags)
            if changes.get('enabled') is False and project['enabled']:
                revocations.revoke(conn, 'project:' + project['id'], self.tokens.longest)
            return self._shown(conn, project['id'])

    @operation('identity:delete_project', WRITE, item=load, target=target, status=204)
    def delete(self, req, project):
        deletable(project, 'project')
        with self.db.write() as conn:
            if project['is_domain']:
                if project['enabled']:
                    raise errors.forbidden_action('Cannot delete a domain that is enabled, please disable it first')
                domains.delete(conn, project['id'])
                return
            if projects.children(conn, project['id']):
                raise errors.forbidden_action('Cannot delete the project %s since it is not a leaf in the '
                                              'hierarchy. Use the cascade option if you want to delete a whole '
                                              'subtree.' % project['id'])
            projects.delete(conn, [project['id']])

    def _shown(self, conn, project_id):
        row = projects.get(conn, project_id)
        return self.one({**row, 'tags': projects.tags(conn, [project_id])[project_id]})

    def _family(self, conn, req, project):
        """parents and subtree, as far as the query asks for them."""
        ask = {name: filters.truth(req.GET.get(name, 'no') or 'yes') for name in (
            'parents_as_list', 'parents_as_ids', 'subtree_as_list', 'subtree_as_ids')}
        for one in ('parents', 'subtree'):
            if ask[one + '_as_list'] and ask[one + '_as_ids']:
                raise errors.BadRequest('Cannot use %s_as_list and %s_as_ids query params at the same time.'
                                        % (one, one))
        family = {}
        if ask['parents_as_list'] or ask['subtree_as_list']:
            mine = effective.reachable(conn, req.context.user_id)[0]
        if ask['parents_as_list']:
            family['parents'] = self._relatives(conn, req, projects.parents(conn, project['id']), mine)
        if ask['subtree_as_list']:
            family['subtree'] = self._relatives(conn, req, projects.subtree(conn, project['id']), mine)
        if ask['parents_as_ids']:
            root = [] if project['is_domain'] else [project['domain_id']]
            family['parents'] = _nested([row['id'] for row in projects.parents(conn, project['id'])] + root)
        if ask['subtree_as_ids']:
            family['subtree'] = _tree(projects.subtree(conn, project['id']), project['id'])
        return family


    def _relatives(self, conn, req, found, mine):
        """Those that the user may see, with their limits if the query wants those."""
        shown = [self.one(row) for row in found if row['id'] in mine]
        if shown and filters.truth(req.GET.get('include_limits', 'no') or 'yes'):
            held = limits.of_projects(conn, [one['project']['id'] for one in shown])
            for one in shown:
                one['project']['limits'] = [limits.view(row) for row in held[one['project']['id']]]
        return shown


def project_view(row):
    shown = {name: row[name] for name in ('id', 'name', 'enabled', 'is_domain', 'parent_id', 'options')}
    return {**row['extra'], **shown, 'domain_id': row['domain_id'] or None, 'description': row['description'] or '',
            'tags': row.get('tags', [])}


def default_domain(context):
    """Where something is made when the request names no domain: the token's, else the default one."""
    return context.domain_id or context.project_domain_id or 'default'


def _placed(conn, context, given, options):
    """The row to insert, in its domain and below its parent; BadRequest when they do not fit."""
    if given.get('is_domain'):
        if given.get('parent_id') or given.get('domain_id'):
            raise errors.BadRequest('A project acting as a domain cannot have a parent or a domain.')
        return rows.split(table, {**given, 'domain_id': '', 'parent_id': None}, _PROPERTIES)
    parent_id = given.get('parent_id')
    domain_id = given.get('domain_id')
    if not domain_id and not parent_id:
        domain_id = default_domain(context)
    try:
        parent = projects.get(conn, parent_id or domain_id)
    except errors.NotFound as error:
        raise errors.BadRequest(error.message) from None
    parent_domain = parent['id'] if parent['is_domain'] else parent['domain_id']
    if domain_id and domain_id != parent_domain:
        raise errors.BadRequest('Cannot create project, since it specifies its domain_id %s, but specifies a parent '
                                'in a different domain (%s).' % (domain_id, parent_domain))
    _hold(conn, parent, options)
    return rows.split(table, {**given, 'domain_id': parent_domain, 'parent_id': parent['id']}, _PROPERTIES)


def _hold(conn, parent, options):
    """A new project needs an enabled parent, and room below it."""
    above = projects.parents(conn, parent['id'])
    if not parent['enabled'] or not all(row['enabled'] for row in above):
        raise errors.BadRequest('cannot create a project in a branch containing a disabled project: %s' % parent['id'])
    depth = len(above) + (0 if parent['is_domain'] else 1)
    if depth >= limit_model.deepest(options):
        raise errors.forbidden_action('Max hierarchy depth reached for %s branch.' % parent['id'])


def _movable(conn, project, changes):
    """Only what may change of a project where it stands."""
    if 'parent_id' in changes and changes['parent_id'] != project['parent_id']:
        raise errors.forbidden_action('Update of `parent_id` is not allowed.')
    changes.pop('parent_id', None)
    if 'domain_id' in changes and (changes['domain_id'] or '') != project['domain_id']:
        raise errors.BadRequest('Cannot change Domain ID')
    changes.pop('domain_id', None)
    if 'is_domain' in changes and changes['is_domain'] != project['is_domain']:
        raise errors.BadRequest('Update of `is_domain` is not allowed.')
    if changes.get('enabled') and not project['enabled']:
        waiting = project_deletions.over(conn, project['id'])
        if waiting:
            raise errors.Conflict('Project %s waits for its deletion; restore it with `praline project restore %s`.'
                                  % (waiting, waiting))
        if not all(row['enabled'] for row in projects.parents(conn, project['id'])):
            raise errors.forbidden_action('cannot enable project %s since it has disabled parents' % project['id'])
    if changes.get('enabled') is False and project['enabled'] and not project['is_domain']:
        if any(row['enabled'] for row in projects.subtree(conn, project['id'])):
            raise errors.forbidden_action('cannot disable project %s since its subtree contains enabled projects.'
                                          % project['id'])


def _nested(ids):
    tree = None
    for project_id in reversed(ids):
        tree = {project_id: tree}
    return tree


def _tree(found, root):
    """{child id: {grandchild id: None}}; None for a leaf."""
    below = {}
    for row in found:
        below.setdefault(row['parent_id'], []).append(row['id'])

    def under(project_id):
        return {child: under(child) for child in below.get(project_id, ())} or None
    return under(root)
