# SPDX-License-Identifier: Apache-2.0
"""Lets the agents make hosts as the rows say, and writes into the rows what then is true.

A message that is lost is no harm: every agent compares its host with the rows on its own every minute, and
`settle` finds the rows whose status waits for a host.
"""
import logging
import threading
import time

import sqlalchemy as sa

from praline_common import errors
from praline_common.db import engine
from praline_network.db import addresses
from praline_network.db import agents
from praline_network.db import desired
from praline_network.db import models
from praline_network.db import placement
from praline_network.db import ports
from praline_network.db import resources

LOG = logging.getLogger(__name__)
SYNC_SECONDS = 120
COMPARED_AT_ONCE = 8
_PORTS, _ROUTERS, _FLOATING = models.ports, models.routers, models.floatingips
_DHCP = sa.select(_PORTS.c.id, _PORTS.c.host, _PORTS.c.status).where(
    _PORTS.c.network_id == sa.bindparam('network'), _PORTS.c.device_owner == ports.DHCP)


class Hosts:
    """`request` is for everything that can wait a moment: requests that come while a host is compared are one."""

    def __init__(self, runtime):
        self.db, self.agents, self.options = runtime.db, runtime.agents, runtime.options
        self._slots = threading.BoundedSemaphore(COMPARED_AT_ONCE)
        self.witnessed = None
        self._busy, self._again, self._lock = set(), set(), threading.Lock()

    def request(self, hosts):
        """Compare these hosts soon; hosts without a living agent do so when it starts."""
        with self.db.read() as conn:
            living = set(agents.all_hosts(conn, self.options))
            serving = set(agents.serving(conn, hosts, self.options).values())
        for host in serving & living:
            with self._lock:
                if host in self._busy:
                    self._again.add(host)
                    continue
                self._busy.add(host)
            threading.Thread(target=self._run, args=(host,), name='network-host-' + host, daemon=True).start()

    def _run(self, host):
        while True:
            try:
                with self._slots:
                    self.sync(host)
            except errors.Error as error:
                LOG.warning('host %s is not as it should be yet: %s', host, error.message)
            except Exception:
                LOG.exception('comparing host %s failed', host)
            with self._lock:
                if host not in self._again:
                    self._busy.discard(host)
                    return
                self._again.discard(host)

    def sync(self, host):
        """The agent compares its host now; what waited for that is ACTIVE afterwards."""
        with self.db.read() as conn:
            waiting = pending(conn, host)
        self.agents.call(None, 'sync', server=host, timeout=SYNC_SECONDS)
        if any(waiting.values()):
            with self.db.write() as conn:
                _arrive(conn, waiting)

    def settle(self):
        """Serve what was made while no agent lived or by one that is dead, and go on with what waits for one."""
        with self.db.write() as conn:
            hosts = set(placement.ensure_all(conn, self.options))
            hosts |= self._rescue(conn)
        with self.db.read() as conn:
            for host in agents.all_hosts(conn, self.options):
                if any(pending(conn, host).values()):
                    hosts.add(host)
        if hosts:
            self.request(hosts)

    def _rescue(self, conn):
        """Take from dead hosts what others can serve; hosts concerned.

        Where nobody reports it is we who hear nothing (the broker was away): no reason to call a host dead, and
        when some are heard again each gets its time to be among them.  `witnessed`: since when this process has
        heard somebody all the time.
        """
        limit, now = self.options.failover_seconds, time.time()
        if not limit or not agents.all_hosts(conn, self.options):
            self.witnessed = None
            return set()
        self.witnessed = self.witnessed or now
        return placement.rescue(conn, self.options, now - limit) if self.witnessed <= now - limit else set()

    def welcome(self, host):
        """Its agent reports for the first time, or again: what it holds may be another's by now."""
        self.settle()
        self.request([host])

    def plug(self, port_row, host):
        """The port is on this host now: {'bridge', 'tap', 'mtu'}.  Unavailable, DriverError.

        The network's DHCP is up before; the network's other hosts and those whose filters name the port's
        groups hear of it.
        """
        with self.db.read() as conn:
            bound = ports.hosts_of_networks(conn, [port_row['network_id']])
            naming = ports.hosts_naming(conn, port_row['security_groups'])
            network, port, groups = desired.one_port(conn, port_row, bound)
            dhcp = engine.one(conn, _DHCP, network=network.id)
            serving_of = agents.serving(conn, {host, *bound, *naming}, self.options)
        port.host = host
        serving = serving_of[host]
        others = {serving_of[other] for other in bound} - {serving}
        naming = {serving_of[other] for other in naming} - {serving}
        if dhcp and dhcp['status'] != 'ACTIVE':
            self._start_dhcp(network.id, dhcp)
        plugged = self.agents.call(None, 'ensure_port', server=serving, network=network, port=port, groups=groups)
        for other in others:
            self.agents.cast(None, 'ensure_port', server=other, network=network, port=port, groups=[])
        for other in naming:
            self.agents.cast(None, 'ensure_groups', server=other, groups=groups)
        return plugged

    def _start_dhcp(self, network_id, dhcp):
        with self.db.read() as conn:
            whole = desired.whole_network(conn, network_id)
            serving = agents.serving(conn, [dhcp['host']], self.options)[dhcp['host']]
        self.agents.call(None, 'ensure_network', server=serving, network=whole)
        with self.db.write() as conn:
            ports.set_status(conn, [dhcp['id']], 'ACTIVE')

    def unplug(self, port_rows):
        """These ports are gone from the rows, or bound elsewhere: their hosts forget them."""
        with self.db.read() as conn:
            left, groups, naming = self._left_behind(conn, port_rows)
        for host in left:
            for row in port_rows:
                self.agents.cast(None, 'remove_port', server=host, port_id=row['id'])
        # Casts overtake each other: a network that nobody needs any more goes with a comparison.
        self.request({host for host, idle in left.items() if idle})
        for host in naming:
            self.agents.cast(None, 'ensure_groups', server=host, groups=groups)

    def _left_behind(self, conn, port_rows):
        """({host: whether a network is not needed there any more}, groups, hosts that name them)."""
        network_ids = {row['network_id'] for row in port_rows}
        hosts = [*ports.hosts_of_networks(conn, network_ids), *(row['host'] for row in port_rows)]
        left = {}
        for host in sorted(set(agents.serving(conn, hosts, self.options).values())):
            here = desired.bound_here(conn, host, self.options)
            left[host] = bool(network_ids - set(desired.networks_here(conn, here)))
        group_ids = sorted({group for row in port_rows for group in row['security_groups']})
        naming = ports.hosts_naming(conn, group_ids)
        naming = set(agents.serving(conn, naming, self.options).values()) if naming else ()
        return left, desired.groups(conn, group_ids) if naming else [], naming


def pending(conn, host):
    """What becomes ACTIVE once this host is as it should be: {'ports': [ids], 'floatingips': [(id, revision)]}."""
    legs = list(conn.execute(sa.select(_PORTS.c.id).where(
        _PORTS.c.host == host, _PORTS.c.status != 'ACTIVE',
        sa.or_(_PORTS.c.device_owner.in_(addresses.ROUTER_PORTS), sa.and_(
            _PORTS.c.device_owner == ports.DHCP, _PORTS.c.network_id.in_(desired.needed_networks()))))).scalars())
    floating = conn.execute(sa.select(_FLOATING.c.id, _FLOATING.c.revision_number).join(
        _ROUTERS, _ROUTERS.c.id == _FLOATING.c.router_id).where(
            _ROUTERS.c.host == host, _FLOATING.c.port_id.is_not(None), _FLOATING.c.status != 'ACTIVE'))
    return {'ports': legs, 'floatingips': [tuple(row) for row in floating]}


def _arrive(conn, waiting):
    ports.set_status(conn, waiting['ports'], 'ACTIVE')
    for floating_id, revision in waiting['floatingips']:
        conn.execute(_FLOATING.update().where(
            _FLOATING.c.id == floating_id, _FLOATING.c.revision_number == revision).values(
                status='ACTIVE', updated_at=resources.now(), revision_number=_FLOATING.c.revision_number + 1))
