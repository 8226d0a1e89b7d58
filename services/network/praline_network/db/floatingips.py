# SPDX-License-Identifier: Apache-2.0
"""Floating IPs: outer addresses, and the fixed ones they lead to."""
import ipaddress

import sqlalchemy as sa

from praline_common import errors as common_errors
from praline_common.db import engine
from praline_network import errors
from praline_network.db import models
from praline_network.db import networks
from praline_network.db import ports
from praline_network.db import resources

TABLE = models.floatingips
_NOWHERE = {'port_id': None, 'fixed_ip_address': None, 'router_id': None, 'status': 'DOWN'}


def visible(context):
    return resources.owned(TABLE, context)


def complete(conn, rows, context=None):
    return rows


def get(conn, context, floatingip_id):
    return resources.fetch(conn, TABLE, 'floatingip', floatingip_id, visible(context))


def _bad(text):
    return errors.refuse('BadRequest', 'Bad floatingip request: %s.' % text)


def create(conn, context, values, options, subnet_id=None):
    """values: floating_network_id, project_id; floating_ip_address, port_id, fixed_ip_address if asked for."""
    network = networks.bare(conn, context, values['floating_network_id'])
    if not network['external']:
        raise _bad('Network %s is not a valid external network' % network['id'])
    wanted = {name: value for name, value in (('subnet_id', subnet_id),
                                              ('ip_address', values.get('floating_ip_address'))) if value}
    port = ports.create(conn, {'network_id': network['id'], 'project_id': '', 'device_owner': ports.FLOATING,
                               'device_id': 'PENDING', 'status': 'N/A', 'port_security_enabled': False},
                        options, fixed_ips=[wanted] if wanted else None)
    address = next((entry['ip_address'] for entry in port['fixed_ips'] if ':' not in entry['ip_address']), None)
    if address is None:
        raise errors.exhausted(network['id'])
    target = association(conn, context, values, values.get('port_id'), values.get('fixed_ip_address'))
    row = resources.insert(conn, TABLE, {
        'dns_name': '', 'dns_domain': '', **values, 'floating_ip_address': address, 'floating_port_id': port['id'],
        **target})
    conn.execute(models.ports.update().where(models.ports.c.id == port['id']).values(device_id=row['id']))
    return row


def association(conn, context, floatingip, port_id, fixed_ip_address=None):
    """The columns that lead this floating IP to a port's address, or nowhere without a port.

    NotFound when the port or a router between them is missing; Conflict when the address has one already.
    """
    if not port_id:
        if fixed_ip_address:
            raise _bad('fixed_ip_address cannot be specified without a port_id')
        return dict(_NOWHERE)
    port = ports.get(conn, context, port_id)
    if port['project_id'] != floatingip['project_id'] and not context.is_admin:
        raise _bad('Port %s is associated with a different tenant than Floating IP' % port_id)
    entry = _fixed(port, fixed_ip_address)
    _refuse_second(conn, floatingip, port, entry)
    router_id = _router_between(conn, entry['subnet_id'], floatingip['floating_network_id'])
    if router_id is None:
        raise common_errors.NotFound(
            'External network %s is not reachable from subnet %s.  Therefore, cannot associate Port %s with a '
            'Floating IP.' % (floatingip['floating_network_id'], entry['subnet_id'], port_id),
            kind='ExternalGatewayForFloatingIPNotFound')
    return {'port_id': port_id, 'fixed_ip_address': entry['ip_address'], 'router_id': router_id, 'status': 'DOWN'}


def _fixed(port, asked):
    inner = [entry for entry in port['fixed_ips'] if ':' not in entry['ip_address']]
    if asked:
        address = str(ipaddress.ip_address(asked))
        for entry in inner:
            if entry['ip_address'] == address:
                return entry
        raise _bad('Port %s does not have fixed ip %s' % (port['id'], asked))
    if not inner:
        raise _bad('Cannot add floating IP to port %s that has no fixed IPv4 addresses' % port['id'])
    if len(inner) > 1:
        raise _bad('Port %s has multiple fixed IPv4 addresses.  Must provide a specific IPv4 address when assigning '
                   'a floating IP' % port['id'])
    return inner[0]


def _refuse_second(conn, floatingip, port, entry):
    other = engine.one(conn, sa.select(TABLE.c.floating_ip_address).where(
        TABLE.c.port_id == port['id'], TABLE.c.fixed_ip_address == entry['ip_address'],
        TABLE.c.floating_network_id == floatingip['floating_network_id'], TABLE.c.id != floatingip.get('id', '')))
    if other:
        raise errors.conflict('FloatingIPPortAlreadyAssociated',
                              'Cannot associate floating IP %s with port %s using fixed IP %s, as that fixed IP '
                              'already has a floating IP on external network %s.' % (
                                  floatingip.get('floating_ip_address') or '', port['id'], entry['ip_address'],
                                  floatingip['floating_network_id']))


def _router_between(conn, subnet_id, network_id):
    """A router with a leg on the subnet and its gateway on the network; the subnet's own gateway first."""
    table, fixed, routers, subnets = models.ports, models.addresses, models.routers, models.subnets
    rows = engine.rows(conn, sa.select(routers.c.id, fixed.c.ip_address, subnets.c.gateway_ip).where(
        fixed.c.subnet_id == subnet_id, table.c.id == fixed.c.port_id, subnets.c.id == fixed.c.subnet_id,
        table.c.device_owner == 'network:router_interface', routers.c.id == table.c.device_id,
        routers.c.gateway_network_id == network_id).order_by(routers.c.id))
    for row in rows:
        if row['ip_address'] == row['gateway_ip']:
            return row['id']
    return rows[0]['id'] if rows else None


def save(conn, context, row, changes):
    """Write changes; a new `port_id` or `fixed_ip_address` leads it elsewhere, no change at all leads it nowhere."""
    changes = dict(changes) or {'port_id': None}
    if 'port_id' in changes or 'fixed_ip_address' in changes:
        port_id = changes.pop('port_id', row['port_id'])
        target = association(conn, context, row, port_id, changes.pop('fixed_ip_address', None))
        if target['port_id'] == row['port_id'] and target['fixed_ip_address'] == row['fixed_ip_address']:
            target.pop('status')
        changes.update(target)
    return resources.update(conn, TABLE, row, changes)


def delete(conn, row):
    resources.remove(conn, TABLE, row['id'])
    ports.delete(conn, {'id': row['floating_port_id']})


def hosts(conn, router_ids):
    """Hosts on which these routers are."""
    table = models.routers
    wanted = [router_id for router_id in router_ids if router_id]
    if not wanted:
        return []
    return list(conn.execute(sa.select(table.c.host).distinct().where(
        table.c.id.in_(wanted), table.c.host != '')).scalars())


def hosts_of_ports(conn, port_ids):
    """Hosts of the routers that lead floating IPs to these ports."""
    router_ids = conn.execute(sa.select(TABLE.c.router_id).distinct().where(TABLE.c.port_id.in_(port_ids))).scalars()
    return hosts(conn, list(router_ids))


def of_ports(conn, port_ids):
    """{port id: {fixed ip: floating ip}}"""
    found = {}
    for row in engine.rows(conn, sa.select(TABLE.c.port_id, TABLE.c.fixed_ip_address, TABLE.c.floating_ip_address)
                           .where(TABLE.c.port_id.in_(port_ids))):
        found.setdefault(row['port_id'], {})[row['fixed_ip_address']] = row['floating_ip_address']
    return found
