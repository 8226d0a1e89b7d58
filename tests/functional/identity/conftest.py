# SPDX-License-Identifier: Apache-2.0
"""Identity over a real SQLite file, with its real tokens; hashes are as cheap as they can be."""
import functools
import json
import logging
import socketserver
import threading
import urllib.parse
from wsgiref import simple_server

from oauthlib import oauth1
from paste import urlmap
import pytest

from praline_common.testing.cloud import TestCloud
from praline_common.testing.statements import counted
from praline_identity.bootstrap import bootstrap
from praline_identity.passwords import Hasher
from praline_identity.tokens.room import Room

PASSWORD = 'the-admin-secret'
REQUEST_TOKEN, ACCESS_TOKEN = '/v3/OS-OAUTH1/request_token', '/v3/OS-OAUTH1/access_token'
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

    @functools.cached_property
    def admin_id(self):
        return self.answer(scope=None).json['token']['user']['id']

    def project(self, name='admin'):
        """The id of a project of the domain default."""
        found, = self.admin.get('/v3/projects?domain_id=default&name=' + name).json['projects']
        return found['id']

    def authorize(self, request_token, *roles, admin=None):
        """The verifier."""
        body = {'roles': [{'name': name} for name in roles]}
        answer = (admin or self.admin).put('/v3/OS-OAUTH1/authorize/' + request_token[0], body)
        assert answer.status_int == 200, answer.text
        return answer.json['token']['oauth_verifier']

    def consumer(self):
        made = self.make('OS-OAUTH1/consumers', 'consumer', description='for tests')
        return Consumer(self, made['id'], made['secret'])


class Consumer:
    """An OAuth 1 consumer: its request and access tokens are (id, secret)."""

    def __init__(self, identity, key, secret):
        self.identity, self.key, self.secret = identity, key, secret

    def signed(self, path, token=('', ''), url=None, **options):
        """The headers of a POST to this path, signed with the library that clients use."""
        client = oauth1.Client(self.key, client_secret=self.secret, resource_owner_key=token[0] or None,
                               resource_owner_secret=token[1] or None, **options)
        return client.sign(url or 'http://localhost/identity' + path, http_method='POST')[1]

    def ask(self, path, token=('', ''), body=None, headers=(), **options):
        headers = {**self.signed(path, token, **options), **dict(headers)}
        return self.identity.anonymous.post(path, body, headers=headers)

    def ask_request_token(self, project_id, **options):
        return self.ask(REQUEST_TOKEN, headers={'Requested-Project-Id': project_id}, **options)

    def request_token(self, project_id):
        return form_token(self.ask_request_token(project_id))

    def access_token(self, project_id, *roles, admin=None):
        """Authorized by the administrator, or by the client `admin`, for these roles (by name)."""
        token = self.request_token(project_id)
        return form_token(self.ask(ACCESS_TOKEN, token, verifier=self.identity.authorize(token, *roles, admin=admin)))

    def ask_login(self, token, **options):
        body = {'auth': {'identity': {'methods': ['oauth1'], 'oauth1': {}}}}
        return self.ask('/v3/auth/tokens', token, body, **options)


def form_token(answer):
    """(id, secret) that a form-encoded answer tells."""
    assert answer.status_int == 201, answer.text
    assert answer.content_type == 'application/x-www-form-urlencoded'
    values = dict(urllib.parse.parse_qsl(answer.text))
    return values['oauth_token'], values['oauth_token_secret']


@pytest.fixture
def told(caplog):
    """told() -> [(event type, payload)] since the last time."""
    caplog.set_level(logging.INFO, 'oslo.messaging')

    def since():
        found = [json.loads(record.getMessage()) for record in caplog.records
                 if record.name.startswith('oslo.messaging.notification')]
        caplog.clear()
        return [(message['event_type'], message['payload']) for message in found]
    return since


@pytest.fixture
def start(tmp_path):
    """start(**options) -> Identity, for tests that set options of their own."""
    running = []

    def begin(base_url=None, **options):
        settings = {**CHEAP, **{'identity.' + name: value for name, value in options.items()}}
        if base_url:
            settings['base_url'] = base_url
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


class _Server(socketserver.ThreadingMixIn, simple_server.WSGIServer):
    daemon_threads = True


class _Quiet(simple_server.WSGIRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture
def serve(start):
    """serve(**options) -> (Identity, URL of identity on a real HTTP server on loopback).

    secure: (SSLContext, handler class) for HTTPS.
    """
    running = []

    def begin(secure=None, **options):
        server = simple_server.make_server('127.0.0.1', 0, None, _Server, secure[1] if secure else _Quiet)
        base = 'http://127.0.0.1:%d' % server.server_port
        if secure:
            server.socket = secure[0].wrap_socket(server.socket, server_side=True)
            base = 'https://localhost:%d' % server.server_port
        identity = start(base_url=base, **options)
        server.set_app(urlmap.URLMap({}))
        server.application['/identity'] = identity.cloud.app('identity')
        threading.Thread(target=server.serve_forever, daemon=True).start()
        running.append(server)
        return identity, base + '/identity'

    yield begin
    for server in running:
        server.shutdown()
        server.server_close()


@pytest.fixture
def statements(identity):
    """The SQL of identity from here on."""
    with counted(identity.runtime.db) as seen:
        yield seen
