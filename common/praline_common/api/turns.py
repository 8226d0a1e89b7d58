# SPDX-License-Identifier: Apache-2.0
"""One GET at a time where the database is in the process.

Python runs one thread at a time anyway, but SQLite's driver lets go of that right at every row: two threads
that read lists pass it to and fro, which costs more than the reading.  Waiting for one's turn costs nothing.
"""
import threading

# Longer than it takes to be last of all threads after long lists.
PATIENCE_SECONDS = 0.2


class Turns:
    """WSGI middleware; whoever waits longer goes past a request that waits for something outside."""

    def __init__(self, app):
        self.app, self._turn = app, threading.Lock()

    def __call__(self, environ, start_response):
        if environ['REQUEST_METHOD'] != 'GET':
            return self.app(environ, start_response)
        turn = self._turn
        if not turn.acquire(timeout=PATIENCE_SECONDS):
            turn = self._turn = threading.Lock()
            turn.acquire()
        try:
            return self.app(environ, start_response)
        finally:
            turn.release()
