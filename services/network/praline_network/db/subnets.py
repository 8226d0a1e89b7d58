# SPDX-License-Identifier: Apache-2.0
"""Subnets: their pools and gateways, and what keeps one from going."""
import ipaddress

import sqlalchemy as sa

from praline_common.db import engine
from praline_network import errors
from praline_network.db import addresses
from praline_network.db import models
from praline_network.db import resources

TABLE = models.subnets
AUTOMATIC_PORTS = ('network:dhcp',)


def visible(context):
    """Clause for the subnets of the networks that are one's own or shared."""
    if context.is_admin:
        return None
    networks, policies = models.networks, models.rbac_policies
    open_to = sa.select(policies.c.object_id).where(
        policies.c.object_type == 'network', policies.c.action == 'access_as_shared',
        policies.c.target_tenant.in_([context.project_id, '*']))
    return sa.or_(TABLE.c.project_id == context.project_id, TABLE.c.network_id.in_(
        sa.select(networks.c.id).where(sa.or_(networks.c.project_id == context.project_id,
                                              networks.c.shared.is_(True), networks.c.id.in_(open_to)))))


def complete(conn, rows, context):
    return rows


def get(conn, context, subnet_id):
    return resources.fetch(conn, TABLE, 'subnet', subnet_id, visible(context))


def of_networks(conn, network_ids):
    """{network id: [subnet rows]}, oldest first."""
    return resources.group_by(engine.rows(conn, sa.select(TABLE).where(
        TABLE.c.network_id.in_(network_ids)).order_by(TABLE.c.created_at, TABLE.c.id)), 'network_id')


def create(conn, values):
    """values: columns with cidr and network_id; gateway_ip absent means the first address, None means none."""
    network = ipaddress.ip_network(values['cidr'])
    values = {**values, 'cidr': str(network)}
    _refuse_overlap(conn, values['network_id'], network)
    if 'gateway_ip' not in values:
        values['gateway_ip'] = _first_address(network, values)
    _check_gateway(values['gateway_ip'], network)
    pools = values.get('allocation_pools')
    if pools is None:
        values['allocation_pools'] = default_pools(network, values['gateway_ip'])
    else:
        values['allocation_pools'] = check_pools(pools, network, values['gateway_ip'])
    row = resources.insert(conn, TABLE, values)
    resources.touch(conn, models.networks, row['network_id'])
    if addresses.is_automatic(row):
        _give_to_ports(conn, row)
    return row


def _refuse_overlap(conn, network_id, network):
    for cidr in conn.execute(sa.select(TABLE.c.cidr).where(TABLE.c.network_id == network_id)).scalars():
        if ipaddress.ip_network(cidr).overlaps(network):
            raise errors.invalid('Requested subnet with cidr: %s for network: %s overlaps with another subnet'
                                 % (network, network_id))


def _first_address(network, values):
    if network.version == 6 and values.get('ipv6_ra_mode') is None and values.get('ipv6_address_mode') in (
            addresses.AUTOMATIC):
        return None
    if network.prefixlen == network.max_prefixlen:
        return None
    first = 0 if network.prefixlen == network.max_prefixlen - 1 else 1
    return str(network[first])


def _check_gateway(gateway, network):
    if gateway is None:
        return
    address = ipaddress.ip_address(gateway)
    if address.version != network.version:
        raise errors.invalid("gateway_ip '%s' does not match the ip_version '%d'" % (gateway, network.version))
    if address in network and network.version == 4 and network.prefixlen < 31 and address in (
            network.network_address, network.broadcast_address):
        raise errors.invalid('Gateway is not valid on subnet')


def default_pools(network, gateway):
    """Every address a port may have, but for the gateway's: [{'start', 'end'}]."""
    first, last = int(network.network_address), int(network.broadcast_address)
    if network.version == 4 and network.prefixlen < 31:
        first, last = first + 1, last - 1
    elif network.version == 6 and network.prefixlen < 127:
        first += 1
    taken = int(ipaddress.ip_address(gateway)) if gateway else None
    if taken is None or not first <= taken <= last:
        ranges = [(first, last)]
    else:
        ranges = [(first, taken - 1), (taken + 1, last)]
    make = type(network.network_address)
    return [{'start': str(make(start)), 'end': str(make(end))} for start, end in ranges if start <= end]


def check_pools(pools, network, gateway):
    """The pools as they are kept, in order.  BadRequest or Conflict when they cannot be."""
    ranges = sorted(_range(pool, network) for pool in pools)
    for (_, end), (start, later_end) in zip(ranges, ranges[1:]):
        if start <= end:
            raise errors.conflict('OverlappingAllocationPools', 'Found overlapping allocation pools: %s for subnet %s.'
                                  % (_shown(ranges, network), network))
    if gateway:
        address = int(ipaddress.ip_address(gateway))
        if any(start <= address <= end for start, end in ranges):
            raise errors.conflict('GatewayConflictWithAllocationPools', 'Gateway ip %s conflicts with allocation '
                                  'pool %s.' % (gateway, _shown(ranges, network)))
    make = type(network.network_address)
    return [{'start': str(make(start)), 'end': str(make(end))} for start, end in ranges]


def _shown(ranges, network):
    make = type(network.network_address)
    return ', '.join('%s-%s' % (make(start), make(end)) for start, end in ranges)


def _range(pool, network):
    start, end = ipaddress.ip_address(pool['start']), ipaddress.ip_address(pool['end'])
    if start.version != network.version or end.version != network.version or end < start:
        raise errors.refuse('InvalidAllocationPool', 'The allocation pool %s-%s is not valid.' % (start, end))
    usable = default_pools(network, None)[0]
    if start < ipaddress.ip_address(usable['start']) or end > ipaddress.ip_address(usable['end']):
        raise errors.refuse('OutOfBoundsAllocationPool', 'The allocation pool %s-%s spans beyond the subnet cidr %s.'
                            % (start, end, network))
    return int(start), int(end)


def _give_to_ports(conn, row):
    """Guests that are there already make an address in the new subnet too."""
    table = models.ports
    for port in engine.rows(conn, sa.select(table.c.id, table.c.network_id, table.c.mac_address).where(
            table.c.network_id == row['network_id'], table.c.device_owner.not_in(addresses.ROUTER_PORTS))):
        addresses.keep(conn, port, addresses.self_made(port, [row]))


def save(conn, row, changes):
    """Write changes, with pools and gateway checked against each other."""
    network = ipaddress.ip_network(row['cidr'])
    gateway = changes.get('gateway_ip', row['gateway_ip'])
    if 'gateway_ip' in changes:
        _check_gateway(gateway, network)
        _refuse_gateway_in_use(conn, row, gateway)
    if 'gateway_ip' in changes or 'allocation_pools' in changes:
        changes = {**changes, 'allocation_pools': check_pools(
            changes.get('allocation_pools', row['allocation_pools']), network, gateway)}
    return resources.update(conn, TABLE, row, changes)


def _refuse_gateway_in_use(conn, row, gateway):
    """A router stands at the old gateway's address: it cannot move from under it."""
    if gateway == row['gateway_ip'] or row['gateway_ip'] is None:
        return
    table, ports = models.addresses, models.ports
    holder = engine.one(conn, sa.select(ports.c.id).join(table, table.c.port_id == ports.c.id).where(
        table.c.subnet_id == row['id'], table.c.ip_address == row['gateway_ip'],
        ports.c.device_owner.in_(addresses.ROUTER_PORTS)))
    if holder:
        raise errors.conflict('GatewayIpInUse', 'Current gateway ip %s already in use by port %s. Unable to update.'
                              % (row['gateway_ip'], holder['id']))


def delete(conn, row):
    """Remove the subnet and the addresses that cost their ports nothing; Conflict while others use it."""
    table, ports = models.addresses, models.ports
    where = [table.c.subnet_id == row['id']]
    kept_by = ports.c.device_owner.in_(addresses.ROUTER_PORTS) if addresses.is_automatic(row) else (
        ports.c.device_owner.not_in(AUTOMATIC_PORTS))
    users = engine.rows(conn, sa.select(ports.c.id).join(table, table.c.port_id == ports.c.id)
                        .where(*where, kept_by).limit(1))
    if users:
        raise errors.conflict('SubnetInUse', 'Unable to complete operation on subnet %s: One or more ports have an IP '
                                             'allocation from this subnet.' % row['id'])
    conn.execute(table.delete().where(*where))
    resources.remove(conn, TABLE, row['id'])
    resources.touch(conn, models.networks, row['network_id'])
