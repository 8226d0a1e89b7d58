# SPDX-License-Identifier: Apache-2.0
"""The back ends that the contract suite runs on, each with its own daemon, port and directory."""
import os
import shutil
import socket
import subprocess
import tempfile
import time
import uuid

import pytest

from praline_common import errors as common
from praline_volume.drivers import exports
from praline_volume.drivers import fake
from praline_volume.drivers import file
from praline_volume.drivers import lvm
from praline_volume.drivers import tgt


class Daemon:
    """A tgtd of our own."""

    def __init__(self, directory):
        with socket.socket() as probe:
            probe.bind(('127.0.0.1', 0))
            self.portal = '127.0.0.1:%d' % probe.getsockname()[1]
        self.socket_path = os.path.join(directory, 'tgtd.%d' % (20000 + os.getpid() % 10000))
        self._log = open(os.path.join(directory, 'tgtd.log'), 'ab')
        self._process = None

    def start(self):
        argv, environment = tgt.command(self.portal, self.socket_path)
        self._process = subprocess.Popen(argv, env=environment, stdin=subprocess.DEVNULL, stdout=self._log,
                                         stderr=self._log)
        deadline = time.monotonic() + 60
        while True:
            try:
                return tgt.Tgtd(self.socket_path).targets()
            except common.Unavailable:
                assert time.monotonic() < deadline and self._process.poll() is None, 'tgtd did not start'
                time.sleep(0.02)

    def kill(self):
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None


@pytest.fixture(scope='session')
def daemon():
    for program in ('tgtd', 'qemu-img', 'qemu-io'):
        if not shutil.which(program):
            pytest.skip(f'{program} is not installed')
    if os.getuid():
        pytest.skip('tgtd wants root')
    directory = tempfile.mkdtemp(prefix='prl-tgt-')
    daemon = Daemon(directory)
    try:
        daemon.start()
        yield daemon
    finally:
        daemon.kill()
        shutil.rmtree(directory)


@pytest.fixture
def exporter(daemon, tmp_path):
    return exports.Exports(str(tmp_path / 'exports'), tgt.Tgtd(daemon.socket_path), daemon.portal,
                           'test' + uuid.uuid4().hex[:8])


@pytest.fixture
def file_driver(exporter, tmp_path):
    driver = file.FileDriver(str(tmp_path / 'files'), exporter)
    yield driver
    for volume_id in driver.exports():
        driver.unexport(volume_id)


@pytest.fixture
def fake_driver(tmp_path):
    driver = fake.FakeDriver(str(tmp_path / 'fake'))
    yield driver
    driver.close()


@pytest.fixture(scope='session')
def group(tmp_path_factory):
    """A volume group on a file, with the thin pool `pool`."""
    if not os.path.exists('/dev/mapper/control'):
        pytest.skip('this kernel has no device mapper')
    name, disk = 'prltest' + uuid.uuid4().hex[:8], tmp_path_factory.mktemp('lvm') / 'disk'
    disk.touch()
    os.truncate(disk, 8 << 30)
    loop = subprocess.check_output(['losetup', '--find', '--show', disk], text=True).strip()
    try:
        subprocess.check_call(['vgcreate', '-q', name, loop])
        subprocess.check_call(['lvcreate', '-q', '--type', 'thin-pool', '-n', 'pool', '-l', '90%FREE', name])
        yield name
    finally:
        subprocess.call(['vgremove', '-q', '-f', '-y', name])
        subprocess.call(['losetup', '-d', loop])


@pytest.fixture
def lvm_driver(group, exporter):
    driver = lvm.LvmDriver(group, 'pool', exporter)
    yield driver
    for volume_id in driver.volumes():
        driver.unexport(volume_id)
        driver.delete(volume_id)
    for snapshot_id in driver.snapshots():
        driver.delete_snapshot(snapshot_id)


@pytest.fixture(params=['fake', 'file', 'lvm'])
def driver(request):
    """Every back end in turn."""
    return request.getfixturevalue(f'{request.param}_driver')


@pytest.fixture(params=['file', 'lvm'])
def real_driver(request):
    """Those that hold real data."""
    return request.getfixturevalue(f'{request.param}_driver')
