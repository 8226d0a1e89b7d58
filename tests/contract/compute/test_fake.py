# SPDX-License-Identifier: Apache-2.0
"""What only the fake driver does: many hosts, faults on order, and a file that outlives its process."""
import json
import os
import time

import pytest

from compute_hosts import make_guest
from praline_common.objects.guest import CRASHED
from praline_compute.drivers import base, load


@pytest.fixture
def options(tmp_path):
    return base.Options(state_dir=str(tmp_path), cloud_id='ptest', hostname='host0')


@pytest.fixture
def driver(options):
    return load('fake', options)


def test_thousands_of_hosts_share_one_world(driver):
    guests = [make_guest() for _ in range(2000)]
    for number, guest in enumerate(guests):
        driver.on(f'host{number}').ensure_guest(guest)
    assert list(driver.on('host1999').guests()) == [guests[1999].uuid]
    assert driver.on('host7').host_report().vcpus_used == 1
    assert driver.on('host2001').guests() == {}


def test_a_fault_comes_as_often_as_ordered(driver):
    guest = make_guest()
    driver.faults.fail('ensure_guest', base.NoSpace('full'), times=2)
    for _ in range(2):
        with pytest.raises(base.NoSpace):
            driver.ensure_guest(guest)
    assert driver.guests() == {}
    driver.ensure_guest(guest)


def test_a_fault_after_the_effect_loses_only_the_answer(driver):
    guest = make_guest()
    driver.faults.fail('ensure_guest', base.HypervisorUnavailable('gone'), when='after')
    with pytest.raises(base.HypervisorUnavailable):
        driver.ensure_guest(guest)
    assert guest.uuid in driver.guests()


def test_a_fault_may_be_one_hosts_own(driver):
    driver.faults.fail('guests', base.HypervisorUnavailable('gone'), times=None, host='host1')
    assert driver.guests() == {}
    with pytest.raises(base.HypervisorUnavailable):
        driver.on('host1').guests()
    driver.faults.clear()
    assert driver.on('host1').guests() == {}


def test_a_call_stalls(driver):
    driver.faults.stall('guests', 0.05)
    before = time.monotonic()
    driver.guests()
    assert time.monotonic() - before >= 0.05


def test_a_running_cloud_is_told_by_a_file(driver, tmp_path):
    path = tmp_path / 'faults.json'
    path.write_text(json.dumps([{'call': '*', 'error': 'NoSpace: no space left on vdb'},
                                {'call': 'guests', 'error': 'out of luck'}]))
    with pytest.raises(base.NoSpace, match='no space left on vdb'):
        driver.ensure_guest(make_guest())
    with pytest.raises(base.DriverError, match='out of luck'):
        driver.guests()
    assert driver.guests() == {}
    path.unlink()
    assert driver.guests() == {}


def test_a_killed_process_loses_nothing_that_was_answered(options):
    guest = make_guest()
    child = os.fork()
    if child == 0:
        load('fake', options).ensure_guest(guest)
        os.kill(os.getpid(), 9)
    os.waitpid(child, 0)
    assert guest.uuid in load('fake', options).guests()


def test_a_guest_may_crash_by_itself(driver):
    guest = make_guest()
    driver.ensure_guest(guest)
    driver.happen(guest.uuid, CRASHED, 'triple fault')
    assert driver.state(guest.uuid).cause == 'triple fault'
    driver.start(guest.uuid)


def test_a_call_asks_for_its_own_guest_only(driver):
    """Whatever the number of guests of the host."""
    def asked():
        seen, guest = [], make_guest()
        driver.world._db.set_trace_callback(seen.append)
        driver.ensure_guest(guest)
        driver.world._db.set_trace_callback(None)
        assert all(guest.uuid in text for text in seen if ' guest ' in text), seen
        return len(seen)
    first = asked()
    for _ in range(500):
        driver.ensure_guest(make_guest())
    assert asked() == first
