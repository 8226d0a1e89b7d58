# SPDX-License-Identifier: Apache-2.0
"""Subnet pools: prefixes that subnets are cut from."""
import ipaddress

import sqlalchemy as sa

from praline_common import errors as common_errors
from praline_common.db import engine
from praline_network import errors
from praline_network.db import models
from praline_network.db import resources

TABLE = models.subnetpools


def visible(context):
    return resources.shared_or_owned(TABLE, context)


def complete(conn, rows, context=None):
    return rows


def get(conn, context, pool_id):
    return resources.fetch(conn, TABLE, 'subnetpool', pool_id, visible(context))


def default(conn, context, ip_version):
    """The id of the default pool of this version.  NotFound."""
    found = engine.scalar(conn, sa.select(TABLE.c.id).where(TABLE.c.is_default.is_(True),
                                                            TABLE.c.ip_version == ip_version))
    if found is None:
        raise errors.refuse('BadRequest', 'Bad subnets request: no default subnetpool found for IPv%d.' % ip_version)
    return found


def create(conn, values, scope=None):
    """scope: the address scope's row, in which no prefix may stand twice."""
    values = {**values, **_lengths(values, values['prefixes'])}
    _refuse_second_default(conn, values)
    _check_scope(conn, values, scope)
    return resources.insert(conn, TABLE, values)


def _lengths(values, prefixes):
    """The columns that follow from the prefixes and the lengths asked for."""
    networks = _compact(prefixes)
    version = networks[0].version
    bits = networks[0].max_prefixlen
    lowest = values.get('min_prefixlen') or (8 if version == 4 else 64)
    highest = values.get('max_prefixlen') or bits
    usual = values.get('default_prefixlen') or lowest
    for name, value in (('min_prefixlen', lowest), ('max_prefixlen', highest), ('default_prefixlen', usual)):
        if not 0 <= value <= bits:
            raise errors.refuse('InvalidSubnetPoolPrefixLength' if name != 'min_prefixlen' else
                                'IllegalSubnetPoolPrefixBounds', 'Illegal prefix bounds: %s=%d.' % (name, value))
    if not lowest <= usual <= highest:
        raise errors.refuse('IllegalSubnetPoolPrefixBounds', 'Illegal prefix bounds: min_prefixlen=%d, '
                            'default_prefixlen=%d, max_prefixlen=%d.' % (lowest, usual, highest))
    return {'ip_version': version, 'prefixes': [str(network) for network in networks], 'min_prefixlen': lowest,
            'max_prefixlen': highest, 'default_prefixlen': usual}


def _compact(prefixes):
    networks = [ipaddress.ip_network(prefix, strict=False) for prefix in prefixes]
    if not networks:
        raise errors.refuse('EmptySubnetPoolPrefixList', 'Empty subnet pool prefix list.')
    if len({network.version for network in networks}) > 1:
        raise errors.refuse('PrefixVersionMismatch', 'Cannot mix IPv4 and IPv6 prefixes in a subnet pool.')
    return list(ipaddress.collapse_addresses(networks))


def _refuse_second_default(conn, values, but=''):
    if values.get('is_default') and conn.execute(sa.select(TABLE.c.id).where(
            TABLE.c.is_default.is_(True), TABLE.c.ip_version == values['ip_version'], TABLE.c.id != but)).first():
        raise errors.invalid('A default subnetpool for this IP family has already been set. Only one default may exist '
                             'per IP family')


def _check_scope(conn, values, scope):
    """BadRequest when the pool is of another IP version than its address scope, Conflict when it overlaps another pool."""
    if scope is None:
        return
    if scope['ip_version'] != values['ip_version']:
        raise errors.refuse('IllegalSubnetPoolIpVersionAssociationToAddressScope', 'Illegal subnetpool association: '
                            'address scope %s is of IP version %d.' % (scope['id'], scope['ip_version']))
    mine = [ipaddress.ip_network(prefix) for prefix in values['prefixes']]
    for pool_id, prefixes in conn.execute(sa.select(TABLE.c.id, TABLE.c.prefixes).where(
            TABLE.c.address_scope_id == scope['id'], TABLE.c.id != values.get('id', ''))):
        if any(ipaddress.ip_network(other).overlaps(network) for other in prefixes for network in mine):
            raise errors.conflict('AddressScopePrefixConflict', 'Failed to associate address scope: subnetpools within an '
                                  'address scope must have unique prefixes; %s has some of these.' % pool_id)


def save(conn, row, changes, scope=None):
    """Prefixes may grow, never shrink; scope: the address scope that it joins or grows in."""
    prefixes = changes.get('prefixes', row['prefixes'])
    new = _compact(prefixes)
    for old in row['prefixes']:
        if not any(_within(ipaddress.ip_network(old), network) for network in new):
            raise errors.refuse('IllegalSubnetPoolPrefixUpdate', 'Illegal update to prefixes: %s may not be removed.'
                                % old)
    changes = {**changes, **_lengths({**row, **changes}, prefixes)}
    _refuse_second_default(conn, {**row, **changes}, row['id'])
    _check_scope(conn, {**row, **changes}, scope)
    return resources.update(conn, TABLE, row, changes)


def _within(inner, outer):
    return inner.version == outer.version and inner.subnet_of(outer)


def delete(conn, row):
    table = models.subnets
    if conn.execute(sa.select(table.c.id).where(table.c.subnetpool_id == row['id']).limit(1)).first():
        raise errors.conflict('SubnetPoolDeleteError', 'Unable to delete subnet pool: subnets allocated from it are '
                                                       'still there.')
    resources.remove(conn, TABLE, row['id'])


def allocate(conn, pool, values, length=None):
    """{'cidr', 'ip_version'} cut from the pool: the cidr of `values` if it has one, else the first free one."""
    table = models.subnets
    taken = [ipaddress.ip_network(cidr) for cidr in conn.execute(sa.select(table.c.cidr).where(
        table.c.subnetpool_id == pool['id'])).scalars()]
    prefixes = [ipaddress.ip_network(prefix) for prefix in pool['prefixes']]
    if values.get('cidr'):
        wanted = ipaddress.ip_network(values['cidr'], strict=False)
        length = wanted.prefixlen
    length = length or pool['default_prefixlen']
    _check_length(pool, length)
    _check_quota(conn, pool, values, length)
    if values.get('cidr'):
        if not any(_within(wanted, prefix) for prefix in prefixes) or any(wanted.overlaps(other) for other in taken):
            raise errors.refuse('SubnetAllocationError', 'Failed to allocate subnet: Cannot allocate requested subnet '
                                                         'from the available set of prefixes.')
        return {'cidr': str(wanted), 'ip_version': wanted.version}
    for prefix in prefixes:
        found = _first_free(prefix, length, taken)
        if found:
            return {'cidr': str(found), 'ip_version': found.version}
    raise errors.refuse('SubnetAllocationError', 'Failed to allocate subnet: Insufficient prefix space to allocate '
                                                 'subnet size /%d.' % length)


def _check_length(pool, length):
    if length < pool['min_prefixlen']:
        raise errors.refuse('MinPrefixSubnetAllocationError', 'Unable to allocate subnet with prefix length %d, '
                            'minimum allowed prefix is %d.' % (length, pool['min_prefixlen']))
    if length > pool['max_prefixlen']:
        raise errors.refuse('MaxPrefixSubnetAllocationError', 'Unable to allocate subnet with prefix length %d, '
                            'maximum allowed prefix is %d.' % (length, pool['max_prefixlen']))


def _check_quota(conn, pool, values, length):
    """The pool's quota counts a project's addresses (IPv4) or /64 networks (IPv6)."""
    if pool['default_quota'] is None:
        return
    table, unit = models.subnets, 32 if pool['ip_version'] == 4 else 64
    mine = conn.execute(sa.select(table.c.cidr).where(
        table.c.subnetpool_id == pool['id'], table.c.project_id == values['project_id'])).scalars()
    used = sum(2 ** max(0, unit - ipaddress.ip_network(cidr).prefixlen) for cidr in mine)
    asked = 2 ** max(0, unit - length)
    if used + asked > pool['default_quota']:
        raise common_errors.Conflict('Per-tenant subnet pool prefix quota exceeded: %d of %d used, %d asked.'
                                     % (used, pool['default_quota'], asked), kind='SubnetPoolQuotaExceeded')


def _first_free(prefix, length, taken):
    """The first network of this length in the prefix that overlaps nothing taken; steps over what is taken."""
    if length < prefix.prefixlen:
        return None
    size = 2 ** (prefix.max_prefixlen - length)
    start, end = int(prefix.network_address), int(prefix.broadcast_address)
    inside = sorted((int(other.network_address), int(other.broadcast_address)) for other in taken
                    if other.version == prefix.version and other.overlaps(prefix))
    for first, last in inside:
        if start + size <= first:
            break
        start = max(start, (last // size + 1) * size)
    if start + size - 1 > end:
        return None
    return ipaddress.ip_network((start, length))
