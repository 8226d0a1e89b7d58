# SPDX-License-Identifier: Apache-2.0
"""POST /v3/OS-OAUTH2/token: OAuth 2.0 client credentials (RFC 6749).

The client is an application credential, or a user with a certificate (RFC 8705) in its default project.
"""
import base64
import contextlib

from praline_common.api import bodies
from praline_common.api.rest import Reply, operation
from praline_common.errors import Error, MethodNotAllowed
from praline_identity import clock
from praline_identity import errors
from praline_identity.api import rules
from praline_identity.api.resource import Resource
from praline_identity.db import mappings
from praline_identity.db import projects
from praline_identity.db import users
from praline_identity.federation import rules as mapping_rules
from praline_identity.tokens import certificates
from praline_identity.tokens import scopes
from praline_identity.tokens.proof import Proof

_WORDS = {401: 'invalid_client', 400: 'invalid_request'}


class OAuth2Tokens(Resource):

    @operation('identity:create_oauth2_token', rules.ANYONE, public=True, raw=True)
    def post(self, req):
        with _said_as_oauth2():
            given = bodies.read_form(req)
            _check_grant(given.get('grant_type'))
            token, checked = self._issue(req, given)
        req.environ['praline.login'] = checked.body['user']
        left = checked.payload.expires_at - checked.payload.issued_at
        body = {'access_token': token, 'token_type': 'Bearer', 'expires_in': left // clock.SECOND}
        return Reply(body, headers={'Cache-Control': 'no-store'})

    @operation('identity:create_oauth2_token', rules.ANYONE, public=True)
    def get_all(self, req):
        with _said_as_oauth2():
            raise MethodNotAllowed('The method is not allowed for the requested URL.', allow=['POST'])

    put_all = patch_all = delete_all = get_all

    def _issue(self, req, given):
        """(token, Checked) for the client, by the method that it uses."""
        certificate = certificates.of(req.environ, self.options.oauth2_certificate)
        if certificate:
            return self._by_certificate(given.get('client_id'), certificate)
        client_id, secret = _client(req, given)
        if not client_id or not secret or 'client_secret_basic' not in self.options.oauth2_authn_methods:
            raise _refused()
        return self.room.login({'identity': {'methods': ['application_credential'], 'application_credential': {
            'id': client_id, 'secret': secret}}})


    def _by_certificate(self, user_id, text):
        if not user_id or 'tls_client_auth' not in self.options.oauth2_authn_methods:
            raise _refused()
        number = self.tokens.revision()
        with self.db.read() as conn:
            user = users.for_token(conn, user_id)
            if user is None or not user['default_project_id']:
                raise _refused()
            proof = Proof(user_id=user_id, user=user, methods=[certificates.METHOD],
                          thumbprint=self._thumbprint(conn, user, text))
            project = projects.with_domain(conn, user['default_project_id'])
            scope = scopes.Scope('project', user['default_project_id'], project)
            return self.tokens.issue(conn, proof, scope, number)

    def _thumbprint(self, conn, user, text):
        """Of the certificate, which must name this user in the way that the operator's mapping says."""
        try:
            certificate = certificates.Certificate(text)
            mapping = mappings.get(conn, self.options.oauth2_cert_dn_mapping_id)
            named = mapping_rules.apply(mapping, certificate.attributes).user
        except (ValueError, errors.NotFound, errors.Refused):
            raise _refused() from None
        domain = named.get('domain') or {}
        pairs = ((named.get('id'), user['id']), (named.get('name'), user['name']),
                 (named.get('email'), user['extra'].get('email')), (domain.get('id'), user['domain_id']),
                 (domain.get('name'), user['domain_name']))
        # A mapping that names nobody would let every certificate be everybody.
        if not (named.get('id') or named.get('name')) or any(said and said != known for said, known in pairs):
            raise _refused()
        return certificate.thumbprint


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
