# SPDX-License-Identifier: Apache-2.0
"""The agent around a driver: what it reports, how it keeps the host, whom it asks for metadata."""
import base64
import threading
import types

import pytest

from praline_common import errors
from praline_network.agent.answers import Answers
from praline_network.agent.endpoint import Endpoint
from praline_network.agent.keeper import Keeper

from . import network_guests as play
from .conftest import HOST
from .conftest import FakeLab

TOLD = {'tunneling_ip': None, 'bridge_mappings': {}}


class Service:
    """The network service as the agent sees it."""

    def __init__(self):
        self.reports, self.asked, self.state = [], 0, None
        self.gate = None

    def report_agent(self, ctx, host, report):
        self.reports.append((host, report))

    def desired_state(self, ctx, host):
        self.asked += 1
        if self.gate:
            self.gate.wait(5)
        if self.state is None:
            raise errors.Unavailable('not up yet')
        return self.state

    def instance_of(self, ctx, network_id, address, router_id=None):
        self.asked += 1
        if address != '10.0.0.5':
            raise errors.NotFound('nobody')
        return {'server_id': 'server of ' + network_id}


class Compute:

    def metadata(self, ctx, server_id, path):
        text = '%s: %s' % (server_id, path)
        return {'status': 200, 'content_type': 'text/plain', 'data': base64.b64encode(text.encode()).decode()}


@pytest.fixture
def lab(tmp_path):
    made = FakeLab(tmp_path)
    made.service = Service()
    made.keeper = Keeper(made.driver, made.service, HOST, TOLD)
    made.endpoint = Endpoint(made.driver, made.keeper)
    yield made
    made.close()


def test_start_without_the_service_is_made_up_for_later(lab):
    lab.keeper.start()
    network = lab.network()
    lab.service.state = lab.state([network])
    assert lab.endpoint.sync(None)
    assert list(lab.endpoint.inventory(None)['bridges'].values()) == [network.id]
    assert lab.endpoint.sync(None) == []


def test_reports_every_agent_that_clients_know(lab):
    lab.keeper.report()
    assert sorted(report['agent_type'] for _, report in lab.service.reports) == [
        'DHCP agent', 'L3 agent', 'Linux bridge agent', 'Metadata agent']
    assert {host for host, _ in lab.service.reports} == {HOST}


def test_trouble_is_reported_and_goes_away(lab):
    lab.service.state = lab.state()
    lab.driver.faults.fail('apply', 'out of bridges', times=1)
    with pytest.raises(errors.DriverError):
        lab.keeper.sync()
    lab.keeper.report()
    assert 'out of bridges' in lab.service.reports[-1][1]['configurations']['trouble']
    lab.keeper.sync()
    lab.keeper.report()
    assert lab.service.reports[-1][1]['configurations']['trouble'] is None


def test_many_who_ask_at_once_share_a_comparison(lab):
    lab.service.state = lab.state()
    lab.service.gate = threading.Event()
    first = threading.Thread(target=lab.keeper.sync)
    first.start()
    assert play.until(lambda: lab.service.asked)
    others = [threading.Thread(target=lab.keeper.sync) for _ in range(10)]
    for thread in others:
        thread.start()
    assert play.until(lambda: lab.keeper.waiting == 10)
    lab.service.gate.set()
    for thread in [first, *others]:
        thread.join(5)
    assert lab.service.asked == 2


def test_audit_finds_and_mends(lab):
    external, network, group = lab.external(), lab.network(), lab.group()
    port = lab.port(network, 10, group)
    network.ports = network.ports + [port]
    router = lab.router(external, network, floating={'172.24.4.9': '10.0.0.5'})
    lab.service.state = lab.state([external, network], [group], [router])
    lab.keeper.sync()
    assert lab.endpoint.audit(None) == []

    lab.driver.lose('ports', port.id)
    lab.driver.lose('routers', router.id)
    stray = lab.network(dhcp=False)
    lab.driver.ensure_network(stray)
    found = lab.endpoint.audit(None)
    assert {(item['kind'], item['id'], item['detail'], item['repaired']) for item in found} == {
        ('filter', port.id, 'missing', False), ('router', router.id, 'missing', False),
        ('bridge', stray.id, 'should not be', False)}
    assert all(item['repaired'] for item in lab.endpoint.audit(None, repair=True))
    assert lab.endpoint.audit(None) == []


def test_audit_sees_where_a_floating_address_leads(lab):
    external, network = lab.external(), lab.network()
    router = lab.router(external, network, floating={'172.24.4.9': '10.0.0.5'})
    lab.service.state = lab.state([external, network], [], [router])
    lab.keeper.sync()
    moved = router.obj_clone()
    moved.floating_ips = lab.router(floating={'172.24.4.9': '10.0.0.6'}).floating_ips
    lab.driver.ensure_router(moved)
    assert [(item['kind'], item['id']) for item in lab.endpoint.audit(None)] == [('floating ip', '172.24.4.9')]


def test_audit_of_the_real_host_is_clean_after_a_sync(real):
    service = Service()
    external, network, group = real.external(), real.network(), real.group()
    network.ports = network.ports + [real.port(network, 10, group)]
    service.state = real.state([external, network], [group], [real.router(external, network)])
    keeper = Keeper(real.driver, service, HOST, TOLD)
    keeper.sync()
    assert keeper.audit(False) == []


def test_metadata_is_answered_by_compute_for_who_asks():
    service = Service()
    answers = Answers(types.SimpleNamespace(network=service, compute=Compute()))
    assert answers('net', '10.0.0.5', '/latest') == (200, 'text/plain', b'server of net: /latest')
    assert answers('net', '10.0.0.5', '/again')[0] == 200
    assert service.asked == 1
    assert answers('net', '10.0.0.6', '/latest')[0] == 404
