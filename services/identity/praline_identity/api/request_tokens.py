# SPDX-License-Identifier: Apache-2.0
"""/v3/OS-OAUTH1/request_token and authorize/{id}: a consumer asks, a user says yes to some of their roles."""
import secrets
import string

from praline_common.api import bodies
from praline_common.api.rest import Reply, operation
from praline_identity import clock
from praline_identity import errors
from praline_identity.api import delegation
from praline_identity.api import parts
from praline_identity.api import rules
from praline_identity.api.resource import Resource
from praline_identity.api.services import no_target
from praline_identity.api.trusts import role_ids
from praline_identity.db import consumers
from praline_identity.db import projects
from praline_identity.db import request_tokens
from praline_identity.db import rows
from praline_identity.sealing import Sealer
from praline_identity.tokens import oauth1

AUTHORIZE = {'type': 'object', 'properties': {'roles': {'type': 'array', 'items': {
    'type': 'object', 'minProperties': 1, 'maxProperties': 1, 'additionalProperties': False,
    'properties': {'id': parts.ID, 'name': parts.NAME}}}}}
# Typed by hand, so without the letters and digits that look alike.
VERIFIER = ''.join(sorted(set(string.ascii_letters + string.digits) - set('jiIl1oO0')))
VERIFIER_SIZE = 8


class RequestTokens(Resource):

    def __init__(self, runtime):
        super().__init__(runtime)
        self.sealer = runtime.shared(Sealer)

    @operation('identity:create_request_token', rules.ANYONE, public=True, raw=True, status=201)
    def post(self, req):
        signed, seconds = oauth1.Signed(req, self.conf.base_url), self.options.oauth1_timestamp_seconds
        consumer_id, = signed.need('oauth_consumer_key')
        project_id = req.headers.get('Requested-Project-Id')
        if not project_id:
            raise errors.BadRequest('Expecting to find Requested-Project-Id in request.')
        signed.fresh(seconds)
        with self.db.read() as conn:
            consumer = consumers.get(conn, consumer_id)
        if not signed.by(self.sealer.open(consumer['sealed_secret'])):
            raise errors.Unauthorized('Invalid signature')
        secret, ends = secrets.token_hex(16), lasting(self.options.request_token_seconds)
        values = {'id': rows.new_id(), 'consumer_id': consumer_id, 'project_id': project_id, 'role_ids': [],
                  'sealed_secret': self.sealer.seal(secret), 'expires_at': ends}
        with self.db.write() as conn:
            projects.get(conn, project_id)
            signed.use(conn, seconds)
            request_tokens.create(conn, values)
        return shown(values['id'], secret, ends)


class Authorize(Resource):

    policy_before_missing = False

    def __init__(self, runtime):
        super().__init__(runtime)
        self.sealer = runtime.shared(Sealer)

    @operation('identity:authorize_request_token', rules.ADMIN, target=no_target, body=AUTHORIZE, optional_body=True)
    def put(self, req, token_id, body):
        delegation.refuse_lent(req, 'Cannot authorize a request token with a token issued via delegation.')
        verifier = ''.join(secrets.choice(VERIFIER) for _ in range(VERIFIER_SIZE))
        with self.db.write() as conn:
            asked = request_tokens.get(conn, token_id)
            if asked['expires_at'] is not None and asked['expires_at'] <= clock.now():
                raise errors.Unauthorized('Request token is expired')
            lent, user_id = role_ids(conn, (body or {}).get('roles', ())), req.context.user_id
            held = self.tokens.ground(conn).roles(conn, user_id, ('project', asked['project_id']))
            if not set(lent) <= {role['id'] for role in held}:
                raise errors.Unauthorized('authorizing user does not have role required')
            request_tokens.save(conn, token_id, {
                'user_id': user_id, 'role_ids': lent, 'sealed_verifier': self.sealer.seal(verifier)})
        return {'token': {'oauth_verifier': verifier}}


def lasting(seconds):
    """The end of what is made now for so many seconds; None for 0."""
    return clock.now() + seconds * clock.SECOND if seconds else None


def shown(token_id, secret, ends):
    """The answer that tells a consumer its new token."""
    body = oauth1.form(oauth_token=token_id, oauth_token_secret=secret, oauth_expires_at=clock.show(ends))
    return Reply(body, content_type=bodies.FORM)
