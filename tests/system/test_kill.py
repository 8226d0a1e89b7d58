# SPDX-License-Identifier: Apache-2.0
"""The cloud's process is killed again and again while customers use it: nothing accepted is lost, nothing leaks.

PRALINE_KILLS and PRALINE_REAL_KILLS say how often, PRALINE_SEED repeats a run's choices (not its timing).
"""
import os
import random
import re
import time

import pytest

from praline_common.cli import layout

from . import bookkeeping, machine
from .clouds import Api, until
from .customers import Customer, Ground

pytestmark = [pytest.mark.system, pytest.mark.slow]

CHANCES = {'boot': 10, 'boot_from_volume': 2, 'delete': 8, 'stop_server': 4, 'start_server': 4, 'reboot': 6,
           'make_volume': 6, 'delete_volume': 4, 'attach': 10, 'detach': 6, 'make_port': 3, 'delete_port': 2,
           'plug_port': 3, 'unplug_port': 2, 'make_address': 3, 'use_address': 4, 'delete_address': 2, 'tidy': 6}
# A guest that has not booted yet takes a minute to be stopped gently, so real ones are not.
REAL_CHANCES = {'boot': 8, 'boot_from_volume': 2, 'delete': 6, 'reboot_hard': 4, 'make_volume': 6, 'delete_volume': 3,
                'attach': 10, 'detach': 6, 'make_port': 2, 'plug_port': 3, 'unplug_port': 2, 'make_address': 2,
                'use_address': 3, 'delete_address': 1, 'tidy': 4}
MASTER = 0.15
CUSTOMERS = 4
TERMINAL_SECONDS = 60
LOGGED = re.compile(r'  |\d{4}-|Traceback|\w+(\.\w+)*(Error|Exception): ')
ID = re.compile('[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}')


def test_kills_on_fake_drivers(own_fake_cloud):
    cloud, kills = own_fake_cloud, int(os.environ.get('PRALINE_KILLS', 25))
    chance = _chance()
    api = Api(cloud)
    ground = _ground(api, b'not much of an image', 'raw')
    customers = _storm(cloud, api, ground, kills, chance, CHANCES)
    _check(cloud, api, customers)
    _clear(cloud, api)


def test_kills_on_real_drivers(real_cloud, guest_image):
    """The same with guests in QEMU, exports of tgt and links of the kernel, fewer of each; then a look at those."""
    cloud, kills = real_cloud, int(os.environ.get('PRALINE_REAL_KILLS', 5))
    chance = _chance()
    api = Api(cloud)
    with open(guest_image, 'rb') as file:
        ground = _ground(api, file.read(), 'qcow2', ram=96)
    customers = _storm(cloud, api, ground, kills, chance, REAL_CHANCES, customers=3, most=2, pause=0.1,
                       longest=5)
    _check(cloud, api, customers)
    placed = {row['id'] for row in cloud.rows('compute', 'SELECT id FROM servers WHERE NOT deleted AND host IS NOT NULL')}
    assert machine.domains(cloud) == placed
    assert machine.exports(cloud) == {row['volume_id'] for row in cloud.rows(
        'volume', 'SELECT volume_id FROM attachments')}
    _clear(cloud, api)
    assert machine.domains(cloud) == set() and machine.exports(cloud) == set() and machine.taps(cloud) == set()
    assert machine.files(cloud) == []


def _chance():
    seed = int(os.environ.get('PRALINE_SEED', 0)) or random.SystemRandom().randrange(1, 1 << 32)
    print('PRALINE_SEED=%d' % seed)
    return random.Random(seed)


def _ground(api, content, disk_format, ram=64):
    image = api.must('POST', '/image/v2/images', {
        'name': 'kill', 'disk_format': disk_format, 'container_format': 'bare'})['id']
    api.must('PUT', '/image/v2/images/%s/file' % image, data=content)
    flavor = api.must('POST', '/compute/v2.1/flavors', {'flavor': {
        'name': 'kill', 'ram': ram, 'vcpus': 1, 'disk': 1}})['flavor']['id']
    api.must('PUT', '/compute/v2.1/os-quota-sets/' + api.project_id, {'quota_set': {'instances': 16}})
    api.must('PUT', api.volume('os-quota-sets/' + api.project_id), {'quota_set': {'volumes': 100}})
    network = api.must('POST', '/network/v2.0/networks', {'network': {'name': 'kill'}})['network']['id']
    subnet = api.must('POST', '/network/v2.0/subnets', {'subnet': {
        'network_id': network, 'ip_version': 4, 'cidr': '10.77.0.0/16'}})['subnet']['id']
    public = api.must('GET', '/network/v2.0/networks?router:external=true')['networks'][0]['id']
    router = api.must('POST', '/network/v2.0/routers', {'router': {
        'name': 'kill', 'external_gateway_info': {'network_id': public}}})['router']['id']
    api.must('PUT', '/network/v2.0/routers/%s/add_router_interface' % router, {'subnet_id': subnet})
    until(lambda: not any(host['state'] == 'up' for host in api.must('GET', '/compute/v2.1/os-hypervisors')[
        'hypervisors']), 60, 'no hypervisor is up')
    return Ground(image, flavor, network, public)


def _storm(cloud, api, ground, kills, chance, chances, customers=CUSTOMERS, most=5, pause=0.02, longest=1.5):
    """Customers at work while the process dies this many times; the customers, stopped."""
    people = [Customer(api, ground, 'c%d' % number, chance.random(), chances, most, pause)
              for number in range(customers)]
    for customer in people:
        customer.start()
    began = time.monotonic()
    masters = 0
    for _ in range(kills):
        _wait_for_the_next(cloud, chance, longest)
        if chance.random() < MASTER:
            masters += 1
            cloud.kill_master()
        else:
            cloud.kill_worker()
    for customer in people:
        customer.stop()
    for customer in people:
        customer.join(90)
        assert not customer.is_alive(), '%s hangs' % customer.name
    counts = {}
    for customer in people:
        for what, count in customer.counts.items():
            counts[what] = counts.get(what, 0) + count
    print('%d kills (%d of them the master) in %.0f s; requests: %s' % (
        kills, masters, time.monotonic() - began, counts))
    return people


def _wait_for_the_next(cloud, chance, longest):
    """One time in four while the process starts and resumes what it finds, else some time after it serves again."""
    if chance.random() < 0.25:
        time.sleep(chance.uniform(0.2, 2.5))
    else:
        until(lambda: not layout.answers(cloud.base), 60, 'it does not answer')
        time.sleep(chance.uniform(0.02, longest))


def _check(cloud, api, customers):
    began = time.monotonic()
    try:
        until(lambda: bookkeeping.unrest(cloud, api), TERMINAL_SECONDS, 'not at rest')
    except AssertionError as error:
        _agree(cloud, [error])
    print('at rest %.1f s after the last request' % (time.monotonic() - began))
    wrong = [fault for customer in customers for fault in customer.faults]
    wrong += bookkeeping.failures(cloud)
    wrong += bookkeeping.broken_promises(api, customers)
    wrong += bookkeeping.disagreements(cloud, api)
    wrong += cloud.audit()
    _agree(cloud, wrong)


def _agree(cloud, wrong):
    """Nothing is wrong; or what is, with the journals of what it is about and the log's tracebacks."""
    if wrong:
        text = '\n'.join(map(str, wrong))
        stories = [cloud.why(some_id) for some_id in sorted(set(ID.findall(text)))[:10]]
        log = [line for line in cloud.log.splitlines() if LOGGED.match(line)]
        pytest.fail('\n'.join([text, *stories, *log[-100:]]), pytrace=False)


def _clear(cloud, api):
    """Delete everything: afterwards there is nothing, in rows or in reality."""
    servers = [server['id'] for server in api.must('GET', '/compute/v2.1/servers')['servers']]
    for server_id in servers:
        api.must('DELETE', '/compute/v2.1/servers/' + server_id)
    until(lambda: api.must('GET', '/compute/v2.1/servers')['servers'], TERMINAL_SECONDS, 'servers are left')
    for volume in api.must('GET', api.volume('volumes'))['volumes']:
        api.must('DELETE', api.volume('volumes/' + volume['id']))
    until(lambda: api.must('GET', api.volume('volumes'))['volumes'], TERMINAL_SECONDS, 'volumes are left')
    for address in api.must('GET', '/network/v2.0/floatingips')['floatingips']:
        api.must('DELETE', '/network/v2.0/floatingips/' + address['id'])
    wrong = bookkeeping.disagreements(cloud, api) + cloud.audit()
    wrong += cloud.rows('scheduler', 'SELECT * FROM allocations') + cloud.rows('volume', 'SELECT * FROM attachments')
    wrong += cloud.rows('network', "SELECT * FROM ports WHERE device_owner LIKE 'compute:%'")
    _agree(cloud, wrong)
