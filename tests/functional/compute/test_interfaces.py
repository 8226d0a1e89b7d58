# SPDX-License-Identifier: Apache-2.0
"""The network cards of a server: attached, shown, refused with the right status, undone and taken off."""
import pytest

from praline_common import errors
from praline_common.testing.neighbours import NETWORK
from tests.functional.compute.conftest import until


@pytest.fixture
def server(boot):
    return boot()


@pytest.fixture
def path(server):
    return '/v2.1/servers/%s/os-interface' % server['id']


def attach(asker, path, expect=200, **fields):
    answer = asker.post(path, {'interfaceAttachment': fields}, expect=expect)
    return answer['interfaceAttachment'] if expect == 200 else answer


def addresses(asker, path):
    return [item['addr'] for items in asker.show(path.split('/')[3])['addresses'].values() for item in items]


def test_attach_shows_and_detach_takes_off(compute, path, neighbours):
    before = addresses(compute, path)
    made = attach(compute, path, net_id=NETWORK)
    assert made['net_id'] == NETWORK and 'tag' not in made
    assert addresses(compute, path) == [*before, made['fixed_ips'][0]['ip_address']]
    listed = compute.get(path, expect=200)['interfaceAttachments']
    assert made in listed and len(listed) == 2
    assert compute.get('%s/%s' % (path, made['port_id']), expect=200)['interfaceAttachment'] == made
    compute.delete('%s/%s' % (path, made['port_id']), expect=202)
    until(lambda: addresses(compute, path) == before)
    assert len(neighbours.network.held[path.split('/')[3]]) == 1


def test_the_only_network_without_a_body(compute, path):
    assert compute.post(path, expect=200)['interfaceAttachment']['net_id'] == NETWORK


def test_tags_from_2_49_shown_from_2_70(compute, path):
    assert attach(compute.at('2.70'), path, net_id=NETWORK, tag='dmz')['tag'] == 'dmz'
    shown = compute.at('2.70').get(path, expect=200)['interfaceAttachments']
    assert sorted(port['tag'] or '' for port in shown) == ['', 'dmz']
    attach(compute.at('2.48'), path, expect=400, net_id=NETWORK, tag='dmz')


@pytest.mark.parametrize('fields', [
    {'net_id': NETWORK, 'port_id': NETWORK}, {'fixed_ips': [{'ip_address': '10.0.0.9'}]}, {'net_id': 'x'},
    {'net_id': NETWORK, 'fixed_ips': [{'ip_address': 'x'}]}, {'net_id': NETWORK, 'fixed_ips': []}, {'colour': 1}])
def test_bad_requests(compute, path, fields):
    attach(compute, path, expect=400, **fields)


@pytest.mark.parametrize('error, status', [
    (errors.OverQuota('no more ports'), 403), (errors.Conflict('the address is taken'), 409),
    (errors.BadRequest('no address left'), 400), (errors.NotFound('no such network'), 404)])
def test_what_the_network_service_refuses_is_the_requests_own_error(compute, path, neighbours, error, status):
    neighbours.network.refuse['allocate_ports'] = [error]
    answer = attach(compute, path, expect=status, net_id=NETWORK)
    assert error.message in str(answer)
    assert len(neighbours.network.held[path.split('/')[3]]) == 1


def test_a_failed_card_leaves_no_port(compute, path, neighbours):
    neighbours.network.refuse['plug'] = [errors.Error('no bridge today')]
    attach(compute, path, expect=500, net_id=NETWORK)
    until(lambda: len(neighbours.network.held[path.split('/')[3]]) == 1)
    assert len(compute.get(path, expect=200)['interfaceAttachments']) == 1


def test_ports_that_are_not_the_servers(compute, path):
    unknown = '%s/00000000-0000-4000-8000-000000000000' % path
    assert compute.get(unknown).status_int == 404 and compute.delete(unknown).status_int == 404


def test_whose_server(cloud, compute, path):
    other = type(compute)(cloud, cloud.client('compute', project='p2'))
    attach(other, path, expect=404, net_id=NETWORK)
    reader = type(compute)(cloud, cloud.client('compute', roles='reader'))
    attach(reader, path, expect=403, net_id=NETWORK)


def test_states(compute, path, server):
    compute.act(server['id'], 'suspend')
    compute.wait(server['id'], 'SUSPENDED')
    attach(compute, path, expect=409, net_id=NETWORK)
