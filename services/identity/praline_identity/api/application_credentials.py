# SPDX-License-Identifier: Apache-2.0
"""/v3/users/{id}/application_credentials: secrets with which programs act as their user in one project."""
import secrets

from praline_common.api.rest import operation
from praline_identity import clock
from praline_identity import errors
from praline_identity.api import delegation
from praline_identity.api import parts
from praline_identity.api import rules
from praline_identity.api.access_rules import shown_rule
from praline_identity.api.resource import Resource
from praline_identity.api.roles import role_view
from praline_identity.api.trusts import ROLES, read_end, role_ids
from praline_identity.db import access_rules
from praline_identity.db import application_credentials
from praline_identity.db import effective
from praline_identity.db import roles
from praline_identity.db import rows

_RULE = {'type': 'object', 'additionalProperties': False, 'properties': {
    'id': {'type': 'string'}, 'service': {'type': 'string', 'minLength': 1, 'maxLength': 64},
    'path': {'type': 'string', 'minLength': 1, 'maxLength': 128, 'pattern': r'^/.*'},
    'method': {'type': 'string', 'pattern': '^(POST|GET|HEAD|PATCH|PUT|DELETE)$'}},
    'anyOf': [{'required': ['id'], 'maxProperties': 1}, {'required': ['service', 'path', 'method']}]}
CREATE = parts.wrapped('application_credential', {
    'name': parts.NAME, 'description': parts.TEXT, 'expires_at': {'type': ['string', 'null']},
    'roles': ROLES, 'unrestricted': parts.BOOLEAN, 'secret': {'type': ['string', 'null'], 'maxLength': 255},
    'access_rules': {'type': 'array', 'items': _RULE}}, ['name'])


def _load(conn, context, user_id, credential_id):
    return application_credentials.get(conn, credential_id)


def _target(controller, req, user_id, credential):
    """The owner is the credential's own, whatever the path says."""
    return {'target.user.id': credential['user_id']}


def _path_user(controller, req, user_id, *rest):
    return {'target.user.id': user_id}


class ApplicationCredentials(Resource):

    plural, singular = 'application_credentials', 'application_credential'

    def target_of_missing(self, req, user_id, *ids):
        return {'target.user.id': user_id}

    def shown(self, conn, found):
        """The rows with their roles; one statement for all of them."""
        by_id = {role['id']: role for role in roles.several(conn, {one for row in found for one in row['role_ids']})}
        return [self._shown(row, by_id) for row in found]

    def _shown(self, row, by_id):
        shown = {name: row[name] for name in ('id', 'name', 'project_id', 'unrestricted', 'description', 'user_id')}
        # This one time has never had its Z.
        shown['expires_at'] = (clock.show(row['expires_at']) or '').rstrip('Z') or None
        shown['roles'] = [role_view(by_id[role_id]) for role_id in row['role_ids'] if role_id in by_id]
        shown['system'] = None
        if row['access_rules'] is not None:
            shown['access_rules'] = [shown_rule(rule) for rule in row['access_rules']]
        shown['links'] = {'self': self.url('users', row['user_id'], self.plural, row['id'])}
        return shown

    @operation('identity:list_application_credentials', rules.ADMIN_OR_SYSTEM_READER_OR_OWNER, target=_path_user)
    def get_all(self, req, user_id):
        delegation.refuse_trusted(req)
        with self.db.read() as conn:
            found = application_credentials.list(conn, user_id, req.GET.get('name'))
            return self.listed(req, self.plural, self.shown(conn, found))

    @operation('identity:create_application_credential', rules.of_projects(rules.OWNER), target=_path_user,
               body=CREATE, status=201)
    def post(self, req, user_id, body):
        delegation.refuse_trusted(req)
        delegation.refuse_restricted(req, 'application credentials')
        given = body['application_credential']
        if not req.context.project_id:
            raise errors.BadRequest('An application credential is made with a token of the project that it is for.')
        secret = given.get('secret') or secrets.token_urlsafe(64)
        hashed = self.room.hasher.hash(secret)
        with self.db.write() as conn:
            self._has_room(conn, user_id)
            values = {'id': rows.new_id(), 'user_id': user_id, 'project_id': req.context.project_id,
                      'name': given['name'], 'description': given.get('description'), 'secret_hash': hashed,
                      'expires_at': read_end(given.get('expires_at')),
                      'unrestricted': given.get('unrestricted', False)}
            application_credentials.create(conn, values, _roles(conn, req, given), _rules(conn, user_id, given))
            shown, = self.shown(conn, [application_credentials.get(conn, values['id'])])
        return {self.singular: {**shown, 'secret': secret}}

    @operation('identity:get_application_credential', rules.ADMIN_OR_SYSTEM_READER_OR_OWNER, item=_load,
               target=_target)
    def get_one(self, req, user_id, credential):
        delegation.refuse_trusted(req)
        with self.db.read() as conn:
            return {self.singular: self.shown(conn, [credential])[0]}

    @operation('identity:delete_application_credential', rules.ADMIN_OR_OWNER, item=_load, target=_target,
               status=204)
    def delete(self, req, user_id, credential):
        delegation.refuse_trusted(req)
        delegation.refuse_restricted(req, 'application credentials')
        with self.db.write() as conn:
            application_credentials.delete(conn, credential['id'])

    def _has_room(self, conn, user_id):
        limit = self.options.application_credential_limit
        if limit >= 0 and len(application_credentials.list(conn, user_id)) >= limit:
            raise errors.Forbidden('Unable to create additional application credentials, maximum of %d already '
                                   'exceeded for user.' % limit)


def _roles(conn, req, given):
    """Ids of the roles asked for and what they imply, or all of the token's; none beyond the token's."""
    held = {role['id'] for role in delegation.token_of(req)['roles']}
    if not given.get('roles'):
        return sorted(held)
    wanted = effective.closure(role_ids(conn, given['roles']), effective.implications(conn))
    if not wanted <= held:
        raise errors.BadRequest('Invalid application credential: Cannot create an application credential with '
                                'unassigned role')
    return sorted(wanted)


def _rules(conn, user_id, given):
    return list(dict.fromkeys(
        access_rules.get(conn, user_id, rule['id'])['id'] if 'id' in rule else access_rules.ensure(conn, user_id, rule)
        for rule in given.get('access_rules', ())))
