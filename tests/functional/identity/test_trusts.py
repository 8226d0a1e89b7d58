# SPDX-License-Identifier: Apache-2.0
"""/v3/OS-TRUST/trusts, and the tokens that come from them."""
import threading

import pytest


@pytest.fixture
def pair(identity):
    """(trustor, trustee) clients; trustor.project is where the trustor is a member."""
    trustor, trustee = identity.person('tor', 'member'), identity.make('users', 'user', name='tee', password='pw')
    trustor.project = trustor.get('/v3/auth/projects').json['projects'][0]['id']
    client = identity.as_(identity.login('tee', 'pw', scope=None))
    client.user_id = trustee['id']
    return trustor, client


def make(pair, **changes):
    trustor, trustee = pair
    body = {'trustor_user_id': trustor.user_id, 'trustee_user_id': trustee.user_id, 'project_id': trustor.project,
            'impersonation': False, 'roles': [{'name': 'member'}], **changes}
    return trustor.post('/v3/OS-TRUST/trusts', {'trust': body})


def use(identity, trust):
    return identity.answer('tee', 'pw', scope={'OS-TRUST:trust': {'id': trust['id']}})


@pytest.mark.parametrize('impersonation', [False, True])
def test_a_trust_lets_another_act(identity, pair, impersonation):
    trust = make(pair, impersonation=impersonation).json['trust']
    answer = use(identity, trust)
    token = answer.json['token']
    assert token['OS-TRUST:trust']['id'] == trust['id'] and token['project']['id'] == pair[0].project
    assert token['user']['name'] == ('tor' if impersonation else 'tee')
    assert {role['name'] for role in token['roles']} == {'member', 'reader'}
    client = identity.as_(answer.headers['X-Subject-Token'])
    assert client.get('/v3/projects/' + pair[0].project).status_int == 200
    assert client.get('/v3/users/%s/application_credentials' % pair[0].user_id).status_int == 403
    body = {'auth': {'identity': {'methods': ['token'], 'token': {'id': answer.headers['X-Subject-Token']}}}}
    assert identity.anonymous.post('/v3/auth/tokens', body).status_int == 403


def test_it_is_shown_listed_and_deleted(identity, pair):
    trustor, trustee = pair
    trust = make(pair).json['trust']
    path = '/v3/OS-TRUST/trusts/' + trust['id']
    assert trustor.get(path).json['trust'] == trust and trustee.get(path).status_int == 200
    assert identity.person('oli', 'member').get(path).status_int == 403
    assert trustor.get(path + '/roles').json['roles'][0]['name'] == 'member'
    assert trustor.get(path + '/roles/' + identity.role('member')).status_int == 200
    assert trustor.get(path + '/roles/' + identity.role('admin')).status_int == 404
    for client, query in ((trustor, '?trustor_user_id=' + trustor.user_id), (identity.admin, ''),
                          (trustee, '?trustee_user_id=' + trustee.user_id)):
        assert [row['id'] for row in client.get('/v3/OS-TRUST/trusts' + query).json['trusts']] == [trust['id']]
    assert trustor.get('/v3/OS-TRUST/trusts').status_int == 403
    assert trustee.delete(path).status_int == 403
    token = use(identity, trust).headers['X-Subject-Token']
    assert trustor.delete(path).status_int == 204 and trustor.get(path).status_int == 404
    assert identity.as_(token).get('/v3/auth/projects').status_int == 401
    assert use(identity, trust).status_int == 401


@pytest.mark.parametrize('change, status', [
    ({'expires_at': '2001-01-01T00:00:00Z'}, 400), ({'expires_at': 'soon'}, 400), ({'remaining_uses': 0}, 400),
    ({'trustee_user_id': 'nobody'}, 404), ({'trustor_user_id': 'nobody'}, 403), ({'roles': []}, 403),
    ({'roles': [{'name': 'admin'}]}, 404), ({'roles': [{'id': 'nothing'}]}, 404), ({'project_id': 'nowhere'}, 404),
    ({'impersonation': 'x'}, 400), ({'allow_redelegation': True, 'remaining_uses': 1}, 400),
    ({'allow_redelegation': True, 'redelegation_count': 9}, 403)])
def test_a_bad_trust(pair, change, status):
    assert make(pair, **change).status_int == status


def test_uses_run_out_even_when_they_race(identity, pair):
    trust = make(pair, remaining_uses=3).json['trust']
    answers, go = [], threading.Barrier(6)

    def take():
        go.wait()
        answers.append(use(identity, trust).status_int)
    threads = [threading.Thread(target=take) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [201, 201, 201, 401, 401, 401]


def test_the_wrong_user_cannot_use_it(identity, pair):
    trust = make(pair).json['trust']
    assert identity.answer('tor', 'tor-secret', scope={'OS-TRUST:trust': {'id': trust['id']}}).status_int == 403


def test_it_ends_with_the_trustor_s_role(identity, pair):
    trust = make(pair).json['trust']
    token = use(identity, trust).headers['X-Subject-Token']
    identity.admin.delete('/v3/projects/%s/users/%s/roles/%s' % (
        pair[0].project, pair[0].user_id, identity.role('member')))
    assert identity.as_(token).get('/v3/auth/projects').status_int == 401
    assert use(identity, trust).status_int == 403


def test_the_token_ends_with_the_trust(identity, pair):
    trust = make(pair, expires_at='2031-01-01T00:00:00Z').json['trust']
    identity.cloud.conf.set_override('token_seconds', 10 ** 9, 'identity')
    assert use(identity, trust).json['token']['expires_at'] == trust['expires_at'] == '2031-01-01T00:00:00.000000Z'


def test_passing_on_narrows_and_ends_with_the_first(start):
    identity = start(allow_redelegation=True)
    tor, tee = identity.person('tor', 'member'), identity.make('users', 'user', name='tee', password='pw')
    third = identity.make('users', 'user', name='third', password='pw')
    tor.project = tor.get('/v3/auth/projects').json['projects'][0]['id']
    client = login_as_trustee(identity, tor, tee)
    first = make((tor, client), allow_redelegation=True, impersonation=True).json['trust']
    assert first['redelegation_count'] == 3
    through = identity.as_(use(identity, first).headers['X-Subject-Token'])
    body = {'trustor_user_id': tor.user_id, 'trustee_user_id': third['id'], 'project_id': tor.project,
            'impersonation': True, 'roles': [{'name': 'member'}], 'allow_redelegation': True}
    second = through.post('/v3/OS-TRUST/trusts', {'trust': body})
    assert second.status_int == 201 and second.json['trust']['redelegation_count'] == 2
    assert second.json['trust']['redelegated_trust_id'] == first['id']
    for change in ({'roles': [{'name': 'reader'}]}, {'remaining_uses': 1, 'allow_redelegation': False}):
        assert through.post('/v3/OS-TRUST/trusts', {'trust': {**body, **change}}).status_int == 403
    scope = {'OS-TRUST:trust': {'id': second.json['trust']['id']}}
    assert identity.answer('third', 'pw', scope=scope).json['token']['user']['name'] == 'tor'
    tor.delete('/v3/OS-TRUST/trusts/' + first['id'])
    assert identity.answer('third', 'pw', scope=scope).status_int == 401


def login_as_trustee(identity, tor, tee):
    client = identity.as_(identity.login('tee', 'pw', scope=None))
    client.user_id = tee['id']
    return client


def test_without_leave_no_trust_is_passed_on(identity, pair):
    first = make(pair, allow_redelegation=True, impersonation=True).json['trust']
    through = identity.as_(use(identity, first).headers['X-Subject-Token'])
    answer = through.post('/v3/OS-TRUST/trusts', {'trust': {
        'trustor_user_id': pair[0].user_id, 'trustee_user_id': pair[0].user_id, 'project_id': pair[0].project,
        'impersonation': True, 'roles': [{'name': 'member'}]}})
    assert answer.status_int == 403
