# SPDX-License-Identifier: Apache-2.0
"""POST /v3/OS-OAUTH2/token: OAuth 2.0 client credentials (RFC 6749), the client being an application credential."""
import base64
import contextlib

from praline_common.api import bodies
from praline_common.api.rest import Reply, operation
from praline_common.errors import Error, MethodNotAllowed
from praline_identity import clock
from praline_identity import errors
from praline_identity.api import rules
from praline_identity.api.resource import Resource

_WORDS = {401: 'invalid_client', 400: 'invalid_request'}


class OAuth2Tokens(Resource):

    @operation('identity:create_oauth2_token', rules.ANYONE, public=True, raw=True)
    def post(self, req):
        with _said_as_oauth2():
            given = bodies.read_form(req)
            _check_grant(given.get('grant_type'))
            token, checked = self._issue(*_client(req, given))
        req.environ['praline.login'] = checked.body['user']
        left = checked.payload.expires_at - checked.payload.issued_at
        body = {'access_token': token, 'token_type': 'Bearer', 'expires_in': left // clock.SECOND}
        return Reply(body, headers={'Cache-Control': 'no-store'})

    @operation('identity:create_oauth2_token', rules.ANYONE, public=True)
    def get_all(self, req):
        with _said_as_oauth2():
            raise MethodNotAllowed('The method is not allowed for the requested URL.', allow=['POST'])

    put_all = patch_all = delete_all = get_all

    def _issue(self, client_id, secret):
        """(token, Checked) for the client, by the method that it uses."""
        if not client_id or not secret or 'client_secret_basic' not in self.options.oauth2_authn_methods:
            raise _refused()
        return self.room.login({'identity': {'methods': ['application_credential'], 'application_credential': {
            'id': client_id, 'secret': secret}}})


@contextlib.contextmanager
def _said_as_oauth2():
    """Errors carry the word that OAuth 2.0 has for them."""
    try:
        yield
    except Error as error:
        error.details.setdefault('oauth2', _WORDS.get(error.status, 'other_error'))
        raise


def _check_grant(kind):
    if kind is None:
        raise errors.BadRequest('The parameter grant_type is required.')
    if kind != 'client_credentials':
        raise errors.BadRequest('The parameter grant_type %s is not supported.' % kind, oauth2='unsupported_grant_type')


def _client(req, given):
    """(id, secret) of the client, each None when it is not said: from the Authorization header, or else the form."""
    kind, _, text = req.headers.get('Authorization', '').partition(' ')
    if kind.lower() != 'basic':
        return given.get('client_id'), given.get('client_secret')
    try:
        client_id, _, secret = base64.b64decode(text.strip(), validate=True).decode().partition(':')
    except ValueError:
        return None, None
    return client_id, secret


def _refused():
    return errors.Unauthorized('Client authentication failed.')
