# SPDX-License-Identifier: Apache-2.0
"""/v3/groups and their members."""
import pytest


@pytest.fixture
def group(identity):
    return identity.make('groups', 'group', name='g', description='d', colour='red')


def test_a_group_lives_and_dies(identity, group):
    path = '/v3/groups/' + group['id']
    assert group['domain_id'] == 'default' and identity.admin.get(path).json['group'] == group
    assert identity.admin.patch(path, {'group': {'name': 'h'}}).json['group']['name'] == 'h'
    assert [row['name'] for row in identity.admin.get('/v3/groups?name=h').json['groups']] == ['h']
    assert identity.admin.delete(path).status_int == 204 and identity.admin.get(path).status_int == 404


@pytest.mark.parametrize('body, status', [
    ({'name': 'g'}, 409), ({'name': ''}, 400), ({'name': 'x' * 65}, 400), ({'name': 'x', 'domain_id': 'nowhere'}, 404)])
def test_a_bad_group(identity, group, body, status):
    assert identity.admin.post('/v3/groups', {'group': body}).status_int == status


def test_members_come_and_go_and_bring_their_roles(identity, group):
    user = identity.make('users', 'user', name='u', password='pw')
    project = identity.make('projects', 'project', name='p')
    identity.admin.put('/v3/projects/%s/groups/%s/roles/%s' % (project['id'], group['id'], identity.role('member')))
    path = '/v3/groups/%s/users' % group['id']
    assert identity.answer('u', 'pw', scope='p').status_int == 401
    assert identity.admin.get(path + '/' + user['id']).status_int == 404
    assert identity.admin.put(path + '/' + user['id']).status_int == 204
    assert identity.admin.head(path + '/' + user['id']).status_int == 204
    assert [row['id'] for row in identity.admin.get(path).json['users']] == [user['id']]
    member = identity.as_(identity.login('u', 'pw', scope='p'))
    assert [row['id'] for row in member.get('/v3/users/%s/groups' % user['id']).json['groups']] == [group['id']]
    assert identity.admin.delete(path + '/' + user['id']).status_int == 204
    assert identity.admin.delete(path + '/' + user['id']).status_int == 404
    assert member.get('/v3/auth/projects').status_int == 401
    assert identity.admin.put(path + '/nobody').status_int == 404


def test_who_may_do_what(identity, group):
    domain = identity.make('domains', 'domain', name='d')['id']
    manager = identity.person('man', 'manager', domain=domain)
    inside = manager.post('/v3/groups', {'group': {'name': 'g', 'domain_id': domain}}).json['group']['id']
    mate = identity.make('users', 'user', name='mate', domain_id=domain)['id']
    assert manager.put('/v3/groups/%s/users/%s' % (inside, mate)).status_int == 204
    assert manager.put('/v3/groups/%s/users/%s' % (group['id'], mate)).status_int == 403
    assert [row['id'] for row in manager.get('/v3/groups').json['groups']] == [inside]
    member = identity.person('mia', 'member')
    for path in ('/v3/groups', '/v3/groups/' + inside, '/v3/groups/nothing', '/v3/groups/%s/users' % inside):
        assert member.get(path).status_int == 403
