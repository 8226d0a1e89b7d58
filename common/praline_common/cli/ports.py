# SPDX-License-Identifier: Apache-2.0
"""Who listens on a TCP port of this machine, from /proc."""
import dataclasses
import os
import socket

_LISTEN = '0A'


@dataclasses.dataclass
class Holder:
    """pid and command are None where another user's process may not be looked into."""

    pid: int | None
    command: str | None

    def __str__(self):
        return '%s (pid %d)' % (self.command, self.pid) if self.pid else "another user's program"

    def in_session(self, leader):
        """Whether it is this session leader or one of its descendants; also if that cannot be known."""
        if self.pid is None:
            return True
        try:
            return os.getsid(self.pid) == leader
        except ProcessLookupError:
            return True


def is_free(port):
    """Whether a server may listen on 127.0.0.1 there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(('127.0.0.1', port))
        except OSError:
            return False
    return True


def holder(port):
    """The Holder of the first socket that listens there on any address, or None."""
    inodes = set(_listening(port))
    if not inodes:
        return None
    for pid in filter(str.isdigit, os.listdir('/proc')):
        if inodes & set(_sockets(pid)):
            return Holder(int(pid), _command(pid))
    return Holder(None, None)


def _listening(port):
    """Inodes, as text, of the sockets that listen on this port."""
    for table in ('/proc/net/tcp', '/proc/net/tcp6'):
        try:
            with open(table) as file:
                rows = [line.split() for line in file.readlines()[1:]]
        except FileNotFoundError:
            continue
        yield from (row[9] for row in rows if row[3] == _LISTEN and int(row[1].rpartition(':')[2], 16) == port)


def _sockets(pid):
    """Inodes of the sockets that a process holds; none of one that may not be looked into."""
    folder = '/proc/%s/fd' % pid
    try:
        names = os.listdir(folder)
    except OSError:
        return
    for name in names:
        try:
            target = os.readlink(os.path.join(folder, name))
        except OSError:
            continue
        if target.startswith('socket:['):
            yield target[8:-1]


def _command(pid):
    try:
        with open('/proc/%s/cmdline' % pid, 'rb') as file:
            return file.read(200).replace(b'\0', b' ').decode(errors='replace').strip()
    except OSError:
        return 'a program that just ended'
