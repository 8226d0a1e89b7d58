# SPDX-License-Identifier: Apache-2.0
"""What a host should hold, read from the rows into the wire objects of praline_common.objects.network.

A network is on a host when a guest's or a router's port is bound there, or when the host serves its DHCP and there
is a port that could ask for it.  Everything is read in a fixed number of statements.
"""
import sqlalchemy as sa

from praline_common.db import engine
from praline_common.objects import network as wire
from praline_network.db import addresses
from praline_network.db import agents
from praline_network.db import models
from praline_network.db import networks
from praline_network.db import ports
from praline_network.db import resources
from praline_network.db import subnets

_PORTS = models.ports
_KINDS = {'local': 'bridge'}


def host_networks(conn, host, options):
    """The HostNetworks of this host."""
    here = bound_here(conn, host, options)
    network_ids = networks_here(conn, here)
    found = _networks(conn, network_ids, here)
    for rows in found.values():
        for row in rows:
            row['host'] = host if row['moving_to'] == host else row['host']
    own = [port for rows in found.values() for port in rows if is_guest(port)]
    routers = _routers(conn, host, found)
    made = _wire_networks(conn, found)
    group_ids = {group_id for port in own for group_id in port['security_groups']
                 if port['here'] and port['port_security_enabled']}
    return wire.HostNetworks(host=host, networks=made, groups=groups(conn, group_ids), routers=routers)


def bound_here(conn, host, options):
    """The clause on ports: this host's agent has them, or will when their guest has moved."""
    return sa.or_(agents.bound_to(conn, _PORTS.c.host, host, options),
                  agents.bound_to(conn, _PORTS.c.moving_to, host, options))


def is_guest(port):
    return port['device_owner'] not in (ports.DHCP, *addresses.ROUTER_PORTS, ports.FLOATING)


def needed_networks():
    """The select of the ids of networks that have more than their own DHCP: those need it."""
    other = _PORTS.alias()
    return sa.select(other.c.network_id).where(other.c.device_owner != ports.DHCP)


def networks_here(conn, here):
    """Ids of the networks that belong on the host that the clause `here` (on ports) describes."""
    return list(conn.execute(sa.select(_PORTS.c.network_id).distinct().where(
        here, _PORTS.c.network_id.in_(needed_networks()))).scalars())


def _networks(conn, network_ids, here):
    """{network id: [port rows with fixed_ips, security_groups, here]}, of the bound ports."""
    rows = engine.rows(conn, sa.select(_PORTS, sa.case((here, 1), else_=0).label('here')).where(
        _PORTS.c.network_id.in_(network_ids), _PORTS.c.host != ''))
    found = {network_id: [] for network_id in network_ids}
    for row in ports.complete(conn, rows):
        # A DHCP port without an address serves nobody.
        if row['fixed_ips'] or row['device_owner'] != ports.DHCP:
            found[row['network_id']].append(row)
    return found


def _wire_networks(conn, found):
    ids = list(found)
    rows = engine.rows(conn, sa.select(networks.TABLE).where(networks.TABLE.c.id.in_(ids)))
    subnet_rows = subnets.of_networks(conn, ids)
    tunnels = agents.tunnel_addresses(conn, {port['host'] for rows_ in found.values() for port in rows_})
    return [network(row, subnet_rows.get(row['id'], ()), found[row['id']], tunnels) for row in rows]


def network(row, subnet_rows, port_rows, tunnels):
    """The wire Network of rows; tunnels: {host: address} of the hosts that may share it."""
    kind = 'external' if row['external'] else _KINDS.get(row['network_type'], row['network_type'])
    hosts = {port['host'] for port in port_rows}
    return wire.Network(
        id=row['id'], kind=kind, segmentation_id=row['segmentation_id'],
        physical_network=row['physical_network'] or None, mtu=row['mtu'], dns_domain=row['dns_domain'] or None,
        subnets=[subnet(item) for item in subnet_rows], ports=[port(item) for item in port_rows],
        peers={host: address for host, address in tunnels.items() if host in hosts} if kind == 'vxlan' else {})


def subnet(row):
    return wire.Subnet(
        id=row['id'], cidr=row['cidr'], ip_version=row['ip_version'], gateway_ip=row['gateway_ip'],
        enable_dhcp=row['enable_dhcp'], dns_nameservers=row['dns_nameservers'], host_routes=row['host_routes'],
        ipv6_ra_mode=row['ipv6_ra_mode'], ipv6_address_mode=row['ipv6_address_mode'])


def port(row):
    return wire.Port(
        id=row['id'], network_id=row['network_id'], mac=row['mac_address'], addresses=_pairs(row['fixed_ips']),
        hostname=row['dns_name'] or _default_name(row), device_owner=row['device_owner'], device_id=row['device_id'],
        host=row['host'] or None, admin_up=row['admin_state_up'], security_enabled=row['port_security_enabled'],
        security_group_ids=row['security_groups'],
        allowed_address_pairs=[{'ip': pair['ip_address'], 'mac': pair.get('mac_address')}
                               for pair in row['allowed_address_pairs']],
        dhcp_options=[{'name': option['opt_name'], 'value': option['opt_value'],
                       'ip_version': str(option['ip_version'])} for option in row['extra_dhcp_opts']])


def _default_name(row):
    for entry in row['fixed_ips']:
        return 'host-' + entry['ip_address'].replace('.', '-').replace(':', '-')
    return None


def _pairs(fixed_ips):
    return [{'subnet_id': entry['subnet_id'], 'ip': entry['ip_address']} for entry in fixed_ips]


def groups(conn, group_ids):
    """The wire SecurityGroups of these ids and of those that their rules name, with members' addresses."""
    rules = models.security_group_rules
    own = resources.group_by(engine.rows(conn, sa.select(rules).where(
        rules.c.security_group_id.in_(group_ids))), 'security_group_id')
    named = {rule['remote_group_id'] for rows in own.values() for rule in rows if rule['remote_group_id']}
    members = _members(conn, named)
    return [wire.SecurityGroup(id=group_id, rules=[_rule(rule) for rule in own.get(group_id, ())],
                               addresses=sorted(members.get(group_id, ())))
            for group_id in sorted(set(group_ids) | named)]


def _members(conn, group_ids):
    """{group id: {addresses of its ports, and of their allowed pairs}}"""
    if not group_ids:
        return {}
    fixed, member = models.addresses, models.port_groups
    found = {}
    for group_id, address in conn.execute(sa.select(member.c.security_group_id, fixed.c.ip_address).join(
            fixed, fixed.c.port_id == member.c.port_id).where(member.c.security_group_id.in_(group_ids))):
        found.setdefault(group_id, set()).add(address)
    for group_id, pairs in conn.execute(sa.select(member.c.security_group_id, _PORTS.c.allowed_address_pairs).join(
            _PORTS, _PORTS.c.id == member.c.port_id).where(
                member.c.security_group_id.in_(group_ids),
                sa.cast(_PORTS.c.allowed_address_pairs, sa.Text) != '[]')):
        found.setdefault(group_id, set()).update(pair['ip_address'] for pair in pairs)
    return found


def _rule(row):
    return wire.SecurityGroupRule(
        id=row['id'], direction=row['direction'], ethertype=row['ethertype'], protocol=row['protocol'],
        port_min=row['port_range_min'], port_max=row['port_range_max'], remote_ip_prefix=row['remote_ip_prefix'],
        remote_group_id=row['remote_group_id'])


def _routers(conn, host, ports_of):
    """The wire Routers that run on this host; those without a foot anywhere are nothing to it."""
    table = models.routers
    rows = engine.rows(conn, sa.select(table).where(table.c.host == host))
    legs = {}
    for port_rows in ports_of.values():
        for item in port_rows:
            if item['device_owner'] in addresses.ROUTER_PORTS:
                legs.setdefault(item['device_id'], []).append(item)
    rows = [row for row in rows if row['id'] in legs]
    floating = resources.group_by(engine.rows(conn, sa.select(models.floatingips).where(
        models.floatingips.c.router_id.in_([row['id'] for row in rows]))), 'router_id')
    known = _legs_networks(conn, legs)
    return [_router(row, legs[row['id']], floating.get(row['id'], ()), known) for row in rows]


def _legs_networks(conn, legs):
    """{network id: (mtu, [subnet rows])} of the networks that these ports are on."""
    ids = {item['network_id'] for rows in legs.values() for item in rows}
    table = networks.TABLE
    mtus = dict(conn.execute(sa.select(table.c.id, table.c.mtu).where(table.c.id.in_(ids))).all())
    subnet_rows = subnets.of_networks(conn, ids)
    return {network_id: (mtu, subnet_rows.get(network_id, ())) for network_id, mtu in mtus.items()}


def _router(row, legs, floating, known):
    # Reads are no snapshot: a network may have gone since its ports were read.
    made = {item['id']: _leg(item, *known[item['network_id']]) for item in legs if item['network_id'] in known}
    return wire.Router(
        id=row['id'], enabled=row['admin_state_up'], gateway=made.get(row['gateway_port_id']),
        enable_snat=row['enable_snat'], routes=row['routes'],
        interfaces=[leg for port_id, leg in made.items() if port_id != row['gateway_port_id']],
        floating_ips=[wire.FloatingAddress(id=item['id'], floating_ip=item['floating_ip_address'],
                                           fixed_ip=item['fixed_ip_address'], port_id=item['port_id'])
                      for item in floating])


def _leg(item, mtu, subnet_rows):
    wanted = {entry['subnet_id'] for entry in item['fixed_ips']}
    return wire.RouterLeg(port_id=item['id'], network_id=item['network_id'], mac=item['mac_address'], mtu=mtu,
                          addresses=_pairs(item['fixed_ips']),
                          subnets=[subnet(row) for row in subnet_rows if row['id'] in wanted])


def one_port(conn, port_row, hosts):
    """(Network without its ports, Port, [SecurityGroup]) of one port, for a host that must hold it now.

    hosts: those that the network is on.
    """
    row = resources.fetch(conn, networks.TABLE, 'network', port_row['network_id'])
    bare = network(row, addresses.subnets_of(conn, row['id'], None), (), {})
    if bare.kind == 'vxlan':
        bare.peers = agents.tunnel_addresses(conn, hosts)
    return bare, port(port_row), groups(conn, port_row['security_groups'] if port_row['port_security_enabled'] else ())


def whole_network(conn, network_id):
    """The Network with all its bound ports."""
    found = _networks(conn, [network_id], _PORTS.c.host != '')
    return _wire_networks(conn, found)[0]
