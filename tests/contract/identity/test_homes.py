# SPDX-License-Identifier: Apache-2.0
"""What holds for the users and groups of a domain wherever they are kept: the definition of a directory."""
from urllib.parse import quote

import pytest

STRANGE = ("O'Brien (x)*", 'a\\b', 'ünïcode ☂', 'comma, plus+ "quote"', '#lead', '*')


def show(home, kind, name):
    return home.identity.admin.get('/v3/%ss/%s' % (kind, home.found(kind)[name]['id']))


def grant(home, kind, name, role='member'):
    """A project of the domain where this user or group has a role; its scope."""
    project = home.identity.make('projects', 'project', name='p-' + name[:20], domain_id=home.id)['id']
    path = '/v3/projects/%s/%ss/%s/roles/%s' % (project, kind, home.found(kind)[name]['id'], home.identity.role(role))
    assert home.identity.admin.put(path).status_int == 204
    return {'project': {'id': project}}


def test_a_user_is_shown(home):
    home.add_user('anna', 'pw', email='anna@example.org', description='tall')
    listed = home.found('user')['anna']
    shown = show(home, 'user', 'anna').json['user']
    assert shown == listed and shown['domain_id'] == home.id and shown['enabled'] is True
    assert (shown['email'], shown['description'], shown['options']) == ('anna@example.org', 'tall', {})
    assert shown['password_expires_at'] is None and 'password' not in str(shown).replace('password_expires_at', '')
    assert shown['links']['self'].endswith('/v3/users/' + shown['id'])
    assert home.identity.admin.get('/v3/users/' + 'f' * 64).status_int == 404


def test_a_group_is_shown(home):
    home.add_user('anna', 'pw')
    home.add_group('team', 'anna')
    shown = show(home, 'group', 'team').json['group']
    assert shown == home.found('group')['team']
    assert (shown['name'], shown['domain_id'], shown['description']) == ('team', home.id, 'of team')


@pytest.mark.parametrize('name', STRANGE)
def test_login_by_name_and_by_id(home, name):
    home.add_user(name, 'right')
    home.add_user('other', 'else')
    token = home.identity.login(home.named(name), 'right')
    shown = home.identity.admin.get('/v3/auth/tokens', headers={'X-Subject-Token': token}).json['token']
    assert shown['user']['name'] == name and shown['user']['domain'] == {'id': home.id, 'name': 'home'}
    user_id = home.found('user')[name]['id']
    assert shown['user']['id'] == user_id
    home.identity.login({'id': user_id}, 'right')
    home.identity.login({'name': name, 'domain': {'name': 'home'}}, 'right')


@pytest.mark.parametrize('password', ['', 'wrong', ' ', '\0', 'right\0', '*', 'RIGHT', None])
def test_a_wrong_password(home, password):
    home.add_user('anna', 'right')
    refused = home.identity.answer(home.named('anna'), password)
    assert refused.status_int in ((400,) if password is None else (401,))
    assert home.identity.answer({'id': home.found('user')['anna']['id']}, password).status_int == refused.status_int


@pytest.mark.parametrize('name', ['nobody', '', '*', 'an*', 'anna)(cn=*', 'anna)(|(cn=*', '*)(uid=*))(|(uid=*', '\\2a',
                                  'anna\0', ')', '(', 'anna,ou=People', 'uid=u-anna'])
def test_nobody_is_found_by_a_pattern(home, name):
    home.add_user('anna', 'right')
    assert home.identity.answer(home.named(name), 'right').status_int in (400, 401)
    # SQLite's LIKE ends at a NUL.
    for query in ('name', 'name__contains', 'name__istartswith') if '\0' not in name else ('name',):
        found = home.found('user', '&%s=%s' % (query, quote(name, safe='')))
        assert found == {} or (name == '' and query != 'name'), (query, found)


def test_a_disabled_user_gets_nothing(home):
    home.add_user('anna', 'pw', enabled=False)
    assert home.found('user')['anna']['enabled'] is False
    assert home.identity.answer(home.named('anna'), 'pw').status_int == 401
    home.enable('anna', True)
    client = home.identity.as_(home.identity.login(home.named('anna'), 'pw'))
    assert client.get('/v3/auth/projects').status_int == 200
    home.enable('anna', False)
    assert client.get('/v3/auth/projects').status_int == 401
    assert show(home, 'user', 'anna').json['user']['enabled'] is False
    assert client.get('/v3/auth/projects').status_int == 401
    assert home.identity.answer(home.named('anna'), 'pw').status_int == 401


def test_a_user_who_is_gone(home):
    home.add_user('anna', 'pw')
    scope = grant(home, 'user', 'anna')
    user_id = home.found('user')['anna']['id']
    client = home.identity.as_(home.identity.login(home.named('anna'), 'pw', scope))
    home.remove_user('anna')
    assert home.identity.admin.get('/v3/users/' + user_id).status_int == 404
    assert client.get('/v3/auth/projects').status_int == 401
    assert home.identity.answer({'id': user_id}, 'pw').status_int == 401
    assert home.found('user') == {}


def test_a_user_who_is_renamed_keeps_id_and_roles(home):
    home.add_user('anna', 'pw')
    scope = grant(home, 'user', 'anna')
    user_id = home.found('user')['anna']['id']
    home.rename('anna', 'joan')
    home.add_user('anne', 'pw')
    home.rename('anne', 'anna')
    assert home.found('user')['joan']['id'] == user_id
    token = home.identity.login(home.named('joan'), 'pw', scope)
    assert home.identity.answer(home.named('anna'), 'pw', scope).status_int == 401
    shown = home.identity.admin.get('/v3/auth/tokens', headers={'X-Subject-Token': token}).json['token']
    assert shown['user']['name'] == 'joan' and show(home, 'user', 'joan').json['user']['name'] == 'joan'


def test_roles_of_users(home):
    home.add_user('anna', 'pw')
    home.add_user('bob', 'pw')
    scope = grant(home, 'user', 'anna')
    token = home.identity.login(home.named('anna'), 'pw', scope)
    shown = home.identity.admin.get('/v3/auth/tokens', headers={'X-Subject-Token': token}).json['token']
    assert {role['name'] for role in shown['roles']} == {'member', 'reader'}
    assert home.identity.answer(home.named('bob'), 'pw', scope).status_int == 401
    listed = home.identity.admin.get('/v3/role_assignments?include_names&user.id=' + shown['user']['id']).json
    assert [entry['user']['name'] for entry in listed['role_assignments']] == ['anna']


def test_groups_bring_their_roles_and_take_them_away(home):
    for name in ('anna', 'bob'):
        home.add_user(name, 'pw')
    home.add_group('team', 'anna')
    home.add_group('others', 'bob')
    scope = grant(home, 'group', 'team')
    group, users = home.found('group')['team']['id'], home.found('user')
    client = home.identity.as_(home.identity.login(home.named('anna'), 'pw', scope))
    assert home.identity.answer(home.named('bob'), 'pw', scope).status_int == 401
    path = '/v3/groups/%s/users' % group
    assert [row['name'] for row in home.identity.admin.get(path).json['users']] == ['anna']
    assert home.identity.admin.get(path + '/' + users['anna']['id']).status_int == 204
    assert home.identity.admin.get(path + '/' + users['bob']['id']).status_int == 404
    mine = client.get('/v3/users/%s/groups' % users['anna']['id'])
    assert [row['name'] for row in mine.json['groups']] == ['team']
    effective = home.identity.admin.get('/v3/role_assignments?effective&user.id=' + users['anna']['id']).json
    assert effective['role_assignments']
    home.leave('team', 'anna')
    assert home.identity.admin.get(path).json['users'] == []
    assert home.identity.admin.get(path + '/' + users['anna']['id']).status_int == 404
    assert client.get('/v3/auth/projects').status_int == 401
    assert home.identity.answer(home.named('anna'), 'pw', scope).status_int == 401


def test_filters(home):
    for name in ('Anna', 'anne', 'bob', 'a*c', 'x_y'):
        home.add_user(name, 'pw', enabled=name != 'bob')

    def names(query):
        return set(home.found('user', '&' + query))
    assert names('name=bob') == {'bob'} and names('name=nobody') == set()
    assert names('name__contains=ann') == {'anne'} and names('name__icontains=ANN') == {'Anna', 'anne'}
    assert names('name__endswith=b') == {'bob'} and names('name__istartswith=A') == {'Anna', 'anne', 'a*c'}
    assert names('name__contains=*') == {'a*c'} and names('name__startswith=%25') == set()
    assert names('enabled=false') == {'bob'} and names('name=bob&enabled=true') == set()
    assert names('unknown=1') == {'Anna', 'anne', 'bob', 'a*c', 'x_y'}
    assert names('password_expires_at=lt:2099-01-01T00:00:00Z') == set()
    assert home.identity.admin.get('/v3/users?password_expires_at=soon&domain_id=' + home.id).status_int == 400
    home.add_group('Team', 'Anna')
    home.add_group('other', 'Anna')
    assert set(home.found('group', '&name__icontains=TEA')) == {'Team'}
    assert set(home.found('group', '&name=other')) == {'other'}


def test_pages(home):
    """Everybody once, whatever the size of a page; also more than the server gives at a time."""
    names = {'user%02d' % number for number in range(60)}
    for name in names:
        home.add_user(name, 'pw')
    seen, path = [], '/v3/users?limit=17&domain_id=' + home.id
    while path:
        page = home.identity.admin.get(path).json
        seen += [row['name'] for row in page['users']]
        path = page['links']['next'] and page['links']['next'].partition('/identity')[2]
    assert sorted(seen) == sorted(names)
    by_name = home.identity.admin.get('/v3/users?limit=2&sort_key=name&sort_dir=desc&domain_id=' + home.id).json['users']
    assert [row['name'] for row in by_name] == ['user59', 'user58']
    assert home.identity.admin.get('/v3/users?marker=nobody&domain_id=' + home.id).status_int == 404


def test_what_hangs_on_a_user(home):
    """Application credentials, trusts and EC2 keys of a user work, and end with the user."""
    home.add_user('anna', 'pw')
    home.add_user('bob', 'pw')
    scope = grant(home, 'user', 'anna')
    anna = home.identity.as_(home.identity.login(home.named('anna'), 'pw', scope))
    users = home.found('user')
    made = anna.post('/v3/users/%s/application_credentials' % users['anna']['id'], {'application_credential': {
        'name': 'program'}}).json['application_credential']
    body = {'auth': {'identity': {'methods': ['application_credential'], 'application_credential': {
        'id': made['id'], 'secret': made['secret']}}}}
    assert home.identity.anonymous.post('/v3/auth/tokens', body).status_int == 201
    trust = anna.post('/v3/OS-TRUST/trusts', {'trust': {
        'trustor_user_id': users['anna']['id'], 'trustee_user_id': users['bob']['id'], 'impersonation': True,
        'project_id': scope['project']['id'], 'roles': [{'name': 'member'}]}})
    assert trust.status_int == 201, trust.text
    lent = {'OS-TRUST:trust': {'id': trust.json['trust']['id']}}
    bob = home.identity.as_(home.identity.login(home.named('bob'), 'pw', lent))
    assert bob.get('/v3/auth/projects').status_int == 200
    home.enable('anna', False)
    show(home, 'user', 'anna')
    assert home.identity.anonymous.post('/v3/auth/tokens', body).status_int == 401
    assert bob.get('/v3/auth/projects').status_int == 401


def test_who_may_change_them(home):
    """403 for a directory that is read only, whatever the role; else the change."""
    home.add_user('anna', 'pw')
    home.add_group('team', 'anna')
    user, group, admin = home.found('user')['anna']['id'], home.found('group')['team']['id'], home.identity.admin
    own = home.identity.anonymous.post('/v3/users/%s/password' % user, {
        'user': {'original_password': 'wrong', 'password': 'new'}})
    assert own.status_int == 401
    wanted = (lambda status: status) if home.writable else (lambda status: 403)
    for method, path, body, status in (
            ('POST', '/v3/users', {'user': {'name': 'new', 'domain_id': home.id}}, 201),
            ('PATCH', '/v3/users/' + user, {'user': {'email': 'x'}}, 200),
            ('PATCH', '/v3/users/' + user, {'user': {'enabled': True}}, 200),
            ('POST', '/v3/users/%s/password' % user, {'user': {'original_password': 'pw', 'password': 'new'}}, 204),
            ('POST', '/v3/groups', {'group': {'name': 'new', 'domain_id': home.id}}, 201),
            ('PATCH', '/v3/groups/' + group, {'group': {'description': 'x'}}, 200),
            ('PUT', '/v3/groups/%s/users/%s' % (group, user), None, 204),
            ('DELETE', '/v3/groups/%s/users/%s' % (group, user), None, 204),
            ('DELETE', '/v3/groups/' + group, None, 204), ('DELETE', '/v3/users/' + user, None, 204)):
        answer = admin.request(method, path, body)
        assert answer.status_int == wanted(status), (method, path, answer.text)


def test_a_domain_is_deleted_with_its_people(home):
    home.add_user('anna', 'pw')
    scope = grant(home, 'user', 'anna')
    user_id = home.found('user')['anna']['id']
    client = home.identity.as_(home.identity.login(home.named('anna'), 'pw', scope))
    home.identity.admin.patch('/v3/domains/' + home.id, {'domain': {'enabled': False}})
    assert client.get('/v3/auth/projects').status_int == 401
    assert home.identity.answer({'id': user_id}, 'pw').status_int == 401
    assert home.identity.admin.delete('/v3/domains/' + home.id).status_int == 204
    assert home.identity.admin.get('/v3/users/' + user_id).status_int == 404
    assert home.identity.answer({'id': user_id}, 'pw').status_int == 401
