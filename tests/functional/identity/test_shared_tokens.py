# SPDX-License-Identifier: Apache-2.0
"""Several processes share what checked tokens say through a real memcached, which nobody has to trust."""
import os
import shutil
import signal
import socket
import subprocess
import sys
import time

import orjson
import pytest

from praline_common import errors
from praline_common import memcached
from praline_common.testing.statements import counted
from praline_identity.rotation import rotate
from praline_identity.tokens import shared
from praline_identity.tokens.issuer import Tokens


class Server:
    """A memcached of our own on a free port."""

    def __init__(self):
        with socket.socket() as probe:
            probe.bind(('127.0.0.1', 0))
            self.port = probe.getsockname()[1]
        self.address, self._process = '127.0.0.1:%d' % self.port, None

    def start(self):
        self._process = subprocess.Popen(['memcached', '-l', '127.0.0.1', '-p', str(self.port), '-U', '0', '-u', 'nobody'],
                                         stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 20
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(('127.0.0.1', self.port)) == 0:
                    return
            assert time.monotonic() < deadline and self._process.poll() is None, 'memcached did not start'
            time.sleep(0.01)

    def stop(self):
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None

    def send(self, number):
        os.kill(self._process.pid, number)
        if number == signal.SIGSTOP:    # on a busy machine it goes on answering for a moment
            os.waitid(os.P_PID, self._process.pid, os.WSTOPPED)

    def ask(self, command, end=b'END\r\n'):
        """The answer to a command of its text protocol."""
        with socket.create_connection(('127.0.0.1', self.port), 5) as conn:
            conn.sendall(command + b'\r\n')
            answer = b''
            while not answer.endswith((end, b'ERROR\r\n', b'STORED\r\n')):
                answer += conn.recv(65536)
        return answer

    def entries(self):
        """{name: bytes} of everything in it."""
        names = [line.split()[0][4:] for line in self.ask(b'lru_crawler metadump all').splitlines()
                 if line.startswith(b'key=')]
        return {name: self.ask(b'get ' + name).partition(b'\r\n')[2][:-len(b'\r\nEND\r\n')] for name in names}

    def store(self, name, data):
        assert self.ask(b'set %s 0 0 %d\r\n%s' % (name, len(data), data)).endswith(b'STORED\r\n')


@pytest.fixture
def server():
    if not shutil.which('memcached'):
        pytest.skip('memcached is not installed')
    server = Server()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def identity(start, server, tmp_path):
    identity = start()
    # The option is the whole cloud's, and start() sets those of identity.
    identity.cloud.conf.set_override('memcached_servers', [server.address], 'tokens')
    identity.runtime.shared(Tokens)._shared = shared.Shared(identity.runtime)
    return identity


def cold(identity):
    """The tokens of a process that has just started."""
    return Tokens(identity.runtime)


def statements(identity, call):
    """How many it costs; the revision is one of them."""
    with counted(identity.runtime.db) as seen:
        call()
    return len(seen)


def test_a_cold_process_asks_the_database_for_nothing_but_the_revision(identity):
    token = identity.login()
    known = cold(identity)(token)
    assert statements(identity, lambda: cold(identity)(token)) == 1
    assert cold(identity)(token) == known == identity.runtime.shared(Tokens)(token)
    identity.cloud.conf.set_override('memcached_servers', [], 'tokens')
    assert statements(identity, lambda: cold(identity)(token)) > 3
    assert cold(identity)(token) == known


def test_the_catalog_comes_with_it(identity):
    token = identity.login()
    wanted = identity.admin.get('/v3/auth/tokens', headers={'X-Subject-Token': token}).json
    assert orjson.loads(cold(identity).check(token).rendered()) == wanted and wanted['token']['catalog']
    unscoped = identity.login(scope=None, user=identity_user(identity))
    assert 'catalog' not in orjson.loads(cold(identity).check(unscoped).rendered())['token']


def identity_user(identity):
    identity.make('users', 'user', name='nina', password='the-admin-secret')
    return 'nina'


def test_what_is_revoked_is_refused_at_once(identity):
    token = identity.login()
    cold(identity)(token)
    other = identity.as_(identity.login())
    assert other.delete('/v3/auth/tokens', headers={'X-Subject-Token': token}).status_int == 204
    with pytest.raises(errors.NotFound):
        cold(identity)(token)
    assert identity.as_(token).get('/v3/users').status_int == 401


def test_a_role_that_is_taken_away_is_gone(identity):
    member = identity.person('mia', 'member', 'reader')
    token = member.headers['X-Auth-Token']
    assert {role['name'] for role in cold(identity)(token)['token']['roles']} == {'member', 'reader'}
    project, = identity.admin.get('/v3/projects?name=admin').json['projects']
    identity.admin.delete('/v3/projects/%s/users/%s/roles/%s' % (project['id'], member.user_id, identity.role('member')))
    assert {role['name'] for role in cold(identity)(token)['token']['roles']} == {'reader'}


def test_neither_tokens_nor_keys_are_in_it(identity, server):
    token = identity.login()
    cold(identity)(token)
    entries = server.entries()
    assert entries
    key, = [key for key in os.listdir(os.path.join(identity.cloud.conf.state, 'keys', 'cache')) if key == '1']
    with open(os.path.join(identity.cloud.conf.state, 'keys', 'cache', key), 'rb') as file:
        secret = file.read()
    assert os.stat(file.name).st_mode & 0o077 == 0
    for name, data in entries.items():
        for hidden in (token.encode(), token[10:40].encode(), secret):
            assert hidden not in name and hidden not in data


def replaced(server, name, data):
    """Until the right entry, which nobody waits for when it is written, has come in the place of this one."""
    deadline = time.monotonic() + 20
    while server.entries()[name] == data:
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_nobody_can_write_a_body_into_it(identity, server):
    """Changed, exchanged, emptied, cut or old entries count for nothing."""
    member = identity.person('mia', 'member').headers['X-Auth-Token']
    admin = identity.login()
    wanted = {token: cold(identity)(token) for token in (member, admin)}
    entries = server.entries()
    name_of = {data.partition(b'"name":"mia"')[1] and 'mia' or 'admin': name for name, data in entries.items()
               if b'"roles"' in data}
    mia, boss = entries[name_of['mia']], entries[name_of['admin']]
    forged = [mia.replace(b'"member"', b'"admin"'), boss, b'', b'x', mia[:40], mia[32:], bytes(32) + mia[32:],
              mia[:32] + boss[32:], mia[:32] + bytes(8) + mia[40:], orjson.dumps(wanted[admin]['token'])]
    for data in forged:
        server.store(name_of['mia'], data)
        assert statements(identity, lambda: cold(identity)(member)) > 1, data
        replaced(server, name_of['mia'], data)
        server.store(name_of['mia'], data)
        assert cold(identity)(member) == wanted[member], data
        replaced(server, name_of['mia'], data)
    server.store(name_of['mia'], mia)
    assert statements(identity, lambda: cold(identity)(member)) == 1


def test_an_old_entry_is_not_believed(identity, monkeypatch):
    token = identity.login()
    cold(identity)(token)
    now = time.time()
    for moment in (now + shared._LONGEST + 1, now - 60):
        monkeypatch.setattr(shared.time, 'time', lambda moment=moment: moment)
        found = shared.Shared(identity.runtime).get(token, identity.runtime.shared(Tokens).revision())
        assert found is None


def test_memcached_gone_and_back(identity, server, monkeypatch):
    monkeypatch.setattr(memcached, '_PAUSE', 0.0)
    token, tokens = identity.login(), cold(identity)
    known = tokens(token)
    server.stop()
    for _ in range(3):
        assert cold(identity)(token) == known
        tokens._known.clear()
        assert tokens(token) == known
    assert identity.as_(identity.login()).get('/v3/users').status_int == 200
    server.start()
    tokens._known.clear()
    assert tokens(token) == known
    deadline = time.monotonic() + 20
    while statements(identity, lambda: cold(identity)(token)) > 1:
        assert time.monotonic() < deadline


def test_a_memcached_that_is_silent_is_waited_for_once(identity, server, monkeypatch):
    asked, client = [], memcached._Server._client
    monkeypatch.setattr(memcached, '_PAUSE', 3600.0)
    token, tokens = identity.login(), cold(identity)
    known = tokens(token)
    monkeypatch.setattr(memcached._Server, '_client', lambda self: asked.append(self) or client(self))
    server.send(signal.SIGSTOP)
    try:
        for _ in range(20):
            tokens._known.clear()
            assert tokens(token) == known
    finally:
        server.send(signal.SIGCONT)
    assert len(asked) == 1


@pytest.mark.parametrize('answer', [b'nonsense\r\n', b'VALUE x 0 99999999\r\n', b'VALUE\r\n', b'\xff' * 100, b'', b'END\r\n',
                                    b'SERVER_ERROR out of memory\r\n'])
def test_answers_that_make_no_sense_are_misses(answer, monkeypatch):
    with socket.socket() as listener:
        listener.bind(('127.0.0.1', 0))
        listener.listen()
        talker = subprocess.Popen([sys.executable, '-c', TALKER, str(listener.fileno()), answer.hex()],
                                  pass_fds=[listener.fileno()])
        try:
            cache = memcached.Memcached(['127.0.0.1:%d' % listener.getsockname()[1]])
            assert cache.get('name') is None
            cache.put('name', b'data', 10)
            assert cache.get('name') is None
        finally:
            talker.kill()
            talker.wait()


TALKER = """
import socket, sys
listener = socket.socket(fileno=int(sys.argv[1]))
while True:
    conn, _ = listener.accept()
    conn.recv(1000)
    conn.sendall(bytes.fromhex(sys.argv[2]))
    conn.close()
"""


def test_new_keys_are_taken_up(identity):
    token = identity.login()
    known = cold(identity)(token)
    assert rotate(identity.runtime)['cache'] == 3
    assert statements(identity, lambda: cold(identity)(token)) > 1
    assert cold(identity)(token) == known and statements(identity, lambda: cold(identity)(token)) == 1


def test_libraries_are_imported_only_where_they_are_used(tmp_path):
    """Neither a cloud without memcached nor one without LDAP carries their clients."""
    code = ('import sys, praline_identity.api.root, praline_identity.rpc, praline_common.cli.backing\n'
            'print([name for name in ("ldap", "pymemcache") if name in sys.modules])')
    assert subprocess.run([sys.executable, '-c', code], capture_output=True, text=True).stdout == '[]\n'
