# SPDX-License-Identifier: Apache-2.0
"""Loads the packet filter: one nft transaction a change, and connections cut where a rule went."""
import re

from praline_common import errors
from praline_network.drivers.linuxbridge import conntrack
from praline_network.drivers.linuxbridge import filters
from praline_network.drivers.linuxbridge import groups
from praline_network.drivers.linuxbridge import links
from praline_network.drivers.linuxbridge import namespaces
from praline_network.drivers.linuxbridge.command import CommandFailed
from praline_network.drivers.linuxbridge.rulesets import Rulesets
from praline_network.drivers.linuxbridge.rulesets import deletion

BRIDGE_CALLS = ('net/bridge/bridge-nf-call-iptables', 'net/bridge/bridge-nf-call-ip6tables')
_TAG = re.compile(r'ct mark set ct mark & 0x[0-9a-f]+ \| 0x([0-9a-f]+)')
_CHAIN = re.compile(r'^\tchain (from|gin)_(\S+) \{', re.MULTILINE)


class Firewall:
    """`desired`: what the driver wants (Desired); read when the whole filter must be built anew."""

    def __init__(self, runner, link_names, bridges, zones, desired):
        self._runner, self._names, self._bridges, self._zones, self._desired = (
            runner, link_names, bridges, zones, desired)
        self._table = link_names.cloud
        self._tables = [('bridge', self._table), ('inet', self._table)]
        self._rulesets = Rulesets(runner)
        self._loaded = False

    def ensure_network(self, network):
        self._change(self._network_lines(network))

    def remove_network(self, network_id):
        """Nothing of the network's bridge is left in the tables, nor the tables when nothing else is in them."""
        bridge, zone = self._names.bridge(network_id), self._zones.get(network_id)
        self._zones.release(network_id)
        if not self._desired.networks and not links.names(self._names.prefix + 'b') and not self.present()['filters']:
            self.remove()
            return
        lines = filters.drop_network(self._table, bridge)
        if zone:
            lines += filters.drop_zone(self._table, bridge, zone)
        self._change(lines)

    def ensure_port(self, port, given, former=None):
        """The port's filters; `given`: the groups as told now, of which the new and the changed are loaded too."""
        lines = self._group_lines(given)
        lines += groups.declare(self._table, port.security_group_ids)
        self._change(lines + filters.port(self._table, self._names.tap(port.id), port))
        if former is not None and _admits_less(former, port):
            self._cut_port(former)

    def remove_port(self, port_id, port):
        """The port's filters and connections are gone; port: as it was known, or None."""
        lines = filters.drop_port(self._table, self._names.tap(port_id), port_id)
        if port is not None:
            self._change(lines)
            self._cut_port(port)
        elif self._listing():
            self._change(lines)

    def ensure_groups(self, given, former):
        """former: {id: the group as it was known}; connections that a rule which is gone admitted are cut."""
        self._change(self._group_lines(given))
        self._cut_tags(_tags(former.values()) - _tags(given), [former[group.id] for group in given
                                                              if group.id in former], given)

    def remove_group(self, group_id):
        """A group that another group's rule still names keeps its sets, emptied."""
        self._change(groups.declare(self._table, [group_id]))
        try:
            self._change(groups.drop(self._table, group_id), mend=False)
        except CommandFailed:
            self._change(groups.clear(self._table, group_id))

    def rebuild(self):
        """The whole filter as desired, in one transaction; True if it was not so before.

        A port or a group that cannot be put into words stays closed, and fails the call after the rest is loaded.
        """
        if not self._desired.networks:
            return self.remove()
        self._require_bridge_calls()
        wrong = []
        before, now = self._rulesets.settle('host', self._tables, self._full_text(wrong))
        self._loaded = True
        self._cut_listed(_listed_tags(before) - _listed_tags(now))
        if wrong:
            raise errors.DriverError('; '.join(wrong))
        return before != now

    def remove(self):
        """Both tables are gone; True if there were any."""
        self._loaded = False
        if not self._listing():
            return False
        self._runner.nft('\n'.join(deletion(self._tables)) + '\n')
        return True

    def present(self):
        """{'filters': [port id], 'groups': [group id]} as loaded."""
        listed = self._listing()
        found = {'from': [], 'gin': []}
        for kind, item_id in _CHAIN.findall(listed):
            found[kind].append(item_id)
        return {'filters': sorted(found['from']), 'groups': sorted(found['gin'])}

    def _change(self, lines, mend=True):
        """Load the lines; if the tables were removed behind our back, everything that is desired first."""
        if not lines:
            return
        if not self._loaded:
            lines = [filters.skeleton(self._table, self._names.prefix)] + lines
            self._require_bridge_calls()
        text = '\n'.join(lines) + '\n'
        try:
            self._runner.nft(text)
        except CommandFailed:
            if not mend or all(self._rulesets.listing([table]) for table in self._tables):
                raise
            self._runner.nft(self._full_text([]) + text)
        self._loaded = True

    def _network_lines(self, network):
        open_to_host = self._bridges.host_addresses(network) or self._bridges.is_foreign(network)
        zone = 0 if open_to_host else self._zones.take(network.id)
        bridge = self._bridges.name_of(network)
        return filters.network(self._table, bridge, zone, private=bool(zone))

    def _group_lines(self, given):
        named = {group.id for group in given}.union(*(groups.named_groups(group) for group in given))
        lines = groups.declare(self._table, named)
        for group in given:
            lines += groups.fill(self._table, group)
        return lines

    def _full_text(self, wrong):
        """All of it; what cannot be said of a group or a port is left out and told in `wrong`."""
        lines = deletion(self._tables) + [filters.skeleton(self._table, self._names.prefix)]
        for _, network in sorted(self._desired.networks.items()):
            lines += self._network_lines(network)
        for _, group in sorted(self._desired.groups.items()):
            lines += _said(wrong, 'security group ' + group.id, self._group_lines, [group])
        for port in sorted(self._desired.guests_here(), key=lambda port: port.id):
            lines += groups.declare(self._table, port.security_group_ids)
            lines += _said(wrong, 'port ' + port.id, filters.port, self._table, self._names.tap(port.id), port)
        return '\n'.join(lines) + '\n'

    def _listing(self):
        return self._rulesets.listing(self._tables)

    def _cut_port(self, port):
        zone = self._zones.get(port.network_id)
        if zone:
            conntrack.cut_addresses(self._runner, zone, [entry['ip'] for entry in port.addresses])

    def _cut_tags(self, tags, former, given):
        """Also those of rules whose remote group lost a member."""
        lost = {group.id for group in former for new in given
                if new.id == group.id and set(group.addresses) - set(new.addresses)}
        if lost:
            tags = tags | {groups.tag(group.id, rule) for group in self._desired.groups.values()
                           for rule in group.rules if rule.remote_group_id in lost}
        conntrack.cut_tags(self._runner, tags)

    def _cut_listed(self, numbers):
        conntrack.cut_tags(self._runner, {
            (number, 0xffff0000 if number > 0xffff else 0x0000ffff) for number in numbers})

    def _require_bridge_calls(self):
        """What is bridged passes the inet tables too, which is what br_netfilter is for."""
        try:
            found = namespaces.kernel_values(BRIDGE_CALLS)
        except FileNotFoundError:
            found = self._load_module()
        namespaces.set_kernel_values({path: '1' for path, value in found.items() if value != '1'})

    def _load_module(self):
        try:
            self._runner.run(['modprobe', 'br_netfilter'])
            return namespaces.kernel_values(BRIDGE_CALLS)
        except (CommandFailed, FileNotFoundError):
            raise errors.DriverError('The kernel module br_netfilter cannot be loaded, and security groups need '
                                     'it.') from None


def _admits_less(former, port):
    """Whether something that the port might do before is no longer allowed."""
    def told(item):
        return (item.admin_up, item.security_enabled, sorted(item.security_group_ids),
                sorted(entry['ip'] for entry in item.addresses))
    return told(former) != told(port)


def _said(wrong, what, say, *args):
    """The lines that say(*args) makes; none, and a complaint, if it cannot."""
    try:
        return say(*args)
    except errors.DriverError as error:
        wrong.append('%s: %s' % (what, error.message))
        return []


def _tags(given):
    return {groups.tag(group.id, rule) for group in given for rule in group.rules}


def _listed_tags(text):
    return {int(number, 16) for number in _TAG.findall(text)}
