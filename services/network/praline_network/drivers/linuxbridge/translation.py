# SPDX-License-Identifier: Apache-2.0
"""The text of a router's own packet filter: floating addresses, source translation and what it does not hear."""
import ipaddress
import re

from praline_network.drivers.linuxbridge.leases import METADATA
from praline_network.drivers.linuxbridge.links import INNER
from praline_network.drivers.linuxbridge.links import OUTER
from praline_network.drivers.linuxbridge.rulesets import deletion

TABLE = 'praline'
TABLES = (('ip', TABLE), ('ip6', TABLE))
_FLOATING = re.compile(r'map floating \{[^{}]*elements = \{([^}]*)\}')


def inner_name(port_id):
    return INNER + port_id[:11]


def outer_name(port_id):
    return OUTER + port_id[:11]


def text(router):
    """One transaction that replaces what the router's namespace had."""
    lines = deletion(TABLES) + [
             'table ip %s {' % TABLE,
             ' map floating { type ipv4_addr : ipv4_addr; %s }' % _elements(floating_pairs(router)),
             ' map fixed { type ipv4_addr : ipv4_addr; %s }' % _elements(
                 {fixed: floating for floating, fixed in floating_pairs(router).items()}),
             ' chain guard { type filter hook input priority filter; policy accept;',
             '  iifname "%s*" ip daddr %s drop' % (OUTER, METADATA), ' }',
             ' chain arriving { type nat hook prerouting priority dstnat; policy accept;',
             '  dnat to ip daddr map @floating', ' }',
             ' chain leaving { type nat hook postrouting priority srcnat; policy accept;']
    lines += ['  ' + rule for rule in _source_rules(router)] + [' }', '}']
    return '\n'.join(lines + _quiet_dhcp6()) + '\n'


def _source_rules(router):
    """Between inner networks nothing is translated, but a guest that reached a floating address from inside is."""
    rules = ['iifname "%s*" accept' % OUTER,
             'oifname != "%s*" ct status & dnat == 0 accept' % OUTER,
             'snat to ip saddr map @fixed']
    own = gateway_address(router)
    if own and router.enable_snat:
        networks = inner_prefixes(router)
        if networks:
            rules.append('ip saddr { %s } snat to %s' % (', '.join(networks), own))
    return rules


def gateway_address(router):
    """The router's own IPv4 address outside, or None."""
    if router.gateway is None:
        return None
    return next((entry['ip'] for entry in router.gateway.addresses if ':' not in entry['ip']), None)


def inner_prefixes(router):
    """The IPv4 prefixes behind the router: its legs' and those that its routes lead to."""
    found = {ipaddress.ip_network(subnet.cidr) for leg in router.interfaces for subnet in leg.subnets
             if subnet.ip_version == 4}
    found |= {ipaddress.ip_network(route['destination']) for route in router.routes if ':' not in route['destination']}
    return [str(prefix) for prefix in ipaddress.collapse_addresses(found) if prefix.prefixlen]


def floating_pairs(router):
    return {floating.floating_ip: floating.fixed_ip for floating in router.floating_ips}


def listed_pairs(listing):
    """{floating ip: fixed ip} in what nft lists."""
    found = _FLOATING.search(listing)
    pairs = [part.split(':') for part in found.group(1).split(',')] if found else []
    return {floating.strip(): fixed.strip() for floating, fixed in pairs}


def _elements(pairs):
    if not pairs:
        return ''
    return 'elements = { %s };' % ', '.join('%s : %s' % (ipaddress.ip_address(key), ipaddress.ip_address(value))
                                            for key, value in sorted(pairs.items()))


def _quiet_dhcp6():
    """The router's dnsmasq only advertises; DHCPv6 is answered in the networks' own namespaces."""
    return ['table ip6 %s {' % TABLE,
            ' chain guard { type filter hook input priority filter; policy accept;', '  udp dport 547 drop', ' }', '}']


def advertisements(router, paths, user):
    """dnsmasq's configuration for router advertisements; '' when no leg wants them."""
    ranges, links = [], []
    for leg in router.interfaces:
        wanted = [subnet for subnet in leg.subnets if subnet.ip_version == 6 and subnet.ipv6_ra_mode]
        if not wanted:
            continue
        name = inner_name(leg.port_id)
        links.append('interface=%s' % name)
        links.append('ra-param=%s,mtu:%d,10,1800' % (name, leg.mtu))
        for subnet in wanted:
            prefix = ipaddress.ip_network(subnet.cidr)
            mode = {'slaac': 'ra-only', 'dhcpv6-stateless': 'ra-stateless'}.get(subnet.ipv6_ra_mode, 'static')
            ranges.append('dhcp-range=%s,%s,%d,86400s' % (prefix.network_address, mode, prefix.prefixlen))
            servers = ['[%s]' % server for server in subnet.dns_nameservers if ':' in server]
            if servers:
                ranges.append('dhcp-option=option6:dns-server,' + ','.join(servers))
    if not ranges:
        return ''
    return '\n'.join(['no-hosts', 'no-resolv', 'port=0', 'bind-interfaces', 'except-interface=lo', 'enable-ra',
                      'quiet-ra', 'quiet-dhcp6', 'user=%s' % user,
                      'group=%s' % ('root' if user == 'root' else 'nogroup'),
                      'pid-file=%s' % paths['pid'], 'dhcp-leasefile=%s' % paths['leases'],
                      'log-facility=%s' % paths['log'], *links, *ranges]) + '\n'


def routes(router):
    """{destination: gateway}: the static ones, and the way out where they do not say one."""
    found = {}
    for subnet in router.gateway.subnets if router.gateway else ():
        if subnet.gateway_ip and any(entry['subnet_id'] == subnet.id for entry in router.gateway.addresses):
            found['default' if subnet.ip_version == 4 else '::/0'] = subnet.gateway_ip
    for route in router.routes:
        destination = str(ipaddress.ip_network(route['destination'], strict=False))
        found['default' if destination == '0.0.0.0/0' else destination] = route['nexthop']
    return found
