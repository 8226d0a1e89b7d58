# SPDX-License-Identifier: Apache-2.0
"""/v3/roles: what one may be somewhere."""
from praline_common.api.rest import operation
from praline_identity import errors
from praline_identity.api import parts
from praline_identity.api import rules
from praline_identity.api.domains import changeable, deletable, same_id
from praline_identity.api.resource import Resource
from praline_identity.db import domains
from praline_identity.db import roles
from praline_identity.db import rows
from praline_identity.db.models import roles as table

_PROPERTIES = {'name': parts.NAME, 'description': parts.TEXT, 'domain_id': parts.ID_OR_NULL,
               'options': parts.OPTIONS}
CREATE = parts.wrapped('role', _PROPERTIES, ['name'])
UPDATE = parts.wrapped('role', _PROPERTIES, least=1)
MANAGED = "('manager':%(target.role.name)s or 'member':%(target.role.name)s or 'reader':%(target.role.name)s)"
_READ = rules.ADMIN_OR_SYSTEM_READER + ' or (role:manager and %s)' % MANAGED
_LIST = rules.ADMIN_OR_SYSTEM_READER + ' or (role:manager and not domain_id:None)'


def load(conn, context, role_id):
    return roles.get(conn, role_id)


def _target(controller, req, role, *rest):
    return {'target.role.name': role['name']}


def _rule(verb):
    """Roles of a domain have rules of their own."""
    def choose(req, role, *rest):
        domain_id = role['role'].get('domain_id') if 'role' in role else role['domain_id']
        return 'identity:%s_%srole' % (verb, 'domain_' if domain_id else '')
    return choose


def _list_rule(req):
    return 'identity:list_%sroles' % ('domain_' if req.GET.get('domain_id') else '')


class Roles(Resource):

    plural, singular = 'roles', 'role'

    def __init__(self, runtime):
        super().__init__(runtime)
        for verb in ('list', 'create', 'update', 'delete', 'get'):
            own = rules.ADMIN_OR_SYSTEM_READER if verb in ('list', 'get') else rules.ADMIN
            self.policy.register('identity:%s_domain_role%s' % (verb, 's' if verb == 'list' else ''), own)

    def view(self, row):
        return role_view(row)

    @operation('identity:list_roles', _LIST, target=lambda controller, req: {}, rule=_list_rule)
    def get_all(self, req):
        page, asked = self.page(req), self.asked(req)
        with self.db.read() as conn:
            found = roles.list(conn, asked, page)
        return self.many(req, found, page)

    @operation('identity:create_role', rules.ADMIN, body=CREATE, status=201, rule=_rule('create'))
    def post(self, req, body):
        given = {**body['role'], 'domain_id': body['role'].get('domain_id') or ''}
        role_id = rows.new_id()
        with self.db.write() as conn:
            if given['domain_id']:
                domains.get(conn, given['domain_id'])
            roles.create(conn, {'id': role_id, **rows.split(table, given, _PROPERTIES)})
            return self.one(roles.get(conn, role_id))

    @operation('identity:get_role', _READ, item=load, target=_target, rule=_rule('get'), missing_first=True)
    def get_one(self, req, role):
        return self.one(role)

    @operation('identity:update_role', rules.ADMIN, item=load, target=_target, body=UPDATE, rule=_rule('update'),
               missing_first=True)
    def patch(self, req, role, body):
        changes = dict(body['role'])
        same_id(changes, role)
        if (changes.pop('domain_id', role['domain_id']) or '') != role['domain_id']:
            raise errors.BadRequest('Update of `domain_id` is not allowed.')
        changeable(role, changes, 'role')
        with self.db.write() as conn:
            roles.save(conn, role['id'], rows.merge(role, changes, table, _PROPERTIES))
            return self.one(roles.get(conn, role['id']))

    @operation('identity:delete_role', rules.ADMIN, item=load, target=_target, status=204, rule=_rule('delete'),
               missing_first=True)
    def delete(self, req, role):
        deletable(role, 'role')
        with self.db.write() as conn:
            roles.delete(conn, role['id'])


def role_view(row):
    return {**row['extra'], 'id': row['id'], 'name': row['name'], 'domain_id': row['domain_id'] or None,
            'description': row['description'], 'options': row['options']}
