# SPDX-License-Identifier: Apache-2.0
"""The agent's hand on tgtd: started when missing, left alone when there, a taken port named."""
import os
import shutil
import signal
import socket

import pytest

from praline_common.cli import state as states
from praline_volume import errors
from praline_volume.agent import target
from praline_volume.drivers import tgt


@pytest.fixture
def where(tmp_path):
    """`(portal, socket, state directory)` of a tgtd to be; whatever was started is ended."""
    if not shutil.which('tgtd') or os.getuid():
        pytest.skip('tgtd is not installed, or we are not root')
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        port = probe.getsockname()[1]
    yield f'127.0.0.1:{port}', str(tmp_path / f'tgtd.{port % 30000}'), str(tmp_path)
    pid = states.State(tmp_path).pid('tgtd')
    if pid:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def test_starts_it_once_and_again_after_a_kill(where, tmp_path):
    state = states.State(tmp_path)
    target.ensure_running(*where)
    first = state.pid('tgtd')
    target.ensure_running(*where)
    assert state.pid('tgtd') == first and tgt.Tgtd(where[1]).targets() == {}
    os.kill(first, signal.SIGKILL)
    os.waitpid(first, 0)
    target.ensure_running(*where)
    assert state.pid('tgtd') not in (None, first)


def test_taken_port_is_named(where, tmp_path):
    host, port = where[0].split(':')
    with socket.socket() as taken:
        taken.bind((host, int(port)))
        taken.listen()
        with pytest.raises(errors.BackendUnavailable, match=f'cannot listen on {where[0]}.*target_port'):
            target.ensure_running(*where)
    assert states.State(tmp_path).pid('tgtd') is None
