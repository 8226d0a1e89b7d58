# SPDX-License-Identifier: Apache-2.0
"""Logins through an identity provider: who becomes whom, with which groups, projects and tokens; who does not."""
import hashlib

import pytest

from praline_common.testing.statements import counted
from praline_identity import clock
from praline_identity.rpc import Lapse

BASE = '/v3/OS-FEDERATION/'
AUTH = BASE + 'identity_providers/acme/protocols/mapped/auth'
ALICE = {'OIDC_sub': 'alice', 'OIDC_iss': 'https://idp.example', 'OIDC_groups': 'dev;ops'}
NAMED = {'local': [{'user': {'name': '{0}'}}], 'remote': [{'type': 'OIDC_sub'}]}


@pytest.fixture
def open_cloud(start):
    """federation(**options) -> the Identity with the provider acme, its protocol mapped and mapping m."""
    def begin(*rules, version='1.0', provider=(), protocol=(), **options):
        identity = start(**{'assertion_prefixes': ['OIDC_'], **options})
        identity.group = identity.make('groups', 'group', name='devs', domain_id='default')['id']
        found, = identity.admin.get('/v3/projects?name=admin').json['projects']
        identity.project = found['id']
        in_group = {'local': [{'group': {'id': identity.group}}],
                    'remote': [{'type': 'OIDC_groups', 'any_one_of': ['dev']}]}
        mapping = {'rules': [*(rules or (NAMED,)), in_group], 'schema_version': version}
        for path, body in (('mappings/m', {'mapping': mapping}),
                           ('identity_providers/acme', {'identity_provider': {'enabled': True, **dict(provider)}}),
                           ('identity_providers/acme/protocols/mapped',
                            {'protocol': {'mapping_id': 'm', **dict(protocol)}})):
            answer = identity.admin.put(BASE + path, body)
            assert answer.status_int == 201, answer.text
        answer = identity.admin.get(BASE + 'identity_providers/acme')
        identity.domain = answer.json['identity_provider']['domain_id']
        return identity
    return begin


@pytest.fixture
def federation(open_cloud):
    return open_cloud()


def arrive(identity, environ=ALICE, path=AUTH, method='POST', headers=None, **changes):
    """The answer to a login with this assertion; a change to None takes a name out."""
    environ = {name: value for name, value in {**environ, **changes}.items() if value is not None}
    return identity.anonymous.request(method, path, environ=environ, headers=headers)


def arrived(*args, **kwargs):
    """(token, its body) of a login that has to succeed."""
    answer = arrive(*args, **kwargs)
    assert answer.status_int == 201, answer.text
    return answer.headers['X-Subject-Token'], answer.json['token']


def rescope(identity, token, scope):
    auth = {'identity': {'methods': ['token'], 'token': {'id': token}}}
    return identity.anonymous.post('/v3/auth/tokens', {'auth': {**auth, 'scope': scope} if scope else auth})


def grant_group(identity, role='member'):
    path = '/v3/projects/%s/groups/%s/roles/%s' % (identity.project, identity.group, identity.role(role))
    assert identity.admin.put(path).status_int == 204


@pytest.mark.parametrize('method', ['GET', 'POST'])
def test_the_token_says_how_one_came(federation, method):
    token, body = arrived(federation, method=method)
    assert body['methods'] == ['mapped'] and 'project' not in body and 'catalog' not in body
    user_id = hashlib.sha256((federation.domain + 'user' + 'alice').encode()).hexdigest()
    assert body['user'] == {
        'id': user_id, 'name': 'alice', 'domain': {'id': federation.domain, 'name': federation.domain},
        'OS-FEDERATION': {'groups': [{'id': federation.group}], 'identity_provider': {'id': 'acme'},
                          'protocol': {'id': 'mapped'}}}
    checked = federation.admin.get('/v3/auth/tokens', headers={'X-Subject-Token': token})
    assert checked.json['token'] == body


def test_one_is_the_same_user_ever_after(federation):
    first, second = arrived(federation)[1]['user'], arrived(federation)[1]['user']
    assert first == second
    user = federation.admin.get('/v3/users/' + first['id']).json['user']
    assert user['name'] == 'alice' and user['domain_id'] == federation.domain and user['enabled']
    assert user['federated'] == [{'idp_id': 'acme', 'protocols': [{'protocol_id': 'mapped', 'unique_id': 'alice'}]}]
    for query in ('name=alice', 'idp_id=acme', 'protocol_id=mapped&unique_id=alice', 'name__contains=lic'):
        assert [row['id'] for row in federation.admin.get('/v3/users?' + query).json['users']] == [first['id']]
    for query in ('name=' + first['id'], 'idp_id=other', 'unique_id=bob', 'name=bob'):
        assert federation.admin.get('/v3/users?' + query).json['users'] == []


def test_a_token_is_scoped_by_the_groups_it_carries(federation):
    token, body = arrived(federation)
    scope = {'project': {'id': federation.project}}
    assert rescope(federation, token, scope).status_int == 401
    grant_group(federation)
    answer = rescope(federation, token, scope)
    assert answer.status_int == 201, answer.text
    scoped = answer.json['token']
    assert scoped['user'] == body['user'] and sorted(scoped['methods']) == ['mapped', 'token']
    assert {role['name'] for role in scoped['roles']} == {'member', 'reader'} and scoped['catalog']
    assert scoped['expires_at'] == body['expires_at']
    client = federation.as_(token)
    for path in ('/v3/auth/projects', BASE + 'projects'):
        assert [row['id'] for row in client.get(path).json['projects']] == [federation.project]
    federation.admin.put('/v3/domains/default/groups/%s/roles/%s' % (federation.group, federation.role('reader')))
    for path in ('/v3/auth/domains', BASE + 'domains'):
        assert [row['id'] for row in client.get(path).json['domains']] == ['default']
    assert client.get('/v3/auth/system').json['system'] == []
    federation.admin.put('/v3/system/groups/%s/roles/%s' % (federation.group, federation.role('reader')))
    assert client.get('/v3/auth/system').json['system'] == [{'all': True}]
    assert rescope(federation, token, {'system': {'all': True}}).status_int == 201


def test_a_token_of_a_local_user_sees_nothing_of_groups_it_is_not_in(federation):
    grant_group(federation)
    federation.make('users', 'user', name='loc', password='pw')
    client = federation.as_(federation.login('loc', 'pw', scope=None))
    assert client.get(BASE + 'projects').json['projects'] == []


def test_the_methods_called_by_the_old_names(federation):
    for name in ('openid', 'saml2', 'anything'):
        federation.admin.put(BASE + 'identity_providers/acme/protocols/' + name, {'protocol': {'mapping_id': 'm'}})
        environ = {**ALICE, 'OIDC_sub': 'by-' + name}
        body = arrived(federation, environ, AUTH.replace('mapped', name))[1]
        assert body['methods'] == [name if name != 'anything' else 'mapped']
        assert body['user']['OS-FEDERATION']['protocol'] == {'id': name}
    for name in ('mapped', 'saml2'):
        answer = federation.anonymous.post('/v3/auth/tokens', {'auth': {'identity': {
            'methods': [name], name: {'id': arrived(federation)[0]}}}})
        assert answer.status_int == 201 and answer.json['token']['user']['OS-FEDERATION']
    local = federation.login(scope=None)
    answer = federation.anonymous.post('/v3/auth/tokens', {'auth': {'identity': {
        'methods': ['mapped'], 'mapped': {'id': local}}}})
    assert answer.status_int == 401


# Who does not get in.

def test_without_the_operator_s_word_nobody_comes_in(open_cloud):
    identity = open_cloud(assertion_prefixes=[])
    answer = arrive(identity)
    assert answer.status_int == 401 and 'unsupported method' in answer.json['error']['message']


@pytest.mark.parametrize('prefixes', [['OIDC_'], ['OIDC_', 'H', 'HTTP'], ['']])
def test_headers_are_no_assertions(open_cloud, prefixes):
    rule = {**NAMED, 'remote': [{'type': 'HTTP_OIDC_SUB'}]}
    identity = open_cloud(rule, NAMED, assertion_prefixes=prefixes)
    headers = {'OIDC-sub': 'mallory', 'OIDC_sub': 'mallory', 'Oidc-Iss': 'https://idp.example'}
    assert arrive(identity, {}, headers=headers).status_int == 401


def test_headers_are_assertions_where_the_operator_says_so_and_only_at_guarded_addresses(open_cloud):
    identity = open_cloud({**NAMED, 'remote': [{'type': 'HTTP_OIDC_SUB'}]}, assertion_prefixes=['HTTP_OIDC_'])
    headers = {'OIDC-sub': 'alice'}
    assert arrived(identity, {}, headers=headers)[1]['user']['name'] == 'alice'
    assert direct(identity, headers=headers).status_int == 401


def test_an_address_that_a_web_server_s_rules_may_miss_is_none(open_cloud):
    identity = open_cloud(assertion_prefixes=['HTTP_OIDC_', 'OIDC_'])
    for path in (AUTH + '/', AUTH.replace('/acme', '//acme'), '/' + AUTH):
        assert arrive(identity, path=path).status_int == 404, path


def direct(identity, **kwargs):
    given = {'identity_provider': 'acme', 'protocol': 'mapped'}
    return identity.anonymous.post('/v3/auth/tokens', {'auth': {
        'identity': {'methods': ['mapped'], 'mapped': given}}}, **kwargs)


def test_the_environment_counts_at_the_tokens_address_too(federation):
    assert direct(federation, environ=ALICE).json['token']['user']['name'] == 'alice'
    assert direct(federation).status_int == 401


@pytest.mark.parametrize('given', [{}, {'identity_provider': 'acme'}, {'protocol': 'mapped'}, [], 'x', None,
                                   {'identity_provider': ['acme'], 'protocol': 'mapped'}])
def test_a_direct_login_that_says_too_little(federation, given):
    body = {'auth': {'identity': {'methods': ['mapped'], 'mapped': given}}}
    assert federation.anonymous.post('/v3/auth/tokens', body, environ=ALICE).status_int == 400


def test_a_provider_that_is_not_there_or_off(federation):
    for path in (AUTH.replace('acme', 'nobody'), AUTH.replace('mapped', 'saml2')):
        assert arrive(federation, path=path).status_int == 404
    token = arrived(federation)[0]
    federation.admin.patch(BASE + 'identity_providers/acme', {'identity_provider': {'enabled': False}})
    answer = arrive(federation)
    assert answer.status_int == 403 and 'Identity Provider acme is disabled' in answer.json['error']['message']
    assert rescope(federation, token, None).status_int == 403
    assert federation.as_(token).get('/v3/auth/projects').status_int == 200


def test_a_mapping_or_group_that_is_gone(federation):
    token = arrived(federation)[0]
    federation.admin.delete('/v3/groups/' + federation.group)
    assert arrive(federation).status_int == rescope(federation, token, None).status_int == 401
    federation.admin.delete(BASE + 'mappings/m')
    assert arrive(federation).status_int == rescope(federation, token, None).status_int == 404


@pytest.mark.parametrize('attribute, remote_ids, status', [
    ('OIDC_iss', ['https://idp.example', 'other'], 201), ('OIDC_iss', ['other'], 403), ('OIDC_iss', [], 201),
    ('OIDC_none', ['https://idp.example'], 401), (None, ['other'], 201)])
def test_the_remote_id_is_checked(open_cloud, attribute, remote_ids, status):
    identity = open_cloud(provider={'remote_ids': remote_ids}, protocol={'remote_id_attribute': attribute})
    assert arrive(identity).status_int == status


def test_the_remote_id_attribute_of_the_configuration(open_cloud):
    identity = open_cloud(provider={'remote_ids': ['other']}, remote_id_attribute='OIDC_iss')
    assert arrive(identity).status_int == 403


def test_nobody_in_particular_comes_in_only_by_remote_user(open_cloud):
    identity = open_cloud({'local': [{'group_ids': '{0}'}], 'remote': [{'type': 'OIDC_none'}]})
    answer = arrive(identity)
    assert answer.status_int == 401 and 'REMOTE_USER' in answer.json['error']['message']
    assert arrived(identity, REMOTE_USER='alice')[1]['user']['name'] == 'alice'


def test_no_rule_holds(federation):
    answer = arrive(federation, OIDC_sub=None, OIDC_groups=None)
    assert answer.status_int == 401 and 'Could not map' in answer.json['error']['message']


def test_names_that_are_too_long(federation):
    assert arrive(federation, OIDC_sub='x' * 256).status_int == 401


def test_utf8_is_read_as_such(federation):
    environ = {'OIDC_sub': 'J\u00fcrgen \u20ac'.encode().decode('latin-1')}
    user = arrived(federation, environ)[1]['user']
    assert user['name'] == 'J\u00fcrgen \u20ac'
    found = federation.admin.get('/v3/users/' + user['id']).json['user']
    assert found['federated'][0]['protocols'][0]['unique_id'] == 'J%C3%BCrgen%20%E2%82%AC'


def test_two_protocols_never_share_a_user(federation):
    arrived(federation)
    federation.admin.put(BASE + 'identity_providers/acme/protocols/openid', {'protocol': {'mapping_id': 'm'}})
    assert arrive(federation, path=AUTH.replace('mapped', 'openid')).status_int == 409


# What a user becomes.

def test_a_name_and_address_follow_the_provider(open_cloud):
    rule = {'local': [{'user': {'id': '{0}', 'name': '{1}', 'email': '{2}'}}],
            'remote': [{'type': 'OIDC_sub'}, {'type': 'OIDC_name'}, {'type': 'OIDC_email'}]}
    identity = open_cloud(rule)
    user = arrived(identity, OIDC_name='Alice', OIDC_email='a@example.org')[1]['user']
    again = arrived(identity, OIDC_name='Alice B', OIDC_email='b@example.org')[1]['user']
    assert user['id'] == again['id'] and (user['name'], again['name']) == ('Alice', 'Alice B')
    assert identity.admin.get('/v3/users/' + user['id']).json['user']['email'] == 'b@example.org'


def test_names_are_not_unique_among_those_who_come_from_elsewhere(open_cloud):
    rule = {'local': [{'user': {'id': '{0}', 'name': 'admin', 'domain': {'id': 'default'}}}],
            'remote': [{'type': 'OIDC_sub'}]}
    identity = open_cloud(rule)
    found = {arrived(identity, OIDC_sub=name)[1]['user']['id'] for name in ('one', 'two')}
    assert len(found) == 2 and identity.login()
    assert len(identity.admin.get('/v3/users?name=admin&domain_id=default').json['users']) == 3


def test_a_name_given_here_stays(federation):
    user = arrived(federation)[1]['user']
    changed = federation.admin.patch('/v3/users/' + user['id'], {'user': {'name': 'boss'}})
    assert changed.json['user']['name'] == 'boss' and changed.json['user']['federated']
    assert arrived(federation)[1]['user']['name'] == 'boss'


def test_a_disabled_user_stays_out(federation):
    token, body = arrived(federation)
    federation.admin.patch('/v3/users/' + body['user']['id'], {'user': {'enabled': False}})
    assert arrive(federation).status_int == 401 and federation.as_(token).get('/v3/auth/projects').status_int == 401


def test_a_local_user(open_cloud):
    rule = {'local': [{'user': {'name': '{0}', 'type': 'local', 'domain': {'name': 'Default'}}}],
            'remote': [{'type': 'OIDC_sub'}]}
    identity = open_cloud(rule)
    assert arrive(identity).status_int == 401
    made = identity.make('users', 'user', name='alice', default_project_id=identity.project)
    identity.admin.put('/v3/projects/%s/users/%s/roles/%s' % (identity.project, made['id'], identity.role('member')))
    body = arrived(identity)[1]
    assert body['user']['id'] == made['id'] and 'OS-FEDERATION' not in body['user']
    assert body['project']['id'] == identity.project
    identity.admin.patch('/v3/users/' + made['id'], {'user': {'enabled': False}})
    assert arrive(identity).status_int == 401


def test_multi_factor_rules_hold_here_too(federation):
    user = arrived(federation)[1]['user']
    rules = {'multi_factor_auth_rules': [['mapped', 'totp']]}
    federation.admin.patch('/v3/users/' + user['id'], {'user': {'options': rules}})
    answer = arrive(federation)
    assert answer.status_int == 401 and answer.headers['Openstack-Auth-Receipt']
    assert answer.json['receipt']['methods'] == ['mapped']


def provisioning(version, *projects):
    """A rule that gives `projects`: (name, role) pairs."""
    listed = [{'name': name, 'roles': [{'name': role}]} for name, role in projects]
    return {'local': [{'user': {'name': '{0}'}, 'projects': listed}], 'remote': [{'type': 'OIDC_sub'}]}


def test_projects_are_made_and_given(open_cloud):
    identity = open_cloud(provisioning('1.0', ('of {0}', 'member'), ('shared', 'reader')))
    token, body = arrived(identity)
    names = {row['name']: row for row in identity.as_(token).get('/v3/auth/projects').json['projects']}
    assert names.keys() == {'of alice', 'shared'}
    assert {row['domain_id'] for row in names.values()} == {identity.domain}
    scoped = rescope(identity, token, {'project': {'name': 'of alice', 'domain': {'id': identity.domain}}})
    assert {role['name'] for role in scoped.json['token']['roles']} == {'member', 'reader'}
    arrived(identity)
    assert len(identity.admin.get('/v3/projects?domain_id=' + identity.domain).json['projects']) == 2


@pytest.mark.parametrize('version, left', [('2.0', {'a', 'b'}), ('3.0', {'b'})])
def test_only_version_three_takes_away(open_cloud, version, left):
    identity = open_cloud(provisioning(version, ('a', 'member')), version=version)
    arrived(identity)
    rules = [provisioning(version, ('b', 'reader'))]
    identity.admin.patch(BASE + 'mappings/m', {'mapping': {'rules': rules, 'schema_version': version}})
    token = arrived(identity)[0]
    assert {row['name'] for row in identity.as_(token).get('/v3/auth/projects').json['projects']} == left


def test_a_role_that_does_not_exist_makes_nothing(open_cloud):
    identity = open_cloud(provisioning('1.0', ('good', 'member'), ('bad', 'nonsense')))
    answer = arrive(identity)
    assert answer.status_int == 404 and 'nonsense' in answer.json['error']['message']
    assert identity.admin.get('/v3/projects?domain_id=' + identity.domain).json['projects'] == []
    assert identity.admin.get('/v3/users?domain_id=' + identity.domain).json['users'] == []


def test_a_role_of_a_domain_stays_in_it(open_cloud):
    identity = open_cloud(provisioning('1.0', ('p', 'own')))
    identity.make('roles', 'role', name='own', domain_id='default')
    assert arrive(identity).status_int == 403
    identity.make('roles', 'role', name='own', domain_id=identity.domain)
    assert arrive(identity).status_int == 201


def test_a_domain_that_does_not_exist(open_cloud):
    rule = {'local': [{'user': {'name': '{0}', 'domain': {'name': 'nowhere'}}}], 'remote': [{'type': 'OIDC_sub'}]}
    assert arrive(open_cloud(rule)).status_int == 404


def test_a_user_of_here_comes_through_a_provider(federation):
    known = [{'idp_id': 'acme', 'protocols': [{'protocol_id': 'mapped', 'unique_id': 'alice'}]}]
    made = federation.make('users', 'user', name='local', password='pw', federated=known)
    assert made['federated'] == known
    user = arrived(federation)[1]['user']
    assert user['id'] == made['id'] and user['name'] == 'local' and user['OS-FEDERATION']
    path = '/v3/users/' + made['id']
    other = [{'idp_id': 'acme', 'protocols': [{'protocol_id': 'mapped', 'unique_id': 'bob'}]}]
    assert federation.admin.patch(path, {'user': {'federated': other}}).json['user']['federated'] == other
    assert federation.admin.get(path).json['user']['federated'] == other
    assert arrived(federation)[1]['user']['id'] != made['id']
    assert federation.admin.patch(path, {'user': {'federated': known}}).status_int == 409
    for wrong in ('nobody', 'acme'):
        bad = [{'idp_id': wrong, 'protocols': [{'protocol_id': 'smoke', 'unique_id': 'x'}]}]
        assert federation.admin.patch(path, {'user': {'federated': bad}}).status_int == 400
    assert federation.admin.patch(path, {'user': {'federated': [{'idp_id': 'acme'}]}}).status_int == 400


# How it ends.

def test_other_groups_end_the_tokens_of_before(federation):
    before = arrived(federation)[0]
    again = arrived(federation)[0]
    assert federation.as_(before).get('/v3/auth/projects').status_int == 200
    after = arrived(federation, OIDC_groups='ops')[0]
    assert federation.as_(before).get('/v3/auth/projects').status_int == 401
    assert federation.as_(again).get('/v3/auth/projects').status_int == 401
    assert federation.as_(after).get('/v3/auth/projects').status_int == 200


def test_users_end_with_their_protocol_or_provider(federation):
    token, body = arrived(federation)
    path = '/v3/users/' + body['user']['id']
    federation.admin.delete(BASE + 'identity_providers/acme/protocols/mapped')
    assert federation.admin.get(path).status_int == 404
    assert federation.as_(token).get('/v3/auth/projects').status_int == 401


def test_a_user_with_a_name_of_its_own_outlives_the_provider(federation):
    token, body = arrived(federation)
    path = '/v3/users/' + body['user']['id']
    federation.admin.patch(path, {'user': {'name': 'stays'}})
    federation.admin.delete(BASE + 'identity_providers/acme')
    assert 'federated' not in federation.admin.get(path).json['user']
    assert federation.as_(token).get('/v3/auth/projects').status_int == 401


def robot(identity, token):
    """A login with an application credential that the user of this federated token makes; or the refusal."""
    scoped = rescope(identity, token, {'project': {'id': identity.project}})
    client = identity.as_(scoped.headers['X-Subject-Token'])
    user_id = scoped.json['token']['user']['id']
    made = client.post('/v3/users/%s/application_credentials' % user_id, {'application_credential': {'name': 'r'}})
    assert made.status_int == 201, made.text
    credential = made.json['application_credential']
    return lambda: identity.anonymous.post('/v3/auth/tokens', {'auth': {'identity': {
        'methods': ['application_credential'],
        'application_credential': {'id': credential['id'], 'secret': credential['secret']}}}})


def test_groups_outlive_the_token_by_the_provider_s_ttl(open_cloud):
    identity = open_cloud(provider={'authorization_ttl': 10})
    grant_group(identity)
    token, body = arrived(identity)
    login = robot(identity, token)
    user = '/v3/users/%s' % body['user']['id']
    path = '/v3/groups/%s/users/%s' % (identity.group, body['user']['id'])
    answer = login()
    assert answer.status_int == 201 and {role['name'] for role in answer.json['token']['roles']} == {'member', 'reader'}
    assert identity.admin.head(path).status_int == 204
    listed, = identity.admin.get(user + '/groups').json['groups']
    assert listed['id'] == identity.group and listed['membership_expires_at']
    held = identity.as_(answer.headers['X-Subject-Token'])
    assert held.get('/v3/auth/projects').status_int == 200
    identity.admin.patch(BASE + 'identity_providers/acme', {'identity_provider': {'authorization_ttl': 0}})
    assert login().status_int == 401 and held.get('/v3/auth/projects').status_int == 401
    assert identity.admin.head(path).status_int == 404
    assert identity.admin.get(user + '/groups').json['groups'] == []


def test_a_token_that_is_remembered_ends_with_the_membership(open_cloud):
    identity = open_cloud(default_authorization_ttl=1)
    grant_group(identity)
    token, body = arrived(identity)
    held = identity.as_(robot(identity, token)().headers['X-Subject-Token'])
    lapse = Lapse(identity.runtime)
    lapse()
    assert held.get('/v3/auth/projects').status_int == 200
    with identity.runtime.db.write() as conn:
        conn.exec_driver_sql('UPDATE expiring_group_members SET expires_at = %d' % clock.now())
    lapse()
    assert held.get('/v3/auth/projects').status_int == 401


# What it costs.

def test_the_statements_of_a_login_do_not_grow(federation):
    arrived(federation)
    for number in range(20):
        federation.make('users', 'user', name='u%d' % number)
    with counted(federation.runtime.db) as seen:
        arrived(federation)
    seen = [text for text in map(str, seen) if not text.startswith('SELECT revision')]
    assert len(seen) <= 13, '\n'.join(seen)


# Browsers.

WEBSSO = '/v3/auth/OS-FEDERATION/websso/mapped'
OF_ACME = '/v3/auth/OS-FEDERATION/identity_providers/acme/protocols/mapped/websso'
DASHBOARD = 'https://horizon.example/auth/websso/'


@pytest.fixture
def sso(open_cloud):
    return open_cloud(provider={'remote_ids': ['https://idp.example']}, protocol={'remote_id_attribute': 'OIDC_iss'},
                      trusted_dashboard=['https://HORIZON.example/auth/websso/', 'https://x.example/?a="&b'])


@pytest.mark.parametrize('path', [WEBSSO, OF_ACME])
@pytest.mark.parametrize('method', ['GET', 'POST'])
def test_a_browser_goes_back_with_a_token(sso, path, method):
    answer = arrive(sso, path=path + '?origin=' + DASHBOARD, method=method)
    assert answer.status_int == 200 and answer.content_type == 'text/html', answer.text
    assert 'action="%s"' % DASHBOARD in answer.text
    token = answer.text.partition('name="token" value="')[2].partition('"')[0]
    assert sso.as_(token).get('/v3/auth/projects').status_int == 200
    assert answer.headers['Cache-Control'] == 'no-store'


def test_a_page_quotes_what_it_shows(sso):
    answer = arrive(sso, path=OF_ACME + '?origin=https://x.example/%3Fa%3D%22%26b')
    assert answer.status_int == 200 and 'action="https://x.example/?a=&quot;&amp;b"' in answer.text


@pytest.mark.parametrize('query, status', [('', 400), ('?origin=', 400), ('?origin=https://evil.example/', 401),
                                           ('?origin=%s.evil.example' % DASHBOARD, 401)])
@pytest.mark.parametrize('path', [WEBSSO, OF_ACME])
def test_a_dashboard_that_nobody_trusts(sso, path, query, status):
    answer = arrive(sso, path=path + query)
    assert answer.status_int == status and 'token' not in answer.json


def test_a_browser_from_nowhere(sso):
    path = WEBSSO + '?origin=' + DASHBOARD
    assert arrive(sso, path=path, OIDC_iss=None).status_int == 401
    assert arrive(sso, path=path, OIDC_iss='https://other.example').status_int == 404
    assert arrive(sso, path=path, headers={'OIDC_iss': 'https://idp.example'}, OIDC_iss=None).status_int == 401
    assert arrive(sso, path=path.replace('mapped', 'saml2')).status_int == 401
