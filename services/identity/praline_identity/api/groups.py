# SPDX-License-Identifier: Apache-2.0
"""/v3/groups, and the users in them."""
from praline_common.api.rest import operation
from praline_common.db import query
from praline_identity import clock
from praline_identity import errors
from praline_identity.api import parts
from praline_identity.api import rules
from praline_identity.api import users as users_api
from praline_identity.api.domains import same_id
from praline_identity.api.projects import default_domain
from praline_identity.api.resource import Resource
from praline_identity.db import domains
from praline_identity.db import groups
from praline_identity.db import rows
from praline_identity.db import users
from praline_identity.db.models import groups as table

_PROPERTIES = {'name': parts.SHORT_NAME, 'description': parts.TEXT, 'domain_id': parts.ID}
CREATE = parts.wrapped('group', _PROPERTIES, ['name'])
UPDATE = parts.wrapped('group', _PROPERTIES, least=1)

_DOMAIN = 'target.group.domain_id'
_BOTH = 'domain_id:%(target.group.domain_id)s and domain_id:%(target.user.domain_id)s'
_READ = rules.ADMIN_OR_SYSTEM_READER + ' or ' + rules.of_domain('reader', _DOMAIN)
_WRITE = rules.ADMIN + ' or ' + rules.of_domain('manager', _DOMAIN)
_CHECK = rules.ADMIN_OR_SYSTEM_READER + ' or (role:reader and %s)' % _BOTH
_ASSIGN = rules.ADMIN + ' or (role:manager and %s)' % _BOTH
_OF_USER = rules.ADMIN_OR_SYSTEM_READER_OR_OWNER + ' or ' + rules.of_domain('reader', 'target.user.domain_id')


def _load(conn, context, group_id):
    return groups.get(conn, group_id)


def _target(controller, req, group, *rest):
    return {_DOMAIN: group['domain_id']}


def _new_target(controller, req, body):
    return {_DOMAIN: body['group'].get('domain_id') or default_domain(req.context)}


def _own_domain(controller, req):
    return {_DOMAIN: req.context.domain_id} if req.context.domain_id else {}


def _pair(conn, context, group_id, user_id):
    return {'group': groups.get(conn, group_id), 'user': users.get(conn, user_id)}


def _pair_target(controller, req, group_id, pair):
    return {_DOMAIN: pair['group']['domain_id'], 'target.user.domain_id': pair['user']['domain_id']}


def _refuse_mirrored(pair):
    """Who is in which group is a directory's business as soon as one of the two is."""
    users_api.refuse_mirrored(pair['group'])
    users_api.refuse_mirrored(pair['user'])


class Groups(Resource):

    plural, singular = 'groups', 'group'

    def view(self, row):
        return group_view(row)

    @operation('identity:list_groups', _READ, target=_own_domain)
    def get_all(self, req):
        page, asked = self.page(req), self.asked(req)
        if req.context.domain_id:
            asked['domain_id'] = req.context.domain_id
        directory = self.directory_of(req, asked)
        if directory is not None:
            page = directory.fit(page)
            found = query.page_of(directory.groups(asked), page)
            return self.many(req, found, page)
        with self.db.read() as conn:
            found = groups.list(conn, asked, page)
        return self.many(req, found, page)

    @operation('identity:create_group', _WRITE, target=_new_target, body=CREATE, status=201)
    def post(self, req, body):
        given = {**body['group']}
        given.setdefault('domain_id', default_domain(req.context))
        self.directories.refuse_write(given['domain_id'])
        group_id = rows.new_id()
        with self.db.write() as conn:
            domains.get(conn, given['domain_id'])
            groups.create(conn, {'id': group_id, **rows.split(table, given, _PROPERTIES)})
            return self.one(groups.get(conn, group_id))

    @operation('identity:get_group', _READ, item=_load, target=_target)
    def get_one(self, req, group):
        return self.one(group)

    @operation('identity:update_group', _WRITE, item=_load, target=_target, body=UPDATE)
    def patch(self, req, group, body):
        changes = body['group']
        same_id(changes, group)
        if changes.get('domain_id', group['domain_id']) != group['domain_id']:
            raise errors.BadRequest('Cannot change Domain ID')
        users_api.refuse_mirrored(group)
        with self.db.write() as conn:
            groups.save(conn, group['id'], rows.merge(group, changes, table, _PROPERTIES))
            return self.one(groups.get(conn, group['id']))

    @operation('identity:delete_group', _WRITE, item=_load, target=_target, status=204, missing_first=True)
    def delete(self, req, group):
        users_api.refuse_mirrored(group)
        with self.db.write() as conn:
            groups.delete(conn, group['id'])


class GroupUsers(Resource):
    """/v3/groups/{id}/users"""

    plural, singular = 'users', 'user'

    def view(self, row):
        return users_api.user_view(row)

    @operation('identity:list_users_in_group', _READ, item=_load, target=_target)
    def get_all(self, req, group):
        page, asked = self.page(req), self.asked(req)
        if req.context.domain_id:
            asked['domain_id'] = req.context.domain_id
        if group['mirrored_at'] is not None:
            directory = self.directories.of(group['domain_id'])
            page = directory.fit(page)
            found = query.page_of(directory.members(group['id'], asked), page)
            return self.many(req, found, page)
        with self.db.read() as conn:
            found = groups.members(conn, group['id'], asked, page)
        return self.many(req, found, page)

    @operation('identity:check_user_in_group', _CHECK, item=_pair, target=_pair_target, status=204)
    def get_one(self, req, group_id, pair):
        with self.db.read() as conn:
            if not groups.member(conn, group_id, pair['user']['id']):
                raise errors.NotFound('User %s is not found in group %s' % (pair['user']['id'], group_id))

    @operation('identity:add_user_to_group', _ASSIGN, item=_pair, target=_pair_target, status=204)
    def put(self, req, group_id, pair):
        _refuse_mirrored(pair)
        with self.db.write() as conn:
            groups.add(conn, group_id, pair['user']['id'])

    @operation('identity:remove_user_from_group', _ASSIGN, item=_pair, target=_pair_target, status=204)
    def delete(self, req, group_id, pair):
        _refuse_mirrored(pair)
        with self.db.write() as conn:
            if not groups.remove(conn, group_id, pair['user']['id']):
                raise errors.NotFound('User %s is not found in group %s' % (pair['user']['id'], group_id))


class UserGroups(Resource):
    """/v3/users/{id}/groups"""

    plural, singular = 'groups', 'group'

    def view(self, row):
        return group_view(row)

    @operation('identity:list_groups_for_user', _OF_USER, item=users_api.load, target=users_api.target)
    def get_all(self, req, user):
        page, asked = self.page(req), self.asked(req)
        if req.context.domain_id:
            asked['domain_id'] = req.context.domain_id
        with self.db.read() as conn:
            found = groups.list(conn, asked, page, user['id'])
        return self.many(req, found, page)


def group_view(row):
    shown = {**row['extra'], 'id': row['id'], 'name': row['name'], 'domain_id': row['domain_id'],
             'description': row['description'] or ''}
    if row.get('membership_expires_at'):
        shown['membership_expires_at'] = clock.show(row['membership_expires_at'])
    return shown
