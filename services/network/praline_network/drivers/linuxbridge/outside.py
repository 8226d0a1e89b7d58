# SPDX-License-Identifier: Apache-2.0
"""What the host itself does for external networks of ours: forwarding and, if asked, masquerading."""
import ipaddress

from praline_network.drivers.linuxbridge import namespaces
from praline_network.drivers.linuxbridge.rulesets import Rulesets
from praline_network.drivers.linuxbridge.rulesets import deletion


class Outside:
    """One table of its own a network, so that one goes without the others."""

    def __init__(self, runner, link_names, masquerade):
        self._runner, self._names, self._masquerade = runner, link_names, masquerade
        self._rulesets = Rulesets(runner)

    def ensure(self, network, bridges):
        """True if anything was changed."""
        prefixes = sorted({str(ipaddress.ip_interface(address).network)
                           for address in bridges.host_addresses(network) if ':' not in address})
        if not prefixes or not self._masquerade:
            return False
        namespaces.set_kernel_values({'net/ipv4/ip_forward': '1'})
        tables = self._tables(network.id)
        before, now = self._rulesets.settle(network.id, tables, '\n'.join(deletion(tables) + [
            'table ip %s {' % tables[0][1],
            ' chain leaving { type nat hook postrouting priority srcnat; policy accept;',
            '  ip saddr { %s } oifname != "%s" masquerade' % (', '.join(prefixes), bridges.name_of(network)), ' }',
            '}']) + '\n')
        return before != now

    def remove(self, network_id):
        tables = self._tables(network_id)
        self._rulesets.forget(network_id)
        if self._masquerade and self._rulesets.listing(tables):
            self._runner.nft('\n'.join(deletion(tables)) + '\n')

    def remove_all_but(self, network_ids):
        """The names of tables that were of no network that shall be."""
        kept = {self._tables(network_id)[0][1] for network_id in network_ids}
        listed = [tuple(line.split()[1:]) for line in self._runner.run(['nft', 'list', 'tables', 'ip']).splitlines()]
        strays = [(family, name) for family, name in listed if name.startswith(self._start) and name not in kept]
        self._runner.nft('\n'.join(deletion(strays)))
        return [name for _, name in strays]

    @property
    def _start(self):
        return self._names.cloud + '_out_'

    def _tables(self, network_id):
        return [('ip', self._start + self._names.bridge(network_id).partition('-')[2])]
