# SPDX-License-Identifier: Apache-2.0
"""The ports of servers, as compute asks for them: checked before, made or adopted, moved, released."""
import ipaddress

import sqlalchemy as sa

from praline_common import errors as common_errors
from praline_common.db import engine
from praline_network import errors
from praline_network.db import floatingips
from praline_network.db import models
from praline_network.db import networks
from praline_network.db import placement
from praline_network.db import ports
from praline_network.db import quotas
from praline_network.db import resources
from praline_network.db import security_groups
from praline_network.db import subnets

_PORTS = models.ports
# Row columns that compute knows by the API's names.
_NAMES = {'host': 'binding:host_id', 'vnic_type': 'binding:vnic_type', 'profile': 'binding:profile'}
_SHOWN = ('id', 'name', 'network_id', 'mac_address', 'fixed_ips', 'device_id', 'device_owner', 'host', 'vnic_type',
          'security_groups', 'port_security_enabled', 'status', 'project_id', 'admin_state_up', 'dns_name',
          'allowed_address_pairs')
_SUBNET = ('id', 'name', 'cidr', 'gateway_ip', 'ip_version', 'enable_dhcp', 'dns_nameservers', 'host_routes',
           'ipv6_address_mode', 'ipv6_ra_mode')


def check(conn, context, requested, options):
    """See contracts.network.check_networks."""
    if requested == 'none':
        return {'requests': [], 'allocate': False}
    if requested in ('auto', [], None):
        return _only_network(conn, context, requested == 'auto', options)
    seen, requests = set(), []
    for request in requested:
        if request.get('port_id'):
            requests.append(_checked_port(conn, context, request, seen))
        else:
            requests.append(_checked_network(conn, context, request))
    _check_quota(conn, context, sum(not request['port_id'] for request in requests), options)
    return {'requests': requests, 'allocate': bool(requests)}


def _request(network_id, port_id=None, fixed_ip=None, tag=None):
    return {'network_id': network_id, 'port_id': port_id, 'fixed_ip': fixed_ip, 'tag': tag}


def _only_network(conn, context, wanted, options):
    """The project's one network, its own or a shared one; no card when there is none, unless it is wanted."""
    table = networks.TABLE
    found = list(conn.execute(sa.select(table.c.id).where(
        sa.or_(table.c.project_id == context.project_id, table.c.shared.is_(True),
               table.c.id.in_(networks.granted(context).where(models.rbac_policies.c.action == 'access_as_shared'))),
        table.c.external.is_(False), table.c.admin_state_up.is_(True)).limit(2)).scalars())
    if len(found) > 1:
        raise common_errors.Conflict('Multiple possible networks found, use a Network ID to be more specific.')
    if not found:
        if wanted:
            raise common_errors.BadRequest('Unable to automatically allocate a network for project %s'
                                           % context.project_id)
        return {'requests': [], 'allocate': False}
    _require_subnet(conn, found[0])
    _check_quota(conn, context, 1, options)
    return {'requests': [_request(found[0])], 'allocate': True}


def _checked_port(conn, context, request, seen):
    try:
        port = ports.get(conn, context, request['port_id'])
    except common_errors.NotFound as error:
        raise common_errors.BadRequest(error.message) from None
    if port['device_id'] or port['id'] in seen:
        raise common_errors.Conflict('Port %s is still in use.' % port['id'])
    if not port['fixed_ips'] and port['port_security_enabled'] and port['security_groups'] and not (
            subnets.of_networks(conn, [port['network_id']])):
        raise common_errors.BadRequest('Port %s requires a FixedIP in order to be used.' % port['id'])
    seen.add(port['id'])
    return _request(port['network_id'], port['id'], None, request.get('tag'))


def _checked_network(conn, context, request):
    try:
        network = networks.bare(conn, context, request['network_id'])
    except common_errors.NotFound as error:
        raise common_errors.BadRequest(error.message) from None
    if network['external'] and not network['shared'] and not context.is_admin:
        raise common_errors.Forbidden('It is not allowed to create an interface on external network %s'
                                      % network['id'])
    if request.get('fixed_ip'):
        _check_free(conn, request['fixed_ip'], network['id'])
    _require_subnet(conn, network['id'])
    return _request(network['id'], None, request.get('fixed_ip'), request.get('tag'))


def _require_subnet(conn, network_id):
    if not subnets.of_networks(conn, [network_id]):
        raise common_errors.BadRequest('Network %s requires a subnet in order to boot instances on.' % network_id)


def _check_free(conn, address, network_id):
    table = models.addresses
    if conn.execute(sa.select(table.c.id).where(table.c.network_id == network_id,
                                                table.c.ip_address == address)).first():
        raise common_errors.BadRequest('Fixed IP address %s is already in use on instance.' % address)


def _check_quota(conn, context, count, options):
    if not count:
        return
    try:
        quotas.check(conn, options, context.project_id, 'port', count)
    except errors.OverQuota as error:
        raise common_errors.OverQuota('Maximum number of ports exceeded', **error.details) from None


def allocate(conn, context, server_id, host, requests, groups, hostname, project_id, zone, options):
    """Ports for the requests, in their order, complete rows; the same ones when asked again."""
    made = {row['request_key']: row for row in ports.find(
        conn, _PORTS.c.device_id == server_id, _PORTS.c.request_key.is_not(None))}
    group_ids = security_groups.find(conn, context, groups, project_id) if groups else None
    owner = 'compute:%s' % (zone or 'nova')
    out = []
    for request in requests:
        if request.get('port_id'):
            out.append(_adopt(conn, context, request['port_id'], server_id, host, owner, hostname))
            continue
        row = made.get(request['key'])
        if row is None:
            quotas.check(conn, options, project_id, 'port')
            row = _create(conn, context, request, options, {
                'project_id': project_id, 'device_id': server_id, 'device_owner': owner, 'host': host,
                'dns_name': hostname or ''}, group_ids)
        elif row['host'] != host:
            ports.bind(conn, [row['id']], host)
            row['host'] = host
        out.append(row)
    return out


def _create(conn, context, request, options, values, group_ids):
    network = networks.bare(conn, context.elevated(), request['network_id'])
    secured = network['port_security_enabled']
    fixed_ips = [{'ip_address': request['fixed_ip']}] if request.get('fixed_ip') else None
    return ports.create(conn, {**values, 'network_id': network['id'], 'request_key': request['key'],
                               'port_security_enabled': secured}, options, fixed_ips, group_ids if secured else [])


def _adopt(conn, context, port_id, server_id, host, owner, hostname):
    """A port that its user made becomes the server's.  Conflict when another server has it."""
    port = ports.get(conn, context.elevated(), port_id)
    if port['device_id'] not in ('', server_id):
        raise common_errors.Conflict('Port %s is still in use.' % port_id)
    return ports.save(conn, port, {'device_id': server_id, 'device_owner': owner, 'host': host,
                                   'dns_name': port['dns_name'] or hostname or ''})


def release(conn, server_id, port_ids=None):
    """Delete the server's own ports, give the adopted ones back.

    The rows as they were, and the hosts of routers that led floating IPs to them.
    """
    where = [_PORTS.c.device_id == server_id, _PORTS.c.device_owner.like('compute:%')]
    if port_ids is not None:
        where.append(_PORTS.c.id.in_(port_ids))
    rows = ports.find(conn, *where)
    routing = floatingips.hosts_of_ports(conn, [row['id'] for row in rows])
    for row in rows:
        if row['request_key'] is not None:
            ports.delete(conn, row)
        else:
            ports.save(conn, row, {'device_id': '', 'device_owner': '', 'host': '', 'moving_to': '',
                                   'status': 'DOWN'})
    placement.rest_dhcp(conn, {row['network_id'] for row in rows})
    return rows, routing


def move(conn, server_id, host):
    """The server's ports are bound to this host; the rows as they were."""
    rows = ports.find(conn, _PORTS.c.device_id == server_id, _PORTS.c.device_owner.like('compute:%'))
    ports.bind(conn, [row['id'] for row in rows], host)
    return rows


def of_servers(conn, server_ids):
    """{server id: [port]}, ports as compute gets them."""
    rows = ports.find(conn, _PORTS.c.device_id.in_(server_ids), _PORTS.c.device_owner.like('compute:%'))
    grouped = resources.group_by(shape(conn, rows), 'device_id')
    return {server_id: grouped.get(server_id, []) for server_id in server_ids}


def groups_of(conn, server_id):
    """[{'id', 'name'}] of the groups that the server's ports are in."""
    groups, member = models.security_groups, models.port_groups
    return engine.rows(conn, sa.select(groups.c.id, groups.c.name).distinct().join(
        member, member.c.security_group_id == groups.c.id).join(_PORTS, _PORTS.c.id == member.c.port_id).where(
            _PORTS.c.device_id == server_id).order_by(groups.c.name))


def shape(conn, rows):
    """Port rows as contracts.network describes them: API names, network with subnets, floating IPs."""
    if not rows:
        return []
    network_ids = {row['network_id'] for row in rows}
    table = networks.TABLE
    known = {row['id']: row for row in engine.rows(conn, sa.select(table.c.id, table.c.name, table.c.mtu).where(
        table.c.id.in_(network_ids)))}
    subnet_rows = subnets.of_networks(conn, network_ids)
    for network_id, network in known.items():
        network['subnets'] = [{name: row[name] for name in _SUBNET} for row in subnet_rows.get(network_id, ())]
    floating = floatingips.of_ports(conn, [row['id'] for row in rows])
    return [{**{_NAMES.get(name, name): row[name] for name in _SHOWN}, 'network': known[row['network_id']],
             'floating_ips': floating.get(row['id'], {})} for row in rows]


def who_is(conn, network_id, address):
    """{'server_id', 'project_id', 'port_id'} of the server with this address on this network.  NotFound.

    A link-local IPv6 address is the one that a card makes from its MAC; no filter lets another pass.
    """
    fixed, mac = models.addresses, mac_of(address)
    found = sa.select(_PORTS.c.id, _PORTS.c.device_id, _PORTS.c.project_id).where(_PORTS.c.device_owner.like('compute:%'))
    if mac:
        found = found.where(_PORTS.c.network_id == network_id, _PORTS.c.mac_address == mac)
    else:
        found = found.join(fixed, fixed.c.port_id == _PORTS.c.id).where(
            fixed.c.network_id == network_id, fixed.c.ip_address == address)
    row = engine.one(conn, found)
    if row is None:
        raise common_errors.NotFound('No server has the address %s on network %s.' % (address, network_id))
    return {'server_id': row['device_id'], 'project_id': row['project_id'], 'port_id': row['id']}


def mac_of(address):
    """The MAC in an fe80::/64 address that was made from one, or None."""
    packed = ipaddress.ip_address(address).packed
    if packed[:8] != b'\xfe\x80' + bytes(6) or packed[11:13] != b'\xff\xfe':
        return None
    octets = bytes([packed[8] ^ 2]) + packed[9:11] + packed[13:]
    return ':'.join('%02x' % octet for octet in octets)
