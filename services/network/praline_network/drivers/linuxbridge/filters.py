# SPDX-License-Identifier: Apache-2.0
"""Who may send what from which tap: the text of the packet filter, as nft reads it.

A bridge table knows the taps.  What enters from a secured one passes its chain `from_<port>`, which drops what is
not the port's own (MAC, IPv4, IPv6, ARP, neighbour discovery; DHCP servers; router advertisements) and marks the
rest; what leaves to one is marked in `to_guest`.  The kernel's bridge tables know no connection state, so an inet
table, reached through br_netfilter, judges by that mark: `out_<port>` in prerouting, `in_<port>` in forward.  Both
jump to the chains of the port's groups (groups.py).  DHCP, ARP and neighbour discovery carry no mark and are not
judged; metadata may always be asked.  A tap that neither has chains nor is in `open` says and hears nothing.  Each
network's bridge has a conntrack zone of its own; the host's side of external networks has none.
"""
import ipaddress

from praline_common import errors
from praline_network.drivers.desired import is_filtered
from praline_network.drivers.linuxbridge import names
from praline_network.drivers.linuxbridge.groups import chain_names
from praline_network.drivers.linuxbridge.groups import checked_prefix
from praline_network.drivers.linuxbridge.leases import METADATA, METADATA6

ND_ALWAYS = 'nd-neighbor-solicit, nd-neighbor-advert, nd-router-solicit, nd-router-advert, mld-listener-query'
ND_FROM_GUEST = 'nd-neighbor-solicit, nd-neighbor-advert, nd-router-solicit, mld-listener-report, mld2-listener-report'


def skeleton(cloud, prefix):
    """Both tables with their hooks; asked again it changes nothing."""
    return SKELETON.format(table=cloud, bridges=prefix + 'b*', taps=prefix + 't*')


SKELETON = """\
table bridge {table} {{
  map sources {{ type ifname : verdict; }}
  map marks {{ type ifname : mark; }}
  set secured {{ type ifname; }}
  set open {{ type ifname; }}
  chain leaving {{ type filter hook prerouting priority -300; policy accept; }}
  chain entering {{ type filter hook forward priority -200; policy accept; }}
  chain to_guest {{ }}
}}
table inet {table} {{
  map zones {{ typeof iifname : ct zone; }}
  set private {{ type ifname; }}
  map egress {{ type mark : verdict; }}
  map ingress {{ type mark : verdict; }}
  chain zone_in {{ type filter hook prerouting priority raw; policy accept; }}
  chain leaving {{ type filter hook prerouting priority mangle; policy accept; }}
  chain entering {{ type filter hook forward priority filter; policy accept; }}
  chain host {{ type filter hook input priority filter; policy accept; }}
}}
flush chain bridge {table} leaving
flush chain bridge {table} entering
flush chain bridge {table} to_guest
flush chain inet {table} zone_in
flush chain inet {table} leaving
flush chain inet {table} entering
flush chain inet {table} host
add rule bridge {table} leaving iifname vmap @sources
add rule bridge {table} leaving iifname "{taps}" iifname != @open drop
add rule bridge {table} entering oifname @secured goto to_guest
add rule bridge {table} entering oifname "{taps}" oifname != @open drop
add rule bridge {table} to_guest ether type arp accept
add rule bridge {table} to_guest udp sport 67 udp dport 68 accept
add rule bridge {table} to_guest udp sport 547 udp dport 546 accept
add rule bridge {table} to_guest icmpv6 type {{ """ + ND_ALWAYS + """ }} accept
add rule bridge {table} to_guest ether type {{ ip, ip6 }} meta mark set oifname map @marks accept
add rule bridge {table} to_guest drop
add rule inet {table} zone_in ct zone set iifname map @zones
add rule inet {table} leaving iifname "{bridges}" meta mark vmap @egress
add rule inet {table} entering iifname @private oifname != "{bridges}" drop
add rule inet {table} entering iifname "{bridges}" meta mark vmap @ingress
add rule inet {table} host iifname @private drop
"""


def network(cloud, bridge, zone, private):
    """The bridge's place in the tables.  zone: a number, or 0 for none; private: the host is no party there."""
    lines = drop_network(cloud, bridge)
    if zone:
        lines.append('add element inet %s zones { "%s" : %d }' % (cloud, bridge, zone))
    if private:
        lines.append('add element inet %s private { "%s" }' % (cloud, bridge))
    return lines


def drop_network(cloud, bridge):
    """Adding before deleting makes the deletion hold whether the element is there or not."""
    return ['add element inet %s private { "%s" }' % (cloud, bridge),
            'delete element inet %s private { "%s" }' % (cloud, bridge)]


def drop_zone(cloud, bridge, zone):
    return ['add element inet %s zones { "%s" : %d }' % (cloud, bridge, zone),
            'delete element inet %s zones { "%s" }' % (cloud, bridge)]


def port_marks(port_id):
    """(leaving, entering): what tells this port's packets from all others on this host."""
    number = int.from_bytes(names.digest(port_id, 8).encode(), 'big') % 0x7ffffffe + 1
    return number * 2 % 0x100000000 | 1, number * 2 % 0x100000000


def port(cloud, tap, item):
    """The lines that put this port's filters in place of whatever it had."""
    if not is_filtered(item):
        return drop_port(cloud, tap, item.id) + ['add ' + _opening(cloud, tap)]
    marks = port_marks(item.id)
    own, judged_in, judged_out = _chains(item.id)
    lines = ['add ' + _opening(cloud, tap), 'delete ' + _opening(cloud, tap)]
    for family, chain, rules in (
            ('bridge', own, _from_guest(item, marks[0])),
            ('inet', judged_out, _judge(item, 'egress')),
            ('inet', judged_in, _judge(item, 'ingress'))):
        lines += ['add chain %s %s %s' % (family, cloud, chain), 'flush chain %s %s %s' % (family, cloud, chain)]
        lines += ['add rule %s %s %s %s' % (family, cloud, chain, rule) for rule in rules]
    return lines + ['add ' + line for line in _elements(cloud, tap, item.id, marks)]


def drop_port(cloud, tap, port_id):
    """The lines after which nothing of the port is left; its tap, if it exists, is closed then."""
    own, judged_in, judged_out = _chains(port_id)
    chains = [('bridge', own), ('inet', judged_in), ('inet', judged_out)]
    lines = ['add chain %s %s %s' % (family, cloud, chain) for family, chain in chains]
    elements = [*_elements(cloud, tap, port_id, port_marks(port_id)), _opening(cloud, tap)]
    for line in elements:
        lines += ['add ' + line, 'delete ' + line]
    for family, chain in chains:
        lines += ['flush chain %s %s %s' % (family, cloud, chain), 'delete chain %s %s %s' % (family, cloud, chain)]
    return lines


def _chains(port_id):
    port_id = names.checked(port_id)
    return 'from_' + port_id, 'in_' + port_id, 'out_' + port_id


def _elements(cloud, tap, port_id, marks):
    own, judged_in, judged_out = _chains(port_id)
    return ['element bridge %s sources { "%s" : goto %s }' % (cloud, tap, own),
            'element bridge %s marks { "%s" : 0x%08x }' % (cloud, tap, marks[1]),
            'element bridge %s secured { "%s" }' % (cloud, tap),
            'element inet %s egress { 0x%08x : goto %s }' % (cloud, marks[0], judged_out),
            'element inet %s ingress { 0x%08x : goto %s }' % (cloud, marks[1], judged_in)]


def _opening(cloud, tap):
    return 'element bridge %s open { "%s" }' % (cloud, tap)


def _judge(item, direction):
    if not item.admin_up:
        return ['drop']
    always = ['ip daddr %s tcp dport 80 accept' % METADATA, 'ip6 daddr %s tcp dport 80 accept' % METADATA6] \
        if direction == 'egress' else []
    jumps = ['jump ' + chain_names(group_id)[direction] for group_id in sorted(item.security_group_ids)]
    return ['ct state established,related accept', 'ct state invalid drop', *always, *jumps, 'drop']


def _from_guest(item, mark):
    """The port's own chain in the bridge table."""
    if not item.admin_up:
        return ['drop']
    pairs = allowed_sources(item)
    macs = _set({mac for mac, _ in pairs} | {checked_mac(item.mac)})
    v4 = [(mac, prefix) for mac, prefix in pairs if prefix.version == 4]
    v6 = [(mac, prefix) for mac, prefix in pairs if prefix.version == 6]
    arp_sources = _set({'0.0.0.0'} | {_short(prefix) for _, prefix in v4})
    rules = [
        'ether saddr != %s drop' % macs,
        'ether type arp arp saddr ether != %s drop' % macs,
        'ether type arp arp saddr ip != %s drop' % arp_sources,
        'ether type arp accept',
        'ether type ip udp sport 67 udp dport 68 drop',
        'ether type ip ip saddr %s udp sport 68 udp dport 67 accept' % arp_sources]
    if v4:
        rules.append('ether type ip ether saddr . ip saddr %s meta mark set 0x%08x accept' % (_concatenated(v4), mark))
    rules += [
        'ether type ip drop',
        'icmpv6 type { nd-router-advert, nd-redirect } drop',
        'udp sport 547 udp dport 546 drop',
        'ether type ip6 icmpv6 type nd-neighbor-advert @th,64,128 != %s drop' % _targets(v6),
        'ip6 saddr :: icmpv6 type { %s } accept' % ND_FROM_GUEST,
        'ether type ip6 ether saddr . ip6 saddr != %s drop' % _concatenated(v6),
        'icmpv6 type { %s } accept' % ND_FROM_GUEST,
        'udp sport 546 udp dport 547 accept',
        'ether type ip6 meta mark set 0x%08x accept' % mark,
        'drop']
    return rules


def allowed_sources(item):
    """[(mac, prefix)] that the port may send from: its addresses, its pairs, and each MAC's link-local address."""
    mac = checked_mac(item.mac)
    found = [(mac, checked_prefix(entry['ip'])) for entry in item.addresses]
    found += [(checked_mac(pair.get('mac') or mac), checked_prefix(pair['ip'])) for pair in item.allowed_address_pairs]
    found += [(each, link_local(each)) for each in sorted({mac} | {each for each, _ in found})]
    return sorted(_without_covered(found), key=str)


def _without_covered(pairs):
    """Overlapping intervals in one set are refused, and a prefix that another one covers says nothing new."""
    return {(mac, prefix) for mac, prefix in pairs
            if not any(mac == other_mac and prefix != other and prefix.version == other.version
                       and prefix.subnet_of(other) for other_mac, other in pairs)}


def link_local(mac):
    """The fe80:: address that a guest makes from this MAC."""
    octets = [int(part, 16) for part in mac.split(':')]
    octets[0] ^= 2
    tail = bytes(octets[:3] + [0xff, 0xfe] + octets[3:])
    return ipaddress.IPv6Network((bytes([0xfe, 0x80] + [0] * 6) + tail, 128))


def _targets(pairs):
    """The addresses whose advertisement is the port's own, as the numbers that the raw header match wants."""
    parts = set()
    for _, prefix in pairs:
        first, last = int(prefix[0]), int(prefix[-1])
        parts.add('0x%032x' % first if first == last else '0x%032x-0x%032x' % (first, last))
    return _set(parts)


def _concatenated(pairs):
    return _set({'%s . %s' % (mac, _short(prefix)) for mac, prefix in pairs})


def _set(parts):
    return '{ %s }' % ', '.join(sorted(parts))


def _short(prefix):
    return str(prefix.network_address) if prefix.prefixlen == prefix.max_prefixlen else str(prefix)


def checked_mac(text):
    parts = (text or '').lower().split(':')
    if len(parts) != 6 or not all(len(part) == 2 and set(part) <= set('0123456789abcdef') for part in parts):
        raise errors.DriverError('%r is not a MAC address.' % text)
    return ':'.join(parts)
