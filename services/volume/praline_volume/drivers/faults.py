# SPDX-License-Identifier: Apache-2.0
"""Faults on demand: a fake driver's calls can be told to fail or to stall."""
import json
import os
import threading
import time

from praline_volume import errors


class Faults:
    """A table `{method: {'error': text, 'stall': seconds, 'times': n}}`, also read from a JSON file.

    `path` is looked at before each call, so a running process obeys what is written there.
    Without `times` a fault stays until `clear`; with it, it is spent after n calls,
    and the file is rewritten, so that it is not spent anew after a restart.
    """

    def __init__(self, path=None):
        self._path = path
        self._table = {}
        self._seen = None
        self._cleared = 0
        self._lock = threading.Lock()

    def fail(self, method, error='told to fail', times=None):
        """Let calls of `method` raise BackendFailed(error), or `error` itself if it is an exception."""
        self._set(method, {'error': error, 'times': times})

    def stall(self, method, seconds, times=None):
        """Let calls of `method` take `seconds` longer, or until `clear`, whichever comes first."""
        self._set(method, {'stall': seconds, 'times': times})

    def clear(self):
        """No faults any more; stalled calls go on.  Removing the file does the same."""
        with self._lock:
            self._table.clear()
            self._cleared += 1
            self._save()

    def meet(self, method):
        """What a driver's verb does first."""
        with self._lock:
            fault = self._take(method)
        if not fault:
            return
        self._wait(fault.get('stall') or 0)
        error = fault.get('error')
        if error:
            raise error if isinstance(error, Exception) else errors.BackendFailed(f'{method}: {error}')

    def _take(self, method):
        self._load()
        fault = self._table.get(method)
        if fault and fault.get('times') is not None:
            fault = self._table.pop(method)
            if fault['times'] > 1:
                self._table[method] = dict(fault, times=fault['times'] - 1)
            self._save()
        return fault

    def _wait(self, seconds):
        began, deadline = self._cleared, time.monotonic() + seconds
        while self._cleared == began and (left := deadline - time.monotonic()) > 0:
            time.sleep(min(left, 0.02))
            with self._lock:
                self._load()

    def _set(self, method, fault):
        with self._lock:
            self._table[method] = fault
            self._save()

    def _load(self):
        if not self._path:
            return
        try:
            seen = os.stat(self._path).st_mtime_ns
        except FileNotFoundError:
            if self._seen is not None:
                self._table, self._seen = {}, None
                self._cleared += 1
            return
        if seen != self._seen:
            with open(self._path, encoding='utf-8') as file:
                self._table = json.load(file)
            self._seen = seen

    def _save(self):
        if not self._path:
            return
        table = {method: {key: str(value) if isinstance(value, Exception) else value
                          for key, value in fault.items()} for method, fault in self._table.items()}
        temporary = f'{self._path}.new'
        with open(temporary, 'w', encoding='utf-8') as file:
            json.dump(table, file)
        os.replace(temporary, self._path)
        self._seen = os.stat(self._path).st_mtime_ns
