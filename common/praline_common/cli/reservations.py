# SPDX-License-Identifier: Apache-2.0
"""What two clouds on one machine must not share, and which state directory has it, running or not.

A port that nobody listens on may still be the port of a cloud that is down, or that is being made at this
moment.  So each choice is kept in one file of the machine, {'port 8780': state directory}, under a lock.  A
directory that is gone has nothing any more.
"""
import contextlib
import fcntl
import json
import os

from praline_common import errors
from praline_common.cli import ports
from praline_common.cli import state as states

SEARCHED = 200


def folder():
    """Of the machine for root, of the user for others: they see root's choices and not each other's."""
    if os.geteuid() == 0:
        return '/var/lib/praline'
    return os.path.join(os.environ.get('XDG_STATE_HOME') or os.path.expanduser('~/.local/state'), 'praline')


class Desk:
    """Chooses for one state directory while the lock is held; see `choosing`."""

    def __init__(self, root, taken):
        self.root, self.taken = root, taken

    def choose(self, kind, candidates, usable=lambda _: True, also=()):
        """The first candidate that is usable and nobody's, reserved together with candidate + each of `also`."""
        for candidate in candidates:
            group = [candidate, *(candidate + offset for offset in also)]
            if all('%s %s' % (kind, one) not in self.taken and usable(one) for one in group):
                self.taken.update({'%s %s' % (kind, one): self.root for one in group})
                return candidate
        raise errors.Conflict('no free %s is left on this machine; `praline purge` gives back those of a cloud' % kind)

    def port(self, first, also=()):
        """A free port from `first` on; also: offsets of ports that must be free with it."""
        return self.choose('port', range(first, min(first + SEARCHED, 65536)), ports.is_free, also)

    def keep(self, kind, value):
        """The directory has this already; Conflict when another has it too."""
        owner = self.taken.setdefault('%s %s' % (kind, value), self.root)
        if owner != self.root:
            raise errors.Conflict('%s %s belongs to the cloud in %s; two clouds cannot share it. Purge one of them, or '
                                  'change it in %s/etc/praline.conf' % (kind, value, owner, self.root))

    def forget(self, *kinds):
        """The directory has nothing of these kinds any more; without kinds: nothing at all."""
        for name in [name for name, owner in self.taken.items() if owner == self.root]:
            if not kinds or name.partition(' ')[0] in kinds:
                del self.taken[name]


@contextlib.contextmanager
def choosing(root, where=None):
    """A Desk for this state directory; everybody else waits until the block ends, and its choices are kept then."""
    where = where or folder()
    with _locked(where):
        path = os.path.join(where, 'reservations.json')
        own = _living(_read(path))
        desk = Desk(root, {**_of_root(where), **own})
        yield desk
        kept = {name: owner for name, owner in desk.taken.items() if name in own or owner == root}
        if kept:
            states.write(path, json.dumps(kept, indent=1, sort_keys=True) + '\n', mode=0o644)
        else:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(path)


def owner(kind, value):
    """The state directory that has it, or None."""
    return _living(_read(os.path.join(folder(), 'reservations.json'))).get('%s %s' % (kind, value))


@contextlib.contextmanager
def _locked(where):
    """One process at a time; a folder in which nothing is left goes too."""
    path = os.path.join(where, 'lock')
    while True:
        os.makedirs(where, mode=0o755, exist_ok=True)
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except FileNotFoundError:
            continue            # removed between the two
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        if _same(descriptor, path):
            break
        os.close(descriptor)
    try:
        yield
    finally:
        if os.listdir(where) == ['lock']:
            os.unlink(path)
            with contextlib.suppress(OSError):
                os.rmdir(where)
        os.close(descriptor)


def _same(descriptor, path):
    """Whether the lock that is held is the one that others will find."""
    try:
        return os.fstat(descriptor).st_ino == os.stat(path).st_ino
    except FileNotFoundError:
        return False


def _of_root(where):
    """What root has reserved, for another user, who cannot see whether its directories are still there."""
    return {} if os.geteuid() == 0 else _read('/var/lib/praline/reservations.json')


def _read(path):
    try:
        with open(path) as file:
            return json.load(file)
    except (FileNotFoundError, PermissionError):
        return {}
    except ValueError:
        raise errors.Error('%s is no JSON; remove it, and `praline up` of each cloud writes its part anew'
                           % path) from None


def _living(taken):
    return {name: owner for name, owner in taken.items() if os.path.isdir(owner)}
