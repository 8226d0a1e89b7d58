# SPDX-License-Identifier: Apache-2.0
"""What a driver was last told its host should hold, and when it was told."""
import time

from praline_common.objects.network import DHCP_OWNER
from praline_common.objects.network import ROUTER_OWNERS

KINDS = ('networks', 'ports', 'groups', 'routers')


def leased_subnets(network):
    """The subnets whose addresses a DHCP server gives out; slaac needs none."""
    return [subnet for subnet in network.subnets if subnet.enable_dhcp and (
        subnet.ip_version == 4 or (subnet.ipv6_address_mode or '').startswith('dhcpv6'))]


def is_filtered(port):
    """Whether the packet filter judges what the port sends and gets."""
    return port.security_enabled or not port.admin_up


def legs(router):
    """All its legs, the one outside last."""
    return [*router.interfaces, *([router.gateway] if router.gateway else [])]


class Desired:
    """Four dictionaries by id; networks are kept without their ports, which are kept on their own."""

    def __init__(self, hostname):
        self.hostname = hostname
        self.networks, self.ports, self.groups, self.routers = {}, {}, {}, {}
        self._ports_of = {}
        self._touched = {}

    def put_network(self, network):
        """Keep the network; its ports replace those known before, but guests here stay.  Returns those that left."""
        known = self.ports_of(network.id)
        self._keep_network(network)
        given = {port.id for port in network.ports}
        for port in network.ports:
            self.put_port(network, port)
        gone = [port for port in known if port.id not in given and not self.is_guest_here(port)]
        for port in gone:
            self.drop('ports', port.id)
        return gone

    def put_port(self, network, port):
        port.network_id = network.id
        if network.id not in self.networks:
            self._keep_network(network)
        former = self.ports.get(port.id)
        if former is not None and former.network_id != network.id:
            self._ports_of[former.network_id].discard(port.id)
        self._ports_of.setdefault(network.id, set()).add(port.id)
        self._put('ports', port)

    def put_group(self, group):
        self._put('groups', group)

    def put_router(self, router):
        self._put('routers', router)

    def _keep_network(self, network):
        bare = network.obj_clone()
        bare.ports = []
        self._put('networks', bare)

    def _put(self, kind, item):
        getattr(self, kind)[item.id] = item
        self._touched[kind, item.id] = time.monotonic()

    def drop(self, kind, item_id):
        """Forget it; returns what it was, or None."""
        self._touched[kind, item_id] = time.monotonic()
        item = getattr(self, kind).pop(item_id, None)
        if kind == 'networks':
            for port in self.ports_of(item_id):
                self.drop('ports', port.id)
            self._ports_of.pop(item_id, None)
        if kind == 'ports' and item is not None:
            self._ports_of[item.network_id].discard(item_id)
        return item

    def ports_of(self, network_id):
        return [self.ports[port_id] for port_id in sorted(self._ports_of.get(network_id, ()))]

    def guests_here(self):
        return [port for port in self.ports.values() if self.is_guest_here(port)]

    def is_guest_here(self, port):
        return port.host == self.hostname and port.device_owner not in (DHCP_OWNER, *ROUTER_OWNERS)

    def is_needed(self, network_id):
        """Whether a guest's port or a router's leg here is on the network."""
        return (any(self.is_guest_here(port) for port in self.ports_of(network_id))
                or any(leg.network_id == network_id for router in self.routers.values() for leg in legs(router)))

    def dhcp_port(self, network_id):
        """The port that this host serves the network's DHCP and metadata from, or None."""
        for port in self.ports_of(network_id):
            if port.device_owner == DHCP_OWNER and port.host == self.hostname:
                return port
        return None

    def settle(self):
        """All of it counts as old from now on: the next full state may change it."""
        self._touched.clear()

    def replace(self, host_networks, asked_at=None):
        """Take a full state; what was touched after asked_at stays as it is here, present or absent."""
        now = time.monotonic()
        asked_at = now if asked_at is None else asked_at
        newer = {key for key, when in self._touched.items() if when > asked_at}
        wanted = {
            'networks': {network.id: network for network in host_networks.networks},
            'ports': {port.id: (network, port) for network in host_networks.networks for port in network.ports},
            'groups': {group.id: group for group in host_networks.groups},
            'routers': {router.id: router for router in host_networks.routers},
        }
        for kind in KINDS:
            for item_id in set(getattr(self, kind)) - set(wanted[kind]):
                if (kind, item_id) not in newer:
                    self.drop(kind, item_id)
        for item_id, network in wanted['networks'].items():
            if ('networks', item_id) not in newer:
                self._keep_network(network)
        for item_id, (network, port) in wanted['ports'].items():
            if ('ports', item_id) not in newer and network.id in self.networks:
                self.put_port(network, port)
        for kind, put in (('groups', self.put_group), ('routers', self.put_router)):
            for item_id, item in wanted[kind].items():
                if (kind, item_id) not in newer:
                    put(item)
        self._touched = {key: when for key, when in self._touched.items() if when > asked_at}
