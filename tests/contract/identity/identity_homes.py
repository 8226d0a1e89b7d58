# SPDX-License-Identifier: Apache-2.0
"""The places where a domain's people may be kept, filled by tests in the place's own way."""
import itertools

from ldap import dn as ldap_dn

from identity_slapd import READER, SECRET, SUFFIX
from praline_common.testing.cloud import TestCloud
from praline_identity.bootstrap import bootstrap

PASSWORD = 'the-admin-secret'
_numbers = itertools.count()


class Identity:
    """A cloud with the identity service; admin: its administrator's client."""

    def __init__(self, directory, **options):
        settings = {'argon2_time': 1, 'argon2_memory': 8, 'directory_seconds': 0, **options}
        self.cloud = TestCloud(directory, ['identity'], options={
            'identity.' + name: value for name, value in settings.items()})
        self.cloud.__enter__()
        self.runtime = self.cloud.runtime('identity')
        bootstrap(self.runtime, PASSWORD, {})
        self.anonymous = self.cloud.client('identity', token='')
        self.admin = self.as_(self.login({'name': 'admin', 'domain': {'id': 'default'}}, PASSWORD, {
            'project': {'name': 'admin', 'domain': {'id': 'default'}}}))

    def close(self):
        self.cloud.__exit__(None, None, None)

    def as_(self, token):
        return self.cloud.client('identity', token=token)

    def answer(self, user, password, scope=None):
        body = {'auth': {'identity': {'methods': ['password'], 'password': {'user': {**user, 'password': password}}}}}
        if scope is not None:
            body['auth']['scope'] = scope
        return self.anonymous.post('/v3/auth/tokens', body)

    def login(self, user, password, scope=None):
        answer = self.answer(user, password, scope)
        assert answer.status_int == 201, answer.text
        return answer.headers['X-Subject-Token']

    def make(self, path, singular, **attributes):
        answer = self.admin.post('/v3/' + path, {singular: attributes})
        assert answer.status_int == 201, answer.text
        return answer.json[singular]

    def role(self, name):
        found, = self.admin.get('/v3/roles?name=' + name).json['roles']
        return found['id']


class Home:
    """A domain and how its people get into it; the tests read it over the API only."""

    def __init__(self, identity):
        self.identity = identity
        self.id = identity.make('domains', 'domain', name='home')['id']

    def named(self, name):
        return {'name': name, 'domain': {'id': self.id}}

    def found(self, kind, query=''):
        """The users or groups of the domain that a list shows, by name."""
        answer = self.identity.admin.get('/v3/%ss?domain_id=%s&limit=1000%s' % (kind, self.id, query))
        assert answer.status_int == 200, answer.text
        return {row['name']: row for row in answer.json[kind + 's']}


class Tables(Home):
    """The domain's people live in identity's own tables."""

    writable = True

    def add_user(self, name, password, enabled=True, **extra):
        self.identity.make('users', 'user', name=name, password=password, domain_id=self.id, enabled=enabled, **extra)

    def enable(self, name, enabled):
        self._patch(name, enabled=enabled)

    def rename(self, name, new):
        self._patch(name, name=new)

    def remove_user(self, name):
        self.identity.admin.delete('/v3/users/' + self.found('user')[name]['id'])

    def _patch(self, user, **changes):
        answer = self.identity.admin.patch('/v3/users/' + self.found('user')[user]['id'], {'user': changes})
        assert answer.status_int == 200, answer.text

    def add_group(self, name, *members):
        group = self.identity.make('groups', 'group', name=name, domain_id=self.id, description='of ' + name)
        users = self.found('user')
        for member in members:
            self.identity.admin.put('/v3/groups/%s/users/%s' % (group['id'], users[member]['id']))

    def leave(self, name, member):
        self.identity.admin.delete('/v3/groups/%s/users/%s' % (self.found('group')[name]['id'],
                                                               self.found('user')[member]['id']))


class Ldap(Home):
    """The domain's people live in an LDAP tree of their own."""

    writable = False

    def __init__(self, identity, slapd, configure=True, **options):
        super().__init__(identity)
        self.slapd, self.top = slapd, 'ou=t%d,%s' % (next(_numbers), SUFFIX)
        for dn in (self.top, 'ou=People,' + self.top, 'ou=Teams,' + self.top):
            slapd.add(dn, objectClass='organizationalUnit', ou=dn.split(',')[0][3:])
        self.users_tree, self.groups_tree = 'ou=People,' + self.top, 'ou=Teams,' + self.top
        self.options = {
            'url': slapd.url, 'user': READER, 'password': SECRET, 'suffix': self.top, 'user_tree_dn': self.users_tree,
            'user_id_attribute': 'uid', 'user_name_attribute': 'cn', 'user_enabled_attribute': 'employeeType',
            'group_tree_dn': self.groups_tree, 'group_id_attribute': 'cn', 'group_name_attribute': 'cn',
            'page_size': 10, **options}
        if configure:
            self.configure()

    def configure(self, **changes):
        self.options.update(changes)
        answer = self.identity.admin.put('/v3/domains/%s/config' % self.id, {
            'config': {'identity': {'driver': 'ldap'}, 'ldap': self.options}})
        assert answer.status_int in (200, 201), answer.text

    def user_dn(self, name):
        return 'uid=u-%s,%s' % (ldap_dn.escape_dn_chars(name), self.users_tree)

    def group_dn(self, name):
        return 'cn=%s,%s' % (ldap_dn.escape_dn_chars(name), self.groups_tree)

    def add_user(self, name, password, enabled=True, **extra):
        attributes = {{'email': 'mail'}.get(key, key): value for key, value in extra.items()}
        self.slapd.add(self.user_dn(name), objectClass='inetOrgPerson', uid='u-' + name, cn=name, sn=name,
                       userPassword=password, employeeType='TRUE' if enabled else 'FALSE', **attributes)

    def enable(self, name, enabled):
        self.slapd.change(self.user_dn(name), employeeType='TRUE' if enabled else 'FALSE')

    def rename(self, name, new):
        self.slapd.change(self.user_dn(name), cn=new)

    def remove_user(self, name):
        self.slapd.delete(self.user_dn(name))

    def add_group(self, name, *members):
        self.slapd.add(self.group_dn(name), objectClass='groupOfNames', cn=name, description='of ' + name,
                       member=[self.user_dn(member) for member in members] or [self.top])

    def leave(self, name, member):
        self.slapd.change(self.group_dn(name), member=self.top)
