# SPDX-License-Identifier: Apache-2.0
"""An iSCSI target daemon of the test's own, exporting files with CHAP."""
import os
import pathlib
import subprocess
import time

USER, PASSWORD = 'praline-user', 'praline-secret-1'


class Tgtd:
    """tgtd on a loopback port inside a Libvirtd's namespaces; every export is a file under `base`."""

    def __init__(self, machine, base, port=3271):
        self.machine = machine
        self.base = pathlib.Path(base)
        # Its control socket lies in a directory that all instances of the machine share.
        self.control = str(1000 + os.getpid() % 30000)
        self.portal = f'127.0.0.1:{port}'
        self.targets = 0
        self.daemon = subprocess.Popen(machine.inside('tgtd', '-f', '-C', self.control, '--iscsi',
                                                      f'portal={self.portal}'),
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 60
        while not self._is_up():
            if time.monotonic() > deadline:
                raise RuntimeError('tgtd did not start')
            time.sleep(0.05)
        self._admin('account', 'new', user=USER, password=PASSWORD)

    def export(self, volume_id, size_mb):
        """connection_info of a new file of that size."""
        self.targets += 1
        path = self.base / f'volume-{volume_id}'
        with open(path, 'wb') as file:
            file.truncate(size_mb * 1024 ** 2)
        iqn = f'iqn.2026-11.org.praline.test:{volume_id}'
        tid = str(self.targets)
        self._admin('target', 'new', tid=tid, targetname=iqn)
        self._admin('logicalunit', 'new', tid=tid, lun='1', **{'backing-store': str(path)})
        self._admin('account', 'bind', tid=tid, user=USER)
        self._admin('target', 'bind', tid=tid, **{'initiator-address': 'ALL'})
        return {'driver_volume_type': 'iscsi', 'data': {
            'target_portal': self.portal, 'target_iqn': iqn, 'target_lun': 1, 'auth_method': 'CHAP',
            'auth_username': USER, 'auth_password': PASSWORD, 'volume_id': volume_id, 'tid': tid}}

    def grow(self, connection_info, size_mb):
        data = connection_info['data']
        path = self.base / f'volume-{data["volume_id"]}'
        os.truncate(path, size_mb * 1024 ** 2)
        for params in ('online=0', f'path={path}', 'online=1'):
            self._admin('logicalunit', 'update', tid=data['tid'], lun='1', params=params)

    def sessions(self, connection_info):
        """How many initiators are logged in."""
        shown = self.machine.run('tgtadm', '-C', self.control, '--lld', 'iscsi', '--op', 'show', '--mode', 'conn',
                                 '--tid', connection_info['data']['tid'])
        return shown.count('Session:')

    def close(self):
        self.daemon.kill()
        self.daemon.wait()

    def _admin(self, mode, op, **options):
        words = [word for key, value in options.items() for word in (f'--{key}', value)]
        self.machine.run('tgtadm', '-C', self.control, '--lld', 'iscsi', '--mode', mode, '--op', op, *words)

    def _is_up(self):
        return subprocess.run(self.machine.inside('tgtadm', '-C', self.control, '--mode', 'sys', '--op', 'show'),
                              capture_output=True).returncode == 0
