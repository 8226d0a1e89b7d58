# SPDX-License-Identifier: Apache-2.0
"""Which addresses a port gets, and the rows that keep each for one port only."""
import ipaddress

import sqlalchemy as sa

from praline_common.db import engine
from praline_common.db.prepared import Prepared
from praline_network import errors
from praline_network.db import models

TABLE = models.addresses
ROUTER_PORTS = ('network:router_interface', 'network:router_gateway')
AUTOMATIC = ('slaac', 'dhcpv6-stateless')
_WINDOW = 32
# What every request asks is built once: building costs more than asking.
_OF_PORTS = Prepared(sa.select(TABLE.c.port_id, TABLE.c.subnet_id, TABLE.c.ip_address).where(
    TABLE.c.port_id.in_(sa.bindparam('port_ids', expanding=True))).order_by(TABLE.c.id))
_SUBNETS = sa.select(models.subnets).where(models.subnets.c.network_id == sa.bindparam('network')).order_by(
    models.subnets.c.created_at, models.subnets.c.id)
_USED = sa.select(TABLE.c.ip_address).where(TABLE.c.subnet_id == sa.bindparam('subnet'),
                                            TABLE.c.ip_address.in_(sa.bindparam('names', expanding=True)))


def is_automatic(subnet):
    """Whether guests make their own addresses in this subnet, from their MAC."""
    return subnet['ip_version'] == 6 and (subnet['ipv6_address_mode'] in AUTOMATIC
                                          or subnet['ipv6_ra_mode'] in AUTOMATIC)


def eui64(cidr, mac):
    """The address that a guest with this MAC makes in this prefix."""
    raw = bytearray.fromhex(mac.replace(':', ''))
    raw[0] ^= 2
    host = int.from_bytes(raw[:3] + b'\xff\xfe' + raw[3:], 'big')
    return str(ipaddress.IPv6Address(int(ipaddress.ip_network(cidr).network_address) + host))


def of_ports(conn, port_ids):
    """{port id: [{'subnet_id', 'ip_address'}]}, in the order in which they were given."""
    found = {}
    for port_id, subnet_id, address in engine.tuples(conn, _OF_PORTS, port_ids=port_ids):
        found.setdefault(port_id, []).append({'subnet_id': subnet_id, 'ip_address': address})
    return found


def subnets_of(conn, network_id, device_owner=''):
    """The network's subnets that ports of this owner may use (None: all), oldest first."""
    found = engine.rows(conn, _SUBNETS, network=network_id)
    return [row for row in found if not row['service_types'] or device_owner is None
            or device_owner in row['service_types']
            or any(device_owner.startswith(kind) for kind in row['service_types'])]


def choose(conn, port, subnets, asked=None):
    """[{'subnet_id', 'ip_address'}] for a port (network_id, mac_address, device_owner), not written yet.

    asked None: one IPv4 and one IPv6 where there are such subnets.  asked: [{'subnet_id', 'ip_address'}],
    each with one or both.  Addresses that guests make themselves come in addition, but not for routers.
    """
    if asked is None:
        chosen = []
        for version in (4, 6):
            choices = [row for row in subnets if row['ip_version'] == version and not is_automatic(row)]
            if choices:
                chosen.append(_from_any(conn, port, choices))
    else:
        chosen = _all_as_asked(conn, port, subnets, asked)
    if port['device_owner'] not in ROUTER_PORTS:
        chosen += self_made(port, subnets, {entry['subnet_id'] for entry in chosen})
    return chosen


def _all_as_asked(conn, port, subnets, asked):
    chosen = []
    for entry in asked:
        given = _as_asked(conn, port, subnets, entry)
        if given in chosen:
            raise errors.invalid("Duplicate IP address '%s'" % given['ip_address'])
        chosen.append(given)
    return chosen


def self_made(port, subnets, but=()):
    """The addresses that the port's guest makes for itself in the subnets where guests do."""
    return [{'subnet_id': row['id'], 'ip_address': eui64(row['cidr'], port['mac_address'])}
            for row in subnets if is_automatic(row) and row['id'] not in but]


def _from_any(conn, port, choices):
    for subnet in choices:
        address = free(conn, subnet)
        if address:
            return {'subnet_id': subnet['id'], 'ip_address': address}
    raise errors.exhausted(port['network_id'])


def _as_asked(conn, port, subnets, entry):
    subnet = _subnet_asked(port, subnets, entry)
    automatic = is_automatic(subnet) and port['device_owner'] not in ROUTER_PORTS
    if not entry.get('ip_address'):
        if automatic:
            return {'subnet_id': subnet['id'], 'ip_address': eui64(subnet['cidr'], port['mac_address'])}
        return _from_any(conn, port, [subnet])
    address = str(ipaddress.ip_address(entry['ip_address']))
    if automatic and address != eui64(subnet['cidr'], port['mac_address']):
        raise errors.refuse('AllocationOnAutoAddressSubnet', 'IPv6 address %s cannot be directly assigned to a port on '
                            'subnet %s as the subnet is configured for automatic addresses' % (address, subnet['id']))
    return {'subnet_id': subnet['id'], 'ip_address': address}


def _subnet_asked(port, subnets, entry):
    address = entry.get('ip_address') and ipaddress.ip_address(entry['ip_address'])
    if entry.get('subnet_id'):
        subnet = next((row for row in subnets if row['id'] == entry['subnet_id']), None)
        if subnet is None:
            raise errors.invalid('Failed to create port on network %s, because fixed_ips included invalid subnet %s'
                                 % (port['network_id'], entry['subnet_id']))
        if address and not _holds(subnet, address):
            raise errors.refuse('InvalidIpForSubnet', 'IP address %s is not a valid IP for the specified subnet.'
                                % address)
        return subnet
    if not address:
        raise errors.invalid('IP allocation requires subnet_id or ip_address')
    for subnet in subnets:
        if _holds(subnet, address):
            return subnet
    raise errors.refuse('InvalidIpForNetwork', 'IP address %s is not a valid IP for any of the subnets on the '
                                               'specified network.' % address)


def _holds(subnet, address):
    network = ipaddress.ip_network(subnet['cidr'])
    if address not in network:
        return False
    if network.version == 4 and network.prefixlen < 31:
        return address not in (network.network_address, network.broadcast_address)
    return network.prefixlen >= 127 or address != network.network_address


def free(conn, subnet):
    """An unused address of the pools, after the one given last; None when all are used."""
    pools = [(int(ipaddress.ip_address(pool['start'])), int(ipaddress.ip_address(pool['end'])))
             for pool in subnet['allocation_pools']]
    last = int(ipaddress.ip_address(subnet['last_given'])) if subnet['last_given'] else -1
    after = [(max(start, last + 1), end) for start, end in pools if end > last]
    before = [(start, min(end, last)) for start, end in pools if start <= last]
    make = ipaddress.IPv4Address if subnet['ip_version'] == 4 else ipaddress.IPv6Address
    for window in _windows(after + before):
        names = [str(make(number)) for number in window]
        used = set(conn.execute(_USED, {'subnet': subnet['id'], 'names': names}).scalars())
        for name in names:
            if name not in used:
                subnet['last_given'] = name
                conn.execute(models.subnets.update().where(models.subnets.c.id == subnet['id'])
                             .values(last_given=name))
                return name
    return None


def _windows(ranges):
    """The numbers of the ranges in growing portions, so that a nearly full subnet costs few statements."""
    size = _WINDOW
    for start, end in ranges:
        while start <= end:
            yield range(start, min(end, start + size - 1) + 1)
            start += size
            size = min(size * 4, 2048)


def keep(conn, port, chosen, asked=True):
    """Write chosen addresses for the port; AddressTaken when another port has one that was asked for."""
    if not chosen:
        return
    if asked or any(':' in entry['ip_address'] for entry in chosen):
        _refuse_taken(conn, chosen)
    conn.execute(TABLE.insert(), [{'port_id': port['id'], 'network_id': port['network_id'], **entry}
                                  for entry in chosen])


def _refuse_taken(conn, chosen):
    where = sa.or_(*(sa.and_(TABLE.c.subnet_id == entry['subnet_id'], TABLE.c.ip_address == entry['ip_address'])
                     for entry in chosen))
    for row in engine.rows(conn, sa.select(TABLE.c.subnet_id, TABLE.c.ip_address).where(where)):
        raise errors.taken(row['ip_address'], row['subnet_id'])


def release(conn, port_id, given):
    """Forget these addresses of the port."""
    for entry in given:
        conn.execute(TABLE.delete().where(TABLE.c.port_id == port_id, TABLE.c.subnet_id == entry['subnet_id'],
                                          TABLE.c.ip_address == entry['ip_address']))


def replace(conn, port, subnets, asked):
    """Give the port the addresses that `asked` describes, keeping those that fit; the new list.

    An entry that names only a subnet keeps one address that the port already has in it.
    """
    have = of_ports(conn, [port['id']]).get(port['id'], [])
    kept, wanted, left = [], [], list(have)
    for entry in asked:
        same = next((held for held in left if _fits(held, entry)), None)
        if same is None:
            wanted.append(entry)
        else:
            left.remove(same)
            kept.append(same)
    release(conn, port['id'], left)
    added = _all_as_asked(conn, port, subnets, wanted)
    if port['device_owner'] not in ROUTER_PORTS:
        added += self_made(port, subnets, {entry['subnet_id'] for entry in have + added})
    keep(conn, port, added)
    return kept + added


def _fits(held, entry):
    if entry.get('ip_address'):
        return str(ipaddress.ip_address(entry['ip_address'])) == held['ip_address']
    return entry.get('subnet_id') == held['subnet_id']
