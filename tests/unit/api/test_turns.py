# SPDX-License-Identifier: Apache-2.0
"""Requests that only read take turns; one that waits for something outside holds nobody up for long."""
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from praline_common.api import turns

WAIT = 30


@pytest.fixture
def pool():
    with ThreadPoolExecutor(3) as found:
        yield found


class Busy:
    """Counts who is inside; a request for /stuck stays there until it is let go."""

    def __init__(self):
        self.inside, self.most, self.lock = 0, 0, threading.Lock()
        self.came, self.go = threading.Event(), threading.Event()

    def __call__(self, environ, start_response):
        with self.lock:
            self.inside += 1
            self.most = max(self.most, self.inside)
        if environ['PATH_INFO'] == '/stuck':
            self.came.set()
            assert self.go.wait(WAIT)
        with self.lock:
            self.inside -= 1
        return [environ['PATH_INFO'].encode()]


def ask(app, path, method='GET'):
    return app({'REQUEST_METHOD': method, 'PATH_INFO': path}, None)


def test_one_at_a_time(pool, monkeypatch):
    monkeypatch.setattr(turns, 'PATIENCE_SECONDS', WAIT)
    busy = Busy()
    app = turns.Turns(busy)
    stuck = pool.submit(ask, app, '/stuck')
    assert busy.came.wait(WAIT)
    others = [pool.submit(ask, app, '/other') for _ in range(20)]
    assert ask(app, '/write', 'POST') == [b'/write'] and busy.most == 2
    busy.go.set()
    assert stuck.result(WAIT) == [b'/stuck']
    assert {tuple(other.result(WAIT)) for other in others} == {(b'/other',)} and busy.most == 2


def test_past_one_that_waits(pool, monkeypatch):
    monkeypatch.setattr(turns, 'PATIENCE_SECONDS', 0.01)
    busy = Busy()
    app = turns.Turns(busy)
    stuck = pool.submit(ask, app, '/stuck')
    assert busy.came.wait(WAIT)
    assert pool.submit(ask, app, '/other').result(WAIT) == [b'/other']
    monkeypatch.setattr(turns, 'PATIENCE_SECONDS', WAIT)
    assert pool.submit(ask, app, '/later').result(WAIT) == [b'/later']
    assert not stuck.done()
    busy.go.set()
    assert stuck.result(WAIT) == [b'/stuck']


def test_a_failure_ends_the_turn():
    def fails(environ, start_response):
        raise ValueError()
    app = turns.Turns(fails)
    for _ in range(2):
        with pytest.raises(ValueError):
            ask(app, '/')
