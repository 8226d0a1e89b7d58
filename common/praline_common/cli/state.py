# SPDX-License-Identifier: Apache-2.0
"""The state directory: where every file of one cloud lies, and how to reach the cloud from it."""
import os
import secrets

from keystoneauth1 import session
from keystoneauth1.identity import v3
import yaml

from praline_common import errors


class State:
    """Paths under one directory; made by `praline init`."""

    def __init__(self, root):
        self.root = os.path.abspath(root)

    def path(self, *parts):
        return os.path.join(self.root, *parts)

    @property
    def config(self):
        return self.path('etc', 'praline.conf')

    @property
    def exists(self):
        """Whether there is a cloud.  PermissionError, NotADirectoryError when that cannot be seen."""
        try:
            os.stat(self.config)
        except FileNotFoundError:
            return False
        return True

    def require(self):
        if not self.exists:
            raise errors.NotFound('%s holds no cloud yet; make one with `praline --state %s init`'
                                  % (self.root, self.root))

    def pid(self, name):
        """The pid in run/<name>.pid if that very process is alive, else None."""
        try:
            with open(self.path('run', name + '.pid')) as file:
                pid, began = map(int, file.read().split())
        except (OSError, ValueError):
            return None
        return pid if process_start(pid) == began else None

    def cloud(self):
        """The entry of clouds.yaml."""
        with open(self.path('clouds.yaml')) as file:
            return yaml.safe_load(file)['clouds']['praline']

    def session(self):
        """A keystoneauth session as the admin."""
        auth = self.cloud()['auth']
        return session.Session(auth=v3.Password(**auth))


def process_start(pid):
    """When the process began, in clock ticks since boot; None when it is gone or a zombie."""
    try:
        with open('/proc/%d/stat' % pid) as file:
            fields = file.read().rpartition(')')[2].split()
    except OSError:
        return None
    return None if fields[0] in 'ZX' else int(fields[19])


def write(path, text, mode=0o600):
    """Write a whole file at once under its final name, never readable by more than `mode` says."""
    fresh = path + '.new'
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(descriptor, 'w') as file:
        file.write(text)
    os.replace(fresh, path)


def short_id():
    """Four letters and digits, the first a letter: what names of this cloud's things carry."""
    return secrets.choice('abcdefghjkmnpqrstuvwxyz') + ''.join(
        secrets.choice('abcdefghjkmnpqrstuvwxyz23456789') for _ in range(3))
