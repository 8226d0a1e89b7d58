# SPDX-License-Identifier: Apache-2.0
"""/v3/users/{id}/application_credentials and access_rules, and logging in with them."""
import datetime

import pytest

SOON = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=2)).isoformat()


@pytest.fixture
def member(identity):
    client = identity.person('mia', 'member')
    client.path = '/v3/users/%s/application_credentials' % client.user_id
    return client


def make(client, **body):
    return client.post(client.path, {'application_credential': {'name': 'app', **body}})


def login(identity, **given):
    return identity.anonymous.post('/v3/auth/tokens', {'auth': {'identity': {
        'methods': ['application_credential'], 'application_credential': given}}})


def test_it_lives_acts_and_dies(identity, member):
    made = make(member, description='d').json['application_credential']
    assert len(made['secret']) > 60 and {role['name'] for role in made['roles']} == {'member', 'reader'}
    shown = member.get(member.path + '/' + made['id']).json['application_credential']
    assert 'secret' not in shown and shown['name'] == 'app' and shown['unrestricted'] is False
    assert [row['id'] for row in member.get(member.path + '?name=app').json['application_credentials']] == [made['id']]
    answer = login(identity, id=made['id'], secret=made['secret'])
    token = answer.json['token']
    assert answer.status_int == 201 and token['project']['id'] == made['project_id']
    assert token['application_credential'] == {'id': made['id'], 'name': 'app', 'restricted': True}
    by_name = login(identity, name='app', user={'name': 'mia', 'domain': {'id': 'default'}}, secret=made['secret'])
    assert by_name.status_int == 201
    client = identity.as_(answer.headers['X-Subject-Token'])
    assert client.get('/v3/auth/projects').status_int == 200
    assert member.delete(member.path + '/' + made['id']).status_int == 204
    assert client.get('/v3/auth/projects').status_int == 401
    assert member.get(member.path + '/' + made['id']).status_int == 404


def test_wrong_secrets_are_refused(identity, member):
    made = make(member, secret='own').json['application_credential']
    assert made['secret'] == 'own'
    for given in ({'id': made['id'], 'secret': 'no'}, {'id': 'no', 'secret': 'own'}, {'id': made['id']},
                  {'name': 'no', 'user': {'id': member.user_id}, 'secret': 'own'}):
        assert login(identity, **given).status_int == 401
    assert login(identity, name='app', secret='own').status_int == 400
    # Whoever is named beside the id: the credential acts as its owner.
    admin = identity.answer(scope=None).json['token']['user']['id']
    assert login(identity, id=made['id'], secret='own', user={'id': admin}).json['token']['user']['id'] == member.user_id


def test_it_may_hold_fewer_roles_and_never_more(identity, member):
    made = make(member, roles=[{'name': 'reader'}]).json['application_credential']
    token = login(identity, id=made['id'], secret=made['secret']).json['token']
    assert [role['name'] for role in token['roles']] == ['reader']
    assert make(member, name='b', roles=[{'id': identity.role('admin')}]).status_int == 400
    assert make(member, name='b', roles=[{'name': 'nothing'}]).status_int == 404


def test_its_token_is_not_rescoped_and_makes_no_more_of_its_kind(identity, member):
    made = make(member).json['application_credential']
    token = login(identity, id=made['id'], secret=made['secret']).headers['X-Subject-Token']
    body = {'auth': {'identity': {'methods': ['token'], 'token': {'id': token}},
                     'scope': {'project': {'id': made['project_id']}}}}
    assert identity.anonymous.post('/v3/auth/tokens', body).status_int == 403
    del body['auth']['scope']
    again = identity.anonymous.post('/v3/auth/tokens', body)
    assert again.json['token']['application_credential']['id'] == made['id']
    client = identity.as_(again.headers['X-Subject-Token'])
    client.path = member.path
    assert make(client, name='b').status_int == 403
    assert client.delete(member.path + '/' + made['id']).status_int == 403
    assert client.post('/v3/OS-TRUST/trusts', {'trust': {
        'trustor_user_id': member.user_id, 'trustee_user_id': member.user_id, 'impersonation': True}}).status_int == 403
    free = make(member, name='free', unrestricted=True).json['application_credential']
    client = identity.as_(login(identity, id=free['id'], secret=free['secret']).headers['X-Subject-Token'])
    client.path = member.path
    assert make(client, name='c').status_int == 201


@pytest.mark.parametrize('body, status', [
    ({'expires_at': '2001-01-01T00:00:00Z'}, 400), ({'expires_at': 'soon'}, 400), ({'name': ''}, 400),
    ({'access_rules': [{'service': 'compute'}]}, 400),
    ({'access_rules': [{'service': 'compute', 'method': 'SMELL', 'path': '/x'}]}, 400),
    ({'access_rules': [{'id': 'none'}]}, 404), ({'unrestricted': 'x'}, 400)])
def test_a_bad_one(member, body, status):
    assert make(member, **body).status_int == status


def test_names_are_unique_and_the_number_limited(start):
    identity = start(application_credential_limit=1)
    member = identity.person('mia', 'member')
    member.path = '/v3/users/%s/application_credentials' % member.user_id
    assert make(member).status_int == 201 and make(member).status_int == 403
    identity.cloud.conf.set_override('application_credential_limit', -1, 'identity')
    assert make(member).status_int == 409


def test_the_token_ends_with_the_credential(identity, member):
    made = make(member, expires_at=SOON[:19] + 'Z').json['application_credential']
    identity.cloud.conf.set_override('token_seconds', 86400, 'identity')
    token = login(identity, id=made['id'], secret=made['secret']).json['token']
    assert token['expires_at'][:19] == made['expires_at'][:19]


def test_it_goes_when_the_role_it_stood_on_goes(identity, member):
    made = make(member).json['application_credential']
    identity.admin.delete('/v3/projects/%s/users/%s/roles/%s' % (
        made['project_id'], member.user_id, identity.role('member')))
    assert login(identity, id=made['id'], secret=made['secret']).status_int == 401
    assert identity.admin.get(member.path + '/' + made['id']).status_int == 404


def test_others_do_not_see_it(identity, member):
    made = make(member).json['application_credential']
    other = identity.person('oli', 'member')
    for path in (member.path, member.path + '/' + made['id'],
                 '/v3/users/%s/application_credentials/%s' % (other.user_id, made['id'])):
        assert other.get(path).status_int == 403
    other.path = member.path
    assert make(other).status_int == 403
    assert identity.admin.get(member.path).status_int == 200


def test_access_rules(identity, member):
    rule = {'service': 'compute', 'method': 'GET', 'path': '/v2.1/servers'}
    made = make(member, access_rules=[rule]).json['application_credential']
    kept, = made['access_rules']
    path = '/v3/users/%s/access_rules' % member.user_id
    assert {name: kept[name] for name in rule} == rule
    assert [row['id'] for row in member.get(path + '?service=compute').json['access_rules']] == [kept['id']]
    same = make(member, name='b', access_rules=[{'id': kept['id']}]).json['application_credential']
    assert same['access_rules'] == made['access_rules']
    token = login(identity, id=made['id'], secret=made['secret']).headers['X-Subject-Token']
    headers = {'X-Subject-Token': token}
    assert identity.admin.get('/v3/auth/tokens', headers=headers).status_int == 404
    headers['OpenStack-Identity-Access-Rules'] = '1.0'
    shown = identity.admin.get('/v3/auth/tokens', headers=headers).json['token']
    assert shown['application_credential']['access_rules'] == [kept]
    assert member.delete(path + '/' + kept['id']).status_int == 403
    for credential in (made, same):
        member.delete(member.path + '/' + credential['id'])
    assert member.delete(path + '/' + kept['id']).status_int == 204
    assert member.get(path + '/' + kept['id']).status_int == 404


def test_access_rules_are_enforced_by_identity_itself(identity, member):
    rule = {'service': 'identity', 'method': 'GET', 'path': '/v3/users/*'}
    made = make(member, access_rules=[rule]).json['application_credential']
    robot = identity.as_(login(identity, id=made['id'], secret=made['secret']).headers['X-Subject-Token'])
    assert robot.get('/v3/users/' + member.user_id).status_int == 200
    for path in ('/v3/projects', member.path, '/v3/users'):
        assert robot.get(path).status_int == 401
    assert robot.patch('/v3/users/' + member.user_id, {'user': {'description': 'no'}}).status_int == 401
