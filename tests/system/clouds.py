# SPDX-License-Identifier: Apache-2.0
"""A cloud of the test's own in a directory: made, started, killed, looked into and purged; and plain requests to it."""
import contextlib
import json
import os
import pathlib
import signal
import sqlite3
import subprocess
import sys
import threading
import time

import openstack
import requests

from praline_common.cli import state as states

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(sys.executable).parent
MICROVERSIONS = {'compute': 'compute 2.60', 'volume': 'volume 3.60'}


def start_apache(cloud, path):
    """Apache in the foreground with this configuration.

    mod_wsgi refuses root, and the state is root's here: in this user namespace root's files are those of a plain
    user, one that every Debian knows.
    """
    return subprocess.Popen(['unshare', '--user', '--map-user=www-data', '--map-group=www-data', 'apache2', '-f', str(path),
                             '-DFOREGROUND'], stdin=subprocess.DEVNULL,
                            env={**os.environ, 'PRALINE_CONFIG': cloud.state.config})


class NoAnswer(Exception):
    """The connection broke: whether the request was accepted is not known."""


class Cloud:
    """`praline init` and `up` in this directory with these arguments of init."""

    def __init__(self, directory, *init):
        self.directory, self.init = pathlib.Path(directory), init
        self.state = states.State(str(directory))

    def praline(self, *argv, timeout=300, check=True):
        """Run `praline` on this cloud; the completed process."""
        done = subprocess.run([BIN / 'praline', '--state', self.directory, *argv], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=timeout)
        assert not check or done.returncode == 0, '%s: %s %s' % (argv, done.stdout, done.stderr)
        return done

    def make(self, configure=None):
        """configure(cloud) may change the files of the new cloud before it starts."""
        self.praline('init', *self.init)
        if configure:
            configure(self)
        self.praline('up')

    def purge(self):
        """Nothing is left; also of a cloud that never came up."""
        if self.state.exists:
            self.praline('purge', timeout=180)

    def audit(self, *options):
        """The differences that `praline audit` prints."""
        return json.loads(self.praline('audit', '--json', *options, timeout=180, check=False).stdout)

    def why(self, some_id):
        return self.praline('why', some_id, check=False).stdout

    @property
    def log(self):
        return (self.directory / 'log' / 'cloud.log').read_text(errors='replace')

    @property
    def base(self):
        return self.state.cloud()['auth']['auth_url'].removesuffix('/identity/v3')

    def master(self):
        """The pid of the uWSGI master, or None."""
        return self.state.pid('cloud')

    def workers(self):
        master = self.master()
        try:
            children = pathlib.Path('/proc/%d/task/%d/children' % (master, master)).read_text()
        except (OSError, TypeError):
            return []
        return [int(pid) for pid in children.split()]

    def kill_worker(self):
        """SIGKILL to the process with all services in it; its master starts another."""
        for pid in self.workers():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def kill_master(self):
        """SIGKILL to the master, with which its worker dies; then up again."""
        os.kill(self.master(), signal.SIGKILL)
        self.praline('up')

    def rows(self, service, statement, *values):
        """What a service's SQLite database answers, as dicts; the database is only read."""
        with contextlib.closing(sqlite3.connect('file:%s/db/%s.sqlite?mode=ro' % (self.directory, service), uri=True,
                                                timeout=20)) as connection:
            connection.row_factory = sqlite3.Row
            return [dict(row) for row in connection.execute(statement, values)]

    @property
    def clouds_yaml(self):
        return str(self.directory / 'clouds.yaml')

    def connect(self):
        """An openstacksdk connection as the admin."""
        return openstack.connect(load_yaml_config=False, load_envvars=False, **self.state.cloud())


class Api:
    """Requests as the admin, or with other words of clouds.yaml's auth; one connection pool a thread.

    A token lives longer than the test.
    """

    def __init__(self, cloud, **auth):
        self.auth, self.base = {**cloud.state.cloud()['auth'], **auth}, cloud.base
        self._local = threading.local()
        self.token, self.project_id = self._login()

    def _login(self):
        auth = self.auth
        answer = requests.post(self.base + '/identity/v3/auth/tokens', timeout=30, json={'auth': {
            'identity': {'methods': ['password'], 'password': {'user': {
                'name': auth['username'], 'domain': {'id': 'default'}, 'password': auth['password']}}},
            'scope': {'project': {'name': auth['project_name'], 'domain': {'id': 'default'}}}}})
        assert answer.status_code == 201, answer.text
        return answer.headers['X-Subject-Token'], answer.json()['token']['project']['id']

    def ask(self, method, path, body=None, data=None):
        """(status, document) of one request, `path` from the service's mount on.  NoAnswer."""
        if not hasattr(self._local, 'session'):
            self._local.session = requests.Session()
        headers = {'X-Auth-Token': self.token}
        mount = path.split('/')[1]
        if mount in MICROVERSIONS:
            headers['OpenStack-API-Version'] = MICROVERSIONS[mount]
        if data is not None:
            headers['Content-Type'] = 'application/octet-stream'
        try:
            answer = self._local.session.request(method, self.base + path, json=body, data=data, headers=headers,
                                                 timeout=60)
        except requests.RequestException as error:
            raise NoAnswer(str(error)) from None
        try:
            return answer.status_code, answer.json() if answer.content else {}
        except ValueError:
            return answer.status_code, answer.text

    def must(self, method, path, body=None, data=None):
        """The document of a request that has to succeed."""
        status, document = self.ask(method, path, body, data)
        assert status < 300, '%s %s: %d %s' % (method, path, status, document)
        return document

    def volume(self, path):
        return '/volume/v3/%s/%s' % (self.project_id, path)


def until(condition, seconds, what):
    """Poll until condition() is empty or false; its value last seen goes into the failure."""
    deadline = time.monotonic() + seconds
    while left := condition():
        assert time.monotonic() < deadline, '%s after %d s: %s' % (what, seconds, left)
        time.sleep(0.2)
