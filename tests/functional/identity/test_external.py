# SPDX-License-Identifier: Apache-2.0
"""REMOTE_USER: the web server in front has authenticated the user, if the operator says that this counts."""
import pytest

ANN = {'REMOTE_USER': 'ann'}
EXTERNAL = {'methods': ['external'], 'external': {}}


def login(identity, environ, method=EXTERNAL, scope=None):
    auth = {'identity': method, **({'scope': scope} if scope else {})}
    return identity.anonymous.post('/v3/auth/tokens', {'auth': auth}, environ=environ)


@pytest.fixture
def people(start):
    """people(kind) -> the Identity where this kind of external authentication is on, with an ann in two domains."""
    def begin(kind):
        identity = start(external_auth=kind)
        identity.ann = identity.make('users', 'user', name='ann', password='pw')['id']
        identity.domain = identity.make('domains', 'domain', name='other')
        identity.other_ann = identity.make('users', 'user', name='ann', domain_id=identity.domain['id'])['id']
        return identity
    return begin


def test_it_is_off_unless_an_option_says_so(people):
    identity = people('')
    answer = login(identity, ANN)
    assert answer.status_int == 401 and 'unsupported method' in answer.json['error']['message']
    assert login(identity, ANN, {'methods': []}).status_int == 401


@pytest.mark.parametrize('kind', ['DefaultDomain', 'Domain'])
@pytest.mark.parametrize('method', [EXTERNAL, {'methods': []}, {'methods': ['external'], 'external': {'x': 1}}])
def test_the_user_of_the_default_domain(people, kind, method):
    identity = people(kind)
    answer = login(identity, ANN, method)
    assert answer.status_int == 201, answer.text
    assert answer.json['token']['user']['id'] == identity.ann and answer.json['token']['methods'] == ['external']


def test_a_scope_with_it(people):
    identity = people('DefaultDomain')
    found, = identity.admin.get('/v3/projects?name=admin').json['projects']
    scope = {'project': {'id': found['id']}}
    assert login(identity, ANN, scope=scope).status_int == 401
    identity.admin.put('/v3/projects/%s/users/%s/roles/%s' % (found['id'], identity.ann, identity.role('member')))
    assert login(identity, ANN, scope=scope).json['token']['project']['id'] == found['id']


@pytest.mark.parametrize('kind, found', [('Domain', 'other_ann'), ('DefaultDomain', 'ann')])
def test_the_domain_that_the_server_names(people, kind, found):
    identity = people(kind)
    answer = login(identity, {**ANN, 'REMOTE_DOMAIN': 'other'})
    assert answer.json['token']['user']['id'] == getattr(identity, found)


@pytest.mark.parametrize('environ', [{}, {'REMOTE_USER': ''}, {'REMOTE_USER': 'nobody'}, {'HTTP_REMOTE_USER': 'ann'},
                                     {**ANN, 'REMOTE_DOMAIN': 'nowhere'}])
def test_nobody_in_particular(people, environ):
    assert login(people('Domain'), environ).status_int == 401


def test_a_disabled_user(people):
    identity = people('DefaultDomain')
    identity.admin.patch('/v3/users/' + identity.ann, {'user': {'enabled': False}})
    assert login(identity, ANN).status_int == 401


def password(name, secret):
    return {'methods': ['password'], 'password': {'user': {'name': name, 'domain': {'id': 'default'},
                                                           'password': secret}}}


def test_with_another_method_both_must_be_the_same_user(people):
    identity = people('DefaultDomain')
    both = login(identity, ANN, password('ann', 'pw'))
    assert sorted(both.json['token']['methods']) == ['external', 'password']
    assert login(identity, ANN, password('admin', 'the-admin-secret')).status_int == 401
    assert login(identity, {'REMOTE_USER': 'stranger'}, password('ann', 'pw')).json['token']['methods'] == ['password']
    assert login(identity, ANN, password('ann', 'wrong')).status_int == 401


@pytest.mark.parametrize('kind, status', [('DefaultDomain', 401), ('', 201)])
def test_it_counts_for_multi_factor_rules_only_while_it_is_on(people, kind, status):
    identity = people(kind)
    rules = {'multi_factor_auth_rules': [['password', 'external']]}
    identity.admin.patch('/v3/users/' + identity.ann, {'user': {'options': rules}})
    assert login(identity, {}, password('ann', 'pw')).status_int == status
    assert login(identity, ANN, password('ann', 'pw')).status_int == 201


def test_a_federated_login_is_not_mixed_up_with_it(start):
    """A web server that sets REMOTE_USER for those who come from a provider does not make them the local namesake."""
    identity = start(external_auth='DefaultDomain', assertion_prefixes=['OIDC_'])
    rules = [{'local': [{'user': {'name': '{0}'}}], 'remote': [{'type': 'OIDC_sub'}]}]
    base = '/v3/OS-FEDERATION/'
    identity.admin.put(base + 'mappings/m', {'mapping': {'rules': rules}})
    identity.admin.put(base + 'identity_providers/acme', {'identity_provider': {'enabled': True}})
    identity.admin.put(base + 'identity_providers/acme/protocols/mapped', {'protocol': {'mapping_id': 'm'}})
    answer = identity.anonymous.post(base + 'identity_providers/acme/protocols/mapped/auth', environ={
        'REMOTE_USER': 'admin', 'OIDC_sub': 'admin'})
    user = answer.json['token']['user']
    assert answer.status_int == 201 and user['name'] == 'admin' and user['domain']['id'] != 'default'
