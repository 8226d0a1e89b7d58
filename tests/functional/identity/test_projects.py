# SPDX-License-Identifier: Apache-2.0
"""/v3/projects: their tree, their tags, and who may do what to them."""
import pytest


@pytest.fixture
def tree(identity):
    """top > mid > leaf: their ids."""
    ids, parent = [], 'default'
    for name in ('top', 'mid', 'leaf'):
        parent = identity.make('projects', 'project', name=name, parent_id=parent)['id']
        ids.append(parent)
    return ids


def test_a_project_lives_and_dies(identity):
    project = identity.make('projects', 'project', name='p', description='d', colour='red')
    assert project['domain_id'] == project['parent_id'] == 'default' and not project['is_domain']
    path = '/v3/projects/' + project['id']
    assert identity.admin.get(path).json['project'] == project
    assert project in identity.admin.get('/v3/projects').json['projects']
    changed = identity.admin.patch(path, {'project': {'name': 'q', 'enabled': False, 'colour': 'blue'}}).json['project']
    assert (changed['name'], changed['enabled'], changed['colour']) == ('q', False, 'blue')
    assert identity.admin.delete(path).status_int == 204
    assert identity.admin.get(path).status_int == 404


@pytest.mark.parametrize('body', [
    {'name': ''}, {'name': 'x' * 65}, {'name': 'x', 'enabled': 'yes'}, {'name': 'x', 'domain_id': 'nowhere'},
    {'name': 'x', 'parent_id': 'nowhere'}, {'name': 'x', 'is_domain': True, 'domain_id': 'default'},
    {'name': 'x', 'tags': ['a,b']}, {'name': 'x', 'tags': ['a', 'a']}, {'description': 'nameless'}])
def test_a_bad_project_is_400(identity, body):
    assert identity.admin.post('/v3/projects', {'project': body}).status_int == 400


def test_names_are_unique_in_a_domain(identity):
    identity.make('projects', 'project', name='p')
    assert identity.admin.post('/v3/projects', {'project': {'name': 'p'}}).status_int == 409
    other = identity.make('domains', 'domain', name='d')['id']
    identity.make('projects', 'project', name='p', domain_id=other)


def test_a_parent_of_another_domain_is_refused(identity, tree):
    other = identity.make('domains', 'domain', name='d')['id']
    answer = identity.admin.post('/v3/projects', {'project': {'name': 'x', 'domain_id': other, 'parent_id': tree[0]}})
    assert answer.status_int == 400


def test_parents_and_subtree(identity, tree):
    top, mid, leaf = tree
    def show(project, query):
        return identity.admin.get('/v3/projects/%s?%s' % (project, query)).json['project']
    assert show(leaf, 'parents_as_ids')['parents'] == {mid: {top: {'default': None}}}
    assert show(top, 'parents_as_ids')['parents'] == {'default': None}
    assert show(top, 'subtree_as_ids')['subtree'] == {mid: {leaf: None}}
    assert show(leaf, 'subtree_as_ids')['subtree'] is None
    assert show(leaf, 'parents_as_list')['parents'] == []
    admin = identity.answer().json['token']['user']['id']
    identity.admin.put('/v3/projects/%s/users/%s/roles/%s' % (mid, admin, identity.role('reader')))
    assert [entry['project']['id'] for entry in show(leaf, 'parents_as_list')['parents']] == [mid]
    assert [entry['project']['id'] for entry in show(top, 'subtree_as_list')['subtree']] == [mid]
    assert identity.admin.get('/v3/projects/%s?parents_as_list&parents_as_ids' % leaf).status_int == 400


def test_a_tree_is_no_deeper_than_allowed(start):
    identity = start(max_project_tree_depth=2)
    one = identity.make('projects', 'project', name='1')['id']
    two = identity.make('projects', 'project', name='2', parent_id=one)['id']
    assert identity.admin.post('/v3/projects', {'project': {'name': '3', 'parent_id': two}}).status_int == 403


def test_enabling_and_deleting_respect_the_tree(identity, tree):
    top, mid, leaf = ('/v3/projects/' + project for project in tree)
    off, on = {'project': {'enabled': False}}, {'project': {'enabled': True}}
    assert identity.admin.patch(top, off).status_int == 403
    assert identity.admin.delete(mid).status_int == 403
    for path in (leaf, mid):
        assert identity.admin.patch(path, off).status_int == 200
    assert identity.admin.patch(leaf, on).status_int == 403
    assert identity.admin.post('/v3/projects', {'project': {'name': 'x', 'parent_id': tree[1]}}).status_int == 400
    assert identity.admin.patch(mid, on).status_int == 200 and identity.admin.patch(leaf, on).status_int == 200


@pytest.mark.parametrize('change, status', [
    ({'parent_id': 'x'}, 403), ({'domain_id': 'x'}, 400), ({'is_domain': True}, 400), ({'id': 'x'}, 400), ({}, 400)])
def test_what_never_changes(identity, change, status):
    project = identity.make('projects', 'project', name='p')
    assert identity.admin.patch('/v3/projects/' + project['id'], {'project': change}).status_int == status


def test_a_project_that_is_a_domain(identity):
    project = identity.make('projects', 'project', name='d', is_domain=True)
    assert project['is_domain'] and project['domain_id'] is None and project['parent_id'] is None
    assert identity.admin.get('/v3/domains/' + project['id']).status_int == 200
    listed = identity.admin.get('/v3/projects?is_domain=true').json['projects']
    assert project['id'] in {row['id'] for row in listed}
    path = '/v3/projects/' + project['id']
    assert identity.admin.delete(path).status_int == 403
    identity.admin.patch(path, {'project': {'enabled': False}})
    assert identity.admin.delete(path).status_int == 204


def test_who_may_do_what(identity):
    domain = identity.make('domains', 'domain', name='d')['id']
    inside = identity.make('projects', 'project', name='in', domain_id=domain)['id']
    manager, member = identity.person('man', 'manager', domain=domain), identity.person('mia', 'member')
    assert [row['id'] for row in manager.get('/v3/projects').json['projects']] == [inside]
    assert manager.post('/v3/projects', {'project': {'name': 'x', 'domain_id': domain}}).status_int == 201
    assert manager.post('/v3/projects', {'project': {'name': 'x', 'domain_id': 'default'}}).status_int == 403
    own = member.get('/v3/auth/projects').json['projects'][0]['id']
    assert member.get('/v3/projects/' + own).status_int == 200
    for answer in (member.get('/v3/projects'), member.get('/v3/projects/' + inside), member.get('/v3/projects/none'),
                   member.delete('/v3/projects/' + own), member.post('/v3/projects', {'project': {'name': 'x'}})):
        assert answer.status_int == 403
    assert identity.admin.get('/v3/projects/none').status_int == 404


def test_pages_follow_each_other(identity):
    for number in range(5):
        identity.make('projects', 'project', name='p%d' % number)
    seen, path = [], '/v3/projects?limit=2&sort_key=name&sort_dir=asc&name__startswith=p'
    while path:
        answer = identity.admin.get(path).json
        seen += [row['name'] for row in answer['projects']]
        path = (answer['links']['next'] or '').partition('/identity')[2]
    assert seen == ['p0', 'p1', 'p2', 'p3', 'p4']


def test_tags(identity):
    project = identity.make('projects', 'project', name='p', tags=['a', 'b'])
    other = identity.make('projects', 'project', name='q', tags=['b'])
    path, admin = '/v3/projects/%s/tags' % project['id'], identity.admin
    assert admin.get(path).json['tags'] == ['a', 'b']
    assert admin.get(path + '/a').status_int == 204 and admin.get(path + '/c').status_int == 404
    assert admin.put(path + '/c').status_int == 201 and admin.put(path + '/c').status_int == 201
    assert admin.put(path + '/x,y').status_int == 400
    assert admin.delete(path + '/a').status_int == 204 and admin.delete(path + '/a').status_int == 404
    assert admin.get(path).json['tags'] == ['b', 'c']

    def found(query):
        return {row['id'] for row in admin.get('/v3/projects?name__startswith=&' + query).json['projects']
                if row['id'] in (project['id'], other['id'])}
    assert found('tags=b,c') == {project['id']} and found('tags-any=b,c') == {project['id'], other['id']}
    assert found('not-tags=b,c') == {other['id']} and found('not-tags-any=b,c') == set()
    assert admin.put(path, {'tags': ['x']}).json['tags'] == ['x']
    assert admin.put(path, {'tags': ['x', 'x']}).status_int == 400
    assert admin.delete(path).status_int == 204 and admin.get(path).json['tags'] == []
