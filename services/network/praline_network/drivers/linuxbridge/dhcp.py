# SPDX-License-Identifier: Apache-2.0
"""A namespace a network with a dnsmasq in it, which leases what its hosts file says and nothing else."""
import os

from praline_network.drivers.linuxbridge import leases
from praline_network.drivers.linuxbridge import links
from praline_network.drivers.linuxbridge import namespaces
from praline_network.drivers.linuxbridge import names
from praline_network.drivers.linuxbridge.daemons import Daemon


def has_ipv6(network):
    """Whether guests there may ask for metadata over IPv6: by an address of the link, which no router passes on."""
    return any(subnet.ip_version == 6 for subnet in network.subnets)


class Dhcp:
    """`directory`: where each network has a folder with dnsmasq's files."""

    def __init__(self, runner, link_names, directory):
        self._runner, self._names, self._directory = runner, link_names, directory

    def ensure(self, network, bridge, own, ports, repair=True):
        """Serve the network's ports from `own`, the server's port; True if anything was changed.

        repair: look at the links too, and not only at the files.
        """
        namespace = self._names.dhcp_namespace(network.id)
        daemon = self._daemon(network.id)
        changed = False
        if repair or not daemon.is_running(namespace):
            links.ensure_namespace(self._runner, namespace)
            own_addresses = links.leg_addresses(own.addresses, network.subnets)
            if has_ipv6(network):
                own_addresses += (leases.METADATA6 + '/128',)
            leg = links.Leg(self._names.dhcp_link(network.id), bridge, links.DHCP, own.mac.lower(), network.mtu,
                            own_addresses)
            changed = links.ensure_legs(self._runner, namespace, [leg], loopback=[leases.METADATA + '/32'])
        return self._ensure_server(network, namespace, daemon, own, ports) or changed

    def _ensure_server(self, network, namespace, daemon, own, ports):
        if not leases.served_subnets(network):
            return daemon.stop()
        dhcp_addresses = {entry['subnet_id']: entry['ip'] for entry in own.addresses}
        routed = {entry['subnet_id'] for port in ports if port.device_owner == 'network:router_interface'
                  for entry in port.addresses}
        changed = daemon.write('hosts', leases.hosts(network, ports))
        changed |= daemon.write('options', leases.options(network, ports, dhcp_addresses, routed))
        wanted = {entry['ip']: port.mac.lower() for port in ports for entry in port.addresses}
        text = daemon.read('leases')
        fresh = leases.without_stale(text, wanted)
        if daemon.write('conf', leases.configuration(network, links.DHCP, daemon.paths, daemon.user)) or fresh != text:
            daemon.stop()
            daemon.write('leases', leases.without_stale(daemon.read('leases'), wanted))
        if not daemon.is_running(namespace):
            daemon.stop()
            daemon.start(namespace)
            return True
        if changed:
            daemon.reload()
        return changed

    def remove(self, network_id):
        """True if there was something of it."""
        there = self._daemon(network_id).remove() if os.path.isdir(self._folder(network_id)) else False
        there |= links.remove_namespace(self._runner, self._names.dhcp_namespace(network_id))
        links.remove(self._runner, self._names.dhcp_link(network_id))
        return there

    def present(self):
        """Ids of networks that have a namespace or files here, whole or in parts."""
        start = len(self._names.dhcp_prefix)
        found = {name[start:] for name in namespaces.names(self._names.dhcp_prefix)}
        if os.path.isdir(self._directory):
            found |= set(os.listdir(self._directory))
        return found

    def processes(self):
        """{network id: process id} of the servers that run."""
        found = {network_id: self._daemon(network_id).process_id() for network_id in self.present()}
        return {network_id: process_id for network_id, process_id in found.items() if process_id}

    def leases(self):
        return {network_id: leases.read_leases(self._daemon(network_id).read('leases'))
                for network_id in sorted(self.present())}

    def _daemon(self, network_id):
        return Daemon(self._runner, self._folder(network_id))

    def _folder(self, network_id):
        return os.path.join(self._directory, names.checked(network_id))


