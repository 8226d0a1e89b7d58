# SPDX-License-Identifier: Apache-2.0
"""/v3/roles, what they imply, and /v3/role_inferences."""
import pytest


def test_a_role_lives_and_dies(identity):
    role = identity.make('roles', 'role', name='r', description='d')
    path = '/v3/roles/' + role['id']
    assert role['domain_id'] is None and identity.admin.get(path).json['role'] == role
    assert role in identity.admin.get('/v3/roles').json['roles']
    assert identity.admin.patch(path, {'role': {'name': 's'}}).json['role']['name'] == 's'
    assert identity.admin.patch(path, {'role': {'domain_id': 'default'}}).status_int == 400
    assert identity.admin.delete(path).status_int == 204 and identity.admin.get(path).status_int == 404


@pytest.mark.parametrize('body, status', [({'name': ''}, 400), ({}, 400), ({'name': 'admin'}, 409),
                                          ({'name': 'x', 'domain_id': 'nowhere'}, 404)])
def test_a_bad_role(identity, body, status):
    assert identity.admin.post('/v3/roles', {'role': body}).status_int == status


def test_roles_of_a_domain_are_listed_apart(identity):
    role = identity.make('roles', 'role', name='r', domain_id='default')
    assert [row['id'] for row in identity.admin.get('/v3/roles?domain_id=default').json['roles']] == [role['id']]
    assert role['id'] not in {row['id'] for row in identity.admin.get('/v3/roles').json['roles']}


def test_an_immutable_role_stays(identity):
    path = '/v3/roles/' + identity.make('roles', 'role', name='r', options={'immutable': True})['id']
    assert identity.admin.delete(path).status_int == 403
    assert identity.admin.patch(path, {'role': {'name': 's'}}).status_int == 403


def test_who_sees_which_roles(identity):
    manager = identity.person('man', 'manager', domain='default')
    assert manager.get('/v3/roles').status_int == 200
    assert manager.get('/v3/roles/' + identity.role('member')).status_int == 200
    assert manager.get('/v3/roles/' + identity.role('admin')).status_int == 403
    assert manager.get('/v3/roles?domain_id=default').status_int == 403
    member = identity.person('mia', 'member')
    assert member.get('/v3/roles').status_int == 403 and member.get('/v3/roles/nothing').status_int == 404
    assert identity.admin.get('/v3/roles/nothing').status_int == 404


def test_a_role_implies_another(identity):
    one, two, three = (identity.make('roles', 'role', name=name)['id'] for name in ('one', 'two', 'three'))
    path, admin = '/v3/roles/%s/implies' % one, identity.admin
    made = admin.put(path + '/' + two)
    assert made.status_int == 201 and made.json['role_inference']['implies']['id'] == two
    admin.put('/v3/roles/%s/implies/%s' % (two, three))
    assert admin.head(path + '/' + two).status_int == 204 and admin.get(path + '/' + two).status_int == 200
    assert [row['id'] for row in admin.get(path).json['role_inference']['implies']] == [two]
    rules = {rule['prior_role']['id']: [row['id'] for row in rule['implies']]
             for rule in admin.get('/v3/role_inferences').json['role_inferences']}
    assert rules[one] == [two] and rules[two] == [three]
    identity.make('users', 'user', name='u', password='pw')
    user = identity.admin.get('/v3/users?name=u').json['users'][0]['id']
    project = identity.make('projects', 'project', name='p')['id']
    admin.put('/v3/projects/%s/users/%s/roles/%s' % (project, user, one))
    roles = identity.answer('u', 'pw', scope='p').json['token']['roles']
    assert {role['name'] for role in roles} == {'one', 'two', 'three'}
    assert admin.delete(path + '/' + two).status_int == 204 and admin.delete(path + '/' + two).status_int == 404
    roles = identity.answer('u', 'pw', scope='p').json['token']['roles']
    assert [role['name'] for role in roles] == ['one']


def test_what_may_not_be_implied(identity):
    mine = identity.make('roles', 'role', name='mine', domain_id='default')['id']
    role = identity.make('roles', 'role', name='r')['id']
    for prior, implied in ((role, identity.role('admin')), (role, mine),
                           (identity.role('reader'), identity.role('manager'))):
        assert identity.admin.put('/v3/roles/%s/implies/%s' % (prior, implied)).status_int == 403
    assert identity.admin.put('/v3/roles/%s/implies/%s' % (mine, role)).status_int == 201
    assert identity.admin.put('/v3/roles/%s/implies/nothing' % mine).status_int == 404
