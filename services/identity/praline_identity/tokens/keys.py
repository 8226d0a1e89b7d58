# SPDX-License-Identifier: Apache-2.0
"""The key repository: numbered files under <state>/keys/<purpose>, 0600.

0 is the staged key (the next primary), the highest number the primary; all of them open.  Rotation
makes the staged key primary and stages a new one, so that every process knows a key before it is used.
"""
import os
import stat
import time
import uuid

from cryptography import fernet

from praline_common import errors

_YOUNG = 2 * 10 ** 9


class Repository:
    """keys() -> [bytes], the primary first.  The directory is made, with two keys, at its first use."""

    def __init__(self, directory, make=fernet.Fernet.generate_key):
        self.directory, self._make = directory, make
        self._seen, self._keys = None, None

    def keys(self):
        """Read again only when the directory has changed; the same list as long as the keys are the same."""
        if self._keys is None:
            self.ensure()
        seen = os.stat(self.directory).st_mtime_ns
        # Two changes within one tick of the file system's clock look like one: do not trust a young time.
        if seen != self._seen or time.time_ns() - seen < _YOUNG:
            found = self._read_all()
            if found != self._keys:
                self._keys = found
            self._seen = seen
        return self._keys

    def _read_all(self):
        """All keys at one moment, whatever a rotation does meanwhile."""
        while True:
            try:
                return [self._read(number) for number in sorted(self._numbers(), reverse=True)]
            except FileNotFoundError:
                continue

    def ensure(self):
        os.makedirs(self.directory, mode=0o700, exist_ok=True)
        numbers = self._numbers()
        if not numbers - {0}:
            self._write(1)
        if 0 not in numbers:
            self._write(0)

    def rotate(self, keep):
        """The staged key becomes primary, a new one is staged, the oldest beyond `keep` are deleted."""
        self.ensure()
        numbers = self._numbers()
        if 0 in numbers:
            os.rename(self._path(0), self._path(max(numbers) + 1))
        self._write(0)
        kept = sorted(self._numbers() - {0}, reverse=True)
        for number in kept[max(keep - 1, 1):]:
            os.unlink(self._path(number))

    def _numbers(self):
        return {int(name) for name in os.listdir(self.directory) if name.isdigit()}

    def _path(self, number):
        return os.path.join(self.directory, str(number))

    def _read(self, number):
        path = self._path(number)
        with open(path, 'rb') as file:
            if stat.S_IMODE(os.fstat(file.fileno()).st_mode) & 0o077:
                raise errors.Error('The key %s may be read by others; its mode must be 0600.' % path)
            return file.read()

    def _write(self, number):
        """Whole or not at all; the first of two processes wins."""
        path = self._path(number)
        draft = '%s.%s.draft' % (path, uuid.uuid4().hex)
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, 'wb') as file:
            file.write(self._make())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            os.unlink(draft)
