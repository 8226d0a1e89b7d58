# SPDX-License-Identifier: Apache-2.0
"""What only the fake back end can: faults on demand, and a memory that outlives a kill."""
import json
import threading
import time

import pytest

from praline_common.objects.volume import Volume
from praline_volume import errors
from praline_volume.drivers import fake

ONE = Volume(id='one', size_gb=1)


def test_fails_as_often_as_told(fake_driver):
    fake_driver.faults.fail('create', 'the disk is on fire', times=2)
    for _ in range(2):
        with pytest.raises(errors.BackendFailed, match='the disk is on fire'):
            fake_driver.create(ONE)
    fake_driver.create(ONE)
    fake_driver.faults.fail('export', 'full', kind='BackendFull')
    with pytest.raises(errors.BackendFull):
        fake_driver.export('one')


def test_obeys_the_fault_file(fake_driver, tmp_path):
    path = tmp_path / 'fake' / 'faults.json'
    path.write_text(json.dumps({'create': {'error': 'from the file', 'times': 1}}))
    with pytest.raises(errors.BackendFailed, match='from the file'):
        fake_driver.create(ONE)
    fake_driver.create(ONE)
    assert not path.exists()


def test_stalls_until_cleared(fake_driver):
    fake_driver.faults.stall('create', 60)
    thread = threading.Thread(target=fake_driver.create, args=[ONE])
    thread.start()
    try:
        deadline = time.monotonic() + 0.1
        while time.monotonic() < deadline:
            assert fake_driver.volumes() == {}
    finally:
        fake_driver.faults.clear()
        thread.join(5)
    assert fake_driver.volumes() == {'one': 1}


def test_remembers_over_a_kill(fake_driver, tmp_path):
    fake_driver.create(ONE)
    fake_driver.create(Volume(id='two', size_gb=2))
    connection = fake_driver.export('one')
    fake_driver.delete('two')
    with open(tmp_path / 'fake' / 'journal', 'ab') as file:
        file.write(b'["volumes", "cut", {"size')
    again = fake.FakeDriver(str(tmp_path / 'fake'))
    assert again.volumes() == {'one': 1} and again.export('one') == connection
    again.create(Volume(id='three', size_gb=3))
    assert fake.FakeDriver(str(tmp_path / 'fake')).volumes() == {'one': 1, 'three': 3}
