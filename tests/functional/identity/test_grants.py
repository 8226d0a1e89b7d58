# SPDX-License-Identifier: Apache-2.0
"""Role assignments one by one, and as a list."""
import pytest


@pytest.fixture
def ids(identity):
    """Ids of a user, a group with the user in it, a project, its child, a domain around them, and roles."""
    domain = identity.make('domains', 'domain', name='d')['id']
    user = identity.make('users', 'user', name='u', domain_id=domain, password='pw')['id']
    group = identity.make('groups', 'group', name='g', domain_id=domain)['id']
    project = identity.make('projects', 'project', name='p', domain_id=domain)['id']
    child = identity.make('projects', 'project', name='c', parent_id=project)['id']
    identity.admin.put('/v3/groups/%s/users/%s' % (group, user))
    return {'domain': domain, 'user': user, 'group': group, 'project': project, 'child': child,
            'member': identity.role('member'), 'reader': identity.role('reader')}


PATHS = ['/v3/%ss/{%s}/%ss/{%s}/roles' % (where, where, who, who)
         for where in ('project', 'domain') for who in ('user', 'group')] + [
    '/v3/system/%ss/{%s}/roles' % (who, who) for who in ('user', 'group')]


@pytest.mark.parametrize('path', PATHS)
def test_a_role_is_granted_checked_listed_and_revoked(identity, ids, path):
    roles = path.format(**ids)
    one = roles + '/' + ids['member']
    assert identity.admin.get(one).status_int == 404
    assert identity.admin.put(one).status_int == 204 and identity.admin.put(one).status_int == 204
    assert identity.admin.head(one).status_int == 204
    assert [row['id'] for row in identity.admin.get(roles).json['roles']] == [ids['member']]
    assert identity.admin.delete(one).status_int == 204 and identity.admin.delete(one).status_int == 404
    assert identity.admin.put(roles + '/nothing').status_int == 404


@pytest.mark.parametrize('path', PATHS[:4])
def test_an_inherited_role_is_another_than_a_direct_one(identity, ids, path):
    roles = path.format(**ids).replace('/v3', '/v3/OS-INHERIT', 1)
    one = '%s/%s/inherited_to_projects' % (roles, ids['member'])
    assert identity.admin.get(one).status_int == 404
    assert identity.admin.put(one).status_int == 204 and identity.admin.head(one).status_int == 204
    assert len(identity.admin.get(roles + '/inherited_to_projects').json['roles']) == 1
    assert identity.admin.get(path.format(**ids)).json['roles'] == []
    assert identity.answer('u', 'pw', ids['domain'], scope={'project': {'id': ids['child']}}).status_int == 201
    assert identity.answer('u', 'pw', ids['domain'], scope={'domain': {'id': ids['domain']}}).status_int == 401
    assert identity.admin.delete(one).status_int == 204 and identity.admin.get(one).status_int == 404


def test_a_domain_s_role_stays_in_its_domain(identity, ids):
    elsewhere = identity.make('roles', 'role', name='e', domain_id='default')['id']
    path = '/v3/projects/%s/users/%s/roles/%s' % (ids['project'], ids['user'], elsewhere)
    assert identity.admin.put(path).status_int == 403
    assert identity.admin.put('/v3/system/users/%s/roles/%s' % (ids['user'], elsewhere)).status_int == 400


def test_a_manager_gives_the_roles_below_in_the_own_domain(identity, ids):
    manager = identity.make('users', 'user', name='man', domain_id=ids['domain'], password='pw')['id']
    identity.admin.put('/v3/domains/%s/users/%s/roles/%s' % (ids['domain'], manager, identity.role('manager')))
    client = identity.as_(identity.login('man', 'pw', ids['domain'], scope={'domain': {'id': ids['domain']}}))
    path = '/v3/projects/%s/users/%s/roles/' % (ids['project'], ids['user'])
    assert client.put(path + ids['member']).status_int == 204
    assert client.put(path + identity.role('admin')).status_int == 403
    assert client.get(path[:-1]).status_int == 200
    other = identity.make('projects', 'project', name='o')['id']
    assert client.put('/v3/projects/%s/users/%s/roles/%s' % (other, ids['user'], ids['member'])).status_int == 403
    assert identity.person('mia', 'member').get(path[:-1]).status_int == 403


def assignments(identity, query):
    answer = identity.admin.get('/v3/role_assignments?' + query)
    assert answer.status_int == 200, answer.text
    return answer.json['role_assignments']


def test_the_list_as_assigned(identity, ids):
    identity.admin.put('/v3/projects/{project}/groups/{group}/roles/{member}'.format(**ids))
    identity.admin.put('/v3/OS-INHERIT/domains/{domain}/users/{user}/roles/{reader}/inherited_to_projects'.format(**ids))
    one, = assignments(identity, 'group.id=' + ids['group'])
    assert one['scope'] == {'project': {'id': ids['project']}} and one['role'] == {'id': ids['member']}
    assert one['links']['assignment'].endswith('/v3/projects/{project}/groups/{group}/roles/{member}'.format(**ids))
    two, = assignments(identity, 'user.id=%s&include_names' % ids['user'])
    assert two['scope']['OS-INHERIT:inherited_to'] == 'projects' and two['scope']['domain']['name'] == 'd'
    assert two['user']['name'] == 'u' and two['user']['domain']['name'] == 'd' and two['role']['name'] == 'reader'
    assert [row['role']['id'] for row in assignments(identity, 'scope.domain.id=' + ids['domain'])] == [ids['reader']]
    assert assignments(identity, 'scope.system=all') and assignments(identity, 'role.id=' + ids['member']) == [one]


def test_the_list_as_it_works_out(identity, ids):
    identity.admin.put('/v3/projects/{project}/groups/{group}/roles/{member}'.format(**ids))
    identity.admin.put('/v3/OS-INHERIT/projects/{project}/users/{user}/roles/{member}/inherited_to_projects'.format(**ids))
    found = assignments(identity, 'effective&user.id=%s' % ids['user'])
    seen = {(row['scope']['project']['id'], row['role']['id']) for row in found}
    assert seen == {(ids[where], ids[role]) for where in ('project', 'child') for role in ('member', 'reader')}
    by_group = [row for row in found if 'membership' in row['links']]
    assert {row['scope']['project']['id'] for row in by_group} == {ids['project']}
    implied = [row for row in found if row['role']['id'] == ids['reader']]
    assert all(row['links']['assignment'].rstrip('/inherited_to_projects').endswith(ids['member']) or
               ids['member'] in row['links']['assignment'] for row in implied)
    assert all('prior_role' in row['links'] for row in implied)
    only = assignments(identity, 'effective&user.id=%s&scope.project.id=%s&role.id=%s' % (
        ids['user'], ids['child'], ids['reader']))
    assert len(only) == 1 and only[0]['scope']['OS-INHERIT:inherited_to'] == 'projects'


def test_a_tree_of_assignments(identity, ids):
    for where in ('project', 'child'):
        identity.admin.put('/v3/projects/%s/users/%s/roles/%s' % (ids[where], ids['user'], ids['member']))
    found = assignments(identity, 'include_subtree&scope.project.id=' + ids['project'])
    assert {row['scope']['project']['id'] for row in found} == {ids['project'], ids['child']}
    assert identity.admin.get('/v3/role_assignments?include_subtree').status_int == 400


@pytest.mark.parametrize('query', [
    'scope.project.id=x&scope.domain.id=y', 'scope.system=all&scope.domain.id=y', 'scope.system=all&scope.project.id=y',
    'user.id=x&group.id=y', 'effective&group.id=x',
    'effective&scope.domain.id=x&scope.OS-INHERIT:inherited_to=projects'])
def test_filters_that_exclude_each_other_are_400(identity, query):
    assert identity.admin.get('/v3/role_assignments?' + query).status_int == 400


def test_who_may_list(identity, ids):
    identity.admin.put('/v3/projects/{project}/users/{user}/roles/{member}'.format(**ids))
    reader = identity.person('rea', 'reader', domain=ids['domain'])
    found = reader.get('/v3/role_assignments').json['role_assignments']
    assert {str(row['scope']) for row in found} == {str({'project': {'id': ids['project']}}),
                                                    str({'domain': {'id': ids['domain']}})}
    assert identity.person('mia', 'member').get('/v3/role_assignments').status_int == 403
