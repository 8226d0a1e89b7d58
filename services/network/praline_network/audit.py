# SPDX-License-Identifier: Apache-2.0
"""Rows against reality: what every host holds, and rows that wait for a host or lead nowhere."""
import sqlalchemy as sa

from praline_common import errors
from praline_common.db import engine
from praline_network.db import agents
from praline_network.db import models
from praline_network.db import ports
from praline_network.wiring.hosts import Hosts, pending

_PORTS, _ROUTERS, _FLOATING, _SUBNETS = models.ports, models.routers, models.floatingips, models.subnets
ASK_SECONDS = 60


def audit(runtime, repair=False):
    """[{'kind', 'id', 'host', 'detail', 'repaired'}].

    bridge, tap, filter, dhcp, router, floating ip, security group: a host holds too little or too much; repair
    lets its agent mend it.
    agent: a host that ports are bound to does not answer; a person must look.
    placement: a network's DHCP or a router has no host although agents live; repair gives it one.
    status: a row is not ACTIVE although its host has it; repair compares that host.
    leads nowhere: a row points at a row that is gone; repair clears it.
    """
    with runtime.db.read() as conn:
        living = agents.all_hosts(conn, runtime.options)
        silent = _silent(conn, living, runtime.options)
    drift = [_item('agent', host, host, 'ports are bound to this host and its agent does not report')
             for host in silent]
    for host in living:
        drift += _host(runtime, host, repair)
    drift += _rows(runtime, repair)
    return drift


def _item(kind, item_id, host, detail, repaired=False):
    return {'kind': kind, 'id': item_id, 'host': host, 'detail': detail, 'repaired': repaired}


def _silent(conn, living, options):
    bound = set(conn.execute(sa.select(_PORTS.c.host).distinct().where(_PORTS.c.host != '')).scalars())
    return sorted(host for host, serving in agents.serving(conn, bound, options).items() if serving not in living)


def _host(runtime, host, repair):
    try:
        found = runtime.agents.call(None, 'audit', server=host, timeout=ASK_SECONDS, repair=repair)
    except errors.Error as error:
        return [_item('agent', host, host, error.message)]
    return [dict(item, host=host) for item in found]


def _rows(runtime, repair):
    hosts = Hosts(runtime)
    if repair:
        hosts.settle()
    with runtime.db.read() as conn:
        drift = _unplaced(conn, runtime.options) + _lost(conn)
        for host in agents.all_hosts(conn, runtime.options):
            drift += [_item('status', item_id, host, 'it is on its host and not ACTIVE')
                      for item_id in _waiting(conn, host)]
    if repair:
        _mend(runtime, hosts, drift)
    return drift


def _waiting(conn, host):
    waiting = pending(conn, host)
    return waiting['ports'] + [item_id for item_id, _ in waiting['floatingips']]


def _unplaced(conn, options):
    """Networks that want DHCP and routers with legs that nobody serves."""
    drift = []
    if agents.hosts(conn, agents.DHCP, options):
        served = sa.exists().where(_PORTS.c.network_id == _SUBNETS.c.network_id, _PORTS.c.device_owner == ports.DHCP)
        wanting = conn.execute(
            sa.select(_SUBNETS.c.network_id).distinct().where(_SUBNETS.c.enable_dhcp.is_(True), ~served)).scalars()
        drift += [_item('placement', network_id, '', 'no host serves DHCP of this network') for network_id in wanting]
    if agents.hosts(conn, agents.ROUTING, options):
        legs = sa.exists().where(_PORTS.c.device_id == _ROUTERS.c.id)
        drift += [_item('placement', router_id, '', 'no host runs this router') for router_id in conn.execute(
            sa.select(_ROUTERS.c.id).where(_ROUTERS.c.host == '', legs)).scalars()]
    return drift


def _lost(conn):
    """Floating IPs of ports and ports of routers that are gone."""
    port_ids, router_ids = sa.select(_PORTS.c.id), sa.select(_ROUTERS.c.id)
    drift = [_item('leads nowhere', row['id'], '', 'floating IP of port %s, which is gone' % row['port_id'])
             for row in engine.rows(conn, sa.select(_FLOATING.c.id, _FLOATING.c.port_id).where(
                 _FLOATING.c.port_id.is_not(None), _FLOATING.c.port_id.not_in(port_ids)))]
    drift += [_item('leads nowhere', row['id'], row['host'], 'port of router %s, which is gone' % row['device_id'])
              for row in engine.rows(conn, sa.select(_PORTS.c.id, _PORTS.c.host, _PORTS.c.device_id).where(
                  _PORTS.c.device_owner.in_(('network:router_interface', 'network:router_gateway')),
                  _PORTS.c.device_id.not_in(router_ids)))]
    return drift


def _mend(runtime, hosts, drift):
    for host in {item['host'] for item in drift if item['kind'] == 'status'}:
        try:
            hosts.sync(host)
        except errors.Error:
            continue
        for item in drift:
            item['repaired'] = item['repaired'] or (item['kind'] == 'status' and item['host'] == host)
    lost = [item['id'] for item in drift if item['kind'] == 'leads nowhere']
    if lost:
        with runtime.db.write() as conn:
            conn.execute(_FLOATING.update().where(_FLOATING.c.id.in_(lost)).values(
                port_id=None, fixed_ip_address=None, router_id=None, status='DOWN'))
            for port_id in lost:
                ports.delete(conn, {'id': port_id})
        for item in drift:
            item['repaired'] = item['repaired'] or item['id'] in lost
