# SPDX-License-Identifier: Apache-2.0
"""Ports of the network service as cards of a guest, and as what the API shows of a server's addresses."""
import ipaddress

from praline_common.objects.guest import GuestNic


def entry(port, plugged=None, tag=None):
    """What a server keeps of one port: all that its card needs, so that it can be made again without asking."""
    network = port.get('network') or {}
    subnets = {subnet['id']: subnet for subnet in network.get('subnets') or []}
    plugged = plugged or {}
    return {'id': port['id'], 'mac': port['mac_address'], 'network_id': port['network_id'],
            'label': network.get('name') or port['network_id'], 'mtu': plugged.get('mtu') or network.get('mtu'),
            'tap': plugged.get('tap'), 'bridge': plugged.get('bridge'), 'tag': tag,
            'addresses': [_address(fixed, subnets.get(fixed['subnet_id'])) for fixed in port['fixed_ips']],
            'floating': port.get('floating_ips') or {},
            'dns': [server for subnet in subnets.values() for server in subnet.get('dns_nameservers') or []],
            'routes': [{'destination': route['destination'], 'nexthop': route['nexthop']}
                       for subnet in subnets.values() for route in subnet.get('host_routes') or []]}


def _address(fixed, subnet):
    address = fixed['ip_address']
    subnet = subnet or {}
    cidr = subnet.get('cidr')
    return {'address': address, 'version': ipaddress.ip_address(address).version,
            'prefix': ipaddress.ip_network(cidr).prefixlen if cidr else None, 'subnet_id': fixed.get('subnet_id'),
            'gateway': subnet.get('gateway_ip'), 'dhcp': bool(subnet.get('enable_dhcp')),
            'mode': subnet.get('ipv6_address_mode')}


def nic(kept, model=None):
    """The guest's card of a kept port."""
    return GuestNic(
        port_id=kept['id'], mac=kept['mac'], tap=kept['tap'] or '', bridge=kept['bridge'] or '', mtu=kept['mtu'],
        model=model, network_id=kept['network_id'], network_label=kept['label'],
        addresses=[{name: address.get(name) for name in ('address', 'prefix', 'version', 'gateway', 'dhcp', 'mode')}
                   for address in kept['addresses']],
        dns=kept['dns'], routes=kept['routes'], tag=kept['tag'])


def columns(kept_ports, security_groups):
    """What the row keeps: network_info, and what lists show and filter by."""
    found = {}
    for kept in kept_ports:
        shown = found.setdefault(kept['label'], [])
        for address in kept['addresses']:
            shown.append(_shown(address['address'], address['version'], 'fixed', kept['mac']))
            floating = kept['floating'].get(address['address'])
            if floating:
                shown.append(_shown(floating, 4, 'floating', kept['mac']))
    every = [item['addr'] for items in found.values() for item in items]
    groups = [{'name': name} for name in security_groups]
    return {'network_info': {'ports': kept_ports, 'addresses': found, 'security_groups': groups},
            'shown_addresses': found or None, 'shown_groups': groups or None,
            'addresses': ',%s,' % ','.join(every) if every else ''}


def _shown(address, version, kind, mac):
    return {'version': version, 'addr': address, 'OS-EXT-IPS:type': kind, 'OS-EXT-IPS-MAC:mac_addr': mac}


def refreshed(kept_ports, ports):
    """The kept ports with the addresses of `ports`: what is still there keeps its card, in its order."""
    known = {kept['id']: kept for kept in kept_ports}
    order = {kept['id']: number for number, kept in enumerate(kept_ports)}
    fresh = []
    for port in sorted(ports, key=lambda port: order.get(port['id'], len(order))):
        old = known.get(port['id']) or {}
        fresh.append(entry(port, {name: old.get(name) for name in ('tap', 'bridge', 'mtu')}, old.get('tag')))
    return fresh


def names_of_groups(groups):
    return sorted(group['name'] for group in groups)
