# SPDX-License-Identifier: Apache-2.0
"""The iSCSI exports of one host: which volumes should be reachable, kept in files, and tgtd made to agree."""
import contextlib
import fcntl
import json
import os
import secrets
import string

from praline_common import errors as common
from praline_volume import errors
from praline_volume.drivers import tgt

LUN = 1
LETTERS = string.ascii_letters + string.digits
OWNER = 'iqn.2026-11.org.praline'


class Exports:
    """Every export has a record `<volume id>.json` (mode 0600: it holds the CHAP secret) in `directory`.

    The record is written first and removed last, so whoever died in between is completed by asking again.
    `name` sets this cloud's targets apart from another's; `portal` is what initiators connect to.
    """

    def __init__(self, directory, tgtd, portal, name):
        self.tgtd = tgtd
        self._directory = directory
        self._portal = portal
        self._prefix = f'{OWNER}:{name}:'

    def check(self):
        """BackendUnavailable unless tgtd answers."""
        self.tgtd.check()

    def add(self, volume_id, path):
        """Export `path`; the connection to it.  On failure the record and what tgtd got of it are gone."""
        if ',' in path:
            raise errors.BackendUnavailable(f'tgtd cannot serve {path}: give its directory a name without a comma')
        with self._locked():
            record = self._read(volume_id)
            if record is None:
                record = {'iqn': self._prefix + volume_id, 'username': _secret(12), 'password': _secret(16)}
                self._write(volume_id, record)
                try:
                    self._ensure(volume_id, record, path, self.tgtd.targets())
                except common.Error:
                    self._remove(volume_id, record, lenient=True)
                    raise
            else:
                self._ensure(volume_id, record, path, self.tgtd.targets())
        return {'target_portal': self._portal, 'target_iqn': record['iqn'], 'target_lun': LUN, 'auth_method': 'CHAP',
                'auth_username': record['username'], 'auth_password': record['password']}

    def remove(self, volume_id):
        """The target, the account and the record are gone; a volume never exported is no error."""
        with self._locked():
            record = self._read(volume_id)
            if record:
                self._remove(volume_id, record)

    def exported(self, volume_id):
        return self._read(volume_id) is not None

    def sessions(self):
        """`{volume id: sessions}` of the targets that tgtd really serves."""
        return {iqn.removeprefix(self._prefix): target.sessions
                for iqn, target in self.tgtd.targets().items()
                if iqn.startswith(self._prefix) and target.initiators}

    def refresh(self, volume_id):
        """Let tgtd see the new size of what it serves; initiators see a short pause."""
        record = self._read(volume_id)
        target = record and self.tgtd.targets().get(record['iqn'])
        if not target or LUN not in target.paths:
            return
        # tgtd measures a file when it opens it, and reopens it only while the unit is offline.
        try:
            self.tgtd.update_unit(target.tid, LUN, online=0, path=target.paths[LUN])
        finally:
            self.tgtd.update_unit(target.tid, LUN, online=1)

    def ensure(self, path_of):
        """Make all recorded exports true.  `path_of(volume id)` is None for a volume that is gone.

        Returns the ids of the exports that had to be made.  Targets of this cloud without a record go.
        """
        made = []
        with self._locked():
            targets = self.tgtd.targets()
            for volume_id in self._recorded():
                record, path = self._read(volume_id), path_of(volume_id)
                if path is None:
                    self._remove(volume_id, record)
                elif self._ensure(volume_id, record, path, targets):
                    made.append(volume_id)
            for iqn, target in targets.items():
                if iqn.startswith(self._prefix) and self._read(iqn.removeprefix(self._prefix)) is None:
                    self.tgtd.delete_target(target.tid)
        return made

    def _ensure(self, volume_id, record, path, targets):
        """Complete the target; True if something was to do.  Initiators are let in last, so that marks the end."""
        target = targets.get(record['iqn'])
        if target and target.initiators and target.paths.get(LUN) == path and record['username'] in target.accounts:
            return False
        if target:
            self.tgtd.delete_target(target.tid)
            del targets[record['iqn']]
        tid = self._new_target(record['iqn'], targets)
        self.tgtd.replace_account(tid, record['username'], record['password'])
        self.tgtd.create_unit(tid, LUN, path)
        # The serial and the identifier let an initiator tell two volumes apart whoever serves them.
        self.tgtd.update_unit(tid, LUN, vendor_id='PRALINE', product_id='VOLUME', scsi_sn=volume_id[:36],
                              scsi_id=volume_id[:36], thin_provisioning=1)
        self.tgtd.allow(tid)
        return True

    def _new_target(self, iqn, targets):
        used = {target.tid for target in targets.values()}
        tid = next(number for number in range(1, len(used) + 2) if number not in used)
        self.tgtd.create_target(tid, iqn)
        targets[iqn] = tgt.Target(tid)
        return tid

    def _remove(self, volume_id, record, lenient=False):
        # A tgtd that does not run serves nobody.
        with contextlib.suppress(common.Error if lenient else tgt.NotRunning):
            target = self.tgtd.targets().get(record['iqn'])
            if target:
                self.tgtd.delete_target(target.tid)
            self.tgtd.delete_account(record['username'])
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self._path(volume_id))

    def _path(self, volume_id):
        return os.path.join(self._directory, f'{volume_id}.json')

    def _recorded(self):
        return sorted(name[:-5] for name in os.listdir(self._directory) if name.endswith('.json'))

    def _read(self, volume_id):
        try:
            with open(self._path(volume_id), encoding='utf-8') as file:
                return json.load(file)
        except FileNotFoundError:
            return None

    def _write(self, volume_id, record):
        temporary = self._path(volume_id) + '.part'
        with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), 'w', encoding='utf-8') as file:
            json.dump(record, file)
        os.replace(temporary, self._path(volume_id))

    @contextlib.contextmanager
    def _locked(self):
        """One at a time, in all threads and processes: two must not take the same target number."""
        os.makedirs(self._directory, mode=0o700, exist_ok=True)
        with open(os.path.join(self._directory, 'lock'), 'w', encoding='utf-8') as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def _secret(length):
    return ''.join(secrets.choice(LETTERS) for _ in range(length))
