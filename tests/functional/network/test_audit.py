# SPDX-License-Identifier: Apache-2.0
"""The audit finds what is wrong on hosts and in rows, and mends it."""
import uuid

import pytest

from praline_common.testing.cloud import TestCloud
from praline_network import audit
from praline_network import bootstrap
from praline_network.db import models


@pytest.fixture
def agents():
    return ['network']


@pytest.fixture
def cloud(tmp_path, compute, agents):
    """A cloud of this test's own: an audit looks at everything."""
    options = {'network.driver': 'fake', 'network.report_interval': 3600, 'host': 'host1'}
    with TestCloud(tmp_path, ['network'], {'compute': compute}, options, agents) as made:
        bootstrap.bootstrap(made.runtime('network'))
        yield made


@pytest.fixture
def plugged(cloud, member):
    """The network of a port that is plugged on host1."""
    network, _ = member.network()
    contract = cloud.runtime('network').contracts.network
    (port,) = contract.allocate_ports(None, str(uuid.uuid4()), 'host1', [{'network_id': network['id'], 'key': '0'}], [],
                                      'g', member.project)
    contract.plug(None, 'host1', port['id'])
    return network


def test_nothing_is_wrong(cloud, plugged):
    assert audit.audit(cloud.runtime('network')) == []


def test_a_host_that_lost_something(cloud, plugged):
    runtime = cloud.runtime('network')
    (port_id,) = runtime.agents.call(None, 'inventory', server='host1')['filters']
    runtime.agents.call(None, 'remove_port', server='host1', port_id=port_id)
    found = audit.audit(runtime)
    assert ('filter', port_id, 'host1') in [(item['kind'], item['id'], item['host']) for item in found]
    assert all(item['repaired'] for item in audit.audit(runtime, repair=True))
    assert audit.audit(runtime) == []


def test_rows_that_lead_nowhere(cloud, plugged, member, public):
    runtime = cloud.runtime('network')
    made = member.create('floatingips', floating_network_id=public['id'])
    with runtime.db.write() as conn:
        conn.execute(models.floatingips.update().where(models.floatingips.c.id == made['id']).values(port_id='gone'))
    (item,) = audit.audit(runtime)
    assert item['kind'] == 'leads nowhere' and item['id'] == made['id'] and not item['repaired']
    assert audit.audit(runtime, repair=True)[0]['repaired']
    assert audit.audit(runtime) == [] and member.show('floatingips', made['id'])['port_id'] is None


def test_a_host_that_is_silent(cloud, member, eventually):
    runtime = cloud.runtime('network')
    network, _ = member.network()
    runtime.contracts.network.allocate_ports(None, str(uuid.uuid4()), 'host1', [
        {'network_id': network['id'], 'key': '0'}], [], 'g', member.project)

    def silenced():
        """Its agent reports once when it starts, maybe just now."""
        with runtime.db.write() as conn:
            conn.execute(models.agents.update().values(heartbeat=0))
        return [(item['kind'], item['host']) for item in audit.audit(runtime)] == [('agent', 'host1')]
    eventually(silenced)


@pytest.mark.parametrize('agents', [()])
def test_made_while_no_agent_lived(cloud, member, eventually, driver):
    """What was accepted then is served as soon as an agent lives."""
    network, subnet = member.network()
    router = member.create('routers')
    member.attach(router['id'], subnet_id=subnet['id'])
    assert member.list('ports', 'device_owner=network:dhcp') == []
    cloud.process.start(workers=[], agents=['network'])
    eventually(lambda: router['id'] in driver()['routers'] and network['id'] in driver()['dhcp'])
    eventually(lambda: all(port['status'] == 'ACTIVE' for port in member.list('ports')))
