# SPDX-License-Identifier: Apache-2.0
"""POST, GET, HEAD and DELETE /v3/auth/tokens."""
from praline_common import errors
from praline_common.api.rest import Reply, operation
from praline_identity.api import rules
from praline_identity.api.resource import Resource
from praline_identity.db import filters
from praline_identity.errors import MoreMethods
from praline_identity.federation.front import Front

_DOMAIN = {'type': 'object', 'properties': {'id': {'type': 'string'}, 'name': {'type': 'string'}}}
_NAMED_DOMAIN = {**_DOMAIN, 'anyOf': [{'required': ['id']}, {'required': ['name']}]}
_USER = {'type': 'object', 'anyOf': [{'required': ['id']}, {'required': ['name']}], 'properties': {
    'id': {'type': 'string'}, 'name': {'type': 'string'}, 'password': {'type': 'string'}, 'domain': _NAMED_DOMAIN}}
_PROJECT = {'type': 'object', 'anyOf': [{'required': ['id']}, {'required': ['name']}], 'properties': {
    'id': {'type': 'string'}, 'name': {'type': 'string'}, 'domain': _NAMED_DOMAIN}}
LOGIN = {
    'type': 'object', 'required': ['auth'], 'properties': {'auth': {
        'type': 'object', 'required': ['identity'], 'properties': {
            'identity': {'type': 'object', 'required': ['methods'], 'properties': {
                'methods': {'type': 'array', 'items': {'type': 'string'}},
                'password': {'type': 'object', 'properties': {'user': _USER}},
                'token': {'type': 'object', 'required': ['id'], 'properties': {'id': {'type': 'string'}}},
                'oauth1': {'type': ['object', 'null']},
                'application_credential': {'type': 'object', 'properties': {
                    'id': {'type': 'string'}, 'name': {'type': 'string'}, 'secret': {'type': 'string'},
                    'user': _USER}},
            }},
            'scope': {'type': ['object', 'string'], 'properties': {
                'project': _PROJECT, 'domain': _NAMED_DOMAIN,
                'OS-TRUST:trust': {'type': 'object', 'properties': {'id': {'type': 'string'}}},
                'system': {'type': 'object', 'properties': {'all': {'type': 'boolean'}}},
            }},
        }}},
}
_SUBJECT = 'user_id:%(target.token.user_id)s'
_CHECK = rules.ADMIN_OR_SYSTEM_READER + ' or ' + _SUBJECT
_VALIDATE = _CHECK + ' or role:service'


def _subject(controller, req, *_):
    """The owner of the token that is asked about; NotFound, whoever asks, when it is not good."""
    token = req.environ.get('HTTP_X_SUBJECT_TOKEN')
    if not token:
        return {}
    checked = req.environ['praline.subject'] = controller.tokens.check(token, _allow_expired(req))
    return {'target.token.user_id': checked.body['user']['id']}


def _allow_expired(req):
    return 'allow_expired' in req.GET and filters.truth(req.GET['allow_expired'])


def _validate_rule(req):
    return 'identity:check_token' if req.method == 'HEAD' else 'identity:validate_token'


def login(controller, req, auth, front):
    """The answer to a request to authenticate: the token, or the receipt where more methods are wanted."""
    try:
        token, checked = controller.room.login(auth, req.headers.get('Openstack-Auth-Receipt'), req, front)
    except MoreMethods as more:
        return Reply(more.details['body'], 401, {'Openstack-Auth-Receipt': more.details['receipt']})
    return controller.issued(req, token, checked, 'nocatalog' not in req.GET, _VARY)


class AuthTokens(Resource):

    def __init__(self, runtime):
        super().__init__(runtime)
        self.policy.register('identity:check_token', _CHECK)

    @operation('identity:authenticate', rules.ANYONE, public=True, body=LOGIN, status=201)
    def post(self, req, body):
        return login(self, req, body['auth'], Front(self.options, req.environ))

    @operation('identity:validate_token', _VALIDATE, target=_subject, rule=_validate_rule)
    def get_all(self, req):
        token, checked = self._asked_about(req)
        return Reply(checked.rendered('nocatalog' not in req.GET), headers={'X-Subject-Token': token, **_VARY})

    @operation('identity:revoke_token', 'role:admin or ' + _SUBJECT, target=_subject, status=204)
    def delete_all(self, req):
        self._asked_about(req)
        self.tokens.revoke(req.headers['X-Subject-Token'])

    def _asked_about(self, req):
        """(token, Checked), as the policy was asked about it."""
        checked = req.environ.get('praline.subject')
        if checked is None:
            raise errors.NotFound('Could not find token.')
        limited = checked.body.get('application_credential', {}).get('access_rules')
        if limited and not _knows_rules(req):
            raise errors.NotFound('Could not find token.')
        return req.environ['HTTP_X_SUBJECT_TOKEN'], checked


def _knows_rules(req):
    """Whether the asking middleware enforces access rules; to another one such a token is not good."""
    try:
        return float(req.headers.get('OpenStack-Identity-Access-Rules', 0)) >= 1
    except ValueError:
        return False


_VARY = {'Vary': 'X-Auth-Token'}
