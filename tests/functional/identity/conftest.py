# SPDX-License-Identifier: Apache-2.0
"""Identity over a real SQLite file, with its real tokens; hashes are as cheap as they can be."""
import pytest

from praline_common.testing.cloud import TestCloud
from praline_common.testing.statements import counted
from praline_identity.bootstrap import bootstrap
from praline_identity.passwords import Hasher
from praline_identity.tokens.room import Room

PASSWORD = 'the-admin-secret'
CHEAP = {'identity.argon2_time': 1, 'identity.argon2_memory': 8}


class Identity:
    """The cloud's identity service and the people in it.

    login(...) -> a token; as_(token) -> a client; admin: the administrator's client in the project admin.
    """

    def __init__(self, cloud):
        self.cloud, self.runtime = cloud, cloud.runtime('identity')
        self.anonymous = cloud.client('identity', token='')
        self.admin = self.as_(self.login())

    def as_(self, token):
        return self.cloud.client('identity', token=token)

    def answer(self, user='admin', password=PASSWORD, domain='default', scope='admin', query=''):
        """The answer to a login; scope: a project name of the domain default, a scope object, or None."""
        if isinstance(scope, str) and scope not in ('unscoped',):
            scope = {'project': {'name': scope, 'domain': {'id': 'default'}}}
        named = {'id': user['id']} if isinstance(user, dict) else {'name': user, 'domain': {'id': domain}}
        body = {'auth': {'identity': {'methods': ['password'], 'password': {'user': {**named, 'password': password}}}}}
        if scope is not None:
            body['auth']['scope'] = scope
        return self.anonymous.post('/v3/auth/tokens' + query, body)

    def login(self, *args, **kwargs):
        answer = self.answer(*args, **kwargs)
        assert answer.status_int == 201, answer.text
        return answer.headers['X-Subject-Token']

    def person(self, name, *roles, project='admin', domain=None, system=False):
        """A client of a new user with these roles in a project (by name), a domain (by id) or the system."""
        user = self.make('users', 'user', name=name, password=name + '-secret')
        ids = {role['name']: role['id'] for role in self.admin.get('/v3/roles').json['roles']}
        if system:
            where, scope = 'system', {'system': {'all': True}}
        elif domain:
            where, scope = 'domains/' + domain, {'domain': {'id': domain}}
        else:
            found, = self.admin.get('/v3/projects?name=' + project).json['projects']
            where, scope = 'projects/' + found['id'], {'project': {'id': found['id']}}
        for role in roles:
            path = '/v3/%s/users/%s/roles/%s' % (where, user['id'], ids[role])
            assert self.admin.put(path).status_int == 204
        client = self.as_(self.login(name, name + '-secret', scope=scope))
        client.user_id = user['id']
        return client

    def room_hasher(self, method):
        """Hash new passwords this way from now on."""
        self.cloud.conf.set_override('password_hash', method, 'identity')
        self.runtime.shared(Room).hasher = Hasher(self.runtime.options)

    def role(self, name):
        """The id of a global role."""
        found, = self.admin.get('/v3/roles?name=' + name).json['roles']
        return found['id']

    def make(self, path, singular, **attributes):
        """What POST /v3/<path> made of these attributes."""
        answer = self.admin.post('/v3/' + path, {singular: attributes})
        assert answer.status_int == 201, answer.text
        return answer.json[singular]


@pytest.fixture
def start(tmp_path):
    """start(**options) -> Identity, for tests that set options of their own."""
    running = []

    def begin(**options):
        settings = {**CHEAP, **{'identity.' + name: value for name, value in options.items()}}
        cloud = TestCloud(tmp_path, ['identity'], options=settings)
        cloud.__enter__()
        running.append(cloud)
        bootstrap(cloud.runtime('identity'), PASSWORD, {})
        return Identity(cloud)

    yield begin
    for cloud in running:
        cloud.__exit__(None, None, None)


@pytest.fixture
def identity(start):
    return start()


@pytest.fixture
def statements(identity):
    """The SQL of identity from here on."""
    with counted(identity.runtime.db) as seen:
        yield seen
