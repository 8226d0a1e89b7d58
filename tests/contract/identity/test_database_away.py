# SPDX-License-Identifier: Apache-2.0
"""A database that goes away and comes back: 503 that says so meanwhile, never another answer; then the right ones."""
import os
import shutil
import signal
import sqlite3
import tempfile
import threading
import time

import pytest

from identity_homes import PASSWORD, Identity
from praline_common import config
from praline_common import service
from praline_common.cli import backing
from praline_common.cli import ports
from praline_common.cli import programs
from praline_common.cli import state as states
from praline_common.db import engine

ADMIN = {'name': 'admin', 'domain': {'id': 'default'}}
SCOPE = {'project': {'name': 'admin', 'domain': {'id': 'default'}}}


class MariaDB:
    """A server of our own; stop() is kill -9."""

    def __init__(self, directory):
        self._state = states.State(directory)
        for name in ('log', 'run'):
            os.mkdir(os.path.join(directory, name))
        # Not an ephemeral port: a client that tries one of those again and again while nobody listens there
        # connects to itself in the end.
        port = next(port for port in range(13306, 14306) if ports.is_free(port))
        self.conf = config.load(None, service.installed().values())
        self.url = 'mysql+pymysql://praline:secret@127.0.0.1:%d/praline_identity' % port
        self.conf.set_override('database', self.url, 'identity')
        self.conf.set_override('transport_url', 'rabbit://u:p@127.0.0.1:1/', 'rpc')
        self._program = next(one for one in backing.programs(self._state, self.conf) if one.name == 'mariadb')

    def start(self):
        programs.start(self._state, [self._program])

    def stop(self):
        programs.stop(self._state, self._program.name, signal.SIGKILL)

    def prepare(self):
        backing.prepare(self._state, self.conf, ['identity'])


@pytest.fixture(scope='module')
def mariadb():
    if os.geteuid() or not shutil.which('mariadbd'):
        pytest.skip('needs root' if os.geteuid() else 'mariadbd is not installed')
    directory = tempfile.mkdtemp(prefix='praline-mariadb-')
    server = MariaDB(directory)
    try:
        server.start()
        server.prepare()
        yield server
    finally:
        server.stop()
        shutil.rmtree(directory)


@pytest.fixture
def cloud(mariadb, tmp_path):
    identity = Identity(tmp_path, database=mariadb.url)
    yield identity
    identity.close()


def told(answer):
    """The status; what 503 says is checked."""
    if answer.status_int == 503:
        assert 'database' in answer.json['error']['message'] and 'praline:secret' not in answer.text
    return answer.status_int


def operations(cloud, token):
    """One of each kind: a check, a list, a write, a login, and one's own."""
    client = cloud.as_(token)
    return {
        'check': client.get('/v3/auth/tokens', headers={'X-Subject-Token': token}),
        'list': client.get('/v3/users'), 'write': client.patch('/v3/users/' + cloud.user, {'user': {'email': 'a@b'}}),
        'create': client.post('/v3/projects', {'project': {'name': 'p%d' % time.monotonic_ns()}}),
        'login': cloud.answer(ADMIN, PASSWORD, SCOPE), 'catalog': client.get('/v3/auth/catalog'),
        'wrong': cloud.answer(ADMIN, 'wrong', SCOPE)}


GOOD = {'check': 200, 'list': 200, 'write': 200, 'create': 201, 'login': 201, 'catalog': 200, 'wrong': 401}


@pytest.mark.slow
def test_mariadb_dies_and_comes_back(cloud, mariadb):
    cloud.user = cloud.make('users', 'user', name='u%d' % time.monotonic_ns(), password='pw')['id']
    token, revoked = cloud.login(ADMIN, PASSWORD, SCOPE), cloud.login(ADMIN, PASSWORD, SCOPE)
    cloud.admin.delete('/v3/auth/tokens', headers={'X-Subject-Token': revoked})
    assert {name: told(answer) for name, answer in operations(cloud, token).items()} == GOOD
    mariadb.stop()
    try:
        for _ in range(2):
            gone = {name: told(answer) for name, answer in operations(cloud, token).items()}
            assert gone == dict.fromkeys(GOOD, 503)
        assert told(cloud.as_(revoked).get('/v3/users')) == 503
        assert cloud.anonymous.get('/v3').status_int == 200
    finally:
        mariadb.start()
    assert {name: told(answer) for name, answer in operations(cloud, token).items()} == GOOD
    assert cloud.as_(revoked).get('/v3/users').status_int == 401


@pytest.mark.slow
def test_mariadb_dies_under_load(cloud, mariadb):
    """Every answer meanwhile is the right one or 503; afterwards all are right."""
    cloud.user = cloud.make('users', 'user', name='u%d' % time.monotonic_ns(), password='pw')['id']
    token, revoked = cloud.login(ADMIN, PASSWORD, SCOPE), cloud.login(ADMIN, PASSWORD, SCOPE)
    cloud.admin.delete('/v3/auth/tokens', headers={'X-Subject-Token': revoked})
    seen, stop, away, wrong = [], threading.Event(), threading.Event(), []

    def work():
        while not stop.is_set():
            for name, answer in operations(cloud, token).items():
                if answer.status_int not in (GOOD[name], 503):
                    wrong.append((name, answer.text))
                seen.append((away.is_set(), answer.status_int))
            answer = cloud.as_(revoked).get('/v3/users')
            if answer.status_int not in (401, 503):
                wrong.append(('revoked', answer.text))
    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    try:
        for _ in range(2):
            until(lambda: (False, 200) in seen[-40:])
            mariadb.stop()
            away.set()
            until(lambda: (True, 503) in seen[-40:])
            mariadb.start()
            away.clear()
    finally:
        stop.set()
        for worker in workers:
            worker.join()
    assert wrong == []
    assert {name: told(answer) for name, answer in operations(cloud, token).items()} == GOOD


def until(condition):
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.fixture
def file_cloud(tmp_path, monkeypatch):
    """On SQLite; writers wait 50 ms for each other instead of ten seconds."""
    monkeypatch.setattr(engine, '_PRAGMAS', tuple(
        pragma if not pragma.startswith('busy_timeout') else 'busy_timeout=50' for pragma in engine._PRAGMAS))
    identity = Identity(tmp_path)
    identity.user = identity.make('users', 'user', name='u', password='pw')['id']
    yield identity
    identity.close()


def test_a_sqlite_file_that_somebody_holds(file_cloud):
    """What only reads goes on; what writes is told to come again, and then may."""
    cloud, token = file_cloud, file_cloud.login(ADMIN, PASSWORD, SCOPE)
    holder = sqlite3.connect(cloud.runtime.db.engine.url.database, isolation_level=None)
    holder.execute('BEGIN IMMEDIATE')
    seen = {name: told(answer) for name, answer in operations(cloud, token).items()}
    assert seen == {**GOOD, 'write': 503, 'create': 503}
    holder.execute('ROLLBACK')
    holder.close()
    assert {name: told(answer) for name, answer in operations(cloud, token).items()} == GOOD


def test_a_sqlite_file_that_cannot_be_opened(file_cloud):
    """Its directory is away; connections that are open keep what they had, so all are closed first."""
    cloud, token = file_cloud, file_cloud.login(ADMIN, PASSWORD, SCOPE)
    directory = os.path.dirname(cloud.runtime.db.engine.url.database)

    def forget():
        cloud.runtime.db.close()
    forget()
    os.rename(directory, directory + '.away')
    try:
        gone = {name: told(answer) for name, answer in operations(cloud, token).items()}
        assert gone == dict.fromkeys(GOOD, 503)
    finally:
        os.rename(directory + '.away', directory)
        forget()
    assert {name: told(answer) for name, answer in operations(cloud, token).items()} == GOOD
