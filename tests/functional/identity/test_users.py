# SPDX-License-Identifier: Apache-2.0
"""/v3/users: attributes, passwords and the rules around them."""
import pytest

from praline_identity import clock


def test_a_user_lives_and_dies(identity):
    user = identity.make('users', 'user', name='u', password='pw', email='u@x', description='d')
    assert 'password' not in user and user['email'] == 'u@x' and user['password_expires_at'] is None
    path = '/v3/users/' + user['id']
    assert identity.admin.get(path).json['user'] == user
    changed = identity.admin.patch(path, {'user': {'name': 'v', 'email': 'v@x'}}).json['user']
    assert (changed['name'], changed['email'], changed['description']) == ('v', 'v@x', 'd')
    assert identity.admin.delete(path).status_int == 204
    assert identity.admin.get(path).status_int == 404


@pytest.mark.parametrize('body, status', [
    ({'name': ''}, 400), ({'name': 'x' * 256}, 400), ({'name': 'x', 'enabled': 'true'}, 400), ({'password': 'x'}, 400),
    ({'name': 'x', 'domain_id': 'nowhere'}, 404), ({'name': 'x', 'default_project_id': 'default'}, 400),
    ({'name': 'x', 'options': {'what': 1}}, 400), ({'name': 'admin'}, 409)])
def test_a_bad_user(identity, body, status):
    answer = identity.admin.post('/v3/users', {'user': body})
    assert answer.status_int == status and answer.json['error']['code'] == status


def test_nobody_sets_what_the_service_keeps(identity):
    user = identity.make('users', 'user', name='u', failed_logins=7, created_at=1, password_expires_at='never', id='x')
    assert user['id'] != 'x' and user['password_expires_at'] is None and 'failed_logins' not in user
    assert identity.admin.patch('/v3/users/' + user['id'], {'user': {'domain_id': 'x'}}).status_int == 400


def test_options_are_merged_and_removed_by_null(identity):
    user = identity.make('users', 'user', name='u', options={'lock_password': True, 'ignore_password_expiry': True})
    path = '/v3/users/' + user['id']
    changed = identity.admin.patch(path, {'user': {'options': {'lock_password': None}}}).json['user']
    assert changed['options'] == {'ignore_password_expiry': True}


def change(identity, user, old, new):
    return identity.anonymous.post('/v3/users/%s/password' % user['id'],
                                   {'user': {'original_password': old, 'password': new}}).status_int


def test_a_user_changes_the_password_and_older_tokens_end(identity):
    user = identity.make('users', 'user', name='u', password='old')
    client = identity.as_(identity.login('u', 'old', scope=None))
    assert change(identity, user, 'wrong', 'new') == 401
    assert client.get('/v3/auth/projects').status_int == 200
    assert change(identity, user, 'old', 'new') == 204
    assert client.get('/v3/auth/projects').status_int == 401
    assert identity.answer('u', 'old', scope=None).status_int == 401
    identity.login('u', 'new', scope=None)


def test_an_administrator_resets_a_password(identity):
    user = identity.make('users', 'user', name='u', password='old')
    client = identity.as_(identity.login('u', 'old', scope=None))
    identity.admin.patch('/v3/users/' + user['id'], {'user': {'password': 'new'}})
    assert client.get('/v3/auth/projects').status_int == 401
    identity.login('u', 'new', scope=None)
    identity.admin.patch('/v3/users/' + user['id'], {'user': {'password': None}})
    assert identity.answer('u', 'new', scope=None).status_int == 401


def test_a_locked_password_stays(identity):
    user = identity.make('users', 'user', name='u', password='old', options={'lock_password': True})
    assert change(identity, user, 'old', 'new') == 403


def test_too_many_wrong_passwords_lock_for_a_while(start):
    identity = start(lockout_failure_attempts=2, lockout_duration=1)
    user = identity.make('users', 'user', name='u', password='pw')
    free = identity.make('users', 'user', name='f', password='pw',
                         options={'ignore_lockout_failure_attempts': True})
    for name in ('u', 'u', 'f', 'f', 'f'):
        assert identity.answer(name, 'wrong', scope=None).status_int == 401
    assert identity.answer('u', 'pw', scope=None).status_int == 401
    assert identity.answer('f', 'pw', scope=None).status_int == 201
    until = clock.now() + 3 * clock.SECOND
    while identity.answer('u', 'pw', scope=None).status_int != 201:
        assert clock.now() < until
    assert identity.answer('u', 'wrong', scope=None).status_int == 401
    assert identity.answer('u', 'pw', scope=None).status_int == 201
    assert user['enabled'] and free['enabled']


def test_a_password_that_has_expired_must_be_changed(start):
    identity = start(change_password_upon_first_use=True)
    user = identity.make('users', 'user', name='u', password='old')
    assert user['password_expires_at']
    refused = identity.answer('u', 'old', scope=None)
    assert refused.status_int == 401 and 'expired' in refused.json['error']['message']
    assert identity.answer('u', 'wrong', scope=None).json['error']['message'] != refused.json['error']['message']
    assert change(identity, user, 'old', 'new') == 204
    identity.login('u', 'new', scope=None)
    freed = identity.make('users', 'user', name='v', password='old', options={'ignore_change_password_upon_first_use': True})
    assert freed['password_expires_at'] is None


def test_old_passwords_do_not_come_back_at_once(start):
    identity = start(unique_last_password_count=2)
    user = identity.make('users', 'user', name='u', password='one')
    assert change(identity, user, 'one', 'one') == 400
    assert change(identity, user, 'one', 'two') == 204
    assert change(identity, user, 'two', 'one') == 400
    assert change(identity, user, 'two', 'three') == 204
    assert change(identity, user, 'three', 'one') == 204
    identity.admin.patch('/v3/users/' + user['id'], {'user': {'password': 'one'}})
    identity.login('u', 'one', scope=None)


def test_a_new_password_has_a_minimum_age(start):
    identity = start(minimum_password_age=1)
    user = identity.make('users', 'user', name='u', password='one')
    assert change(identity, user, 'one', 'two') == 204
    assert change(identity, user, 'two', 'three') == 400


def test_a_password_must_look_as_asked(start):
    identity = start(password_regex='^.{8,}$', password_regex_description='eight characters')
    answer = identity.admin.post('/v3/users', {'user': {'name': 'u', 'password': 'short'}})
    assert answer.status_int == 400 and 'eight characters' in answer.json['error']['message']
    user = identity.make('users', 'user', name='u', password='long enough')
    assert change(identity, user, 'long enough', 'short') == 400


def test_an_idle_user_is_let_in_no_more(start):
    identity = start(disable_user_account_days_inactive=1)
    identity.make('users', 'user', name='u', password='pw')
    identity.login('u', 'pw', scope=None)
    with identity.runtime.db.write() as conn:
        conn.exec_driver_sql("UPDATE users SET last_active_at = 1, created_at = 1 WHERE name = 'u'")
    assert identity.answer('u', 'pw', scope=None).status_int == 401


def test_a_hash_of_another_kind_is_made_anew_at_login(start):
    identity = start(password_hash='bcrypt', bcrypt_rounds=4)
    identity.make('users', 'user', name='u', password='pw')

    def stored():
        with identity.runtime.db.read() as conn:
            return conn.exec_driver_sql("SELECT hash FROM passwords JOIN users ON users.id = user_id "
                                        "WHERE name = 'u'").scalars().all()
    assert stored()[0].startswith('$2b$04$')
    identity.room_hasher('argon2id')
    token = identity.login('u', 'pw', scope=None)
    only, = stored()
    assert only.startswith('$argon2id$')
    assert identity.as_(token).get('/v3/auth/projects').status_int == 200
    identity.login('u', 'pw', scope=None)


def test_who_sees_and_changes_whom(identity):
    domain = identity.make('domains', 'domain', name='d')['id']
    inside = identity.make('users', 'user', name='in', domain_id=domain)['id']
    manager, member = identity.person('man', 'manager', domain=domain), identity.person('mia', 'member')
    assert [row['id'] for row in manager.get('/v3/users').json['users']] == [inside]
    assert manager.patch('/v3/users/' + inside, {'user': {'email': 'x'}}).status_int == 200
    assert manager.post('/v3/users', {'user': {'name': 'n', 'domain_id': 'default'}}).status_int == 403
    assert manager.post('/v3/users', {'user': {'name': 'n', 'domain_id': domain}}).status_int == 201
    assert member.get('/v3/users/' + member.user_id).status_int == 200
    for path in ('', '/' + inside, '/nobody'):
        assert member.get('/v3/users' + path).status_int == 403
    assert member.patch('/v3/users/' + member.user_id, {'user': {'name': 'x'}}).status_int == 403
    assert identity.person('sys', 'reader', system=True).get('/v3/users/' + inside).status_int == 200


def test_filters(identity):
    for name in ('Anna', 'anne', 'bob'):
        identity.make('users', 'user', name=name, enabled=name != 'bob')

    def names(query):
        return {row['name'] for row in identity.admin.get('/v3/users?' + query).json['users']} - {'admin', 'praline'}
    assert names('name__contains=ann') == {'anne'} and names('name__icontains=ANN') == {'Anna', 'anne'}
    assert names('name__endswith=b') == {'bob'} and names('name__istartswith=A') == {'Anna', 'anne'}
    assert names('enabled=false') == {'bob'} and names('name=bob&enabled=true') == set()
    assert names('name__contains=%25') == set() and names('unknown=1') == {'Anna', 'anne', 'bob'}
    assert identity.admin.get('/v3/users?password_expires_at=lt:2099-01-01T00:00:00Z').json['users'] == []
    assert identity.admin.get('/v3/users?password_expires_at=soon').status_int == 400


def test_projects_of_a_user(identity):
    member = identity.person('mia', 'member')
    parent = identity.make('projects', 'project', name='parent')['id']
    child = identity.make('projects', 'project', name='child', parent_id=parent)['id']
    identity.admin.put('/v3/OS-INHERIT/projects/%s/users/%s/roles/%s/inherited_to_projects'
                       % (parent, member.user_id, identity.role('reader')))
    names = [row['name'] for row in member.get('/v3/users/%s/projects' % member.user_id).json['projects']]
    assert sorted(names) == ['admin', 'child']
    assert {row['id'] for row in member.get('/v3/auth/projects').json['projects']} > {child}
    assert member.get('/v3/users/%s/projects' % 'nobody').status_int == 403
    assert member.get('/v3/auth/system').json['system'] == []
    assert member.get('/v3/auth/catalog').json['catalog']
    assert identity.as_(identity.login('mia', 'mia-secret', scope='unscoped')).get('/v3/auth/catalog').status_int == 403
