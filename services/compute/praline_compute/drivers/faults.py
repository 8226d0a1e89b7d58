# SPDX-License-Identifier: Apache-2.0
"""Faults on order: a fake driver fails or stalls at any call, told by its owner or by a JSON file."""
import dataclasses
import json
import pathlib
import threading
import time

from praline_compute.drivers import base


@dataclasses.dataclass
class Fault:
    """Applies to `call` ('*': any) on `host` (None: any), `times` times (None: until cleared).

    It stalls for `stall` seconds, then raises `error` when there is one; `when` is 'before' the call's effect or
    'after' it (done, and the answer lost).
    """

    call: str
    error: Exception | None = None
    times: int | None = 1
    stall: float = 0
    host: str | None = None
    when: str = 'before'

    def fits(self, call, host, when):
        return self.call in ('*', call) and self.host in (None, host) and self.when == when and self.times != 0


class Faults:
    """fail() and stall() order them, clear() forgets all.

    `path` may name a JSON file, a list of {"call", "error": "NoSpace: words", "times", "stall", "host", "when"};
    it is read again whenever it changes, and its faults replace those that came from it before.  `times` counts
    in each process anew.
    """

    def __init__(self, path=None):
        self._path = pathlib.Path(path) if path else None
        self._seen = None
        self._ordered = []
        self._from_file = []
        self._lock = threading.Lock()

    def fail(self, call, error, times=1, host=None, when='before'):
        self._ordered.append(Fault(call, error, times, host=host, when=when))

    def stall(self, call, seconds, times=1, host=None, when='before'):
        self._ordered.append(Fault(call, None, times, seconds, host, when))

    def clear(self):
        self._ordered.clear()

    def meet(self, call, host, when):
        """Called by the driver around each of its calls."""
        if self._path is not None and when == 'before':
            self._read()
        if not self._ordered and not self._from_file:
            return
        fault = self._take(call, host, when)
        if fault is None:
            return
        if fault.stall:
            time.sleep(fault.stall)
        if fault.error is not None:
            raise fault.error

    def _take(self, call, host, when):
        with self._lock:
            for fault in self._ordered + self._from_file:
                if fault.fits(call, host, when):
                    if fault.times is not None:
                        fault.times -= 1
                    return fault
        return None

    def _read(self):
        try:
            seen = self._path.stat().st_mtime_ns
        except FileNotFoundError:
            seen = None
        if seen != self._seen:
            self._from_file = [parse(entry) for entry in json.loads(self._path.read_bytes())] if seen else []
            self._seen = seen


def parse(entry):
    """A Fault of the file's form; the error's class is one of drivers/base.py, DriverError when it names none."""
    words = entry.get('error')
    error = None
    if words:
        name, _, message = words.partition(': ')
        kind = getattr(base, name, None)
        known = isinstance(kind, type) and issubclass(kind, base.DriverError)
        error = kind(message or name) if known else base.DriverError(words)
    return Fault(entry['call'], error, entry.get('times', 1), entry.get('stall', 0), entry.get('host'),
                 entry.get('when', 'before'))
