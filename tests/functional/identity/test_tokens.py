# SPDX-License-Identifier: Apache-2.0
"""POST, GET, HEAD and DELETE /v3/auth/tokens: methods, scopes, revocation, what a check costs."""
import time

import pytest
import sqlalchemy as sa

from praline_identity import clock
from praline_identity.db import models
from praline_identity.tokens.issuer import Tokens


def subject(token):
    return {'X-Subject-Token': token}


def test_a_password_gives_a_project_token_with_catalog_and_implied_roles(identity):
    answer = identity.answer()
    assert answer.status_int == 201
    token = answer.json['token']
    assert token['project']['name'] == 'admin' and token['user']['name'] == 'admin'
    assert [role['name'] for role in token['roles']] == ['admin', 'manager', 'member', 'reader']
    assert {entry['type'] for entry in token['catalog']} == {
        'identity', 'image', 'compute', 'placement', 'block-storage', 'volumev3', 'network'}
    assert token['methods'] == ['password'] and token['is_domain'] is False
    assert len(answer.headers['X-Subject-Token']) < 255


def test_a_token_is_validated_and_revoked_at_once(identity):
    token = identity.login()
    shown = identity.admin.get('/v3/auth/tokens', headers=subject(token))
    assert shown.status_int == 200 and shown.headers['X-Subject-Token'] == token
    assert identity.as_(token).get('/v3/auth/projects').status_int == 200
    assert identity.admin.head('/v3/auth/tokens', headers=subject(token)).status_int == 200
    assert identity.admin.delete('/v3/auth/tokens', headers=subject(token)).status_int == 204
    assert identity.admin.get('/v3/auth/tokens', headers=subject(token)).status_int == 404
    assert identity.as_(token).get('/v3/auth/projects').status_int == 401
    assert identity.admin.get('/v3/OS-REVOKE/events').json['events']


def test_over_rpc_the_same_token_is_good_and_its_revocation_moves_the_revision(identity):
    token = identity.login()
    contract = identity.runtime.contracts.identity
    shown = contract.validate_token(None, token)['token']
    assert shown['user']['name'] == 'admin' and 'catalog' not in shown
    before = contract.revision(None)
    identity.admin.delete('/v3/auth/tokens', headers=subject(token))
    assert contract.revision(None) > before
    project = shown['project']['id']
    assert contract.project_exists(None, project) and not contract.project_exists(None, 'default')


@pytest.mark.parametrize('scope, key', [
    ({'system': {'all': True}}, 'system'), ({'domain': {'id': 'default'}}, 'domain'),
    ({'domain': {'name': 'Default'}}, 'domain'), ('unscoped', None), (None, None)])
def test_each_scope(identity, scope, key):
    admin = identity.answer(scope=None).json['token']['user']['id']
    identity.admin.put('/v3/domains/default/users/%s/roles/%s' % (admin, identity.role('admin')))
    token = identity.answer(scope=scope).json['token']
    assert {name for name in ('project', 'domain', 'system') if name in token} == ({key} if key else set())
    assert ('roles' in token) == ('catalog' in token) == bool(key)


def test_nocatalog_leaves_the_catalog_out(identity):
    token = identity.login()
    assert 'catalog' not in identity.answer(query='?nocatalog').json['token']
    assert 'catalog' not in identity.admin.get('/v3/auth/tokens?nocatalog', headers=subject(token)).json['token']
    assert 'catalog' in identity.admin.get('/v3/auth/tokens', headers=subject(token)).json['token']


def test_without_scope_the_default_project_is_taken_when_there_is_a_role(identity):
    project = identity.make('projects', 'project', name='home')
    user = identity.make('users', 'user', name='ann', password='pw', default_project_id=project['id'])
    assert 'project' not in identity.answer('ann', 'pw', scope=None).json['token']
    identity.admin.put('/v3/projects/%s/users/%s/roles/%s' % (project['id'], user['id'], identity.role('reader')))
    assert identity.answer('ann', 'pw', scope=None).json['token']['project']['id'] == project['id']
    assert 'project' not in identity.answer('ann', 'pw', scope='unscoped').json['token']


@pytest.mark.parametrize('user, password, scope', [
    ('admin', 'wrong', 'admin'), ('nobody', 'wrong', 'admin'), ('admin', None, 'nowhere'),
    ('admin', None, {'project': {'id': 'x'}}), ('admin', None, {'domain': {'id': 'default'}})])
def test_every_wrong_login_gets_the_same_answer(identity, user, password, scope):
    answer = identity.answer(user, *([password] if password else []), scope=scope)
    assert answer.status_int == 401
    assert answer.json['error'] == {'code': 401, 'title': 'Unauthorized',
                                    'message': 'The request you have made requires authentication.'}


@pytest.mark.parametrize('auth', [
    {}, {'identity': {}}, {'identity': {'methods': 'password'}}, {'identity': {'methods': ['password']}},
    {'identity': {'methods': ['password'], 'password': {'user': {'password': 'x'}}}},
    {'identity': {'methods': ['password'], 'password': {'user': {'name': 'admin', 'password': 'x'}}}},
    {'identity': {'methods': ['password'], 'password': {}}},
    {'identity': {'methods': ['token'], 'token': {}}},
    {'identity': {'methods': []}, 'scope': {'project': {'id': 'x'}, 'domain': {'id': 'x'}}},
    {'identity': {'methods': []}, 'scope': {'project': {'name': 'x'}}},
    {'identity': {'methods': []}, 'scope': {'project': {}}}, {'identity': {'methods': []}, 'scope': {'nothing': {}}}])
def test_a_malformed_login_is_400_or_401(identity, auth):
    answer = identity.anonymous.post('/v3/auth/tokens', {'auth': auth})
    assert answer.status_int in (400, 401) and answer.json['error']['message']


def test_an_unknown_method_is_401(identity):
    body = {'auth': {'identity': {'methods': ['smell'], 'smell': {}}}}
    assert identity.anonymous.post('/v3/auth/tokens', body).status_int == 401


def by_token(identity, token, **scope):
    body = {'auth': {'identity': {'methods': ['token'], 'token': {'id': token}}}}
    if scope:
        body['auth']['scope'] = scope
    return identity.anonymous.post('/v3/auth/tokens', body)


def test_a_token_from_a_token_ends_no_later_and_remembers_where_it_came_from(identity):
    first = identity.answer(scope='unscoped')
    token = first.json['token']
    second = by_token(identity, first.headers['X-Subject-Token'],
                      project={'name': 'admin', 'domain': {'id': 'default'}})
    made = second.json['token']
    assert second.status_int == 201 and made['expires_at'] == token['expires_at']
    assert made['audit_ids'][1] == token['audit_ids'][0] and set(made['methods']) == {'token', 'password'}
    assert by_token(identity, 'nonsense').status_int == 404


def test_a_system_token_gives_no_project_token(identity):
    token = identity.login(scope={'system': {'all': True}})
    answer = by_token(identity, token, project={'name': 'admin', 'domain': {'id': 'default'}})
    assert answer.status_int == 403


def test_who_may_ask_about_a_token(identity):
    member, other = identity.person('mia', 'member'), identity.person('oli', 'member')
    token = member.headers['X-Auth-Token']
    assert member.get('/v3/auth/tokens', headers=subject(token)).status_int == 200
    assert other.get('/v3/auth/tokens', headers=subject(token)).status_int == 403
    assert other.delete('/v3/auth/tokens', headers=subject(token)).status_int == 403
    assert identity.person('sue', 'service').get('/v3/auth/tokens', headers=subject(token)).status_int == 200
    assert identity.anonymous.get('/v3/auth/tokens', headers=subject(token)).status_int == 401
    assert identity.admin.get('/v3/auth/tokens').status_int == 404


def test_a_lost_role_and_a_lost_user_end_the_token(identity):
    member = identity.person('mia', 'member')
    token = member.headers['X-Auth-Token']
    project = member.get('/v3/auth/tokens', headers=subject(token)).json['token']['project']['id']
    path = '/v3/projects/%s/users/%s/roles/%s' % (project, member.user_id, identity.role('member'))
    identity.admin.delete(path)
    assert identity.admin.get('/v3/auth/tokens', headers=subject(token)).status_int == 404
    identity.admin.put(path)
    assert identity.admin.get('/v3/auth/tokens', headers=subject(token)).status_int == 200
    identity.admin.delete('/v3/users/' + member.user_id)
    assert identity.admin.get('/v3/auth/tokens', headers=subject(token)).status_int == 404


@pytest.mark.parametrize('kind', ['user', 'project', 'domain'])
def test_disabling_ends_tokens_for_good(identity, kind):
    domain = identity.make('domains', 'domain', name='d')
    project = identity.make('projects', 'project', name='p', domain_id=domain['id'])
    user = identity.make('users', 'user', name='u', password='pw', domain_id=domain['id'])
    identity.admin.put('/v3/projects/%s/users/%s/roles/%s' % (project['id'], user['id'], identity.role('member')))
    token = identity.login('u', 'pw', domain['id'], scope={'project': {'id': project['id']}})
    path = '/v3/%ss/%s' % (kind, {'user': user, 'project': project, 'domain': domain}[kind]['id'])
    assert identity.admin.patch(path, {kind: {'enabled': False}}).status_int == 200
    assert identity.admin.get('/v3/auth/tokens', headers=subject(token)).status_int == 404
    assert identity.answer('u', 'pw', domain['id'], scope={'project': {'id': project['id']}}).status_int == 401
    assert identity.admin.patch(path, {kind: {'enabled': True}}).status_int == 200
    assert identity.admin.get('/v3/auth/tokens', headers=subject(token)).status_int == 404
    identity.login('u', 'pw', domain['id'], scope={'project': {'id': project['id']}})


def test_an_expired_token_is_good_only_where_that_is_allowed(start):
    identity = start(token_seconds=1)
    token = identity.login()
    asking = identity.login()
    ends = clock.read(identity.answer().json['token']['expires_at'])
    identity.cloud.conf.set_override('token_seconds', 3600, 'identity')
    asking = identity.login()
    while clock.now() < ends:
        time.sleep(0.01)
    client = identity.as_(asking)
    assert client.get('/v3/auth/tokens', headers=subject(token)).status_int == 404
    assert client.get('/v3/auth/tokens?allow_expired=1', headers=subject(token)).status_int == 200


def test_a_disabled_endpoint_and_a_new_one_are_seen_at_once(identity):
    token = identity.login()

    def urls():
        shown = identity.admin.get('/v3/auth/tokens', headers=subject(token)).json['token']['catalog']
        return {endpoint['url'] for entry in shown for endpoint in entry['endpoints'] if entry['type'] == 'image'}
    before = urls()
    service, = identity.admin.get('/v3/services?type=image').json['services']
    made = identity.make('endpoints', 'endpoint', service_id=service['id'], interface='public',
                         url='http://other/$(project_id)s/x')
    extra, = urls() - before
    assert extra.startswith('http://other/') and extra.endswith('/x') and '(' not in extra
    identity.admin.patch('/v3/endpoints/' + made['id'], {'endpoint': {'enabled': False}})
    assert urls() == before


def test_a_login_takes_three_statements_beside_the_revision_and_a_known_token_none(identity, statements):
    identity.login()
    statements.clear()
    token = identity.login()
    assert len([text for text in statements if not text.startswith('SELECT revision')]) == 3
    for _ in range(2):
        statements.clear()
        assert identity.admin.get('/v3/auth/tokens', headers=subject(token)).status_int == 200
    assert len(statements) == 2 and len(set(statements)) == 1


def test_a_check_takes_as_many_statements_after_a_thousand_revocations(identity, statements):
    token = identity.login()
    tokens = identity.runtime.contracts.identity

    def cost():
        identity.make('roles', 'role', name='x%d' % len(statements))
        statements.clear()
        tokens.validate_token(None, token)
        return len(statements)
    before = cost()
    now = clock.now()
    with identity.runtime.db.write() as conn:
        conn.execute(sa.insert(models.revocations), [
            {'key': 'audit:%d' % n, 'issued_before': now, 'revoked_at': now, 'expires_at': now + 10**12}
            for n in range(1000)])
    assert cost() == before


def test_signed_tokens_work_and_fernet_ones_are_still_read(identity):
    old = identity.login()
    identity.cloud.conf.set_override('token_format', 'jws', 'identity')
    signer = Tokens(identity.runtime)
    identity.runtime.shared(Tokens)._formats = signer._formats
    new = identity.login()
    assert new.count('.') == 2 and '.' not in old
    for token in (old, new):
        assert identity.admin.get('/v3/auth/tokens', headers=subject(token)).status_int == 200
    head, body, seal = new.split('.')
    forged = '.'.join((head, body, seal[:-4] + ('AAAA' if seal[-4:] != 'AAAA' else 'BBBB')))
    assert identity.admin.get('/v3/auth/tokens', headers=subject(forged)).status_int == 404
