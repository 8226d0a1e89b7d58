# SPDX-License-Identifier: Apache-2.0
"""What the host itself does for external networks of ours: forwarding and, if asked, masquerading."""
import ipaddress

from praline_network.drivers.linuxbridge import namespaces


class Outside:
    """One table of its own a network, so that one goes without the others."""

    def __init__(self, runner, link_names, masquerade):
        self._runner, self._names, self._masquerade = runner, link_names, masquerade
        self._loaded = {}

    def ensure(self, network, bridges):
        addresses = bridges.host_addresses(network)
        if not addresses or not self._masquerade:
            self.remove(network.id)
            return
        prefixes = sorted({str(ipaddress.ip_interface(address).network) for address in addresses if ':' not in address})
        namespaces.set_kernel_values({'net/ipv4/ip_forward': '1'})
        table, bridge = self._table(network.id), bridges.name_of(network)
        self._runner.nft('\n'.join([
            'table ip %s { }' % table, 'delete table ip %s' % table, 'table ip %s {' % table,
            ' chain leaving { type nat hook postrouting priority srcnat; policy accept;',
            '  ip saddr { %s } oifname != "%s" masquerade' % (', '.join(prefixes), bridge), ' }', '}']) + '\n')
        self._loaded[network.id] = table

    def remove(self, network_id):
        table = self._loaded.pop(network_id, None)
        if table:
            self._runner.nft('delete table ip %s\n' % table)

    def _table(self, network_id):
        return '%s_out_%s' % (self._names.cloud, self._names.bridge(network_id).partition('-')[2])
