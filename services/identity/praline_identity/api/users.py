# SPDX-License-Identifier: Apache-2.0
"""/v3/users: people and programs, their passwords and options."""
from praline_common.api.rest import operation
from praline_common.db import query
from praline_identity import clock
from praline_identity import errors
from praline_identity.api import federated
from praline_identity.api import parts
from praline_identity.api import rules
from praline_identity.api.domains import same_id
from praline_identity.api.projects import default_domain, own_domain
from praline_identity.api.resource import Resource
from praline_identity.db import domains
from praline_identity.db import projects
from praline_identity.db import revocations
from praline_identity.db import rows
from praline_identity.db import users
from praline_identity.db.models import users as table
from praline_identity.tokens import choices
from praline_identity.tokens import logins

_FLAGS = ('ignore_change_password_upon_first_use', 'ignore_password_expiry', 'ignore_lockout_failure_attempts',
          'lock_password', 'ignore_user_inactivity', 'multi_factor_auth_enabled')
_OPTIONS = {'type': 'object', 'additionalProperties': False, 'properties': {
    **{flag: {'type': ['boolean', 'null']} for flag in _FLAGS},
    'multi_factor_auth_rules': {'type': ['array', 'null'], 'items': {
        'type': 'array', 'minItems': 1, 'uniqueItems': True, 'items': {'type': 'string'}}}}}
_PROPERTIES = {'name': parts.NAME, 'enabled': parts.BOOLEAN, 'description': parts.TEXT, 'domain_id': parts.ID,
               'default_project_id': parts.ID_OR_NULL, 'password': {'type': ['string', 'null']},
               'federated': federated.SCHEMA, 'options': _OPTIONS}
CREATE = parts.wrapped('user', _PROPERTIES, ['name'])
UPDATE = parts.wrapped('user', _PROPERTIES, least=1)
CHANGE = parts.wrapped('user', {'password': {'type': 'string'}, 'original_password': {'type': 'string'}},
                       ['password', 'original_password'])

_DOMAIN = 'target.user.domain_id'
_READ = rules.ADMIN_OR_SYSTEM_READER_OR_OWNER + ' or ' + rules.of_domain('reader', _DOMAIN)
_WRITE = rules.ADMIN + ' or ' + rules.of_domain('manager', _DOMAIN)
_LIST = rules.ADMIN_OR_SYSTEM_READER + ' or ' + rules.of_domain('reader', 'target.domain_id')


def load(conn, context, user_id):
    return users.get(conn, user_id)


def target(controller, req, user, *rest):
    return {'target.user.id': user['id'], _DOMAIN: user['domain_id']}


def _new_target(controller, req, body):
    """Who may only write in one domain has to name it."""
    return {_DOMAIN: body['user'].get('domain_id') or ''}


class Users(Resource):

    plural, singular = 'users', 'user'

    def view(self, row):
        return user_view(row)

    @operation('identity:list_users', _LIST, target=own_domain)
    def get_all(self, req):
        page, asked = self.page(req), self.asked(req)
        if req.context.domain_id:
            asked['domain_id'] = req.context.domain_id
        directory = self.directory_of(req, asked)
        if directory is not None:
            page = directory.fit(page)
            found = query.page_of(directory.users(asked), page)
            return self.many(req, found, page)
        with self.db.read() as conn:
            found = users.list(conn, asked, page, users.OWN)
        return self.many(req, found, page)

    @operation('identity:create_user', _WRITE, target=_new_target, body=CREATE, status=201)
    def post(self, req, body):
        given = dict(body['user'])
        password, elsewhere = given.pop('password', None), given.pop('federated', None)
        given.setdefault('domain_id', default_domain(req.context))
        self.directories.refuse_write(given['domain_id'])
        hashed = self._hashed(password)
        user = {'id': rows.new_id(), **rows.split(table, given, _PROPERTIES)}
        with self.db.write() as conn:
            domains.get(conn, given['domain_id'])
            _default_project(conn, given.get('default_project_id'))
            users.create(conn, user)
            federated.save(conn, user['id'], elsewhere)
            if hashed:
                choices.set_password(conn, self.room, user, hashed)
            return self.one(federated.show(conn, users.get(conn, user['id'])))

    @operation('identity:get_user', _READ, item=load, target=target)
    def get_one(self, req, user):
        with self.db.read() as conn:
            return self.one(federated.show(conn, user))

    @operation('identity:update_user', _WRITE, item=load, target=target, body=UPDATE)
    def patch(self, req, user, body):
        changes = dict(body['user'])
        same_id(changes, user)
        if changes.get('domain_id', user['domain_id']) != user['domain_id']:
            raise errors.BadRequest('Cannot change Domain ID')
        refuse_mirrored(user)
        elsewhere = changes.pop('federated', None)
        resets, hashed = 'password' in changes, self._hashed(changes.pop('password', None))
        with self.db.write() as conn:
            if changes.get('default_project_id') != user['default_project_id']:
                _default_project(conn, changes.get('default_project_id'))
            users.save(conn, user['id'], rows.merge(user, changes, table, _PROPERTIES))
            federated.save(conn, user['id'], elsewhere)
            if resets:
                choices.set_password(conn, self.room, users.get(conn, user['id']), hashed)
            if changes.get('enabled') is False and user['enabled']:
                revocations.revoke(conn, 'user:' + user['id'], self.tokens.longest)
            if changes.get('enabled') and not user['enabled']:
                users.note_success(conn, user['id'], clock.now())
            return self.one(federated.show(conn, users.get(conn, user['id'])))

    @operation('identity:delete_user', _WRITE, item=load, target=target, status=204)
    def delete(self, req, user):
        refuse_mirrored(user)
        with self.db.write() as conn:
            users.delete(conn, user['id'])
            revocations.revoke(conn, 'user:' + user['id'], self.tokens.longest)

    def _hashed(self, password):
        if password is None:
            return None
        choices.check_strength(self.options, password)
        return self.room.hasher.hash(password)


class UserPassword(Resource):
    """POST /v3/users/{id}/password: one's own change; the old password is the permission."""

    @operation('identity:change_password', rules.ANYONE, public=True, body=CHANGE, status=204)
    def post(self, req, user_id, body):
        given = body['user']
        user = self.directories.for_login(user_id)
        if user is None or not user['enabled'] or not user['domain_enabled']:
            raise errors.Refused()
        logins.verify(self.room, user, given['original_password'])
        refuse_mirrored(user)
        choices.change_own(self.room, user, given['password'])


def refuse_mirrored(row):
    """Forbidden to change a user or group that a directory keeps."""
    if row['mirrored_at'] is not None:
        raise errors.Forbidden('LDAP does not support write operations')


def user_view(row):
    shown = {'id': row['id'], 'name': row['name'], 'domain_id': row['domain_id'], 'enabled': row['enabled'],
             'password_expires_at': clock.show(row['password_expires_at']), 'options': row['options']}
    if row['default_project_id']:
        shown['default_project_id'] = row['default_project_id']
    if 'federated' in row:
        shown['federated'] = row['federated']
    return {**row['extra'], **shown}


def _default_project(conn, project_id):
    """A default project that does not exist is accepted, as ever; one that is a domain is not."""
    if project_id is None:
        return
    try:
        project = projects.get(conn, project_id)
    except errors.NotFound:
        return
    if project['is_domain']:
        raise errors.BadRequest("User's default project ID cannot be a domain ID: %s" % project_id)
