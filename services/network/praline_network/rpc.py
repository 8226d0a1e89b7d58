# SPDX-License-Identifier: Apache-2.0
"""What the other services and the agents may ask of network: see contracts/network.py."""

from oslo_db import exception as db_errors

from praline_common import errors
from praline_common import rpc
from praline_common.api.proxy import Proxy
from praline_common.service import Worker
from praline_network import projects
from praline_network.api import root
from praline_network.db import agents
from praline_network.db import desired
from praline_network.db import models
from praline_network.db import ports
from praline_network.db import quotas
from praline_network.db import resources
from praline_network.wiring import servers
from praline_network.wiring.hosts import Hosts

SETTLE_SECONDS = 30
_TRIES = 5


class ServerPorts:
    """Compute's questions about the ports of servers."""

    def __init__(self, runtime, hosts):
        self.db, self.options, self.hosts = runtime.db, runtime.options, hosts

    @rpc.method
    def check_networks(self, ctx, requested):
        with self.db.read() as conn:
            return servers.check(conn, ctx, requested, self.options)

    @rpc.method
    def allocate_ports(self, ctx, server_id, host, requests, security_groups, hostname, project_id,
                       availability_zone=None):
        def allocate(conn):
            rows = servers.allocate(conn, ctx, server_id, host, requests, security_groups, hostname, project_id,
                                    availability_zone, self.options)
            return servers.shape(conn, rows)
        return self._written(allocate)

    def _written(self, work):
        for attempt in range(_TRIES):
            try:
                with self.db.write() as conn:
                    return work(conn)
            except (db_errors.DBDuplicateEntry, db_errors.DBDeadlock):
                if attempt == _TRIES - 1:
                    raise errors.Conflict('Somebody else took the same address %d times; try again' % _TRIES)

    @rpc.method
    def release_ports(self, ctx, server_id, port_ids=None):
        with self.db.write() as conn:
            rows, routing = servers.release(conn, server_id, port_ids)
        if rows:
            self.hosts.unplug(rows)
        if routing:
            self.hosts.request(routing)

    @rpc.method
    def bind_ports(self, ctx, server_id, host):
        with self.db.write() as conn:
            rows = servers.move(conn, server_id, host)
        left = {name for row in rows for name in (row['host'], row['moving_to']) if name not in ('', host)}
        if left:
            self.hosts.request(left | {host})

    @rpc.method
    def plug_port(self, ctx, host, port_id):
        with self.db.read() as conn:
            row = ports.complete(conn, [resources.fetch(conn, models.ports, 'port', port_id)])[0]
        if row['host'] and row['host'] != host:
            with self.db.write() as conn:
                ports.hold(conn, row, host)
        return self.hosts.plug(row, host)

    @rpc.method
    def port_up(self, ctx, port_ids, up=True):
        with self.db.write() as conn:
            ports.set_status(conn, port_ids, 'ACTIVE' if up else 'DOWN')

    @rpc.method
    def list_server_ports(self, ctx, server_ids):
        with self.db.read() as conn:
            return servers.of_servers(conn, server_ids)

    @rpc.method
    def server_security_groups(self, ctx, server_id):
        with self.db.read() as conn:
            return servers.groups_of(conn, server_id)

    @rpc.method
    def project_usage(self, ctx, project_id):
        """{resource: {'used', 'limit'}}"""
        with self.db.read() as conn:
            limits = quotas.get(conn, project_id, self.options)
            return {name: {'used': used, 'limit': limits[name]} for name, used in quotas.used(conn, project_id).items()}


class Neighbours:
    """The rest: the metadata service, the agents, and this service's own API."""

    def __init__(self, runtime, hosts):
        self.db, self.options, self.hosts = runtime.db, runtime.options, hosts

    @rpc.method
    def instance_of(self, ctx, network_id, address, router_id=None):
        with self.db.read() as conn:
            return servers.who_is(conn, network_id, address)

    @rpc.method
    def desired_state(self, ctx, host):
        with self.db.read() as conn:
            return desired.host_networks(conn, host, self.options)

    @rpc.method
    def report_agent(self, ctx, host, report):
        with self.db.write() as conn:
            news = agents.report(conn, host, report['agent_type'], report['binary'],
                                 report.get('configurations') or {}, self.options)
        if news:
            self.hosts.welcome(host)

    @rpc.method
    def sync_hosts(self, ctx, hosts):
        self.hosts.request(hosts)


def worker(runtime):
    hosts, api = Hosts(runtime), Proxy(runtime, root.api(runtime))
    return Worker(endpoints=[ServerPorts(runtime, hosts), Neighbours(runtime, hosts), api,
                             projects.Projects(runtime, api)],
                  periodics=[(SETTLE_SECONDS, hosts.settle)])
