# SPDX-License-Identifier: Apache-2.0
"""The real driver: Linux bridges, namespaces, dnsmasq and nftables of one host."""
import dataclasses
import os
import threading

from praline_common import errors
from praline_network.drivers import base
from praline_network.drivers.desired import Desired
from praline_network.drivers.linuxbridge import links
from praline_network.drivers.linuxbridge.bridges import Bridges
from praline_network.drivers.linuxbridge.command import Runner
from praline_network.drivers.linuxbridge.dhcp import Dhcp
from praline_network.drivers.linuxbridge.firewall import Firewall
from praline_network.drivers.linuxbridge.metadata import MetadataServer
from praline_network.drivers.linuxbridge.names import Names
from praline_network.drivers.linuxbridge.outside import Outside
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
            gone = self._desired.put_network(network)
            try:
                self._realize_network(network.id)
                for port in gone:
                    self._forget_port(port)
            except errors.DriverError:
                if not known:
                    self.remove_network(network.id)
                raise

    def _realize_network(self, network_id, repair=True):
        network = self._desired.networks[network_id]
        ports = self._desired.ports_of(network_id)
        self._bridges.ensure(network, ports)
        self._firewall.ensure_network(network)
        self._outside.ensure(network, self._bridges)
        self._realize_dhcp(network, ports, repair)
        self._made[network_id] = _told(network)

    def _realize_dhcp(self, network, ports, repair):
        own = self._desired.dhcp_port(network.id)
        namespace = self._names.dhcp_namespace(network.id)
        if own is None:
            if network.id in self._dhcp.present():
                self._metadata.remove(namespace)
                self._dhcp.remove(network.id)
            return
        self._dhcp.ensure(network, self._bridges.name_of(network), own, ports, repair)
        self._metadata.ensure(namespace, lambda source, network_id=network.id: network_id)

    def remove_network(self, network_id):
        with self._lock:
            guests = [port for port in self._desired.ports_of(network_id) if self._desired.is_guest_here(port)]
            for port in guests:
                self.remove_port(port.id)
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
            self._settle_network(network)
            bridge = self._bridges.name_of(network)
            if not self._desired.is_guest_here(port):
                self._desired.put_port(network, port)
                self._realize_network(network.id, repair=False)
                return {}
            self._firewall.ensure_port(port, [group for group in groups if self._is_news(group)], former)
            self._desired.put_port(network, port)
            for group in groups:
                self._desired.put_group(group)
            self._realize_dhcp(network, self._desired.ports_of(network.id), repair=False)
            return {'bridge': bridge, 'tap': self._names.tap(port.id), 'mtu': network.mtu}

    def _settle_network(self, network):
        """The network exists as described; looks at little when it was just so."""
        known = self._desired.networks.get(network.id)
        if self._made.get(network.id) == _told(network) and links.exists(self._bridges.name_of(network)):
            return
        fresh = network.obj_clone()
        fresh.ports = self._desired.ports_of(network.id) if known else []
        self.ensure_network(fresh)

    def _is_news(self, group):
        known = self._desired.groups.get(group.id)
        return known is None or known.as_dict() != group.as_dict()

    def remove_port(self, port_id):
        with self._lock:
            port = self._desired.drop('ports', port_id)
            tap = self._names.tap(port_id)
            if links.exists(tap):
                self.runner.batch([['link', 'del', tap]])
            if port is None:
                return
            self._forget_port(port)
            network = self._desired.networks.get(port.network_id)
            if network is not None:
                self._realize_dhcp(network, self._desired.ports_of(network.id), repair=False)

    def _forget_port(self, port):
        if self._desired.is_guest_here(port):
            self._firewall.remove_port(port)

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
            self._routers.ensure(router, self._bridges_of(router))
            self._desired.put_router(router)
            namespace = self._names.router_namespace(router.id)
            if router.enabled:
                self._metadata.ensure(namespace, leg_finder(router))
            else:
                self._metadata.remove(namespace)

    def _bridges_of(self, router):
        """{network id: bridge} of the router's legs."""
        found = {}
        for leg in [*router.interfaces, *([router.gateway] if router.gateway else [])]:
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
        raise NotImplementedError

    def inventory(self):
        raise NotImplementedError

    def close(self):
        self._metadata.close()


def _told(network):
    """What of a network decides how it is built; its ports do not."""
    return {name: value for name, value in network.as_dict().items() if name != 'ports'}
