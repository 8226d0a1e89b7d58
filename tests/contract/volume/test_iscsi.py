# SPDX-License-Identifier: Apache-2.0
"""Exports asked over the wire: data really read back, and wrong secrets really refused."""
import os
import subprocess
import uuid

import pytest

from praline_common.objects.volume import Volume
from praline_volume import errors

TEXT = b'praline was here'


@pytest.fixture
def volume(real_driver, tmp_path):
    path = tmp_path / 'image.raw'
    path.write_bytes(TEXT.ljust(1024, b'.'))
    volume = Volume(id=str(uuid.uuid4()), size_gb=1)
    real_driver.create_from_image(volume, str(path), 'raw')
    return volume


class Initiator:
    """QEMU's own; the secret goes through a file."""

    def __init__(self, directory, connection, password=None):
        secret = directory / 'secret'
        secret.write_text(password or connection['auth_password'])
        self._secret = f'secret,id=chap,file={secret}'
        self._disk = ('driver=raw,file.driver=iscsi,file.transport=tcp,file.lun=1,file.password-secret=chap,'
                      f'file.portal={connection["target_portal"]},file.target={connection["target_iqn"]},'
                      f'file.user={connection["auth_username"]}')

    def io(self, *commands):
        argv = ['qemu-io', '--object', self._secret, '--image-opts', self._disk]
        for command in commands:
            argv += ['-c', command]
        done = subprocess.run(argv, capture_output=True, text=True, timeout=30, check=False)
        return done.stdout + done.stderr

    def size(self):
        return self.io('length').strip()


def test_data_is_read_and_written_through_the_target(real_driver, volume, tmp_path):
    initiator = Initiator(tmp_path, real_driver.export(volume.id))
    assert 'praline.was.here' in initiator.io('read -v 0 512')
    assert 'wrote 4096/4096' in initiator.io('write -P 0x61 4096 4096', 'flush')
    real_driver.copy_to_image(volume, str(tmp_path / 'out.qcow2'), 'qcow2')
    subprocess.check_call(['qemu-img', 'convert', '-O', 'raw', tmp_path / 'out.qcow2', tmp_path / 'out.raw'])
    with open(tmp_path / 'out.raw', 'rb') as file:
        written = file.read(8192)
    assert written.startswith(TEXT) and written[4096:] == b'a' * 4096


def test_wrong_secret_is_refused(real_driver, volume, tmp_path):
    connection = real_driver.export(volume.id)
    assert 'uthentication failure' in Initiator(tmp_path, connection, 'wrong-secret-123').io('read 0 512')


def test_unexported_volume_is_out_of_reach(real_driver, volume, tmp_path):
    connection = real_driver.export(volume.id)
    real_driver.unexport(volume.id)
    assert 'read 512/512' not in Initiator(tmp_path, connection).io('read 0 512')


def test_growth_is_seen_while_exported(real_driver, volume, tmp_path):
    initiator = Initiator(tmp_path, real_driver.export(volume.id))
    assert initiator.size() == '1 GiB'
    real_driver.extend(volume.id, 2)
    assert initiator.size() == '2 GiB'
    assert 'praline.was.here' in initiator.io('read -v 0 512')


def test_exports_come_back_after_a_restart_of_tgtd(real_driver, volume, daemon, tmp_path):
    connection = real_driver.export(volume.id)
    daemon.kill()
    try:
        with pytest.raises(errors.BackendUnavailable, match='tgtd does not answer on .*: start it'):
            real_driver.export(volume.id)
        with pytest.raises(errors.BackendUnavailable, match='tgtd'):
            real_driver.check()
        assert real_driver.volumes() == {volume.id: 1}
    finally:
        daemon.start()
    assert real_driver.exports() == {}
    assert real_driver.ensure_exports() == [volume.id]
    assert real_driver.ensure_exports() == []
    assert real_driver.export(volume.id) == connection
    assert 'praline.was.here' in Initiator(tmp_path, connection).io('read -v 0 512')


def test_failed_export_leaves_nothing(real_driver, volume, daemon, exporter, tmp_path):
    daemon.kill()
    try:
        with pytest.raises(errors.BackendUnavailable):
            real_driver.export(volume.id)
    finally:
        daemon.start()
    assert real_driver.ensure_exports() == [] and real_driver.exports() == {}
    real_driver.delete(volume.id)


@pytest.mark.parametrize('steps', range(10))
def test_killed_export_is_completed_by_asking_again(real_driver, volume, exporter, tmp_path, steps, monkeypatch):
    class Killed(BaseException):
        """No handler of the driver's sees a kill."""
    left, ask = [steps], exporter.tgtd._ask

    def dying(what, mode, operation, **arguments):
        if operation != 3:
            if not left[0]:
                raise Killed
            left[0] -= 1
        return ask(what, mode, operation, **arguments)
    monkeypatch.setattr(exporter.tgtd, '_ask', dying)
    with pytest.raises(Killed):
        real_driver.export(volume.id)
    monkeypatch.undo()
    assert real_driver.exports() == {}, 'a half-made target let initiators in'
    connection = real_driver.export(volume.id)
    assert 'praline.was.here' in Initiator(tmp_path, connection).io('read -v 0 512')


def test_secret_is_in_a_private_file(real_driver, volume, tmp_path):
    real_driver.export(volume.id)
    record = tmp_path / 'exports' / f'{volume.id}.json'
    assert os.stat(record).st_mode & 0o777 == 0o600
    real_driver.unexport(volume.id)
    assert not record.exists()


def test_target_without_a_record_is_removed(real_driver, volume, tmp_path):
    real_driver.export(volume.id)
    os.unlink(tmp_path / 'exports' / f'{volume.id}.json')
    real_driver.ensure_exports()
    assert real_driver.exports() == {}
