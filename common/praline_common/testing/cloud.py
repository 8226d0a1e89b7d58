# SPDX-License-Identifier: Apache-2.0
"""One or more services in the test's process: real SQLite, real RPC, real pipeline; chosen identities.

    with TestCloud(tmp_path, services=['compute'], fakes={'network': FakeNetwork()}) as cloud:
        answer = cloud.client('compute', project='p1', roles='member').post('/v2.1/servers', {...})

Tokens are made up by `client` and understood by a stand-in for identity's validate_token, unless
'identity' is among the services.  `fakes` maps a neighbour to an object with @rpc.method methods.
"""
import json
import os
import uuid

import webob

from praline_common import rpc
from praline_common.api import auth
from praline_common.api import edge
from praline_common.api.app import App
from praline_common.db import migrate
from praline_common import errors
from praline_common.process import Process


class TestCloud:
    """options: {'group.option' or 'option': value} overrides.  workers: the services serve RPC and run flows too."""

    __test__ = False

    def __init__(self, directory, services, fakes=None, options=None, agents=(), workers=True):
        self.directory = str(directory)
        self.names, self.agents, self._workers = list(services), list(agents), workers
        path = os.path.join(self.directory, 'praline.conf')
        with open(path, 'w') as file:
            file.write('[DEFAULT]\nstate = %s\ncloud_id = t%s\n[rpc]\ntransport_url = inprocess://%s/\n'
                       % (self.directory, uuid.uuid4().hex[:4], uuid.uuid4()))
        self.process = Process(path)
        self.conf = self.process.conf
        for name, value in (options or {}).items():
            group, _, option = name.rpartition('.')
            self.conf.set_override(option, value, group or None)
        self._fakes = dict(fakes or {})
        if 'identity' not in self.names:
            self._fakes.setdefault('identity', FakeIdentity())
        self._servers, self._apps = [], {}

    def __enter__(self):
        for name, fake in self._fakes.items():
            server = rpc.Server(self.process.transport, name, 'fake', [fake], threads=4)
            server.start()
            self._servers.append(server)
        for name in self.names:
            runtime = self.process.runtime(name)
            if runtime.db is not None:
                migrate.create(runtime.db, runtime.service)
        self.process.start(workers=self.names if self._workers else [], agents=self.agents)
        return self

    def __exit__(self, *_exc):
        for server in self._servers:
            server.stop()
        self.process.stop()
        for server in self._servers:
            server.wait()

    def runtime(self, name):
        return self.process.runtime(name)

    def app(self, name):
        """The service's application behind the edge and auth filters."""
        if name not in self._apps:
            runtime = self.runtime(name)
            app = App(runtime, runtime.service.room('api.root:api')(runtime))
            self._apps[name] = edge.Edge(auth.TokenAuth(app, runtime, app.api))
        return self._apps[name]

    def client(self, service, project='p1', user='u1', roles='member,reader', token=None, headers=None):
        """A client of that service for this identity; token='' sends none, project=None is scoped to the system."""
        if token is None:
            token = json.dumps([project, user, roles])
        return Client(self.app(service), '/' + ('placement' if service == 'scheduler' else service), token, headers)

    def admin(self, service, **kwargs):
        return self.client(service, **{'project': 'admin', 'user': 'admin', 'roles': 'admin,manager,member,reader', **kwargs})


class FakeIdentity:
    """Understands the tokens that TestCloud.client makes: [project or null, user, roles] as JSON."""

    @rpc.method
    def validate_token(self, ctx, token, allow_expired=False):
        try:
            project, user, roles = json.loads(token)
        except ValueError:
            raise errors.NotFound('no such token') from None
        domain = {'id': 'default', 'name': 'Default'}
        scope = {'project': {'id': project, 'name': project, 'domain': domain}} if project else {'system': {'all': True}}
        return {'token': {'user': {'id': user, 'name': user, 'domain': domain}, **scope,
                          'roles': [{'id': role, 'name': role} for role in roles.split(',')],
                          'methods': ['password'], 'audit_ids': ['x'], 'is_domain': False,
                          'issued_at': '2026-01-01T00:00:00.000000Z', 'expires_at': '2099-01-01T00:00:00.000000Z'}}

    @rpc.method
    def revision(self, ctx):
        return 1

    @rpc.method
    def project_exists(self, ctx, project_id):
        return True


class Client:
    """get/post/put/patch/delete(path, body) -> webob Response (status_int, json, headers)."""

    def __init__(self, app, mount, token, headers=None):
        self._app, self._mount = app, mount
        self.headers = dict(headers or {})
        if token:
            self.headers['X-Auth-Token'] = token

    def request(self, method, path, body=None, headers=None, data=None, environ=None):
        """environ: what the web server in front says of it."""
        request = webob.Request.blank(path, environ, method=method, headers={**self.headers, **(headers or {})})
        request.script_name, request.path_info = self._mount, request.path_info
        if body is not None:
            request.body, request.content_type = json.dumps(body).encode(), 'application/json'
        elif data is not None:
            request.body = data
            request.content_type = (headers or {}).get('Content-Type', 'application/octet-stream')
        return request.get_response(self._app)

    def __getattr__(self, verb):
        if verb not in ('get', 'post', 'put', 'patch', 'delete', 'head'):
            raise AttributeError(verb)
        return lambda path, body=None, **kwargs: self.request(verb.upper(), path, body, **kwargs)
