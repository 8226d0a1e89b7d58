# SPDX-License-Identifier: Apache-2.0
"""Routers: their gateway, their legs on subnets, their extra routes."""
import ipaddress

import sqlalchemy as sa

from praline_common import errors as common_errors
from praline_common.db import engine
from praline_network import errors
from praline_network.db import addresses
from praline_network.db import models
from praline_network.db import networks
from praline_network.db import placement
from praline_network.db import ports
from praline_network.db import resources

TABLE = models.routers
LEG, GATEWAY = 'network:router_interface', 'network:router_gateway'


def visible(context):
    return resources.owned(TABLE, context)


def complete(conn, rows, context=None):
    """Add `external_gateway_info`: one statement for any number of rows."""
    fixed = addresses.of_ports(conn, [row['gateway_port_id'] for row in rows if row['gateway_port_id']])
    for row in rows:
        row['external_gateway_info'] = row['gateway_port_id'] and {
            'network_id': row['gateway_network_id'], 'enable_snat': row['enable_snat'],
            'external_fixed_ips': fixed.get(row['gateway_port_id'], [])}
    return rows


def get(conn, context, router_id):
    return complete(conn, [resources.fetch(conn, TABLE, 'router', router_id, visible(context))])[0]


def create(conn, context, values, options, gateway=None):
    """A router, with a gateway if one is described."""
    row = resources.insert(conn, TABLE, {'status': 'ACTIVE', 'host': '', 'enable_snat': True, 'routes': [], **values})
    row['external_gateway_info'] = None
    return set_gateway(conn, context, row, gateway, options) if gateway else row


def save(conn, context, row, changes, options):
    """Write changes, `external_gateway_info` and `routes` among them; the complete row."""
    changes = dict(changes)
    has_gateway = 'external_gateway_info' in changes
    gateway = changes.pop('external_gateway_info', None)
    if has_gateway:
        row = set_gateway(conn, context, row, gateway, options)
    if 'routes' in changes:
        check_routes(conn, row, changes['routes'])
    return resources.update(conn, TABLE, row, changes)


def delete(conn, row):
    """Conflict while the router has legs; the gateway goes with it."""
    if ports.on_router(conn, row['id']):
        raise errors.conflict('RouterInUse', 'Router %s still has ports' % row['id'])
    _refuse_gateway_in_use(conn, row)
    _drop_gateway_port(conn, row)
    resources.remove(conn, TABLE, row['id'])


def set_gateway(conn, context, row, info, options):
    """Move the router's gateway to the network of `info`, or take it away when there is none; the new row.

    info: {'network_id', 'enable_snat', 'external_fixed_ips'} or None.
    """
    if not info or not info.get('network_id'):
        _refuse_gateway_in_use(conn, row)
        _drop_gateway_port(conn, row)
        return {**resources.update(conn, TABLE, row, {'gateway_port_id': None, 'gateway_network_id': None,
                                                      'enable_snat': True}), 'external_gateway_info': None}
    network = networks.bare(conn, context, info['network_id'])
    if not network['external']:
        raise _bad('Network %s is not an external network' % network['id'])
    fixed_ips = info.get('external_fixed_ips')
    if row['gateway_network_id'] != network['id']:
        _refuse_gateway_in_use(conn, row)
        _drop_gateway_port(conn, row)
        _refuse_overlap(conn, row, addresses.subnets_of(conn, network['id']))
        placement.place_router(conn, row, options)
        port = ports.create(conn, {
            'network_id': network['id'], 'project_id': '', 'device_id': row['id'], 'device_owner': GATEWAY,
            'host': row['host'], 'port_security_enabled': False}, options, fixed_ips=fixed_ips)
    else:
        port = ports.get(conn, context.elevated(), row['gateway_port_id'])
        if fixed_ips is not None:
            port = ports.save(conn, port, {'fixed_ips': fixed_ips})
    snat = info.get('enable_snat')
    if snat is None:
        snat = True
    row = resources.update(conn, TABLE, row, {'gateway_port_id': port['id'], 'gateway_network_id': network['id'],
                                              'enable_snat': snat})
    row['external_gateway_info'] = {'network_id': network['id'], 'enable_snat': snat,
                                    'external_fixed_ips': port['fixed_ips']}
    return row


def _refuse_gateway_in_use(conn, row):
    table = models.floatingips
    if row['gateway_network_id'] and conn.execute(
            sa.select(table.c.id).where(table.c.router_id == row['id']).limit(1)).first():
        raise errors.conflict('RouterExternalGatewayInUseByFloatingIp',
                              'Gateway cannot be updated for router %s, since a gateway to external network %s is '
                              'required by one or more floating IPs.' % (row['id'], row['gateway_network_id']))


def _drop_gateway_port(conn, row):
    if row['gateway_port_id']:
        ports.delete(conn, {'id': row['gateway_port_id']})


def _bad(text):
    return errors.refuse('BadRequest', 'Bad router request: %s.' % text)


def legs(conn, row):
    """[(port, subnet)] for every address of the router's interfaces."""
    found = ports.on_router(conn, row['id'])
    ids = [entry['subnet_id'] for port in found for entry in port['fixed_ips']]
    table = models.subnets
    known = {subnet['id']: subnet for subnet in engine.rows(conn, sa.select(table).where(table.c.id.in_(ids)))}
    return [(port, known[entry['subnet_id']]) for port in found for entry in port['fixed_ips']]


def _refuse_overlap(conn, row, new):
    """A router cannot stand on two subnets that share addresses."""
    existing = [subnet for _, subnet in legs(conn, row)]
    if row['gateway_network_id']:
        existing += addresses.subnets_of(conn, row['gateway_network_id'])
    for subnet in new:
        for other in existing:
            if other['id'] == subnet['id']:
                raise _bad('Router already has a port on subnet %s' % subnet['id'])
            if ipaddress.ip_network(other['cidr']).overlaps(ipaddress.ip_network(subnet['cidr'])):
                raise _bad('Cidr %s of subnet %s overlaps with cidr %s of subnet %s' % (
                    subnet['cidr'], subnet['id'], other['cidr'], other['id']))


def add_subnet(conn, row, subnet, options):
    """A leg at the subnet's gateway address; the port."""
    if not subnet['gateway_ip']:
        raise _bad('Subnet for router interface must have a gateway IP')
    if (subnet['ip_version'] == 6 and subnet['ipv6_ra_mode'] is None and subnet['ipv6_address_mode'] is not None):
        raise _bad('IPv6 subnet %s configured to receive RAs from an external router cannot be added to Neutron '
                   'Router' % subnet['id'])
    _refuse_overlap(conn, row, [subnet])
    address = [{'subnet_id': subnet['id'], 'ip_address': subnet['gateway_ip']}]
    shared = subnet['ip_version'] == 6 and _ipv6_leg(conn, row, subnet['network_id'])
    placement.place_router(conn, row, options)
    if shared:
        port = ports.save(conn, shared, {'fixed_ips': shared['fixed_ips'] + address})
    else:
        port = ports.create(conn, {
            'network_id': subnet['network_id'], 'project_id': row['project_id'], 'device_id': row['id'],
            'device_owner': LEG, 'host': row['host'], 'port_security_enabled': False}, options, fixed_ips=address)
    resources.touch(conn, TABLE, row['id'])
    return port


def _ipv6_leg(conn, row, network_id):
    """The router's leg that all IPv6 subnets of a network share, or None."""
    for port, subnet in legs(conn, row):
        if port['network_id'] == network_id and subnet['ip_version'] == 6:
            return port
    return None


def add_port(conn, row, port, options):
    """The port becomes a leg, at whatever addresses it has; the port."""
    if port['device_id']:
        raise errors.conflict('PortInUse', 'Unable to complete operation on port %s for network %s. Port already has '
                              'an attached device %s.' % (port['id'], port['network_id'], port['device_id']))
    if not port['fixed_ips']:
        raise _bad('Router port must have at least one fixed IP')
    wanted = {entry['subnet_id'] for entry in port['fixed_ips']}
    subnets = [subnet for subnet in addresses.subnets_of(conn, port['network_id']) if subnet['id'] in wanted]
    if sum(subnet['ip_version'] == 4 for subnet in subnets) > 1:
        raise _bad('Cannot have multiple IPv4 subnets on router port')
    _refuse_overlap(conn, row, subnets)
    placement.place_router(conn, row, options)
    resources.touch(conn, TABLE, row['id'])
    return ports.save(conn, port, {'device_id': row['id'], 'device_owner': LEG, 'host': row['host'],
                                   'port_security_enabled': False, 'security_groups': []})


def remove_leg(conn, row, port_id=None, subnet_id=None):
    """Take the leg away with its port; the port as it was, with `removed` the subnet ids that went.

    NotFound when the router has no such leg, BadRequest when port and subnet do not belong together,
    Conflict while a floating IP or a route needs it.
    """
    mine = ports.on_router(conn, row['id'])
    port = _leg(row, mine, port_id, subnet_id)
    removed = [entry['subnet_id'] for entry in port['fixed_ips']] if port_id else [subnet_id]
    for removed_id in removed:
        _refuse_leg_in_use(conn, row, removed_id)
    kept = [entry for entry in port['fixed_ips'] if entry['subnet_id'] not in removed]
    if kept:
        ports.save(conn, port, {'fixed_ips': kept})
    else:
        ports.delete(conn, port)
    resources.touch(conn, TABLE, row['id'])
    return {**port, 'removed': removed}


def _leg(row, mine, port_id, subnet_id):
    on_subnet = [port for port in mine if any(entry['subnet_id'] == subnet_id for entry in port['fixed_ips'])]
    if port_id:
        port = next((port for port in mine if port['id'] == port_id), None)
        if port is None:
            raise common_errors.NotFound('Router %s does not have an interface with id %s' % (row['id'], port_id),
                                         kind='RouterInterfaceNotFound')
        if subnet_id and port not in on_subnet:
            raise errors.conflict('SubnetMismatchForPort', 'Subnet on port %s does not match the requested subnet %s.'
                                  % (port_id, subnet_id))
        return port
    if not on_subnet:
        raise common_errors.NotFound('Router %s has no interface on subnet %s' % (row['id'], subnet_id),
                                     kind='RouterInterfaceNotFoundForSubnet')
    return on_subnet[0]


def _refuse_leg_in_use(conn, row, subnet_id):
    table, fixed = models.floatingips, models.addresses
    used = sa.select(table.c.id).join(fixed, sa.and_(
        fixed.c.port_id == table.c.port_id, fixed.c.ip_address == table.c.fixed_ip_address)).where(
            table.c.router_id == row['id'], fixed.c.subnet_id == subnet_id)
    if conn.execute(used.limit(1)).first():
        raise errors.conflict('RouterInterfaceInUseByFloatingIP',
                              'Router interface for subnet %s on router %s cannot be deleted, as it is required by '
                              'one or more floating IPs.' % (subnet_id, row['id']))
    if not row['routes']:
        return
    cidr = ipaddress.ip_network(engine.scalar(conn, sa.select(models.subnets.c.cidr).where(
        models.subnets.c.id == subnet_id)))
    if any(ipaddress.ip_address(route['nexthop']) in cidr for route in row['routes']):
        raise errors.conflict('RouterInterfaceInUseByRoute',
                              'Router interface for subnet %s on router %s cannot be deleted, as it is required by '
                              'one or more routes.' % (subnet_id, row['id']))


def check_routes(conn, row, routes):
    """BadRequest unless every next hop is a neighbour of the router and nothing is said twice."""
    cidrs = [ipaddress.ip_network(subnet['cidr']) for _, subnet in legs(conn, row)]
    own = {entry['ip_address'] for port, _ in legs(conn, row) for entry in port['fixed_ips']}
    if row['gateway_network_id']:
        cidrs += [ipaddress.ip_network(subnet['cidr'])
                  for subnet in addresses.subnets_of(conn, row['gateway_network_id'])]
        own |= {entry['ip_address'] for entry in row['external_gateway_info']['external_fixed_ips']}
    seen = set()
    for route in routes:
        key = (route['destination'], route['nexthop'])
        if key in seen:
            raise _bad_routes(route, 'it is given twice')
        seen.add(key)
        hop = ipaddress.ip_address(route['nexthop'])
        if not any(hop in cidr for cidr in cidrs):
            raise _bad_routes(route, 'the nexthop is not connected with router')
        if str(hop) in own:
            raise _bad_routes(route, 'the nexthop is used by router')


def _bad_routes(route, why):
    return errors.refuse('InvalidRoutes', 'Invalid format for routes: %s, %s' % (route, why))
