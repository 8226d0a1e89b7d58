# SPDX-License-Identifier: Apache-2.0
"""The real driver: Linux bridges, namespaces, dnsmasq and nftables of one host."""
import dataclasses
import os
import threading

from praline_common import errors
from praline_network.drivers import base
from praline_network.drivers.desired import Desired
from praline_network.drivers.desired import legs
from praline_network.drivers.linuxbridge import links
from praline_network.drivers.linuxbridge import strays
from praline_network.drivers.linuxbridge.bridges import Bridges
from praline_network.drivers.linuxbridge.command import Runner
from praline_network.drivers.linuxbridge.dhcp import Dhcp
from praline_network.drivers.linuxbridge.dhcp import has_ipv6
from praline_network.drivers.linuxbridge.firewall import Firewall
from praline_network.drivers.linuxbridge.metadata import MetadataServer
from praline_network.drivers.linuxbridge.names import Names
from praline_network.drivers.linuxbridge.outside import Outside
from praline_network.drivers.linuxbridge.repair import Repair
from praline_network.drivers.linuxbridge.routers import Routers
from praline_network.drivers.linuxbridge.sources import leg_finder
from praline_network.drivers.linuxbridge.zones import Zones


@dataclasses.dataclass
class Options:
    """state_dir: where dnsmasq's files and the zones are kept.  local_ip: this end of vxlan tunnels, None: no tunnels.

    physical_bridges: {physical network: bridge made by the operator}; an external network without one gets a bridge
    of ours on which the host holds the gateway's address (host_gateway).  masquerade: the host translates what
    leaves external networks for elsewhere.
    """

    state_dir: str
    cloud_id: str
    hostname: str
    local_ip: str = None
    physical_bridges: dict = dataclasses.field(default_factory=dict)
    host_gateway: bool = True
    masquerade: bool = False


class Driver(base.NetworkDriver):
    """`metadata(network_id, source_ip, path)` -> (status, content type, bytes) answers the guests' questions."""

    def __init__(self, options, metadata):
        names = Names(options.cloud_id)
        directory = os.path.abspath(options.state_dir)
        os.makedirs(directory, mode=0o755, exist_ok=True)
        self.runner = Runner()
        self._names, self._lock = names, threading.RLock()
        self._desired = Desired(options.hostname)
        self._bridges = Bridges(self.runner, names, options.local_ip, options.physical_bridges, options.host_gateway)
        self._zones = Zones(os.path.join(directory, 'zones.json'))
        self._firewall = Firewall(self.runner, names, self._bridges, self._zones, self._desired)
        self._dhcp = Dhcp(self.runner, names, os.path.join(directory, 'dhcp'))
        self._routers = Routers(self.runner, names, os.path.join(directory, 'routers'))
        self._outside = Outside(self.runner, names, options.masquerade)
        self._metadata = MetadataServer(metadata)
        self._made = {}

    def ensure_network(self, network):
        with self._lock:
            known = network.id in self._desired.networks
            self._desired.put_network(network)
            try:
                self._realize_network(network.id)
            except errors.DriverError:
                if not known:
                    self._drop_network(network.id)
                raise

    def _realize_network(self, network_id, repair=True, filtered=False):
        """True if anything of the network was changed.  filtered: the packet filter knows the network already."""
        network = self._desired.networks[network_id]
        ports = self._desired.ports_of(network_id)
        if not filtered:
            self._firewall.ensure_network(network)
        changed = self._bridges.ensure(network, ports)
        changed |= self._outside.ensure(network, self._bridges)
        changed |= self._realize_dhcp(network, ports, repair)
        self._made[network_id] = _told(network)
        return changed

    def _realize_dhcp(self, network, ports, repair):
        own = self._desired.dhcp_port(network.id)
        namespace = self._names.dhcp_namespace(network.id)
        if own is None:
            self._metadata.remove(namespace)
            return self._dhcp.remove(network.id)
        changed = self._dhcp.ensure(network, self._bridges.name_of(network), own, ports, repair)
        self._metadata.ensure(namespace, lambda source, network_id=network.id: network_id,
                              links.DHCP if has_ipv6(network) else None)
        return changed

    def remove_network(self, network_id):
        with self._lock:
            if not self._desired.is_needed(network_id):
                self._drop_network(network_id)

    def _drop_network(self, network_id):
        self._desired.drop('networks', network_id)
        self._made.pop(network_id, None)
        self._metadata.remove(self._names.dhcp_namespace(network_id))
        self._dhcp.remove(network_id)
        self._outside.remove(network_id)
        self._bridges.remove(network_id)
        self._firewall.remove_network(network_id)

    def ensure_port(self, network, port, groups):
        with self._lock:
            former = self._desired.ports.get(port.id)
            here = former is not None and self._desired.is_guest_here(former)
            self._settle_network(network)
            if not self._desired.is_guest_here(port):
                if here:
                    self._firewall.remove_port(port.id, former)
                self._desired.put_port(network, port)
                self._realize_network(network.id, repair=False, filtered=True)
                return {}
            news = [group for group in groups if self._is_news(group)]
            if any(group.id in self._desired.groups for group in news):
                self.ensure_groups(news)
                news = []
            self._firewall.ensure_port(port, news, former if here else None)
            self._desired.put_port(network, port)
            for group in news:
                self._desired.put_group(group)
            self._realize_dhcp(network, self._desired.ports_of(network.id), repair=False)
            return {'bridge': self._bridges.name_of(network), 'tap': self._names.tap(port.id), 'mtu': network.mtu}

    def _settle_network(self, network):
        """The network exists as described; looks at little when it was just so."""
        if self._made.get(network.id) == _told(network) and links.exists(self._bridges.name_of(network)):
            return
        fresh = network
        if network.id in self._desired.networks:
            fresh = network.obj_clone()
            fresh.ports = self._desired.ports_of(network.id)
        self.ensure_network(fresh)

    def _is_news(self, group):
        known = self._desired.groups.get(group.id)
        return known is None or known.as_dict() != group.as_dict()

    def remove_port(self, port_id):
        with self._lock:
            port = self._desired.drop('ports', port_id)
            links.remove(self.runner, self._names.tap(port_id))
            if port is None or self._desired.is_guest_here(port):
                self._firewall.remove_port(port_id, port)
            if port is not None and port.network_id in self._desired.networks:
                network = self._desired.networks[port.network_id]
                self._realize_network(network.id, repair=False, filtered=True)

    def ensure_groups(self, groups):
        with self._lock:
            former = {group.id: self._desired.groups[group.id] for group in groups
                      if group.id in self._desired.groups}
            changed = [group for group in groups if self._is_news(group)]
            if changed:
                self._firewall.ensure_groups(changed, former)
            for group in groups:
                self._desired.put_group(group)

    def remove_group(self, group_id):
        with self._lock:
            users = [port.id for port in self._desired.guests_here() if group_id in port.security_group_ids]
            if users:
                raise errors.Conflict('Security group %s is used by port %s.' % (group_id, users[0]))
            if self._desired.drop('groups', group_id) is not None and self._desired.networks:
                self._firewall.remove_group(group_id)

    def ensure_router(self, router):
        with self._lock:
            self._realize_router(router)
            self._desired.put_router(router)

    def _realize_router(self, router):
        """True if anything of the router was changed."""
        namespace = self._names.router_namespace(router.id)
        if not router.enabled:
            self._metadata.remove(namespace)
        changed = self._routers.ensure(router, self._bridges_of(router) if router.enabled else {})
        if router.enabled:
            self._metadata.ensure(namespace, leg_finder(router))
        return changed

    def _bridges_of(self, router):
        """{network id: bridge} of the router's legs."""
        found = {}
        for leg in legs(router):
            network = self._desired.networks.get(leg.network_id)
            if network is None:
                raise errors.DriverError('Router %s stands on network %s, which is not on this host.'
                                         % (router.id, leg.network_id))
            found[leg.network_id] = self._bridges.name_of(network)
        return found

    def remove_router(self, router_id):
        with self._lock:
            self._desired.drop('routers', router_id)
            self._metadata.remove(self._names.router_namespace(router_id))
            self._routers.remove(router_id)

    def apply(self, host_networks, asked_at=None):
        with self._lock:
            self._desired.replace(host_networks, asked_at)
            work = Repair()
            work.do('the packet filter', self._firewall.rebuild)
            self._remove_strays(work)
            for network_id in sorted(self._desired.networks):
                work.do('network ' + network_id, self._realize_network, network_id, True, True)
            for router_id, router in sorted(self._desired.routers.items()):
                work.do('router ' + router_id, self._realize_router, router)
            return work.finish()

    def _remove_strays(self, work):
        """What carries the cloud's name and belongs to nothing that is desired."""
        networks, routers = self._desired.networks, self._desired.routers
        for router_id in sorted(self._routers.present() - set(routers)):
            self._metadata.remove(self._names.router_namespace(router_id))
            work.do('stray router ' + router_id, self._routers.remove, router_id)
        for network_id in sorted(self._dhcp.present() - set(networks)):
            self._metadata.remove(self._names.dhcp_namespace(network_id))
            work.do('stray DHCP of network ' + network_id, self._dhcp.remove, network_id)
        for name in strays.links(self._names, self._desired):
            work.do('stray link ' + name, self._remove_link, name)
        work.do('stray translation', self._outside.remove_all_but, networks)
        self._zones.keep_only(networks)
        self._made = {network_id: told for network_id, told in self._made.items() if network_id in networks}

    def _remove_link(self, name):
        links.remove(self.runner, name)
        return True

    def inventory(self):
        with self._lock:
            loaded = self._firewall.present()
            bridges = {name: links.alias(name) or None for name in links.names(self._names.prefix + 'b')}
            port_of = {self._names.tap(port_id): port_id for port_id in self._desired.ports}
            return {
                'bridges': bridges,
                'taps': {name: {'bridge': links.master(name), 'port_id': port_of.get(name)}
                         for name in links.names(self._names.prefix + 't')},
                'filters': loaded['filters'],
                'groups': loaded['groups'],
                'dhcp': self._dhcp.processes(),
                'leases': self._dhcp.leases(),
                'routers': {router_id: self._routers.floating(router_id)
                            for router_id in sorted(self._routers.present())},
                'metadata': self._metadata.namespaces()}

    def is_guest_here(self, port):
        return self._desired.is_guest_here(port)

    def close(self):
        self._metadata.close()


def _told(network):
    """What of a network decides how it is built; its ports do not."""
    return {name: value for name, value in network.as_dict().items() if name != 'ports'}
