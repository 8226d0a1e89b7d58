# SPDX-License-Identifier: Apache-2.0
"""What only an LDAP directory has: its options, its own ways to say yes and no, TLS, and its absence."""
import hashlib
import socket
import time

import pytest

from identity_homes import Ldap
from identity_slapd import Slapd
from praline_identity.directories import Directories
from praline_identity.tokens.room import Room


def status(home, name='anna', password='pw'):
    return home.identity.answer(home.named(name), password).status_int


def test_ids_are_keystones_and_stay(ldap_home):
    home = ldap_home()
    home.add_user('anna', 'pw')
    home.add_group('team', 'anna')
    for kind, local_id in (('user', 'u-anna'), ('group', 'team')):
        name = 'anna' if kind == 'user' else 'team'
        wanted = hashlib.sha256((home.id + kind + local_id).encode()).hexdigest()
        assert home.found(kind)[name]['id'] == wanted
    with home.identity.runtime.db.write() as conn:
        conn.exec_driver_sql("UPDATE id_mappings SET public_id = 'from-another-cloud' WHERE kind = 'user'")
    assert home.found('user')['anna']['id'] == 'from-another-cloud'


@pytest.mark.parametrize('options, value, enabled', [
    ({'user_enabled_attribute': 'employeeNumber', 'user_enabled_mask': 2, 'user_enabled_default': '512'}, '512', True),
    ({'user_enabled_attribute': 'employeeNumber', 'user_enabled_mask': 2, 'user_enabled_default': '512'}, '514', False),
    ({'user_enabled_attribute': 'employeeNumber', 'user_enabled_mask': 2, 'user_enabled_default': '512'}, [], True),
    ({'user_enabled_attribute': 'employeeNumber', 'user_enabled_mask': 2, 'user_enabled_default': '514'}, [], False),
    ({'user_enabled_attribute': 'employeeNumber', 'user_enabled_mask': 2}, 'nonsense', False),
    ({'user_enabled_attribute': 'employeeNumber', 'user_enabled_invert': True, 'user_enabled_default': 'False'},
     'TRUE', False),
    ({'user_enabled_attribute': 'employeeNumber', 'user_enabled_invert': True, 'user_enabled_default': 'False'},
     [], True),
    ({'user_enabled_attribute': 'employeeNumber'}, 'false', False),
    ({'user_attribute_ignore': ['enabled'], 'user_enabled_attribute': 'employeeNumber'}, 'FALSE', True)])
def test_the_ways_to_be_enabled(ldap_home, options, value, enabled):
    home = ldap_home(**options)
    home.add_user('anna', 'pw')
    home.slapd.change(home.user_dn('anna'), employeeNumber=value)
    assert home.found('user')['anna']['enabled'] is enabled
    assert status(home) == (201 if enabled else 401)


def test_enabled_is_who_is_in_a_group(ldap_home):
    home = ldap_home(user_enabled_emulation=True)
    for name in ('anna', 'bob'):
        home.add_user(name, 'pw')
    assert status(home) == 401
    home.slapd.add('cn=enabled_users,' + home.users_tree, objectClass='groupOfNames', cn='enabled_users',
                   member=home.user_dn('anna').upper())
    assert (status(home), status(home, 'bob')) == (201, 401)
    assert {name: user['enabled'] for name, user in home.found('user').items()} == {'anna': True, 'bob': False}


def test_members_by_id(ldap_home):
    home = ldap_home(group_objectclass='posixGroup', group_member_attribute='memberUid', group_members_are_ids=True)
    for name in ('anna', 'b)(uid=*'):
        home.add_user(name, 'pw')
    home.slapd.add(home.group_dn('team'), objectClass='posixGroup', cn='team', gidNumber=1,
                   memberUid=['u-b)(uid=*', 'u-nobody'])
    path = '/v3/groups/%s/users' % home.found('group')['team']['id']
    assert [row['name'] for row in home.identity.admin.get(path).json['users']] == ['b)(uid=*']
    for name, groups in (('anna', []), ('b)(uid=*', ['team'])):
        user_id = home.found('user')[name]['id']
        home.identity.login(home.named(name), 'pw')
        listed = home.identity.admin.get('/v3/users/%s/groups' % user_id).json['groups']
        assert [row['name'] for row in listed] == groups


def test_members_of_a_large_group(ldap_home):
    """More members than one search asks for, named in another case than their entries."""
    home = ldap_home()
    names = {'user%03d' % number for number in range(130)}
    for name in names:
        home.add_user(name, 'pw')
    home.slapd.add(home.group_dn('team'), objectClass='groupOfNames', cn='team',
                   member=[home.user_dn(name).upper() for name in names] + ['cn=stranger,dc=elsewhere'])
    path = '/v3/groups/%s/users' % home.found('group')['team']['id']
    assert {row['name'] for row in home.identity.admin.get(path).json['users']} == names
    assert [row['name'] for row in home.identity.admin.get(path + '?name=user007').json['users']] == ['user007']


def test_scope_filter_and_attributes(ldap_home):
    home = ldap_home(user_filter='(title=staff)', user_additional_attribute_mapping=['telephoneNumber:phone'],
                     user_attribute_ignore=['email'])
    deep = 'ou=deep,' + home.users_tree
    home.slapd.add(deep, objectClass='organizationalUnit', ou='deep')
    home.add_user('anna', 'pw', title='staff', telephoneNumber='+1 2', mail='a@b')
    home.add_user('guest', 'pw', title='guest')
    home.slapd.add('uid=u-below,' + deep, objectClass='inetOrgPerson', uid='u-below', cn='below', sn='x',
                   userPassword='pw', title='staff')
    users = home.found('user')
    assert set(users) == {'anna'} and users['anna']['phone'] == '+1 2' and 'email' not in users['anna']
    assert (status(home, 'guest'), status(home, 'below')) == (401, 401)
    home.configure(query_scope='sub')
    assert set(home.found('user')) == {'anna', 'below'} and status(home, 'below') == 201


def test_a_change_of_the_configuration_counts_at_once(ldap_home):
    home = ldap_home()
    home.add_user('anna', 'pw')
    client = home.identity.as_(home.identity.login(home.named('anna'), 'pw'))
    user_id = home.found('user')['anna']['id']
    assert home.identity.admin.delete('/v3/domains/%s/config' % home.id).status_int == 204
    assert home.found('user') == {} and status(home) == 401
    assert client.get('/v3/auth/projects').status_int == 401
    assert home.identity.admin.get('/v3/users/' + user_id).status_int == 404
    home.configure()
    assert status(home) == 201 and home.found('user')['anna']['id'] == user_id


def test_the_password_is_shown_to_nobody_and_sealed(ldap_home):
    home = ldap_home()
    home.add_user('anna', 'pw')
    path = '/v3/domains/%s/config' % home.id
    for answer in (home.identity.admin.get(path), home.identity.admin.patch(path, {'config': {'ldap': {
            'password': 'reader-secret'}}}), home.identity.admin.get(path + '/ldap')):
        assert answer.status_int == 200 and 'password' not in answer.text and 'reader-secret' not in answer.text
    with home.identity.runtime.db.read() as conn:
        stored = conn.exec_driver_sql('SELECT value FROM config_options').scalars().all()
    assert stored and not any('reader-secret' in str(value) for value in stored)
    assert status(home) == 201


@pytest.mark.parametrize('group, option, value', [
    ('ldap', 'query_scope', 'all'), ('ldap', 'page_size', 'many'), ('ldap', 'use_tls', 'perhaps'),
    ('ldap', 'tls_req_cert', 'no'), ('ldap', 'colour', 'red')])
def test_a_bad_option_is_named(ldap_home, group, option, value):
    home = ldap_home(configure=False)
    answer = home.identity.admin.put('/v3/domains/%s/config' % home.id, {'config': {group: {option: value}}})
    assert answer.status_int == 403 and option in answer.json['error']['message']


def test_a_configuration_file(start, slapd, tmp_path, monkeypatch):
    """keystone.<domain name>.conf; what the API sets goes before it."""
    files = tmp_path / 'domains'
    files.mkdir()
    identity = start(domain_config_dir=str(files))
    home = Ldap(identity, slapd, configure=False)
    lines = ['%s = %s' % (name, value) for name, value in home.options.items()]
    (files / 'keystone.home.conf').write_text('\n'.join(['[identity]', 'driver = ldap', '[ldap]', *lines]))
    home.add_user('anna', 'pw')
    # As a process that starts now.
    monkeypatch.setattr(identity.runtime.shared(Room), 'directories',
                        Directories(identity.runtime))
    assert status(home) == 201
    identity.admin.put('/v3/domains/%s/config' % home.id, {'config': {'ldap': {'user_filter': '(title=nobody)'}}})
    assert status(home) == 401


def test_the_clouds_own_account_is_refused(ldap_home):
    home = ldap_home(password='wrong')
    home.add_user('anna', 'pw')
    answer = home.identity.answer(home.named('anna'), 'pw')
    assert answer.status_int == 503 and home.id in answer.json['error']['message']
    assert 'wrong' not in answer.text


def test_too_many_entries_without_pages(ldap_home):
    home = ldap_home(page_size=0)
    for number in range(45):
        home.add_user('user%d' % number, 'pw')
    answer = home.identity.admin.get('/v3/users?domain_id=' + home.id)
    assert answer.status_int == 503 and 'page_size' in answer.json['error']['message']
    assert set(home.found('user', '&name=user7')) == {'user7'}


def test_a_broken_filter_of_the_operator(ldap_home):
    home = ldap_home(user_filter='(((')
    assert home.identity.admin.get('/v3/users?domain_id=' + home.id).status_int == 503
    assert home.identity.admin.get('/v3/users').status_int == 200


@pytest.mark.parametrize('how', ['start_tls', 'ldaps'])
def test_tls(ldap_home, slapd, how):
    options = {'use_tls': True} if how == 'start_tls' else {'url': slapd.tls_url}
    home = ldap_home(tls_cacertfile=slapd.ca, **options)
    home.add_user('anna', 'pw')
    assert status(home) == 201
    home.configure(tls_cacertfile=None)
    assert status(home) == 503
    home.configure(tls_req_cert='never')
    assert status(home) == 201


def test_a_list_is_cut_to_the_limit_of_the_domain(ldap_home):
    home = ldap_home()
    for number in range(5):
        home.add_user('user%d' % number, 'pw')
    path = '/v3/domains/%s/config' % home.id
    assert home.identity.admin.patch(path, {'config': {'identity': {'list_limit': 2}}}).status_int == 200
    cut = home.identity.admin.get('/v3/users?domain_id=' + home.id).json
    assert len(cut['users']) == 2 and cut['truncated'] and cut['links']['next']


def test_a_name_that_lives_here_already(ldap_home):
    home = ldap_home(configure=False)
    home.identity.make('users', 'user', name='anna', password='old', domain_id=home.id)
    home.configure()
    home.add_user('anna', 'pw')
    user_id = home.found('user')['anna']['id']
    assert len(user_id) == 64 and status(home) == 201 and status(home, password='old') == 401
    assert home.identity.admin.get('/v3/users/' + user_id).status_int == 200


def others_go_on(home):
    """The default domain's users are served, and quickly, whatever the directory does."""
    began = time.monotonic()
    assert home.identity.admin.get('/v3/users').status_int == 200
    home.identity.login({'name': 'admin', 'domain': {'id': 'default'}}, 'the-admin-secret')
    return time.monotonic() - began


@pytest.fixture
def own_slapd(tmp_path):
    slapd = Slapd(tmp_path)
    slapd.start()
    slapd.begin()
    yield slapd
    slapd.stop()


def back(home):
    """Wait until the directory answers again."""
    deadline = time.monotonic() + 20
    while status(home) != 201:
        assert time.monotonic() < deadline


def test_a_server_that_is_stopped_and_comes_back(identity, own_slapd):
    home = Ldap(identity, own_slapd)
    home.add_user('anna', 'pw')
    client = home.identity.as_(home.identity.login(home.named('anna'), 'pw'))
    own_slapd.stop()
    for path in ('/v3/users?domain_id=' + home.id, '/v3/groups?domain_id=' + home.id):
        answer = home.identity.admin.get(path)
        assert answer.status_int == 503 and home.id in answer.json['error']['message']
    assert status(home) == 503 and status(home, password='') in (401, 503)
    gone = client.get('/v3/auth/projects')
    assert gone.status_int == 503 and home.id in gone.json['error']['message']
    others_go_on(home)
    own_slapd.start()
    back(home)
    assert client.get('/v3/auth/projects').status_int == 200


def test_a_kept_connection_that_died_is_made_anew(identity, own_slapd):
    home = Ldap(identity, own_slapd)
    home.add_user('anna', 'pw')
    assert status(home) == 201
    own_slapd.stop()
    own_slapd.start()
    assert status(home) == 201


@pytest.mark.parametrize('url', ['ldap', 'ldaps', 'start_tls', 'listener'])
def test_a_server_that_says_nothing_costs_bounded_time(identity, own_slapd, url):
    """It accepts and is silent; after the first time it is not waited for."""
    home = Ldap(identity, own_slapd)
    home.add_user('anna', 'pw')
    assert status(home) == 201
    with socket.socket() as listener:
        listener.bind(('127.0.0.1', 0))
        listener.listen()
        urls = {'ldaps': own_slapd.tls_url, 'listener': 'ldaps://127.0.0.1:%d' % listener.getsockname()[1]}
        home.configure(url=urls.get(url, own_slapd.url), use_tls=url == 'start_tls', connection_timeout=1)
        own_slapd.freeze()
        began = time.monotonic()
        assert status(home) == 503
        first = time.monotonic() - began
        again = [status(home) for _ in range(50)]
        assert again == [503] * 50
        # A minute is for a loaded machine; waiting each time would take more.
        assert first < 30 and time.monotonic() - began < 45
        others_go_on(home)
        own_slapd.thaw()
    home.configure(url=own_slapd.url, use_tls=False)
    back(home)
