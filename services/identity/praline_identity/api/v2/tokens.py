# SPDX-License-Identifier: Apache-2.0
"""/v2.0/tokens: logging in, checking and revoking."""
from praline_common.api.rest import Reply, operation
from praline_identity import errors
from praline_identity.api.projects import project_view
from praline_identity.api.resource import Resource
from praline_identity.api.tokens import AuthTokens
from praline_identity.api.v2 import shapes
from praline_identity.db import projects
from praline_identity.db import trusts

_TEXT = {'type': ['string', 'null'], 'maxLength': 255}
_ID = {'type': ['string', 'null'], 'maxLength': 64}
LOGIN = {'type': 'object', 'required': ['auth'], 'properties': {'auth': {'type': 'object', 'properties': {
    'passwordCredentials': {'type': 'object', 'properties': {
        'username': _TEXT, 'userId': _ID, 'password': {'type': ['string', 'null'], 'maxLength': 4096}}},
    'token': {'type': 'object', 'properties': {'id': {'type': 'string', 'maxLength': 8192}}},
    'tenantName': _TEXT, 'tenantId': _ID, 'trust_id': _ID}}}}


def said(db, token_id, checked):
    """{'access': ...} of a token that is good."""
    project = checked.body.get('project')
    if project is None:
        return shapes.access(token_id, checked, None)
    with db.read() as conn:
        return shapes.access(token_id, checked, project_view(projects.get(conn, project['id'])))


def _subject(controller, req, token_id):
    """The owner of the token in the path; NotFound, whoever asks, when it is not good."""
    return {'target.token.user_id': controller.tokens.check(token_id).body['user']['id']}


class Tokens(Resource):

    @operation(*shapes.rule(AuthTokens.post), public=True, body=LOGIN)
    def post(self, req, body):
        auth = body['auth']
        identity, scope = _identity(auth), self._scope(auth)
        try:
            token_id, checked = self.room.login({'identity': identity, 'scope': scope})
        except errors.NotFound:
            raise errors.Refused() from None
        req.environ['praline.login'] = checked.body['user']
        return Reply(said(self.db, token_id, checked))

    def _scope(self, auth):
        if auth.get('trust_id'):
            self._check_trust(auth)
            return {'OS-TRUST:trust': {'id': auth['trust_id']}}
        if auth.get('tenantName'):
            return {'project': {'name': auth['tenantName'], 'domain': {'id': shapes.DOMAIN}}}
        return {'project': {'id': auth['tenantId']}} if auth.get('tenantId') else 'unscoped'

    def _check_trust(self, auth):
        """Forbidden when there is no such trust, or it is for another tenant than the one named."""
        with self.db.read() as conn:
            try:
                project_id = trusts.get(conn, auth['trust_id'])['project_id']
                named = auth.get('tenantId') or None
                if auth.get('tenantName'):
                    named = (projects.by_name(conn, auth['tenantName'], shapes.DOMAIN) or {'id': ''})['id']
            except errors.NotFound:
                raise errors.Forbidden('You are not authorized to use this trust.') from None
        if named not in (None, project_id):
            raise errors.Forbidden('You are not authorized to use this trust.')

    @operation(*shapes.rule(AuthTokens.get_all), target=_subject)
    def get_one(self, req, token_id):
        checked = self.tokens.check(token_id)
        wanted = req.GET.get('belongsTo')
        if wanted and checked.body.get('project', {}).get('id') != wanted:
            raise errors.Unauthorized('Token does not belong to specified tenant.')
        return said(self.db, token_id, checked)

    @operation(*shapes.rule(AuthTokens.delete_all), target=_subject, status=204)
    def delete(self, req, token_id):
        self.tokens.revoke(token_id)


class TokenEndpoints(Resource):
    """/v2.0/tokens/{id}/endpoints"""

    @operation(*shapes.rule(AuthTokens.get_all), target=_subject)
    def get_all(self, req, token_id):
        checked = self.tokens.check(token_id)
        shapes.access(token_id, checked, None)
        if 'project' not in checked.body:
            return {'endpoints': [], 'endpoints_links': []}
        return {'endpoints_links': [], 'endpoints': [
            {**endpoint, 'name': entry['name'], 'type': entry['type']}
            for entry in shapes.catalog(checked.catalog) for endpoint in entry['endpoints']]}


def _identity(auth):
    """The `identity` of a v3 request to authenticate.  BadRequest naming what is missing."""
    if 'token' in auth:
        if not auth['token'].get('id'):
            raise errors.BadRequest('Expecting to find id in token.')
        return {'methods': ['token'], 'token': auth['token']}
    given = auth.get('passwordCredentials')
    if given is None:
        raise errors.BadRequest('Expecting to find passwordCredentials in auth.')
    if 'password' not in given:
        raise errors.BadRequest('Expecting to find password in passwordCredentials.')
    if given.get('username'):
        user = {'name': given['username'], 'domain': {'id': shapes.DOMAIN}}
    elif given.get('userId'):
        user = {'id': given['userId']}
    else:
        raise errors.BadRequest('Expecting to find username or userId in passwordCredentials.')
    return {'methods': ['password'], 'password': {'user': {**user, 'password': given['password']}}}
