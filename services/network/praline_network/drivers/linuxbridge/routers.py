# SPDX-License-Identifier: Apache-2.0
"""A namespace a router: legs on bridges, forwarding, routes, translation and router advertisements."""
import ipaddress
import json
import os
import socket
import struct

from praline_common import errors
from praline_network.drivers.linuxbridge import conntrack
from praline_network.drivers.linuxbridge import leases
from praline_network.drivers.linuxbridge import links
from praline_network.drivers.linuxbridge import namespaces
from praline_network.drivers.linuxbridge import names
from praline_network.drivers.linuxbridge import translation
from praline_network.drivers.linuxbridge.daemons import Daemon
from praline_network.drivers.linuxbridge.rulesets import Rulesets

FORWARDING = {'net/ipv4/ip_forward': '1', 'net/ipv6/conf/all/forwarding': '1'}
BROADCAST = b'\xff' * 6


class Routers:
    """`directory`: where each router that advertises has a folder with its dnsmasq's files."""

    def __init__(self, runner, link_names, directory):
        self._runner, self._names, self._directory = runner, link_names, directory
        self._rulesets = Rulesets(runner)

    def ensure(self, router, bridge_of):
        """bridge_of: {network id: bridge} of the legs' networks.  True if anything was changed."""
        if not router.enabled:
            return self.remove(router.id)
        namespace = self._names.router_namespace(router.id)
        made = not namespaces.exists(namespace)
        try:
            return self._ensure(router, namespace, bridge_of)
        except errors.DriverError:
            if made:
                self.remove(router.id)
            raise

    def _ensure(self, router, namespace, bridge_of):
        links.ensure_namespace(self._runner, namespace)
        namespaces.within(namespace, namespaces.set_kernel_values, FORWARDING)
        moved = links.ensure_legs(self._runner, namespace, self._legs(router, bridge_of),
                                  loopback=[leases.METADATA + '/32'])
        rerouted = self._ensure_routes(namespace, translation.routes(router))
        before, now = self._rulesets.settle(router.id, translation.TABLES, translation.text(router), namespace)
        advertised = self._ensure_advertisements(router, namespace)
        self._follow_floating(router, namespace, translation.listed_pairs(before))
        return moved or rerouted or before != now or advertised

    def _legs(self, router, bridge_of):
        legs = [links.Leg(self._names.leg_link(leg.port_id), bridge_of[leg.network_id],
                          translation.inner_name(leg.port_id), leg.mac.lower(), leg.mtu,
                          links.leg_addresses(leg.addresses, leg.subnets)) for leg in router.interfaces]
        if router.gateway:
            leg = router.gateway
            floating = tuple('%s/32' % floating.floating_ip for floating in router.floating_ips)
            own = links.leg_addresses(leg.addresses, leg.subnets)
            legs.append(links.Leg(self._names.gateway_link(leg.port_id), bridge_of[leg.network_id],
                                  translation.outer_name(leg.port_id), leg.mac.lower(), leg.mtu, own + floating))
        return legs

    def _ensure_routes(self, namespace, wanted):
        found = {}
        for family in ('-4', '-6'):
            listed = self._runner.run(['ip', '-n', namespace, family, '-j', 'route', 'show'])
            for route in json.loads(listed or '[]'):
                if 'gateway' in route:
                    key = '::/0' if family == '-6' and route['dst'] == 'default' else route['dst']
                    found[_route_key(key)] = route['gateway']
        wanted = {_route_key(destination): gateway for destination, gateway in wanted.items()}
        lines = [['route', 'del', destination, 'via', gateway] for destination, gateway in sorted(found.items())
                 if destination not in wanted]
        lines += [['route', 'replace', destination, 'via', gateway] for destination, gateway in sorted(wanted.items())
                  if found.get(destination) != gateway]
        self._runner.batch(lines, namespace=namespace)
        return bool(lines)

    def _ensure_advertisements(self, router, namespace):
        daemon = self._daemon(router.id)
        text = translation.advertisements(router, daemon.paths, daemon.user)
        if not text:
            return daemon.remove()
        if not daemon.write('conf', text) and daemon.is_running(namespace):
            return False
        daemon.stop()
        daemon.start(namespace)
        return True

    def _follow_floating(self, router, namespace, before):
        now = translation.floating_pairs(router)
        for floating, fixed in before.items():
            if now.get(floating) != fixed:
                conntrack.cut_translated(self._runner, namespace, floating)
        fresh = [floating for floating in now if floating not in before]
        if fresh and router.gateway:
            namespaces.within(namespace, announce, translation.outer_name(router.gateway.port_id),
                              router.gateway.mac, fresh)

    def remove(self, router_id):
        """True if there was something of it."""
        namespace = self._names.router_namespace(router_id)
        self._rulesets.forget(router_id)
        there = self._daemon(router_id).remove()
        return links.remove_namespace(self._runner, namespace) or there

    def present(self):
        start = len(self._names.router_prefix)
        found = {name[start:] for name in namespaces.names(self._names.router_prefix)}
        if os.path.isdir(self._directory):
            found |= set(os.listdir(self._directory))
        return found

    def floating(self, router_id):
        """{floating ip: fixed ip} that the router's namespace translates now."""
        namespace = self._names.router_namespace(router_id)
        if not namespaces.exists(namespace):
            return {}
        return translation.listed_pairs(self._rulesets.listing(translation.TABLES, namespace))

    def _daemon(self, router_id):
        return Daemon(self._runner, os.path.join(self._directory, names.checked(router_id)))


def _route_key(destination):
    """Routes to one host are listed without a length."""
    if destination in ('default', '::/0'):
        return destination
    prefix = ipaddress.ip_network(destination)
    return str(prefix)


def announce(link, mac, addresses):
    """Tell the neighbours, by gratuitous ARP, that these IPv4 addresses are at this MAC now."""
    hardware = bytes.fromhex(mac.replace(':', ''))
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as sender:
        sender.bind((link, 0))
        for address in addresses:
            packed = socket.inet_aton(address)
            body = struct.pack('!HHBBH', 1, 0x0800, 6, 4, 1) + hardware + packed + bytes(6) + packed
            sender.send(BROADCAST + hardware + b'\x08\x06' + body)
