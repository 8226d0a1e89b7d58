# SPDX-License-Identifier: Apache-2.0
"""Routers and DHCP of a host that died are served by another; when it comes back it lets go of them."""
import os

import pytest
import sqlalchemy as sa

from praline_common.process import Process
from praline_common.testing.cloud import TestCloud
from praline_network import bootstrap
from praline_network.agent.keeper import TYPES
from praline_network.db import models
from praline_network.wiring.hosts import Hosts


@pytest.fixture
def cloud(tmp_path, compute):
    """One whose agents report only when they start, so that a host is dead when the rows say so."""
    options = {'network.driver': 'fake', 'network.report_interval': 3600, 'host': 'host1'}
    with TestCloud(tmp_path, ['network'], {'compute': compute}, options, ['network']) as made:
        bootstrap.bootstrap(made.runtime('network'))
        yield made


@pytest.fixture
def second(cloud, tmp_path, holds, eventually):
    """Another host's agent on the same bus."""
    path = os.path.join(tmp_path, 'host2')
    os.mkdir(path)
    with open(cloud.directory + '/praline.conf') as file:
        text = file.read().replace('state = ' + cloud.directory, 'state = ' + path)
    with open(path + '/praline.conf', 'w') as file:
        file.write(text + '[network]\ndriver = fake\nreport_interval = 3600\n')
    process = Process(path + '/praline.conf')
    process.conf.set_override('host', 'host2')
    process.start(workers=[], agents=['network'])
    yield process
    process.stop()


@pytest.fixture
def holds(cloud):
    """holds(host): (routers, networks served by DHCP) that its driver has."""
    agents = cloud.runtime('network').agents

    def ask(host):
        found = agents.call(None, 'inventory', server=host)
        return set(found['routers']), set(found['dhcp'])
    return ask


@pytest.fixture
def served(cloud, second, member, public, holds, eventually):
    """(router id, network id) on host1, with a floating IP."""
    network, subnet = member.network()
    router = member.create('routers', external_gateway_info={'network_id': public['id']})
    member.attach(router['id'], subnet_id=subnet['id'])
    port = member.create('ports', network_id=network['id'])
    member.create('floatingips', floating_network_id=public['id'], port_id=port['id'])
    eventually(lambda: holds('host1') == ({router['id']}, {network['id']}))
    return router['id'], network['id']


@pytest.fixture
def hosts(cloud):
    """What the worker's periodic work does, having listened since the epoch."""
    made = Hosts(cloud.runtime('network'))
    made.witnessed = 1.0
    return made


def silence(cloud, *names):
    with cloud.runtime('network').db.write() as conn:
        conn.execute(models.agents.update().where(models.agents.c.host.in_(names)).values(heartbeat=0))


def placed(cloud):
    """({host of each router}, {(host of each DHCP port, its addresses)})"""
    with cloud.runtime('network').db.read() as conn:
        routers = set(conn.execute(sa.select(models.routers.c.host)).scalars())
        dhcp = set(conn.execute(sa.select(models.ports.c.host, models.addresses.c.ip_address).join(
            models.addresses, models.addresses.c.port_id == models.ports.c.id).where(
                models.ports.c.device_owner == 'network:dhcp')).all())
    return routers, {tuple(row) for row in dhcp}


def test_they_move_once_and_stay(cloud, served, hosts, holds, member, eventually):
    router, network = served
    (_, ((_, address),)) = placed(cloud)[0], tuple(placed(cloud)[1])
    silence(cloud, 'host1')
    hosts.settle()
    assert placed(cloud) == ({'host2'}, {('host2', address)})
    eventually(lambda: holds('host2') == ({router}, {network}))
    eventually(lambda: all(port['status'] == 'ACTIVE' for port in member.list('ports') if port['device_owner']))
    eventually(lambda: {item['status'] for item in member.list('floatingips')} == {'ACTIVE'})
    # It lives again; what it may hold still is another's.
    contract = cloud.runtime('network').contracts.network
    for kind in TYPES:
        contract.report_agent(None, 'host1', {'agent_type': kind, 'binary': 'b', 'configurations': {}, 'version': 1})
    eventually(lambda: holds('host1') == (set(), set()))
    hosts.settle()
    assert placed(cloud) == ({'host2'}, {('host2', address)})


def test_nobody_is_called_dead_who_may_only_not_have_been_heard(cloud, served, hosts):
    before = placed(cloud)
    silence(cloud, 'host1', 'host2')
    hosts.settle()
    assert placed(cloud) == before
    # host2 is heard again first: host1 has its time to follow.
    with cloud.runtime('network').db.write() as conn:
        conn.execute(models.agents.update().where(models.agents.c.host == 'host2').values(heartbeat=1 << 40))
    hosts.settle()
    assert placed(cloud) == before


def test_without_a_limit_they_wait(cloud, served, hosts):
    cloud.conf.set_override('failover_seconds', 0, 'network')
    before = placed(cloud)
    silence(cloud, 'host1')
    hosts.settle()
    assert placed(cloud) == before
