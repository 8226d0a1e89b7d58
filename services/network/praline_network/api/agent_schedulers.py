# SPDX-License-Identifier: Apache-2.0
"""Which agent serves which network and runs which router, and moving them by hand."""
import sqlalchemy as sa

from praline_common import errors as common_errors
from praline_common.api.rest import Controller, Reply, operation
from praline_common.db import engine
from praline_common.policy import ADMIN
from praline_network import errors
from praline_network.api import agents as agents_api
from praline_network.api import networks as networks_api
from praline_network.api import routers as routers_api
from praline_network.db import agents
from praline_network.db import networks
from praline_network.db import placement
from praline_network.db import ports
from praline_network.db import routers

_NETWORK = {'type': 'object', 'properties': {'network_id': {'type': 'string'}}, 'required': ['network_id'],
            'additionalProperties': False}
_ROUTER = {'type': 'object', 'properties': {'router_id': {'type': 'string'}}, 'required': ['router_id'],
           'additionalProperties': False}


class _Scheduler(Controller):

    def __init__(self, runtime):
        super().__init__(runtime)
        self.options = runtime.options

    def on_hosts(self, req, conn, agent_type, hosts):
        """The agents of this type on these hosts, as the agents' own API shows them."""
        rows = engine.rows(conn, sa.select(agents.TABLE).where(
            agents.TABLE.c.agent_type == agent_type, agents.TABLE.c.host.in_(hosts)))
        collection = agents_api.Agents(self.runtime)
        return {'agents': [collection.answer_one(req, row)['agent'] for row in rows]}

    def moved(self, conn, hosts):
        hosts = sorted({host for host in hosts if host})
        if hosts:
            engine.after(conn, lambda: self.runtime.own.cast(None, 'sync_hosts', hosts=hosts))


def _of_type(conn, context, agent_id, agent_type):
    agent = agents.get(conn, context, agent_id)
    if agent['agent_type'] != agent_type:
        raise errors.conflict('InvalidAgent', 'Agent %s is not a valid %s or has been disabled.'
                              % (agent_id, agent_type))
    return agent


class DhcpAgents(_Scheduler):

    @operation('get_dhcp-agents', policy=ADMIN, item=networks.get)
    def get_all(self, req, network):
        with self.db.read() as conn:
            return self.on_hosts(req, conn, agents.DHCP, [port['host'] for port in ports.find(
                conn, ports.TABLE.c.network_id == network['id'], ports.TABLE.c.device_owner == ports.DHCP)])


class DhcpNetworks(_Scheduler):

    @operation('get_dhcp-networks', policy=ADMIN, item=agents.get)
    def get_all(self, req, agent):
        table = networks.TABLE
        served = sa.select(ports.TABLE.c.network_id).where(ports.TABLE.c.host == agent['host'],
                                                           ports.TABLE.c.device_owner == ports.DHCP)
        with self.db.read() as conn:
            rows = engine.rows(conn, sa.select(table).where(table.c.id.in_(served)))
            rows = networks.complete(conn, rows, req.context)
        collection = networks_api.Networks(self.runtime)
        return {'networks': [collection.answer_one(req, row)['network'] for row in rows]}

    @operation('create_dhcp-network', policy=ADMIN, body=_NETWORK, status=201)
    def post(self, req, agent_id, body):
        with self.db.write() as conn:
            agent = _of_type(conn, req.context, agent_id, agents.DHCP)
            network = networks.bare(conn, req.context, body['network_id'])
            if agent['host'] in _dhcp_hosts(conn, network['id']):
                raise errors.conflict('NetworkHostedByDHCPAgent', 'The network %s has been already hosted by the DHCP '
                                      'Agent %s.' % (network['id'], agent_id))
            self.moved(conn, placement.move_dhcp(conn, network, agent['host'], self.options))
        return Reply(b'null')

    @operation('delete_dhcp-network', policy=ADMIN, status=204)
    def delete(self, req, agent_id, network_id):
        with self.db.write() as conn:
            agent = _of_type(conn, req.context, agent_id, agents.DHCP)
            network = networks.bare(conn, req.context, network_id)
            if agent['host'] not in _dhcp_hosts(conn, network_id):
                raise errors.conflict('NetworkNotHostedByDhcpAgent', 'The network %s is not hosted by the DHCP agent '
                                      '%s.' % (network_id, agent_id))
            self.moved(conn, placement.move_dhcp(conn, network, '', self.options))


def _dhcp_hosts(conn, network_id):
    return [port['host'] for port in ports.find(conn, ports.TABLE.c.network_id == network_id,
                                                ports.TABLE.c.device_owner == ports.DHCP)]


class L3Agents(_Scheduler):

    @operation('get_l3-agents', policy=ADMIN, item=routers.get)
    def get_all(self, req, router):
        with self.db.read() as conn:
            return self.on_hosts(req, conn, agents.ROUTING, [router['host']])


class L3Routers(_Scheduler):

    @operation('get_l3-routers', policy=ADMIN, item=agents.get)
    def get_all(self, req, agent):
        table = routers.TABLE
        with self.db.read() as conn:
            rows = routers.complete(conn, engine.rows(conn, sa.select(table).where(table.c.host == agent['host'])))
        collection = routers_api.Routers(self.runtime)
        return {'routers': [collection.answer_one(req, row)['router'] for row in rows]}

    @operation('create_l3-router', policy=ADMIN, body=_ROUTER, status=201)
    def post(self, req, agent_id, body):
        with self.db.write() as conn:
            agent = _of_type(conn, req.context, agent_id, agents.ROUTING)
            router = routers.get(conn, req.context, body['router_id'])
            if router['host'] not in ('', agent['host']):
                raise errors.conflict('RouterHostedByL3Agent', 'The router %s has been already hosted by another L3 '
                                                               'Agent.' % router['id'])
            self.moved(conn, placement.move_router(conn, router, agent['host']))
        return Reply(b'null')

    @operation('delete_l3-router', policy=ADMIN, status=204)
    def delete(self, req, agent_id, router_id):
        with self.db.write() as conn:
            agent = _of_type(conn, req.context, agent_id, agents.ROUTING)
            router = routers.get(conn, req.context, router_id)
            if router['host'] != agent['host']:
                raise common_errors.Conflict('The router %s is not hosted by L3 agent %s.' % (router_id, agent_id),
                                             kind='RouterNotHostedByL3Agent')
            self.moved(conn, placement.move_router(conn, router, ''))
