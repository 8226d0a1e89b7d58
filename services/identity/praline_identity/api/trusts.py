# SPDX-License-Identifier: Apache-2.0
"""/v3/OS-TRUST/trusts: letting another user act for oneself."""
from praline_common.api.rest import operation
from praline_identity import clock
from praline_identity import errors
from praline_identity.api import delegation
from praline_identity.api import parts
from praline_identity.api import rules
from praline_identity.api.resource import Resource
from praline_identity.api.roles import role_view
from praline_identity.db import effective
from praline_identity.db import projects
from praline_identity.db import roles
from praline_identity.db import rows
from praline_identity.db import trusts
from praline_identity.db import users

ROLES = {'type': 'array', 'items': {'type': 'object', 'properties': {
    'id': {'type': 'string', 'minLength': 1}, 'name': {'type': 'string', 'minLength': 1}},
    'anyOf': [{'required': ['id']}, {'required': ['name']}]}}
CREATE = parts.wrapped('trust', {
    'trustor_user_id': {'type': 'string'}, 'trustee_user_id': {'type': 'string'}, 'impersonation': parts.BOOLEAN,
    'project_id': {'type': ['string', 'null']}, 'remaining_uses': {'type': ['integer', 'null'], 'minimum': 1, 'maximum': 0x7fffffff},
    'expires_at': {'type': ['string', 'null']}, 'allow_redelegation': {'type': ['boolean', 'null']},
    'redelegation_count': {'type': ['integer', 'null'], 'minimum': 0}, 'roles': ROLES,
}, ['trustee_user_id', 'trustor_user_id', 'impersonation'])

_TRUSTOR = 'user_id:%(target.trust.trustor_user_id)s'
_TRUSTEE = 'user_id:%(target.trust.trustee_user_id)s'
_EITHER = rules.not_of_domains(rules.ADMIN_OR_SYSTEM_READER + ' or ' + _TRUSTOR + ' or ' + _TRUSTEE)
_DELETE = rules.not_of_domains(rules.ADMIN + ' or ' + _TRUSTOR)
_OTHER_LISTS = {'list_trusts_for_trustor': _TRUSTOR, 'list_trusts_for_trustee': _TRUSTEE}


def _load(conn, context, trust_id):
    return trusts.get(conn, trust_id)


def _target(controller, req, trust, *rest):
    return {'target.trust.trustor_user_id': trust['trustor_user_id'],
            'target.trust.trustee_user_id': trust['trustee_user_id']}


def _new_target(controller, req, body):
    return {'target.trust.trustor_user_id': body['trust']['trustor_user_id']}


def _list_rule(req):
    for word in ('trustor', 'trustee'):
        if req.GET.get(word + '_user_id'):
            return 'identity:list_trusts_for_' + word
    return 'identity:list_trusts'


def _asked_target(controller, req):
    return {'target.trust.%s' % name: req.GET[name] for name in ('trustor_user_id', 'trustee_user_id')
            if req.GET.get(name)}


class Trusts(Resource):

    policy_before_missing = False
    plural, singular = 'OS-TRUST/trusts', 'trust'

    def __init__(self, runtime):
        super().__init__(runtime)
        for name, who in _OTHER_LISTS.items():
            self.policy.register('identity:' + name, rules.not_of_domains(rules.ADMIN_OR_SYSTEM_READER + ' or ' + who))

    def view(self, row):
        shown = {name: row[name] for name in (
            'id', 'trustor_user_id', 'trustee_user_id', 'project_id', 'impersonation', 'remaining_uses',
            'redelegation_count', 'redelegated_trust_id')}
        return {**row['extra'], **shown, 'expires_at': clock.show(row['expires_at']),
                'deleted_at': None}

    def whole(self, conn, trust):
        """One trust with its roles."""
        shown = self.linked(trust)
        shown['roles'] = self.shown_roles(conn, trust)
        shown['roles_links'] = {'self': self.url(self.plural, trust['id'], 'roles'), 'next': None, 'previous': None}
        return {'trust': shown}

    def shown_roles(self, conn, trust):
        return [{**role_view(role), 'links': {'self': self.url('roles', role['id'])}}
                for role in roles.several(conn, trust['role_ids'])]

    @operation('identity:list_trusts', rules.ADMIN_OR_SYSTEM_READER, target=_asked_target, rule=_list_rule)
    def get_all(self, req):
        delegation.refuse_application_credential(req, 'trusts')
        with self.db.read() as conn:
            found = trusts.list(conn, req.GET.get('trustor_user_id'), req.GET.get('trustee_user_id'))
        return self.listed(req, 'trusts', [self.linked(row) for row in found])

    @operation('identity:create_trust', rules.of_projects(_TRUSTOR), target=_new_target, body=CREATE, status=201)
    def post(self, req, body):
        delegation.refuse_application_credential(req, 'trusts')
        given = {name: value for name, value in body['trust'].items() if value is not None}
        if given.get('project_id') and not given.get('roles'):
            raise errors.forbidden_action('At least one role should be specified')
        self.directories.freshen(given['trustee_user_id'])
        with self.db.write() as conn:
            users.get(conn, given['trustee_user_id'])
            source = self._source(conn, req)
            lent = _lent_roles(conn, given, source)
            values = _values(given, source, lent, self.options)
            trusts.create(conn, values, lent)
            return self.whole(conn, trusts.get(conn, values['id']))

    @operation('identity:get_trust', _EITHER, item=_load, target=_target)
    def get_one(self, req, trust):
        delegation.refuse_application_credential(req, 'trusts')
        with self.db.read() as conn:
            return self.whole(conn, trust)

    @operation('identity:delete_trust', _DELETE, item=_load, target=_target, status=204)
    def delete(self, req, trust):
        delegation.refuse_application_credential(req, 'trusts')
        with self.db.write() as conn:
            trusts.delete(conn, trust['id'])

    @staticmethod
    def _source(conn, req):
        """The trust that this one is passed on from, when the token comes from one."""
        trust_id = delegation.trust_id(req)
        if delegation.access_token_id(req):
            raise errors.forbidden_action('Redelegation allowed for delegated by trust only')
        return trusts.get(conn, trust_id, used_up=True) if trust_id else None


class TrustRoles(Trusts):
    """/v3/OS-TRUST/trusts/{id}/roles"""

    post = patch = delete = None

    @operation('identity:list_roles_for_trust', _EITHER, item=_load, target=_target)
    def get_all(self, req, trust):
        delegation.refuse_application_credential(req, 'trusts')
        with self.db.read() as conn:
            shown = self.shown_roles(conn, trust)
        return {'roles': shown, 'links': {'self': self.url(self.plural, trust['id'], 'roles'),
                                          'next': None, 'previous': None}}

    @operation('identity:get_role_for_trust', _EITHER, target=lambda controller, req, trust_id, role_id: (
        controller.parties(trust_id)))
    def get_one(self, req, trust_id, role_id):
        delegation.refuse_application_credential(req, 'trusts')
        with self.db.read() as conn:
            if role_id not in trusts.get(conn, trust_id)['role_ids']:
                raise errors.NotFound('Could not find role: %s.' % role_id)
            role = roles.get(conn, role_id)
        return {'role': {**role_view(role), 'links': {'self': self.url('roles', role_id)}}}

    def parties(self, trust_id):
        with self.db.read() as conn:
            return _target(self, None, trusts.get(conn, trust_id))


def _lent_roles(conn, given, source):
    """Role ids of the trust: each must be, now, the role of whoever lent it first in that project."""
    wanted = role_ids(conn, given.get('roles', ()))
    project_id = given.get('project_id')
    if not project_id:
        if wanted:
            raise errors.NotFound('Could not find role: %s.' % wanted[0])
        return wanted
    projects.get(conn, project_id)
    first = [source, *trusts.pedigree(conn, source)][-1] if source else given
    lender = first['trustor_user_id']
    held = effective.closure(effective.direct_ids(conn, lender, ('project', project_id)),
                             effective.implications(conn))
    for role_id in wanted:
        if role_id not in held:
            raise errors.NotFound('Could not find role: %s.' % role_id)
    return wanted


def role_ids(conn, named):
    """The ids of roles given by id or (unique) name; NotFound, Conflict."""
    found = []
    for role in named:
        if role.get('id'):
            found.append(role['id'])
            continue
        matching = roles.by_name(conn, role['name'])
        if not matching:
            raise errors.NotFound('Could not find role: %s.' % role['name'])
        if len(matching) > 1:
            raise errors.Conflict('Multiple roles are named %s; give the id.' % role['name'])
        found.append(matching[0]['id'])
    return list(dict.fromkeys(found))


def _values(given, source, lent, options):
    """The row to insert; Forbidden or BadRequest when it would lend more than may be lent."""
    count, uses = given.get('redelegation_count'), given.get('remaining_uses')
    passes_on = given.get('allow_redelegation', False) and count != 0
    if passes_on and count and count > options.max_redelegation_count:
        raise errors.Forbidden('Requested redelegation depth of %d is greater than allowed %d'
                               % (count, options.max_redelegation_count))
    if passes_on and uses is not None:
        raise errors.BadRequest('remaining_uses must not be set if redelegation is allowed')
    expires_at = read_end(given.get('expires_at'))
    if source is not None:
        expires_at = _check_passing_on(given, source, lent, expires_at, options)
    if not passes_on:
        count = 0
    elif source is not None:
        if count and count != source['redelegation_count'] - 1:
            raise errors.Forbidden('Modifying "redelegation_count" upon redelegation is forbidden. Omitting this '
                                   'parameter is advised.')
        count = source['redelegation_count'] - 1
    elif count is None:
        count = options.max_redelegation_count
    return {'id': rows.new_id(), 'trustor_user_id': given['trustor_user_id'],
            'trustee_user_id': given['trustee_user_id'], 'project_id': given.get('project_id'),
            'impersonation': given['impersonation'], 'expires_at': expires_at, 'remaining_uses': uses,
            'redelegation_count': count, 'redelegated_trust_id': source and source['id'], 'extra': {}}


def _check_passing_on(given, source, lent, expires_at, options):
    """A trust passed on lends no more, no longer, and no deeper than its source; its end."""
    if not options.allow_redelegation or not 0 < source['redelegation_count'] <= options.max_redelegation_count:
        raise errors.Forbidden('Remaining redelegation depth of %d out of allowed range of [0..%d]'
                               % (source['redelegation_count'], options.max_redelegation_count))
    if given.get('remaining_uses') is not None:
        raise errors.Forbidden('remaining_uses must not be set in order to redelegate a trust')
    if not set(lent) <= set(source['role_ids']):
        raise errors.Forbidden('Some of requested roles are not in redelegated trust')
    if given['impersonation'] and not source['impersonation']:
        raise errors.Forbidden('Impersonation is not allowed because redelegated trust does not specify '
                               'impersonation. Redelegated trust id: %s' % source['id'])
    if given.get('project_id') != source['project_id']:
        raise errors.Forbidden('A redelegated trust keeps the project of the trust it comes from')
    if source['expires_at'] is not None and expires_at is not None and expires_at > source['expires_at']:
        raise errors.Forbidden('Requested expiration time is more than redelegated trust can provide')
    return expires_at if expires_at is not None else source['expires_at']


def read_end(text):
    """The moment of an expires_at that is still to come; None for None."""
    if text is None:
        return None
    try:
        moment = clock.read(text)
    except ValueError:
        raise errors.BadRequest('The timestamp %s of expires_at is not in the format CCYY-MM-DDThh:mm:ssZ' % text
                                ) from None
    if moment <= clock.now():
        raise errors.BadRequest('The `expires_at` must not be before now. The server could not comply with the '
                                'request since it is either malformed or otherwise incorrect.')
    return moment
