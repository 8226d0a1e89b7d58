# SPDX-License-Identifier: Apache-2.0
"""SQLite, and a MariaDB and a PostgreSQL of the tests' own; on each of them two processes of one service."""
import contextlib
import itertools
import os
import pathlib
import shutil
import signal
import tempfile

import pytest

from praline_common import config, service
from praline_common.cli import backing, programs, reservations
from praline_common.cli import state as states
from praline_common.testing.cloud import TestCloud

NEEDED = {'mariadb': 'mariadbd', 'postgresql': 'pg_ctlcluster'}
SCHEMES = {'mariadb': 'mysql+pymysql', 'postgresql': 'postgresql+psycopg'}


class Server:
    """One database server; `fresh(service)` is the URL of an empty database on it."""

    def __init__(self, kind, state, port):
        self._kind, self._state, self._port = kind, state, port
        self._numbers = itertools.count()

    def conf(self, name):
        """A configuration whose service `name` has a database of its own."""
        conf = config.load(None, service.installed().values())
        url = '%s://praline:secret@127.0.0.1:%d/p%d' % (SCHEMES[self._kind], self._port, next(self._numbers))
        conf.set_override('database', url, name)
        conf.set_override('transport_url', 'rabbit://u:p@127.0.0.1:1/', 'rpc')
        return conf

    def fresh(self, name):
        conf = self.conf(name)
        backing.prepare(self._state, conf, [name])
        return conf[name].database


class Files:
    """The same of SQLite."""

    def __init__(self, directory):
        self._directory, self._numbers = directory, itertools.count()

    def fresh(self, name):
        return 'sqlite:///%s/p%d.sqlite' % (self._directory, next(self._numbers))


@pytest.fixture(scope='session', params=['sqlite', 'mariadb', 'postgresql'])
def databases(request, tmp_path_factory):
    if request.param == 'sqlite':
        yield Files(tmp_path_factory.mktemp('databases'))
        return
    if os.geteuid() or not shutil.which(NEEDED[request.param]):
        pytest.skip('needs root' if os.geteuid() else 'missing: ' + NEEDED[request.param])
    directory = pathlib.Path(tempfile.mkdtemp(prefix='praline-database-'))
    state = states.State(str(directory))
    for name in ('log', 'run'):
        (directory / name).mkdir()
    with reservations.choosing(state.root) as desk:
        made = Server(request.param, state, desk.port(23306))
    program = next(each for each in backing.programs(state, made.conf('identity')) if each.name == request.param)
    try:
        programs.start(state, [program])
        yield made
    finally:
        programs.stop(state, program.name, signal.SIGKILL)
        shutil.rmtree(directory)
        with reservations.choosing(state.root) as desk:
            desk.forget()


@pytest.fixture
def pair(databases, tmp_path):
    """pair(service, **options): two TestClouds, each with that service alone, on one database."""
    with contextlib.ExitStack() as stack:
        def make(name, fakes=None, agents=(), **options):
            url = databases.fresh(name)
            processes = [stack.enter_context(TestCloud(
                _made(tmp_path / ('process%d' % number)), [name], fakes, agents=agents,
                options={name + '.database': url, **{'%s.%s' % (name, key): value for key, value in options.items()}}))
                for number in range(2)]
            for process in processes:
                process.app(name)     # which threads must not build at the same moment
            return processes
        yield make


def _made(path):
    path.mkdir()
    return path
