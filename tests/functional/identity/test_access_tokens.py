# SPDX-License-Identifier: Apache-2.0
"""POST /v3/OS-OAUTH1/access_token, the oauth1 method, and /v3/users/{id}/OS-OAUTH1/access_tokens."""
import pytest

from praline_common.testing.statements import counted
from praline_identity import clock
from praline_identity.db import access_tokens

PATH = '/v3/OS-OAUTH1/access_token'


@pytest.fixture
def consumer(identity):
    return identity.consumer()


@pytest.fixture
def token(identity, consumer):
    """An access token of the administrator for the role member in the project admin."""
    return consumer.access_token(identity.project(), 'member')


def mine(identity, token=None, *more):
    """The path of the administrator's access tokens."""
    return '/'.join(['/v3/users', identity.admin_id, 'OS-OAUTH1/access_tokens', *([token[0]] if token else []), *more])


def refused(answer, status, text):
    assert answer.status_int == status, answer.text
    assert text in answer.json['error']['message']


def test_the_whole_way(identity, consumer, token):
    answer = consumer.ask_login(token)
    body, subject = answer.json['token'], answer.headers['X-Subject-Token']
    assert answer.status_int == 201 and body['methods'] == ['oauth1'] and body['user']['name'] == 'admin'
    assert body['OS-OAUTH1'] == {'access_token_id': token[0], 'consumer_id': consumer.key}
    assert body['project']['name'] == 'admin' and [role['name'] for role in body['roles']] == ['member', 'reader']
    assert identity.admin.get('/v3/auth/tokens', headers={'X-Subject-Token': subject}).json['token'] == body
    assert identity.as_(subject).get('/v3/auth/projects').status_int == 200
    assert identity.runtime.contracts.identity.validate_token(None, subject)['token']['OS-OAUTH1']


def test_a_request_token_is_exchanged_once(identity, consumer):
    asked = consumer.request_token(identity.project())
    refused(consumer.ask(PATH, asked, verifier='abcdefgh'), 401, 'authorizing user')
    verifier = identity.authorize(asked, 'member')
    assert consumer.ask(PATH, asked, verifier=verifier).status_int == 201
    assert consumer.ask(PATH, asked, verifier=verifier).status_int == 404


def test_what_is_wrong_with_an_exchange(identity, consumer):
    other, asked = identity.consumer(), consumer.request_token(identity.project())
    verifier = identity.authorize(asked, 'member')
    wrong = 'b' + verifier[1:] if verifier[0] != 'b' else 'c' + verifier[1:]
    refused(consumer.ask(PATH, asked), 400, 'oauth_verifier')
    refused(consumer.ask(PATH, asked, verifier='f' * 32), 400, 'Validation failed with errors')
    refused(consumer.ask(PATH, asked, verifier=wrong), 401, 'Provided verifier')
    refused(consumer.ask(PATH, (asked[0], 'wrong'), verifier=verifier), 401, 'Invalid signature')
    refused(consumer.ask(PATH, asked, verifier=verifier, url='http://localhost/v3' + PATH), 401, 'Invalid signature')
    refused(other.ask(PATH, asked, verifier=verifier), 401, 'Provided consumer key')
    refused(consumer.ask(PATH, ('f' * 32, 'x'), verifier=verifier), 404, 'Request token')
    other.key = 'f' * 32
    refused(other.ask(PATH, asked, verifier=verifier), 401, 'Provided consumer does not exist')
    # None of that has used it up.
    assert consumer.ask(PATH, asked, verifier=verifier).status_int == 201


def test_a_new_authorization_ends_the_verifier_of_the_old(identity, consumer):
    asked = consumer.request_token(identity.project())
    first, second = identity.authorize(asked, 'admin'), identity.authorize(asked, 'reader')
    refused(consumer.ask(PATH, asked, verifier=first), 401, 'Provided verifier')
    assert consumer.ask(PATH, asked, verifier=second).status_int == 201


def test_wrong_logins(identity, consumer, token):
    refused(consumer.ask_login((token[0], 'wrong')), 401, 'Could not validate the access token')
    refused(consumer.ask_login(('f' * 32, token[1])), 404, 'Access token')
    refused(identity.consumer().ask_login(token), 401, 'Could not validate the access token')
    refused(consumer.ask_login(('', '')), 400, 'oauth_token')
    body = {'auth': {'identity': {'methods': ['oauth1'], 'oauth1': {}}}}
    refused(identity.anonymous.post('/v3/auth/tokens', body), 400, 'Authorization')
    headers = consumer.signed('/v3/auth/tokens', token)
    assert identity.anonymous.post('/v3/auth/tokens', body, headers=headers).status_int == 201
    refused(identity.anonymous.post('/v3/auth/tokens', body, headers=headers), 401, 'Nonce')


def test_a_token_ends_with_what_it_was_made_of(start):
    identity = start(access_token_seconds=60)
    consumer = identity.consumer()
    token = consumer.access_token(identity.project(), 'member')
    end = identity.admin.get(mine(identity, token)).json['access_token']['expires_at']
    assert consumer.ask_login(token).json['token']['expires_at'] == end
    assert clock.read(end) <= clock.now() + 60 * clock.SECOND


def test_an_expired_one_is_refused(identity, consumer, token):
    with identity.runtime.db.write() as conn:
        conn.exec_driver_sql('UPDATE oauth1_access_tokens SET expires_at = 1')
    refused(consumer.ask_login(token), 401, 'Access token is expired')


@pytest.mark.parametrize('path', ['/v3/OS-OAUTH1/consumers/{consumer}', '/v3/users/{user}/OS-OAUTH1/access_tokens/{token}'])
def test_deleting_consumer_or_access_token_ends_the_tokens(identity, consumer, token, path):
    subject = consumer.ask_login(token).headers['X-Subject-Token']
    asking = {'X-Subject-Token': subject}
    assert identity.admin.get('/v3/auth/tokens', headers=asking).status_int == 200
    path = path.format(consumer=consumer.key, user=identity.admin_id, token=token[0])
    assert identity.admin.delete(path).status_int == 204
    assert identity.admin.get('/v3/auth/tokens', headers=asking).status_int == 404
    assert identity.as_(subject).get('/v3/auth/projects').status_int == 401
    assert identity.admin.get(mine(identity)).json['access_tokens'] == []
    assert consumer.ask_login(token).status_int == 404


def test_user_and_project_take_theirs_with_them(identity, consumer):
    project = identity.make('projects', 'project', name='p')
    boss = identity.person('boss', 'admin', project='p')
    token = consumer.access_token(project['id'], 'member', admin=boss)
    subject = consumer.ask_login(token).headers['X-Subject-Token']
    assert identity.admin.delete('/v3/projects/' + project['id']).status_int == 204
    assert identity.admin.get('/v3/auth/tokens', headers={'X-Subject-Token': subject}).status_int == 404
    other = identity.person('other', 'admin')
    token = consumer.access_token(identity.project(), 'member', admin=other)
    assert identity.admin.delete('/v3/users/' + other.user_id).status_int == 204
    assert consumer.ask_login(token).status_int == 404


def test_a_role_that_the_user_lost_is_not_lent_any_more(identity, consumer):
    boss = identity.person('boss', 'admin')
    token = consumer.access_token(identity.project(), 'member', 'manager', admin=boss)
    path = '/v3/projects/%s/users/%s/roles/' % (identity.project(), boss.user_id)
    identity.admin.put(path + identity.role('member'))
    identity.admin.delete(path + identity.role('admin'))
    roles = consumer.ask_login(token).json['token']['roles']
    assert [role['name'] for role in roles] == ['member', 'reader']
    identity.admin.delete(path + identity.role('member'))
    assert consumer.ask_login(token).status_int == 401


def test_listing_and_showing_them(identity, consumer, token):
    row, = identity.admin.get(mine(identity)).json['access_tokens']
    assert row == identity.admin.get(mine(identity, token)).json['access_token']
    assert set(row) == {'id', 'consumer_id', 'project_id', 'authorizing_user_id', 'expires_at', 'links'}
    assert row['consumer_id'] == consumer.key and row['authorizing_user_id'] == identity.admin_id
    assert row['links'] == {'self': row['links']['self'], 'roles': row['links']['self'] + '/roles'}
    role, = identity.admin.get(mine(identity, token, 'roles')).json['roles']
    assert role['name'] == 'member'
    assert identity.admin.get(mine(identity, token, 'roles', role['id'])).json['role']['id'] == role['id']
    assert identity.admin.get(mine(identity, token, 'roles', identity.role('admin'))).status_int == 404
    assert identity.admin.get(mine(identity, ('f' * 32, ''))).status_int == 404
    assert identity.admin.head(mine(identity)).status_int == 200


def test_those_of_somebody_else_are_not_there(identity, token):
    member = identity.person('mia', 'member')
    theirs = '/v3/users/%s/OS-OAUTH1/access_tokens' % member.user_id
    assert identity.admin.get(theirs).json['access_tokens'] == []
    for method in ('get', 'delete'):
        assert getattr(identity.admin, method)('%s/%s' % (theirs, token[0])).status_int == 404
    assert identity.admin.get('%s/%s/roles' % (theirs, token[0])).status_int == 404
    assert identity.admin.get('%s/%s/roles/x' % (theirs, token[0])).status_int == 401
    for path in (theirs, '%s/%s' % (theirs, token[0]), mine(identity), mine(identity, token)):
        assert member.get(path).status_int == 403
    assert member.delete(mine(identity, token)).status_int == 403


def test_with_a_lent_token_they_are_out_of_reach(identity, consumer):
    token = consumer.access_token(identity.project(), 'admin')
    lent = identity.as_(consumer.ask_login(token).headers['X-Subject-Token'])
    for answer in (lent.get(mine(identity)), lent.get(mine(identity, token)), lent.delete(mine(identity, token))):
        refused(answer, 403, 'delegation')
    made = identity.admin.post('/v3/users/%s/application_credentials' % identity.admin_id, {
        'application_credential': {'name': 'robot', 'unrestricted': True}}).json['application_credential']
    robot = identity.anonymous.post('/v3/auth/tokens', {'auth': {'identity': {
        'methods': ['application_credential'],
        'application_credential': {'id': made['id'], 'secret': made['secret']}}}}).headers['X-Subject-Token']
    refused(identity.as_(robot).get(mine(identity)), 403, 'delegation')


def test_what_a_login_costs(identity, consumer, token):
    consumer.ask_login(token)
    with counted(identity.runtime.db) as seen:
        assert consumer.ask_login(token).status_int == 201
    assert len([statement for statement in seen if 'SAVEPOINT' not in statement]) <= 12, seen
    with identity.runtime.db.read() as conn:
        assert token[1] not in str(access_tokens.get(conn, token[0]))
