# SPDX-License-Identifier: Apache-2.0
"""A bridge a network, its tunnel to other hosts, and the host's own address on external networks."""
import ipaddress
import json

from praline_common import errors
from praline_network.drivers.linuxbridge import links
from praline_network.drivers.linuxbridge import namespaces

FLOOD = '00:00:00:00:00:00'
VXLAN_PORT = '4789'


class Bridges:
    """`physical`: {physical network: a bridge that the operator made}; `local_ip`: this host's tunnel end or None."""

    def __init__(self, runner, names, local_ip=None, physical=None, host_gateway=True):
        self._runner, self._names = runner, names
        self._local_ip, self._physical, self._host_gateway = local_ip, physical or {}, host_gateway

    def name_of(self, network):
        """The operator's bridge where there is one for its physical network, else our own."""
        return self._physical.get(network.physical_network) or self._names.bridge(network.id)

    def host_addresses(self, network):
        """What the host holds on this network: the subnets' gateways of an external network that is ours."""
        if network.kind != 'external' or not self._host_gateway or self.is_foreign(network):
            return ()
        return tuple('%s/%d' % (ipaddress.ip_address(subnet.gateway_ip), ipaddress.ip_network(subnet.cidr).prefixlen)
                     for subnet in network.subnets if subnet.gateway_ip)

    def is_foreign(self, network):
        return bool(self._physical.get(network.physical_network))

    def ensure(self, network, ports):
        """The bridge as described, the tunnel knowing these ports; True if anything was changed.

        It is removed again if this call made it and then failed.
        """
        name = self.name_of(network)
        if self.is_foreign(network):
            if not links.exists(name):
                raise errors.DriverError('The bridge %s of the physical network %s does not exist.'
                                         % (name, network.physical_network))
            return False
        made = not links.exists(name)
        try:
            return self._ensure(network, ports, name, made)
        except errors.DriverError:
            if made:
                self.remove(network.id)
            raise

    def _ensure(self, network, ports, name, made):
        lines = []
        if made:
            lines.append(['link', 'add', name, 'type', 'bridge', 'stp_state', '0', 'forward_delay', '0',
                          'mcast_snooping', '0'])
            lines.append(['link', 'set', name, 'alias', network.id])
        if made or links.mtu(name) != network.mtu:
            lines.append(['link', 'set', name, 'mtu', str(network.mtu)])
        lines += self._tunnel_lines(network, name)
        self._runner.batch(lines)
        addresses = self.host_addresses(network)
        values = _bridge_values(name, bool(addresses))
        strayed = namespaces.kernel_values(values) != values
        if strayed:
            namespaces.set_kernel_values(values)
        changed = self._ensure_addresses(name, addresses) if made or addresses or not links.is_up(name) else False
        return self._ensure_peers(network, ports) or changed or strayed or bool(lines)

    def _ensure_addresses(self, name, wanted):
        everywhere = links.addresses(self._runner)
        self._refuse_taken(name, wanted, everywhere)
        found = everywhere.get(name, {'addresses': set(), 'up': False})
        lines = [['addr', 'add', address, 'dev', name] for address in wanted if address not in found['addresses']]
        lines += [['addr', 'del', address, 'dev', name] for address in found['addresses'] if address not in wanted]
        if not found['up']:
            lines.append(['link', 'set', name, 'up'])
        self._runner.batch(lines)
        return bool(lines)

    def _refuse_taken(self, name, wanted, everywhere):
        """Two links with addresses of one subnet would make the host send to either as it likes."""
        for address in wanted:
            prefix = ipaddress.ip_interface(address).network
            for link, found in everywhere.items():
                for other in found['addresses'] if link != name else ():
                    if prefix.version == _version(other) and ipaddress.ip_interface(other).network.overlaps(prefix):
                        raise errors.DriverError('The host cannot be %s: its link %s has %s already. Choose another '
                                                 'subnet for the external network.' % (address, link, other))

    def _tunnel_lines(self, network, bridge):
        tunnel = self._names.tunnel(network.id)
        if network.kind != 'vxlan' or not self._local_ip:
            return [['link', 'del', tunnel]] if links.exists(tunnel) else []
        lines = []
        if not links.exists(tunnel):
            lines.append(['link', 'add', tunnel, 'type', 'vxlan', 'id', str(network.segmentation_id),
                          'local', self._local_ip, 'dstport', VXLAN_PORT, 'nolearning'])
        if links.master(tunnel) != bridge or not links.is_up(tunnel) or links.mtu(tunnel) != network.mtu:
            lines.append(['link', 'set', tunnel, 'master', bridge, 'mtu', str(network.mtu), 'up'])
        return lines

    def _ensure_peers(self, network, ports):
        """The tunnel's forwarding entries: everybody for broadcasts, and each known port behind its host."""
        tunnel = self._names.tunnel(network.id)
        if not links.exists(tunnel):
            return False
        wanted = {(FLOOD, address) for address in network.peers.values() if address != self._local_ip}
        for port in ports:
            peer = network.peers.get(port.host)
            if peer and peer != self._local_ip:
                wanted.add((port.mac, peer))
        found = {(entry['mac'], entry['dst']) for entry in
                 json.loads(self._runner.run(['bridge', '-j', 'fdb', 'show', 'dev', tunnel]) or '[]') if 'dst' in entry}
        lines = [['fdb', 'del', mac, 'dev', tunnel, 'dst', peer] for mac, peer in sorted(found - wanted)]
        lines += [['fdb', 'append', mac, 'dev', tunnel, 'dst', peer] for mac, peer in sorted(wanted - found)]
        self._runner.batch(lines, program='bridge')
        return bool(lines)

    def remove(self, network_id):
        """Our bridge and tunnel of it are gone; what was plugged in stays, unplugged."""
        links.remove(self._runner, self._names.tunnel(network_id), self._names.bridge(network_id))


def _version(address):
    return ipaddress.ip_interface(address).version


def _bridge_values(name, has_host):
    """The host is no party on a tenant's network: no address of any kind there, and no answer to ARP."""
    return {
        'net/ipv6/conf/%s/disable_ipv6' % name: '0' if has_host else '1',
        'net/ipv4/conf/%s/arp_ignore' % name: '1' if has_host else '8',
        'net/ipv4/conf/%s/rp_filter' % name: '0',
    }
