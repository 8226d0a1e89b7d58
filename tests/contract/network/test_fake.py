# SPDX-License-Identifier: Apache-2.0
"""What only the fake network driver can: failing and stalling on order, outliving a kill, holding thousands."""
import json
import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from praline_common import errors
from praline_network.drivers.fake import FakeDriver

from .conftest import HOST
from .conftest import FakeLab

CHILD = """\
import sys, time
from praline_common.objects.network import Network, Port
from praline_network.drivers.fake import FakeDriver
driver = FakeDriver(sys.argv[1], 'host1')
for number in range(1, 100000):
    driver.ensure_network(Network(id='network-%d' % number))
    print(number, flush=True)
"""


@pytest.fixture
def lab(tmp_path):
    made = FakeLab(tmp_path)
    yield made
    made.close()


def test_fails_as_often_as_told(lab):
    network = lab.network()
    lab.driver.faults.fail('ensure_network', 'no room', times=2)
    for _ in range(2):
        with pytest.raises(errors.DriverError, match='no room'):
            lab.driver.ensure_network(network)
    lab.driver.ensure_network(network)
    assert list(lab.driver.inventory()['bridges'].values()) == [network.id]


def test_a_running_process_obeys_the_faults_file(lab):
    with open(os.path.join(lab.directory, 'fake', 'faults.json'), 'w') as file:
        json.dump({'inventory': {'error': 'from outside'}}, file)
    with pytest.raises(errors.DriverError, match='from outside'):
        lab.driver.inventory()
    lab.driver.faults.clear()
    lab.driver.inventory()


def test_a_stalled_verb_goes_on_when_faults_are_cleared(lab):
    lab.driver.faults.stall('ensure_network', 60)
    network = lab.network()
    worker = threading.Thread(target=lab.driver.ensure_network, args=(network,))
    worker.start()
    assert lab.driver.inventory()['bridges'] == {}
    lab.driver.faults.clear()
    worker.join(5)
    assert not worker.is_alive()
    assert lab.driver.inventory()['bridges']


def test_what_was_done_outlives_a_killed_process(tmp_path):
    directory = str(tmp_path / 'fake')
    child = subprocess.Popen([sys.executable, '-W', 'ignore', '-c', CHILD, directory], stdout=subprocess.PIPE)
    with child:
        done = 0
        for line in child.stdout:
            done = int(line)
            if done >= 20:
                child.send_signal(signal.SIGKILL)
                break
    driver = FakeDriver(directory, HOST)
    assert len(driver.inventory()['bridges']) >= done
    driver.close()


def test_lost_things_are_mended(lab):
    network = lab.network()
    state = lab.state([network])
    lab.driver.apply(state)
    lab.driver.lose('networks', network.id)
    assert lab.driver.inventory()['bridges'] == {}
    assert lab.driver.apply(state)
    assert list(lab.driver.inventory()['bridges'].values()) == [network.id]


def test_one_driver_plugs_for_every_fake_host(tmp_path):
    lab = FakeLab(tmp_path)
    driver = FakeDriver(str(tmp_path / 'any'), HOST, any_host=True)
    network = lab.network()
    assert driver.ensure_port(network, lab.port(network, 10, host=HOST + '-7'), [])['tap']
    driver.close()
    lab.close()


def test_thousands_of_ports(lab):
    network, group = lab.network(), lab.group()
    began = time.monotonic()
    ports = [lab.port(network, 10, group) for _ in range(2000)]
    for port in ports:
        lab.driver.ensure_port(network, port, [group])
    assert len(lab.driver.inventory()['filters']) == 2000
    lab.restart()
    assert len(lab.driver.inventory()['filters']) == 2000
    assert time.monotonic() - began < 20
