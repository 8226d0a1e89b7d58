# SPDX-License-Identifier: Apache-2.0
"""Talks to tgtd over its control socket, the way tgtadm does.

Not through tgtadm: it takes the CHAP secret as an argument, where every user of the host can read it.
tgtd answers only to its own user and group on that socket.
"""
import dataclasses
import os
import re
import socket
import struct

from praline_volume import errors

# mode, op, driver, length, tid, sid, lun, cid, host, device type, account direction, pack, force; C's own padding.
REQUEST = struct.Struct('@II64sIiQQIIIIII0Q')
ANSWER = struct.Struct('@II')

TARGET, DEVICE, PORTAL, ACCOUNT = 1, 2, 3, 7
NEW, DELETE, SHOW, BIND, UPDATE = 0, 1, 2, 3, 5

CAUSES = {
    1: 'it cannot open the file, or an unknown error', 2: 'out of memory', 3: 'no iSCSI driver', 4: 'no such target',
    5: 'no such logical unit', 9: 'the target exists', 10: 'the logical unit exists', 12: 'the access rule exists',
    14: 'the account exists', 15: 'no such account', 16: 'too many accounts', 17: 'invalid request',
    19: 'the target is active', 20: 'the logical unit is active', 22: 'unsupported operation', 23: 'unknown parameter',
}
NO_TARGET, TARGET_EXISTS, ACL_EXISTS, USER_EXISTS, NO_USER = 4, 9, 12, 14, 15


class Refused(errors.BackendFailed):
    """tgtd said no; `code` says why."""

    def __init__(self, what, code):
        super().__init__(f'tgtd refused to {what}: {CAUSES.get(code, f"error {code}")}')
        self.code = code


class NotRunning(errors.BackendUnavailable):
    """No tgtd is there, so it serves nothing."""


@dataclasses.dataclass
class Target:
    """One target as tgtd shows it."""
    tid: int
    sessions: int = 0
    paths: dict = dataclasses.field(default_factory=dict)      # lun: path
    accounts: list = dataclasses.field(default_factory=list)
    initiators: list = dataclasses.field(default_factory=list)


class Tgtd:
    """One running tgtd, found by the path of its control socket."""

    def __init__(self, socket_path, timeout=20):
        self.socket_path = socket_path
        self._timeout = timeout

    def check(self):
        """BackendUnavailable unless it answers."""
        self._ask('show its portals', PORTAL, SHOW)

    def targets(self):
        """`{iqn: Target}` of everything it serves."""
        return parse_targets(self._ask('show its targets', TARGET, SHOW, tid=-1))

    def create_target(self, tid, iqn):
        self._ask(f'create the target {iqn}', TARGET, NEW, tid=tid, text=f'targetname={iqn}')

    def delete_target(self, tid):
        """Cuts the sessions that are open."""
        self._ask(f'delete the target {tid}', TARGET, DELETE, tid=tid, force=1, expect=(NO_TARGET,))

    def allow(self, tid, address='ALL'):
        """Only from now on an initiator at `address` finds the target."""
        self._ask('allow initiators', TARGET, BIND, tid=tid, text=f'initiator-address={address}', expect=(ACL_EXISTS,))

    def create_unit(self, tid, lun, path):
        self._ask(f'serve {path}', DEVICE, NEW, tid=tid, lun=lun, text=f'path={path},bstype=rdwr')

    def update_unit(self, tid, lun, **parameters):
        """One parameter a request: tgtd heeds the order in which they come."""
        for name, value in parameters.items():
            self._ask(f'set {name} of a logical unit', DEVICE, UPDATE, tid=tid, lun=lun, text=f'{name}={value}')

    def replace_account(self, tid, username, password):
        """The account with that password, good for that target."""
        self.delete_account(username)
        self._ask('create an account', ACCOUNT, NEW, text=f'user={username},password={password}')
        self._ask('bind an account', ACCOUNT, BIND, tid=tid, text=f'user={username}')

    def delete_account(self, username):
        self._ask('delete an account', ACCOUNT, DELETE, text=f'user={username}', expect=(NO_USER,))

    def _ask(self, what, mode, operation, tid=0, lun=0, force=0, text='', expect=()):
        body = text.encode() + b'\0' if text else b''
        # A disk is device type 0, an incoming account direction 0.
        head = REQUEST.pack(mode, operation, b'iscsi', REQUEST.size + len(body), tid, 0, lun, 0, 0, 0, 0, 0, force)
        code, answer = self._exchange(head + body)
        if code and code not in expect:
            raise Refused(what, code)
        return answer.rstrip(b'\0').decode('utf-8', 'replace')

    def _exchange(self, request):
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(self._timeout)
                connection.connect(self.socket_path)
                connection.sendall(request)
                code, length = ANSWER.unpack(_receive(connection, ANSWER.size))
                return code, _receive(connection, length - ANSWER.size)
        except OSError as error:
            dead = isinstance(error, (FileNotFoundError, ConnectionRefusedError))
            raise (NotRunning if dead else errors.BackendUnavailable)(
                f'the iSCSI target daemon tgtd does not answer on {self.socket_path} ({error.strerror or error}): '
                f'start it, `praline up` does, or look into its log') from None


def command(portal, socket_path):
    """`(argv, environment)` that start a tgtd in the foreground, listening on `portal` only.

    `socket_path` ends in `.N`, N being tgtd's control number; its length is limited to 107 bytes.
    """
    base, _, number = socket_path.rpartition('.')
    argv = ['tgtd', '-f', '-C', number, '-t', '4', '--iscsi', f'portal={portal}']
    return argv, {'TGT_IPC_SOCKET': base, 'PATH': os.environ.get('PATH', '') + ':/usr/sbin'}


def parse_targets(text):
    """Read tgtd's own description of its targets."""
    targets, target, section, lun = {}, None, '', None
    for line in text.splitlines():
        depth, words = len(line) - len(line.lstrip()), line.strip()
        if depth == 0 and (match := re.match(r'Target (\d+): (\S+)$', line)):
            target = targets[match[2]] = Target(int(match[1]))
        elif depth == 4:
            section = words
        elif words.startswith('I_T nexus:'):
            target.sessions += 1
        elif words.startswith('LUN:'):
            lun = int(words[4:])
        elif words.startswith('Backing store path:'):
            target.paths[lun] = words[19:].strip()
        elif section == 'Account information:':
            target.accounts.append(words)
        elif section == 'ACL information:':
            target.initiators.append(words)
    return targets


def _receive(connection, length):
    data = b''
    while len(data) < length:
        part = connection.recv(min(65536, length - len(data)))
        if not part:
            raise ConnectionError('it hung up')
        data += part
    return data
