# SPDX-License-Identifier: Apache-2.0
"""Which host serves a network's DHCP and which runs a router: chosen from the agents that live, kept in rows."""
import logging
import uuid

import sqlalchemy as sa

from praline_common.db import engine
from praline_network import errors
from praline_network.db import addresses
from praline_network.db import agents
from praline_network.db import models
from praline_network.db import networks
from praline_network.db import ports
from praline_network.db import resources

LOG = logging.getLogger(__name__)
_PORTS, _ROUTERS, _SUBNETS = models.ports, models.routers, models.subnets


def ensure_dhcp(conn, network_id, options, host=None):
    """The network has a DHCP port on a live host with an address in each subnet that wants DHCP, or none.

    host: the one to take instead of choosing.  Returns the hosts concerned.  Without a live agent nothing happens;
    `ensure_all` comes back to it.
    """
    found = ports.find(conn, _PORTS.c.network_id == network_id, _PORTS.c.device_owner == ports.DHCP)
    wanting = [row for row in addresses.subnets_of(conn, network_id) if row['enable_dhcp']]
    if not wanting:
        for port in found:
            ports.delete(conn, port)
        return [port['host'] for port in found]
    if not found:
        return _create_dhcp(conn, network_id, wanting, options, host)
    port = found[0]
    have = {entry['subnet_id'] for entry in port['fixed_ips']}
    wanted = {row['id'] for row in wanting}
    for entry in port['fixed_ips']:
        if entry['subnet_id'] not in wanted:
            addresses.release(conn, port['id'], [entry])
    _give(conn, port, [row for row in wanting if row['id'] not in have])
    return [port['host']]


def _create_dhcp(conn, network_id, wanting, options, host):
    if host is None:
        load = _load(conn, _PORTS.c.device_owner == ports.DHCP, _PORTS.c.host)
        host = agents.least_loaded(conn, agents.DHCP, options, load)
    if not host:
        return []
    network = resources.fetch(conn, networks.TABLE, 'network', network_id)
    port = ports.create(conn, {
        'network_id': network_id, 'project_id': network['project_id'], 'device_owner': ports.DHCP,
        'device_id': _dhcp_device(host, network_id), 'host': host, 'port_security_enabled': False}, options, fixed_ips=[])
    have = {entry['subnet_id'] for entry in port['fixed_ips']}
    _give(conn, port, [row for row in wanting if row['id'] not in have])
    return [host]


def _give(conn, port, subnets):
    """One address in each; a full subnet goes without, and its guests must know theirs by other means."""
    for subnet in subnets:
        try:
            addresses.keep(conn, port, addresses.choose(conn, port, [subnet], [{'subnet_id': subnet['id']}]))
        except errors.AddressesExhausted:
            continue


def wake_dhcp(conn, network_id):
    """Hosts whose DHCP for this network is not running yet, now that a port may want it."""
    return list(conn.execute(sa.select(_PORTS.c.host).where(
        _PORTS.c.network_id == network_id, _PORTS.c.device_owner == ports.DHCP, _PORTS.c.status != 'ACTIVE')).scalars())


def rest_dhcp(conn, network_ids):
    """DHCP of a network without any other port is DOWN until there is one; hosts concerned."""
    left = set(conn.execute(sa.select(_PORTS.c.network_id).distinct().where(
        _PORTS.c.network_id.in_(network_ids), _PORTS.c.device_owner != ports.DHCP)).scalars())
    idle = [network_id for network_id in network_ids if network_id not in left]
    if not idle:
        return []
    where = (_PORTS.c.network_id.in_(idle), _PORTS.c.device_owner == ports.DHCP)
    hosts = list(conn.execute(sa.select(_PORTS.c.host).where(*where)).scalars())
    conn.execute(_PORTS.update().where(*where, _PORTS.c.status != 'DOWN').values(status='DOWN'))
    return hosts


def move_dhcp(conn, network, host, options):
    """Serve the network from this host ('': from none), subnets or not; hosts concerned."""
    before = ports.find(conn, _PORTS.c.network_id == network['id'], _PORTS.c.device_owner == ports.DHCP)
    for port in before:
        ports.delete(conn, port)
    wanting = [row for row in addresses.subnets_of(conn, network['id']) if row['enable_dhcp']]
    after = _create_dhcp(conn, network['id'], wanting, options, host) if host else []
    return [*(port['host'] for port in before), *after]


def rescue(conn, options, before):
    """What hosts whose agents are silent since `before` serve goes to hosts whose agents live; hosts concerned."""
    return {*_rescue_routers(conn, options, before), *_rescue_dhcp(conn, options, before)}


def _rescue_routers(conn, options, before):
    load = _load(conn, _ROUTERS.c.host != '', _ROUTERS.c.host)
    dead, hosts = agents.silent(conn, agents.ROUTING, load, before), set()
    for router in engine.rows(conn, sa.select(_ROUTERS).where(_ROUTERS.c.host.in_(dead))) if dead else ():
        host = agents.least_loaded(conn, agents.ROUTING, options, load)
        if host and host not in dead:
            hosts.update(move_router(conn, router, host), _neighbours(conn, _PORTS.c.device_id == router['id']))
            load[host] = load.get(host, 0) + 1
            LOG.warning('router %s moves from %s, which is silent, to %s', router['id'], router['host'], host)
    return hosts


def _rescue_dhcp(conn, options, before):
    """The port keeps its addresses: guests ask for names there."""
    served = _PORTS.c.device_owner == ports.DHCP
    load = _load(conn, served, _PORTS.c.host)
    dead, hosts = agents.silent(conn, agents.DHCP, load, before), set()
    for port in ports.find(conn, served, _PORTS.c.host.in_(dead)) if dead else ():
        host = agents.least_loaded(conn, agents.DHCP, options, load)
        if host and host not in dead:
            ports.bind(conn, [port['id']], host)
            conn.execute(_PORTS.update().where(_PORTS.c.id == port['id']).values(
                device_id=_dhcp_device(host, port['network_id'])))
            load[host] = load.get(host, 0) + 1
            hosts.update((port['host'], host), _neighbours(conn, _PORTS.c.id == port['id']))
            LOG.warning('DHCP of network %s moves from %s, which is silent, to %s', port['network_id'], port['host'],
                        host)
    return hosts


def _neighbours(conn, where):
    """Hosts on the networks of these ports: their tunnels lead elsewhere now."""
    return ports.hosts_of_networks(conn, list(conn.execute(sa.select(_PORTS.c.network_id).where(where)).scalars()))


def _dhcp_device(host, network_id):
    return 'dhcp%s-%s' % (uuid.uuid5(uuid.NAMESPACE_DNS, host), network_id)


def move_router(conn, router, host):
    """Run the router on this host ('': on none); hosts concerned."""
    conn.execute(_ROUTERS.update().where(_ROUTERS.c.id == router['id']).values(host=host))
    mine = sa.and_(_PORTS.c.device_id == router['id'], _PORTS.c.device_owner.in_(addresses.ROUTER_PORTS))
    conn.execute(_PORTS.update().where(mine).values(host=host, status='DOWN'))
    floating = models.floatingips
    conn.execute(floating.update().where(floating.c.router_id == router['id']).values(status='DOWN'))
    return [router['host'], host]


def _load(conn, where, column):
    return dict(conn.execute(sa.select(column, sa.func.count()).where(where).group_by(column)).all())


def place_router(conn, router, options):
    """Give the router a host if it has none; its host ('' while no agent lives)."""
    if router['host']:
        return router['host']
    load = _load(conn, _ROUTERS.c.host != '', _ROUTERS.c.host)
    host = agents.least_loaded(conn, agents.ROUTING, options, load)
    if host:
        move_router(conn, router, host)
        router['host'] = host
    return host


def ensure_all(conn, options):
    """Serve what was made while no agent lived; hosts concerned."""
    hosts = set()
    if agents.hosts(conn, agents.ROUTING, options):
        legs = sa.exists().where(_PORTS.c.device_id == _ROUTERS.c.id, _PORTS.c.device_owner.in_(addresses.ROUTER_PORTS))
        for router in engine.rows(conn, sa.select(_ROUTERS).where(_ROUTERS.c.host == '', legs)):
            hosts.add(place_router(conn, router, options))
    if agents.hosts(conn, agents.DHCP, options):
        served = sa.exists().where(_PORTS.c.network_id == _SUBNETS.c.network_id, _PORTS.c.device_owner == ports.DHCP)
        for network_id in list(conn.execute(sa.select(_SUBNETS.c.network_id).distinct().where(
                _SUBNETS.c.enable_dhcp.is_(True), ~served)).scalars()):
            hosts.update(ensure_dhcp(conn, network_id, options))
    return hosts
