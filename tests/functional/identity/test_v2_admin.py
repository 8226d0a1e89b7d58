# SPDX-License-Identifier: Apache-2.0
"""The administration extension of /v2.0: tenants, users, roles, services and endpoints."""
import re

import pytest

from praline_common.api import rest
from praline_identity.api.v2 import routes


@pytest.fixture
def admin(start):
    identity = start(v2_enabled=True)
    identity.admin.identity = identity
    return identity.admin


def made(client, path, word, **attributes):
    answer = client.post('/v2.0/' + path, {word: attributes})
    assert answer.status_int == 200, answer.text
    return answer.json[word]


def test_a_tenant_lives_and_dies(admin):
    tenant = made(admin, 'tenants', 'tenant', name='t', description='d', colour='blue')
    path = '/v2.0/tenants/' + tenant['id']
    assert tenant == {'id': tenant['id'], 'name': 't', 'description': 'd', 'enabled': True, 'colour': 'blue'}
    assert admin.get(path).json['tenant'] == tenant == admin.get('/v2.0/tenants?name=t').json['tenant']
    assert admin.post(path, {'tenant': {'id': tenant['id'], 'enabled': False}}).json['tenant']['enabled'] is False
    assert admin.put(path, {'tenant': {'name': 'u', 'enabled': True}}).json['tenant']['name'] == 'u'
    assert admin.get('/v3/projects/' + tenant['id']).json['project']['domain_id'] == 'default'
    assert admin.post('/v2.0/tenants', {'tenant': {'name': 'u'}}).status_int == 409
    assert admin.delete(path).status_int == 204 and admin.get(path).status_int == 404
    assert admin.get('/v2.0/tenants?name=u').status_int == 404


@pytest.mark.parametrize('tenant', [{}, {'name': ''}, {'name': 'x' * 65}, {'name': 'x', 'is_domain': True}, 7,
                                    {'name': 'x', 'enabled': 'yes'}, {'name': 'x', 'domain_id': 'other'}])
def test_bad_tenants(admin, tenant):
    assert admin.post('/v2.0/tenants', {'tenant': tenant}).status_int == 400


def test_what_v2_did_not_know_is_left_out_of_what_is_stored(admin):
    tenant = made(admin, 'tenants', 'tenant', name='t', options=[1], tags='x', parent_id=7, links=3)
    assert set(tenant) == {'id', 'name', 'description', 'enabled'}
    user = made(admin, 'users', 'user', name='u', options='x', federated=7, domain_id='other', password_expires_at=1)
    assert set(user) == {'id', 'name', 'username', 'enabled'}


def test_a_domain_is_no_tenant(admin):
    assert admin.get('/v2.0/tenants/default').status_int == 404
    assert admin.delete('/v2.0/tenants/default').status_int == 404


def test_tenants_are_paged_and_others_see_their_own(admin):
    identity = admin.identity
    for name in 'abc':
        made(admin, 'tenants', 'tenant', name=name)
    found = admin.get('/v2.0/tenants').json
    assert {'a', 'b', 'c', 'admin', 'service'} == {tenant['name'] for tenant in found['tenants']}
    assert found['tenants_links'] == []
    first, second = admin.get('/v2.0/tenants?limit=2').json['tenants']
    following = admin.get('/v2.0/tenants?limit=9&marker=' + second['id']).json['tenants']
    assert len(following) == 3 and first not in following
    assert admin.get('/v2.0/tenants?limit=x').status_int == admin.get('/v2.0/tenants?marker=x').status_int == 400
    member = identity.person('mia', 'member')
    assert [tenant['name'] for tenant in member.get('/v2.0/tenants').json['tenants']] == ['admin']
    unscoped = identity.as_(identity.login(scope='unscoped'))
    assert [tenant['name'] for tenant in unscoped.get('/v2.0/tenants').json['tenants']] == ['admin']
    assert identity.anonymous.get('/v2.0/tenants').status_int == 401


def test_a_user_lives_and_dies(admin):
    identity = admin.identity
    tenant = made(admin, 'tenants', 'tenant', name='t')
    user = made(admin, 'users', 'user', name='u', password='pw', email='u@example.org', tenantId=tenant['id'])
    assert user == {'id': user['id'], 'name': 'u', 'username': 'u', 'email': 'u@example.org', 'enabled': True,
                    'tenantId': tenant['id']}
    path = '/v2.0/users/' + user['id']
    assert admin.get(path).json['user'] == user == admin.get('/v2.0/users?name=u').json['user']
    assert user in admin.get('/v2.0/users').json['users']
    assert admin.get('/v2.0/tenants/%s/users' % tenant['id']).json['users'] == [user]
    token = identity.login('u', 'pw', scope={'project': {'id': tenant['id']}})
    assert admin.put(path, {'user': {'username': 'v', 'email': 'v@example.org'}}).json['user']['name'] == 'v'
    assert admin.put(path + '/OS-KSADM/password', {'user': {'id': user['id'], 'password': 'new'}}).status_int == 200
    assert identity.as_(token).get('/v2.0/tenants').status_int == 401
    identity.login('v', 'new', scope={'project': {'id': tenant['id']}})
    assert admin.put(path + '/OS-KSADM/enabled', {'user': {'enabled': False}}).json['user']['enabled'] is False
    assert identity.answer('v', 'new', scope=None).status_int == 401
    assert admin.put(path + '/enabled', {'user': {}}).status_int == 400
    assert admin.delete(path).status_int == 204 and admin.get(path).status_int == 404
    assert admin.get('/v2.0/users?name=v').status_int == 404


def test_a_tenant_of_a_user_makes_it_a_member_there_and_no_longer_in_the_old_one(admin):
    old, new = (made(admin, 'tenants', 'tenant', name=name) for name in ('old', 'new'))
    user = made(admin, 'users', 'user', username='u', password='pw', tenantId=old['id'])
    path = '/v2.0/users/%s/OS-KSADM/tenant' % user['id']
    assert admin.put(path, {'user': {'tenantId': 'f' * 32}}).status_int == 404
    assert admin.put(path, {'user': {'tenantId': new['id']}}).json['user']['tenantId'] == new['id']
    for tenant, names in ((old, []), (new, ['member', 'reader'])):
        found = admin.get('/v2.0/tenants/%s/users/%s/roles' % (tenant['id'], user['id'])).json['roles']
        assert [role['name'] for role in found] == names


@pytest.mark.parametrize('user', [{}, {'name': ''}, {'name': 'x', 'password': 7}, {'name': 'x', 'enabled': 'no'}, 'x',
                                  {'name': 'x', 'tenantId': {}}])
def test_bad_users(admin, user):
    assert admin.post('/v2.0/users', {'user': user}).status_int == 400


def test_users_conflict_and_need_a_tenant_that_is_there(admin):
    made(admin, 'users', 'user', name='u')
    assert admin.post('/v2.0/users', {'user': {'name': 'u'}}).status_int == 409
    assert admin.post('/v2.0/users', {'user': {'name': 'v', 'tenantId': 'f' * 32}}).status_int == 404


def test_roles_and_who_has_them_where(admin):
    role = made(admin, 'OS-KSADM/roles', 'role', name='r')
    assert role == {'id': role['id'], 'name': 'r'} == admin.get('/v2.0/OS-KSADM/roles/' + role['id']).json['role']
    assert role in admin.get('/v2.0/OS-KSADM/roles').json['roles']
    assert admin.post('/v2.0/OS-KSADM/roles', {'role': {'name': 'r'}}).status_int == 409
    assert admin.post('/v2.0/OS-KSADM/roles', {'role': {}}).status_int == 400
    tenant, user = made(admin, 'tenants', 'tenant', name='t'), made(admin, 'users', 'user', name='u')
    held = '/v2.0/tenants/%s/users/%s/roles' % (tenant['id'], user['id'])
    path = '%s/OS-KSADM/%s' % (held, role['id'])
    assert admin.put(path).json['role'] == role and admin.put(path).status_int == 409
    assert admin.get(held).json['roles'] == [role]
    assert admin.delete(path).status_int == 204 and admin.delete(path).status_int == 404
    assert admin.get(held).json['roles'] == []
    assert admin.put(path.replace(tenant['id'], 'f' * 32)).status_int == 404
    assert admin.put(path.replace(role['id'], 'f' * 32)).status_int == 404
    assert admin.get('/v2.0/users/%s/roles' % user['id']).status_int == 501
    for method in ('put', 'delete'):
        answer = getattr(admin, method)('/v2.0/users/%s/roles/OS-KSADM/%s' % (user['id'], role['id']))
        assert answer.status_int == 501 and answer.json['error']['title'] == 'Not Implemented'
    assert admin.delete('/v2.0/OS-KSADM/roles/' + role['id']).status_int == 204
    assert admin.get('/v2.0/OS-KSADM/roles/' + role['id']).status_int == 404


def test_services_and_their_endpoints(admin):
    word = 'OS-KSADM:service'
    service = made(admin, 'OS-KSADM/services', word, name='stars', type='astrology', description='d')
    assert service == {'id': service['id'], 'name': 'stars', 'type': 'astrology', 'description': 'd', 'enabled': True}
    path = '/v2.0/OS-KSADM/services/' + service['id']
    assert admin.get(path).json[word] == service in admin.get('/v2.0/OS-KSADM/services').json[word + 's']
    assert admin.post('/v2.0/OS-KSADM/services', {word: {'name': 'x'}}).status_int == 400
    urls = {'publicurl': 'http://p', 'adminurl': 'http://a', 'internalurl': None}
    endpoint = made(admin, 'endpoints', 'endpoint', service_id=service['id'], region='far', **urls)
    listed, = (one for one in admin.get('/v2.0/endpoints').json['endpoints'] if one['service_id'] == service['id'])
    assert listed == {'id': endpoint['id'], 'service_id': service['id'], 'region': 'far', 'enabled': True,
                      'publicurl': 'http://p', 'adminurl': 'http://a'}
    assert admin.post('/v2.0/endpoints', {'endpoint': {'service_id': service['id']}}).status_int == 400
    assert admin.post('/v2.0/endpoints', {'endpoint': {'service_id': 'x', 'publicurl': 'http://p'}}).status_int == 400
    assert admin.delete('/v2.0/endpoints/' + endpoint['id']).status_int == 204
    assert admin.delete('/v2.0/endpoints/' + endpoint['id']).status_int == 404
    assert not admin.get('/v3/endpoints?service_id=' + service['id']).json['endpoints']
    assert admin.delete(path).status_int == 204 and admin.get(path).status_int == 404


def test_others_may_not_administer(admin):
    member = admin.identity.person('mia', 'member')
    tenant = admin.identity.project()
    for method, path, body in (
            ('post', 'tenants', {'tenant': {'name': 'x'}}), ('delete', 'tenants/' + tenant, None),
            ('put', 'tenants/' + tenant, {'tenant': {'name': 'x'}}), ('get', 'users', None),
            ('get', 'tenants/%s/users' % tenant, None), ('post', 'users', {'user': {'name': 'x'}}),
            ('put', 'users/' + admin.identity.admin_id, {'user': {'name': 'x'}}),
            ('put', 'users/%s/OS-KSADM/password' % admin.identity.admin_id, {'user': {'password': 'x'}}),
            ('get', 'OS-KSADM/roles', None), ('get', 'OS-KSADM/services', None), ('get', 'endpoints', None),
            ('put', 'tenants/%s/users/%s/roles/OS-KSADM/%s' % (tenant, member.user_id, admin.identity.role('admin')), None)):
        assert getattr(member, method)('/v2.0/' + path, body).status_int == 403, (method, path)


def everything():
    """(method, path, Operation) of all of v2.0."""
    for template, controller in routes.ROUTES:
        for verbs, ending in ((rest.COLLECTION, ''), (rest.ITEM, '/{last}')):
            for method, name in verbs.items():
                declared = getattr(getattr(controller, name, None), 'operation', None)
                if declared is not None:
                    yield method, re.sub(r'{[^}]*}', 'f' * 32, template + ending), declared


@pytest.mark.parametrize('body', [None, [], {}, 'text', 7, *({word: value} for word in (
    'auth', 'tenant', 'user', 'role', 'endpoint', 'OS-KSADM:service') for value in (None, [], 'x', {'name': {}}))])
def test_nonsense_is_never_a_500_and_who_has_no_token_is_told_so(admin, body):
    for method, path, declared in everything():
        answer = admin.request(method, path, body)
        assert answer.status_int < 500 or answer.status_int == 501, (method, path, answer.text)
        if answer.status_int >= 400 and method != 'HEAD':
            assert answer.json['error']['code'] == answer.status_int
        if not declared.public:
            assert admin.identity.anonymous.request(method, path, body).status_int == 401, (method, path)
