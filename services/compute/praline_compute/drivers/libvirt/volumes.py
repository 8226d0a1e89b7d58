# SPDX-License-Identifier: Apache-2.0
"""How a volume reaches a guest: through the kernel's iSCSI initiator (os-brick), or QEMU's own.

connect(disk) -> source for domain_xml.disk(), and disconnect(connection) undoes it; both are idempotent.
The kind of initiator is chosen by `initiator_kind`; this is the one file that calls os_brick.
"""
import contextlib
import os
import pathlib
import shutil

import libvirt

from praline_compute.drivers import base
from praline_compute.drivers.libvirt import domain_xml

INITIATOR_FILE = '/etc/iscsi/initiatorname.iscsi'


def initiator_kind(wanted='auto'):
    """'kernel' or 'qemu'; 'auto' takes the kernel's where its module and iscsiadm are there."""
    if wanted != 'auto':
        return wanted
    return 'kernel' if _kernel_can() else 'qemu'


def _kernel_can():
    return bool(shutil.which('iscsiadm')) and os.path.isdir('/sys/class/iscsi_transport/tcp')


def make(options, connection):
    if initiator_kind(options.initiator) == 'kernel':
        return KernelVolumes(options)
    return QemuVolumes(options, connection)


def stored(connection_info):
    """What is kept on disk to disconnect later: no passwords."""
    data = {key: value for key, value in connection_info.get('data', {}).items() if 'password' not in key}
    return {**connection_info, 'data': data}


class QemuVolumes:
    """QEMU logs in itself, with an initiator name of this host and a libvirt secret for CHAP."""

    def __init__(self, options, connection):
        self.options = options
        self.connection = connection
        self.initiator = f'iqn.2026-11.org.praline:{options.cloud_id}:{options.hostname}'

    def connect(self, disk):
        info = disk.connection_info
        if info['driver_volume_type'] == 'local':
            return _local(info)
        data = info['data']
        host, port = split_portal(data['target_portal'])
        source = {'iscsi': f'{data["target_iqn"]}/{data.get("target_lun", 1)}', 'host': host, 'port': port,
                  'initiator': self.initiator}
        if data.get('auth_method'):
            source['username'] = data['auth_username']
            source['secret'] = self._usage(disk.volume_id)
            self._set_secret(source['secret'], data['auth_password'])
        return source

    def disconnect(self, volume_id, info):
        with self.connection.use('remove a secret') as conn:
            with absent(libvirt.VIR_ERR_NO_SECRET):
                conn.secretLookupByUsage(libvirt.VIR_SECRET_USAGE_TYPE_ISCSI, self._usage(volume_id)).undefine()

    def extend(self, volume_id, info):
        """QEMU asks the target itself when it is told to grow."""

    def _usage(self, volume_id):
        return f'{self.options.cloud_id}-{volume_id}'

    def _set_secret(self, usage, password):
        with self.connection.use('keep a secret') as conn:
            try:
                secret = conn.secretLookupByUsage(libvirt.VIR_SECRET_USAGE_TYPE_ISCSI, usage)
            except libvirt.libvirtError as error:
                if error.get_error_code() != libvirt.VIR_ERR_NO_SECRET:
                    raise
                secret = conn.secretDefineXML(domain_xml.secret(usage, f'praline {self.options.cloud_id}'))
            secret.setValue(password.encode())


class KernelVolumes:
    """os-brick logs in to the target and gives a block device."""

    def __init__(self, options):
        self.options = options
        self.initiator = read_initiator()
        self._connector = _iscsi_connector(options.state_dir)

    def connect(self, disk):
        info = disk.connection_info
        if info['driver_volume_type'] == 'local':
            return _local(info)
        try:
            return {'block': self._connector.connect_volume(info['data'])['path']}
        except Exception as error:
            raise base.AttachFailed(f'volume {disk.volume_id} could not be connected: {error}') from error

    def disconnect(self, volume_id, info):
        if info['driver_volume_type'] == 'local':
            return
        try:
            self._connector.disconnect_volume(info['data'], None, force=True, ignore_errors=True)
        except Exception as error:
            raise base.DetachFailed(f'volume {volume_id} could not be disconnected: {error}') from error

    def extend(self, volume_id, info):
        self._connector.extend_volume(info['data'])


def _iscsi_connector(state_dir):
    # Imported here: os_brick reads its lock directory when it is imported and takes 0.4 s; most hosts never need it.
    os.environ.setdefault('OSLO_LOCK_PATH', str(pathlib.Path(state_dir) / 'locks'))
    from os_brick import privileged
    from os_brick.initiator import connector
    privileged.default.set_client_mode(False)
    return connector.InitiatorConnector.factory('ISCSI', '', use_multipath=False, device_scan_attempts=5)


def read_initiator(path=INITIATOR_FILE):
    with contextlib.suppress(FileNotFoundError):
        for line in pathlib.Path(path).read_text().splitlines():
            if line.startswith('InitiatorName='):
                return line.partition('=')[2].strip()
    raise base.ProgramMissing(f'{path} names no initiator: apt-get install open-iscsi')


def split_portal(portal):
    """('10.0.0.1', '3260') of '10.0.0.1:3260,1' or '[fd00::1]:3260'."""
    host, _, port = portal.partition(',')[0].rpartition(':')
    return host.strip('[]'), port


@contextlib.contextmanager
def absent(*codes):
    """libvirt's 'there is no such thing' is what was wanted."""
    try:
        yield
    except libvirt.libvirtError as error:
        if error.get_error_code() not in codes:
            raise


def _local(info):
    path = info['data']['device_path']
    return {'block': path} if path.startswith('/dev/') else {'file': path, 'format': 'raw'}
