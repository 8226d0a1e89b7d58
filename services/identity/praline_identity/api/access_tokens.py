# SPDX-License-Identifier: Apache-2.0
"""/v3/OS-OAUTH1/access_token, where a consumer gets them, and /v3/users/{id}/OS-OAUTH1/access_tokens."""
import hmac
import secrets

from praline_common.api.rest import operation
from praline_identity import clock
from praline_identity import errors
from praline_identity.api import delegation
from praline_identity.api import rules
from praline_identity.api.request_tokens import VERIFIER, VERIFIER_SIZE, lasting, shown
from praline_identity.api.resource import Resource
from praline_identity.api.roles import role_view
from praline_identity.api.services import no_target
from praline_identity.db import access_tokens
from praline_identity.db import consumers
from praline_identity.db import request_tokens
from praline_identity.db import roles
from praline_identity.db import rows
from praline_identity.sealing import Sealer
from praline_identity.tokens import oauth1


class AccessTokens(Resource):

    def __init__(self, runtime):
        super().__init__(runtime)
        self.sealer = runtime.shared(Sealer)

    @operation('identity:create_access_token', rules.ANYONE, public=True, raw=True, status=201)
    def post(self, req):
        signed, seconds = oauth1.Signed(req, self.conf.base_url), self.options.oauth1_timestamp_seconds
        consumer_id, token_id, verifier = signed.need('oauth_consumer_key', 'oauth_token', 'oauth_verifier')
        if len(verifier) != VERIFIER_SIZE or not set(verifier) <= set(VERIFIER):
            raise oauth1.invalid('Invalid verifier format')
        signed.fresh(seconds)
        with self.db.read() as conn:
            asked, consumer = request_tokens.get(conn, token_id), consumers.find(conn, consumer_id)
        self._check(signed, verifier, asked, consumer)
        secret, ends = secrets.token_hex(16), lasting(self.options.access_token_seconds)
        values = {'id': rows.new_id(), 'sealed_secret': self.sealer.seal(secret), 'expires_at': ends, **{
            name: asked[name] for name in ('consumer_id', 'project_id', 'user_id', 'role_ids')}}
        with self.db.write() as conn:
            signed.use(conn, seconds)
            # Authorized anew or exchanged since it was read: then this verifier is worth nothing.
            if not request_tokens.take(conn, token_id, asked['sealed_verifier']):
                raise errors.Unauthorized('Request token has been used')
            access_tokens.create(conn, values)
        return shown(values['id'], secret, ends)

    def _check(self, signed, verifier, asked, consumer):
        """Unauthorized unless the consumer that the request token is for signed this, with the verifier."""
        if asked['expires_at'] is not None and asked['expires_at'] <= clock.now():
            raise errors.Unauthorized('Request token is expired')
        if consumer is None:
            raise errors.Unauthorized('Provided consumer does not exist.')
        if asked['consumer_id'] != consumer['id']:
            raise errors.Unauthorized('Provided consumer key does not match stored consumer key.')
        if asked['user_id'] is None:
            raise errors.Unauthorized('Request Token does not have an authorizing user id.')
        if not hmac.compare_digest(self.sealer.open(asked['sealed_verifier']), verifier):
            raise errors.Unauthorized('Provided verifier does not match stored verifier')
        if not signed.by(self.sealer.open(consumer['sealed_secret']), self.sealer.open(asked['sealed_secret'])):
            raise errors.Unauthorized('Invalid signature')


def _load(conn, context, user_id, token_id):
    """The user's own; that of somebody else is not there."""
    found = access_tokens.get(conn, token_id)
    if found['user_id'] != user_id:
        raise rows.missing(access_tokens.KIND, token_id)
    return found


def _refuse_lent(req):
    delegation.refuse_lent(req, 'Cannot manage OAuth access tokens with a token issued via delegation.')


class UserAccessTokens(Resource):

    plural, singular = 'access_tokens', 'access_token'
    policy_before_missing = True

    def view(self, row):
        return {'id': row['id'], 'consumer_id': row['consumer_id'], 'project_id': row['project_id'],
                'authorizing_user_id': row['user_id'], 'expires_at': clock.show(row['expires_at'])}

    def linked(self, row):
        path = self.url('users', row['user_id'], 'OS-OAUTH1', self.plural, row['id'])
        return {**self.view(row), 'links': {'self': path, 'roles': path + '/roles'}}

    @operation('identity:list_access_tokens', rules.ADMIN, target=no_target)
    def get_all(self, req, user_id):
        _refuse_lent(req)
        with self.db.read() as conn:
            return self.many(req, access_tokens.list(conn, user_id))

    @operation('identity:get_access_token', rules.ADMIN, item=_load, target=no_target)
    def get_one(self, req, user_id, token):
        _refuse_lent(req)
        return self.one(token)

    @operation('identity:delete_access_token', rules.ADMIN, item=_load, target=no_target, status=204)
    def delete(self, req, user_id, token):
        _refuse_lent(req)
        with self.db.write() as conn:
            access_tokens.delete(conn, token['id'])


class AccessTokenRoles(Resource):
    """/v3/users/{id}/OS-OAUTH1/access_tokens/{id}/roles"""

    plural, singular = 'roles', 'role'

    def view(self, row):
        shown = role_view(row)
        shown.pop('description')
        return shown

    @operation('identity:list_access_token_roles', rules.ADMIN, item=_load, target=no_target)
    def get_all(self, req, user_id, token):
        with self.db.read() as conn:
            return self.many(req, roles.several(conn, token['role_ids']))

    @operation('identity:get_access_token_role', rules.ADMIN, target=no_target)
    def get_one(self, req, user_id, token_id, role_id):
        with self.db.read() as conn:
            token = access_tokens.get(conn, token_id)
            if token['user_id'] != user_id:
                raise errors.Unauthorized('User IDs do not match')
            if role_id not in token['role_ids']:
                raise rows.missing(roles.KIND, role_id)
            return self.one(roles.get(conn, role_id))
