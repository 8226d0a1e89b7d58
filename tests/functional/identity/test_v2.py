# SPDX-License-Identifier: Apache-2.0
"""/v2.0 for old clients, where it is enabled."""
import pytest

PASSWORD = 'the-admin-secret'


@pytest.fixture
def identity(start):
    return start(v2_enabled=True)


def login(identity, **auth):
    return identity.anonymous.post('/v2.0/tokens', {'auth': auth})


def by_password(identity, username='admin', password=PASSWORD, **more):
    return login(identity, passwordCredentials={'username': username, 'password': password}, **more)


def message(answer):
    return answer.json['error']['message']


def test_it_is_not_there_unless_enabled(start):
    identity = start()
    assert by_password(identity).status_int == 404 and identity.anonymous.get('/v2.0').status_int == 404
    assert len(identity.anonymous.get('/').json['versions']['values']) == 1


def test_the_versions_say_so(identity):
    newest, old = identity.anonymous.get('/').json['versions']['values']
    assert newest['id'].startswith('v3') and old['id'] == 'v2.0' and old['status'] == 'deprecated'
    assert identity.anonymous.get('/v2.0').json['version'] == old
    assert old['links'][0]['href'].endswith('/identity/v2.0/')
    extensions = identity.anonymous.get('/v2.0/extensions').json['extensions']['values']
    assert {one['alias'] for one in extensions} == {'OS-KSADM', 'OS-KSCRUD'}
    assert identity.anonymous.get('/v2.0/extensions/OS-KSADM').json['extension']['alias'] == 'OS-KSADM'
    assert identity.anonymous.get('/v2.0/extensions/x').status_int == 404


@pytest.mark.parametrize('tenant', ['tenantName', 'tenantId'])
def test_a_password_gives_a_token_for_a_tenant(identity, tenant):
    answer = by_password(identity, **{tenant: 'admin' if tenant == 'tenantName' else identity.project()})
    access = answer.json['access']
    assert answer.status_int == 200 and set(access) == {'token', 'serviceCatalog', 'user', 'metadata'}
    assert set(access['token']) == {'id', 'expires', 'issued_at', 'audit_ids', 'tenant'}
    tenant = access['token']['tenant']
    assert tenant == {'id': identity.project(), 'name': 'admin', 'description': '', 'enabled': True}
    assert access['user'] == {'id': identity.admin_id, 'name': 'admin', 'username': 'admin', 'roles_links': [],
                              'roles': [{'name': name} for name in ('admin', 'manager', 'member', 'reader')]}
    assert access['metadata']['is_admin'] == 0 and len(access['metadata']['roles']) == 4
    compute, = (entry for entry in access['serviceCatalog'] if entry['type'] == 'compute')
    endpoint, = compute['endpoints']
    assert set(endpoint) == {'id', 'region', 'publicURL', 'internalURL', 'adminURL'} and compute['endpoints_links'] == []
    assert identity.as_(access['token']['id']).get('/v3/auth/projects').status_int == 200


def test_without_a_tenant_it_is_unscoped(identity):
    access = by_password(identity, tenantName='').json['access']
    assert 'tenant' not in access['token'] and access['serviceCatalog'] == [] and access['user']['roles'] == []
    by_id = login(identity, passwordCredentials={'userId': identity.admin_id, 'password': PASSWORD})
    assert by_id.json['access']['user']['id'] == identity.admin_id


@pytest.mark.parametrize('auth, named', [
    ({}, 'passwordCredentials'), ({'passwordCredentials': {}}, 'password'), ({'token': {}}, 'id'),
    ({'passwordCredentials': {'password': 'x'}}, 'username'), ({'passwordCredentials': 'x'}, 'passwordCredentials'),
    ({'tenantName': 7}, 'tenantName'), ({'tenantId': 'x' * 65}, 'tenantId')])
def test_bad_logins_name_what_is_wrong(identity, auth, named):
    answer = login(identity, **auth)
    assert answer.status_int == 400 and named in message(answer)
    assert identity.anonymous.post('/v2.0/tokens', {}).status_int == 400


def test_wrong_logins_are_401(identity):
    for answer in (by_password(identity, password='wrong'), by_password(identity, username='nobody'),
                   by_password(identity, tenantName='nowhere'), by_password(identity, tenantId='x'),
                   by_password(identity, tenantId='default'), login(identity, token={'id': 'nonsense'}),
                   by_password(identity, password=None)):
        assert answer.status_int == 401 and answer.json['error']['code'] == 401


def test_a_token_gives_a_token_that_ends_with_it(identity):
    first = by_password(identity).json['access']['token']
    second = login(identity, token={'id': first['id']}, tenantName='admin').json['access']['token']
    assert second['expires'] == first['expires'] and second['audit_ids'][1] == first['audit_ids'][0]


def test_who_lives_in_another_domain_has_no_words_here(identity):
    domain = identity.make('domains', 'domain', name='d')
    project = identity.make('projects', 'project', name='p', domain_id=domain['id'])
    user = identity.make('users', 'user', name='u', password='pw', domain_id=domain['id'])
    for who, where in ((user['id'], identity.project()), (user['id'], project['id']), (identity.admin_id, project['id'])):
        identity.admin.put('/v3/projects/%s/users/%s/roles/%s' % (where, who, identity.role('member')))
    assert login(identity, passwordCredentials={'userId': user['id'], 'password': 'pw'}).status_int == 401
    assert by_password(identity, tenantId=project['id']).status_int == 401
    token = identity.login('u', 'pw', domain['id'], scope=None)
    assert identity.admin.get('/v2.0/tokens/' + token).status_int == 401
    assert identity.admin.get('/v2.0/tokens/' + identity.login(scope={'system': {'all': True}})).status_int == 401


def test_a_token_is_checked_and_revoked(identity):
    token = by_password(identity, tenantName='admin').json['access']['token']['id']
    path = '/v2.0/tokens/' + token
    shown = identity.admin.get(path)
    assert shown.json['access']['token']['id'] == token and shown.json['access']['user']['name'] == 'admin'
    assert identity.admin.head(path).status_int == 200
    assert identity.admin.get(path + '?belongsTo=' + identity.project()).status_int == 200
    assert identity.admin.get(path + '?belongsTo=x').status_int == 401
    endpoints = identity.admin.get(path + '/endpoints').json['endpoints']
    assert {'compute', 'identity'} <= {endpoint['type'] for endpoint in endpoints}
    assert all(endpoint['publicURL'] and endpoint['name'] for endpoint in endpoints)
    member = identity.person('mia', 'member')
    assert member.get(path).status_int == 403 and member.delete(path).status_int == 403
    assert member.get('/v2.0/tokens/' + member.headers['X-Auth-Token']).status_int == 200
    assert identity.anonymous.get(path).status_int == 401
    assert identity.admin.get('/v2.0/tokens/x').status_int == 404
    assert identity.admin.delete(path).status_int == 204
    assert identity.admin.get(path).status_int == 404 and identity.admin.get(path + '/endpoints').status_int == 404


def test_trusts(identity):
    member = identity.person('mia', 'member')
    identity.make('users', 'user', name='trustee', password='pw')
    trustee = identity.admin.get('/v3/users?name=trustee').json['users'][0]['id']
    trust = member.post('/v3/OS-TRUST/trusts', {'trust': {
        'trustor_user_id': member.user_id, 'trustee_user_id': trustee, 'impersonation': True, 'remaining_uses': 2,
        'project_id': identity.project(), 'roles': [{'name': 'reader'}]}}).json['trust']['id']
    first = by_password(identity, 'trustee', 'pw').json['access']['token']['id']
    answer = login(identity, token={'id': first}, trust_id=trust, tenantId=identity.project())
    access = answer.json['access']
    assert access['trust'] == {'id': trust, 'impersonation': True, 'trustee_user_id': trustee,
                               'trustor_user_id': member.user_id}
    assert access['user']['id'] == member.user_id and access['user']['roles'] == [{'name': 'reader'}]
    assert login(identity, token={'id': access['token']['id']}).status_int == 403
    assert login(identity, token={'id': first}, trust_id=trust, tenantId='x').status_int == 403
    assert login(identity, token={'id': first}, trust_id=trust, tenantName='nowhere').status_int == 403
    assert login(identity, token={'id': first}, trust_id='x').status_int == 403
    assert by_password(identity, trust_id=trust).status_int == 403
    assert by_password(identity, 'trustee', 'pw', trust_id=trust).status_int == 200
    # That was the last use.
    assert by_password(identity, 'trustee', 'pw', trust_id=trust).status_int == 403


def test_a_token_in_a_path_is_not_logged(identity, caplog):
    token = by_password(identity).json['access']['token']['id']
    identity.cloud.app('identity').log = True
    with caplog.at_level('INFO', 'praline.access'):
        identity.admin.get('/v2.0/tokens/%s/endpoints' % token)
    assert '/v2.0/tokens/***/endpoints' in caplog.text and token not in caplog.text


@pytest.mark.parametrize('own', ['the-old-secret', 'wrong'])
def test_users_change_their_own_password(identity, own):
    identity.make('users', 'user', name='ann', password='the-old-secret')
    access = by_password(identity, 'ann', 'the-old-secret').json['access']
    ann, user_id = identity.as_(access['token']['id']), access['user']['id']
    body = {'user': {'password': 'the-new-secret', 'original_password': own}}
    path = '/v2.0/OS-KSCRUD/users/'
    assert ann.patch(path + identity.admin_id, body).status_int == 403
    assert ann.patch(path + user_id, {'user': {'password': 'x'}}).status_int == 400
    answer = ann.patch(path + user_id, body)
    assert answer.status_int == (200 if own == 'the-old-secret' else 401)
    if answer.status_int == 200:
        assert identity.admin.get('/v2.0/tokens/' + answer.json['access']['token']['id']).status_int == 200
        assert by_password(identity, 'ann', 'the-new-secret').status_int == 200
        assert ann.get('/v2.0/tenants').status_int == 401
