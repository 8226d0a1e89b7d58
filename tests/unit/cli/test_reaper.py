# SPDX-License-Identifier: Apache-2.0
"""The stand-in for an init: a killed daemon comes back, one that was told to stop does not, orphans are buried."""
import os
import pathlib
import signal
import subprocess
import sys
import time

import pytest

# Says who it is and whose child; the orphan that it leaves ends at once.
DAEMON = 'echo $$ $PPID >> %s; (sleep 0 & echo $! > %s); exec sleep 1000'


def until(condition):
    deadline = time.monotonic() + 60
    while not (found := condition()):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return found


@pytest.fixture
def daemon(tmp_path):
    """started(n): (pid, reaper's pid) of the n-th start; orphan(): the pid of the daemon's orphan."""
    said, orphan = tmp_path / 'said', tmp_path / 'orphan'
    said.touch()

    class Daemon:
        def started(self, number):
            lines = until(lambda: (lines := said.read_text().splitlines())[number - 1:] and lines)
            return tuple(map(int, lines[number - 1].split()))

        def orphan(self):
            return int(until(lambda: orphan.exists() and orphan.read_text()))

    subprocess.run([sys.executable, '-m', 'praline_common.cli.reaper', 'sh', '-c', DAEMON % (said, orphan)], check=True)
    found = Daemon()
    reaper = found.started(1)[1]
    yield found
    if alive(reaper):
        os.kill(reaper, signal.SIGTERM)
    until(lambda: not alive(reaper))


def alive(pid):
    """Whether there is such a process that is not dead and unburied."""
    try:
        return pathlib.Path('/proc/%d/stat' % pid).read_text().rpartition(')')[2].split()[0] != 'Z'
    except FileNotFoundError:
        return False


def test_a_killed_daemon_comes_back(daemon):
    first, reaper = daemon.started(1)
    os.kill(first, signal.SIGKILL)
    second, again = daemon.started(2)
    assert second != first and again == reaper


def test_a_daemon_that_was_told_to_stop_stays_away(daemon):
    pid, reaper = daemon.started(1)
    os.kill(reaper, signal.SIGTERM)
    until(lambda: not alive(reaper))
    assert not alive(pid)


def test_orphans_are_buried(daemon):
    daemon.started(1)
    orphan = daemon.orphan()
    until(lambda: not os.path.exists('/proc/%d' % orphan))
