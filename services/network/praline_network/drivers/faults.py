# SPDX-License-Identifier: Apache-2.0
"""Faults on demand: the fake driver's verbs can be told to fail or to stall."""
import json
import os
import threading
import time

from praline_common import errors


class Faults:
    """A table {method: {'error': text, 'stall': seconds, 'times': n}} in a JSON file that is read before each call.

    So a running process obeys what somebody writes there.  Without `times` a fault stays until clear().
    """

    def __init__(self, path):
        self._path = path
        self._lock = threading.Lock()

    def fail(self, method, error='told to fail', times=None):
        """Let calls of `method` raise DriverError(error)."""
        self._set(method, {'error': error, 'times': times})

    def stall(self, method, seconds, times=None):
        """Let calls of `method` take so many seconds longer, or until clear()."""
        self._set(method, {'stall': seconds, 'times': times})

    def clear(self):
        with self._lock:
            self._save({})

    def meet(self, method):
        """What every verb of the fake does first."""
        with self._lock:
            fault = self._take(method)
        if fault is None:
            return
        deadline = time.monotonic() + (fault.get('stall') or 0)
        while time.monotonic() < deadline and os.path.exists(self._path):
            time.sleep(0.02)
        if fault.get('error'):
            raise errors.DriverError('%s: %s' % (method, fault['error']))

    def _take(self, method):
        table = self._load()
        fault = table.get(method)
        if fault and fault.get('times') is not None:
            left = dict(fault, times=fault['times'] - 1)
            self._save({**table, method: left} if left['times'] > 0
                       else {name: value for name, value in table.items() if name != method}, keep=True)
        return fault

    def _set(self, method, fault):
        with self._lock:
            self._save({**self._load(), method: fault})

    def _load(self):
        try:
            with open(self._path) as file:
                return json.load(file)
        except FileNotFoundError:
            return {}

    def _save(self, table, keep=False):
        """An empty table is no file, which also wakes stalled calls; keep: they sleep on."""
        if not table and not keep:
            if os.path.exists(self._path):
                os.remove(self._path)
            return
        with open(self._path + '.new', 'w') as file:
            json.dump(table, file)
        os.replace(self._path + '.new', self._path)
