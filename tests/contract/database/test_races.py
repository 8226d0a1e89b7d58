# SPDX-License-Identifier: Apache-2.0
"""Two processes of a service that decide at the same moment: never one over the quota, two in one place."""
from concurrent.futures import ThreadPoolExecutor
import collections
import uuid

import pytest
import sqlalchemy as sa

from praline_common import errors, rpc
from praline_common.testing.neighbours import IMAGE, FakeImage, FakeNetwork, FakeVolume

AT_ONCE = 12


def at_once(work, processes):
    """What work(process, number) gave, called from many threads of both processes at one moment."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(lambda number: work(processes[number % 2], number), range(AT_ONCE)))


def statuses(answers):
    return collections.Counter(answer.status_int for answer in answers)


def host(name):
    return {'host': name, 'agent': 'a', 'provider_id': str(uuid.uuid5(uuid.NAMESPACE_DNS, name)), 'enabled': True,
            'up': True, 'traits': [], 'inventory': {'VCPU': {'total': 100}}, 'disabled_reason': None,
            'availability_zone': 'nova', 'aggregates': []}


@pytest.fixture
def place(pair):
    """place(affinity): the hosts on which consumers claimed at one moment are put, None for none."""
    processes = pair('scheduler')
    contracts = [process.runtime('scheduler').contracts.scheduler for process in processes]
    contracts[0].report_hosts(None, [host('h%d' % number) for number in range(4)])

    def claim(contract, affinity):
        try:
            return contract.claim(None, str(uuid.uuid4()), {'VCPU': 1}, 'p', 'u', affinity=affinity)['host']
        except errors.NoCapacity:
            return None
    return lambda affinity: at_once(lambda contract, _: claim(contract, affinity), contracts)


def test_members_of_an_anti_affinity_group_never_meet(place):
    assert sorted(filter(None, place({'group': 'g', 'policy': 'anti-affinity'}))) == ['h0', 'h1', 'h2', 'h3']


def test_members_of_an_affinity_group_all_meet(place):
    assert len(set(place({'group': 'g', 'policy': 'affinity'}))) == 1


def test_volumes(pair):
    processes = pair('volume', driver='fake', quota_volumes=5)
    answers = at_once(lambda cloud, _: cloud.client('volume').post('/v3/volumes', {'volume': {'size': 1}}),
                      processes)
    assert statuses(answers) == {202: 5, 413: AT_ONCE - 5}


@pytest.mark.parametrize('plural, fields', [('networks', {}), ('routers', {}), ('security-groups', {'name': 'g'})])
def test_networks(pair, plural, fields):
    kind = plural[:-1].replace('-', '_')
    processes = pair('network', driver='fake', **{'quota_' + kind: 5})
    # The default group of a project counts too.
    processes[0].client('network').get('/v2.0/security-groups')
    answers = at_once(lambda cloud, _: cloud.client('network').post('/v2.0/' + plural, {kind: fields}), processes)
    wanted = 4 if kind == 'security_group' else 5
    assert statuses(answers) == {201: wanted, 409: AT_ONCE - wanted}


def test_addresses_of_one_subnet(pair):
    processes = pair('network', driver='fake')
    client = processes[0].client('network')
    network = client.post('/v2.0/networks', {'network': {}}).json['network']['id']
    client.post('/v2.0/subnets', {'subnet': {'network_id': network, 'ip_version': 4, 'cidr': '10.0.0.0/24',
                                             'enable_dhcp': False}})
    answers = at_once(lambda cloud, _: cloud.client('network').post('/v2.0/ports', {'port': {'network_id': network}}),
                      processes)
    assert statuses(answers) == {201: AT_ONCE}
    assert len({answer.json['port']['fixed_ips'][0]['ip_address'] for answer in answers}) == AT_ONCE


def test_one_revision_is_followed_by_one_change(pair):
    processes = pair('network', driver='fake')
    made = processes[0].client('network').post('/v2.0/networks', {'network': {}}).json['network']
    answers = at_once(lambda cloud, number: cloud.client('network').put(
        '/v2.0/networks/' + made['id'], {'network': {'name': 'n%d' % number}},
        headers={'If-Match': 'revision_number=%d' % made['revision_number']}), processes)
    assert statuses(answers) == {200: 1, 412: AT_ONCE - 1}
    now = processes[1].client('network').get('/v2.0/networks/' + made['id']).json['network']
    assert now['revision_number'] == made['revision_number'] + 1


class FullScheduler:
    """No host has room: the servers stay as they were accepted."""

    @rpc.method
    def claim(self, ctx, **asked):
        raise errors.NoCapacity('No valid host was found.', reasons=[])

    @rpc.method
    def release(self, ctx, consumer_id):
        pass

    @rpc.method
    def report_hosts(self, ctx, hosts):
        pass


@pytest.fixture
def compute(pair):
    """Two processes of compute whose projects may have five of everything."""
    fakes = {'image': FakeImage(), 'network': FakeNetwork(), 'volume': FakeVolume(), 'scheduler': FullScheduler()}
    processes = pair('compute', fakes, driver='fake', quota_instances=5, quota_key_pairs=5, quota_server_groups=5)
    answer = processes[0].admin('compute').post('/v2.1/flavors', {'flavor': {
        'name': 'tiny', 'id': '1', 'ram': 64, 'vcpus': 1, 'disk': 1}})
    assert answer.status_int == 200, answer.text
    return processes


@pytest.mark.parametrize('path, body, made', [
    ('servers', {'server': {'name': 's', 'imageRef': IMAGE, 'flavorRef': '1', 'networks': []}}, 202),
    ('os-server-groups', {'server_group': {'name': 'g', 'policies': ['affinity']}}, 200)])
def test_servers_and_their_groups(compute, path, body, made):
    answers = at_once(lambda cloud, _: cloud.client('compute').post('/v2.1/' + path, body), compute)
    assert statuses(answers) == {made: 5, 403: AT_ONCE - 5}, answers[0].text


def test_key_pairs(compute):
    answers = at_once(lambda cloud, number: cloud.client('compute').post(
        '/v2.1/os-keypairs', {'keypair': {'name': 'k%d' % number}}), compute)
    assert statuses(answers) == {200: 5, 403: AT_ONCE - 5}, answers[0].text


def test_nobody_writes_where_the_row_that_writers_wait_for_is_missing(pair):
    db = pair('image')[0].runtime('image').db
    if db.sqlite:
        pytest.skip('SQLite locks the file')
    with db.write() as conn:
        conn.execute(sa.text('DELETE FROM alembic_version'))
    with pytest.raises(errors.Error, match='alembic_version is empty; run `praline db upgrade`'):
        with db.write():
            pass


def test_images(pair):
    processes = pair('image', project_images=5)
    answers = at_once(lambda cloud, _: cloud.client('image').post('/v2/images', {'name': 'i'}), processes)
    assert statuses(answers) == {201: 5, 413: AT_ONCE - 5}


def test_bytes_of_images(pair):
    processes = pair('image', project_bytes=5000, check_formats=False)
    client = processes[0].client('image')
    made = [client.post('/v2/images', {'disk_format': 'raw', 'container_format': 'bare'}).json['id']
            for _ in range(AT_ONCE)]
    answers = at_once(lambda cloud, number: cloud.client('image').put(
        '/v2/images/%s/file' % made[number], data=b'.' * 1000,
        headers={'Content-Type': 'application/octet-stream'}), processes)
    assert statuses(answers) == {204: 5, 413: AT_ONCE - 5}
    left = [client.get('/v2/images/' + image).json['status'] for image in made]
    assert collections.Counter(left) == {'active': 5, 'queued': AT_ONCE - 5}
