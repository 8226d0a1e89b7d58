# SPDX-License-Identifier: Apache-2.0
"""Faults on demand: a fake driver's calls can be told to fail or to stall."""
import contextlib
import json
import os
import threading
import time

from praline_volume import errors


class Faults:
    """A table `{method: {'error': text, 'kind': class, 'stall': seconds, 'times': n}}`, also read from a JSON file.

    `path` is looked at before each call, so a running process obeys what is written there.
    Without `times` a fault stays until `clear`; with it, it is spent after n calls, also in the file,
    so that it is not spent anew after a restart.  No file means no faults.
    """

    def __init__(self, path=None):
        self._path = path
        self._table = {}
        self._written = False
        self._cleared = 0
        self._lock = threading.Lock()

    def fail(self, method, error='told to fail', times=None, kind='BackendFailed'):
        """Let calls of `method` raise that kind of praline_volume.errors."""
        self._set(method, {'error': error, 'kind': kind, 'times': times})

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
            raise getattr(errors, fault.get('kind', 'BackendFailed'))(f'{method}: {error}')

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
            with open(self._path, encoding='utf-8') as file:
                self._table, self._written = json.load(file), True
        except FileNotFoundError:
            if self._written:
                self._table, self._written = {}, False
                self._cleared += 1

    def _save(self):
        if not self._path:
            return
        self._written = bool(self._table)
        if not self._table:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(self._path)
            return
        temporary = f'{self._path}.new'
        with open(temporary, 'w', encoding='utf-8') as file:
            json.dump(self._table, file)
        os.replace(temporary, self._path)
