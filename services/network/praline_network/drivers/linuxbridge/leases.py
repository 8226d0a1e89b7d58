# SPDX-License-Identifier: Apache-2.0
"""The text of dnsmasq's files: who gets which address, and with which options."""
import ipaddress
import re

from praline_network.drivers.desired import leased_subnets

METADATA = '169.254.169.254'
METADATA6 = 'fe80::a9fe:a9fe'
LEASE = '86400'
_NAME = re.compile(r'[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?')
_OPTION = re.compile(r'[A-Za-z0-9-]{1,64}')


def configuration(network, interface, paths, user):
    """The configuration file.  paths: {'pid', 'leases', 'hosts', 'options', 'log'}; a change needs a restart."""
    lines = ['no-hosts', 'no-resolv', 'no-ping', 'port=0', 'bind-interfaces', 'dhcp-authoritative',
             'interface=%s' % interface, 'except-interface=lo', 'user=%s' % user, 'group=nogroup' if user != 'root'
             else 'group=root', 'pid-file=%s' % paths['pid'], 'dhcp-leasefile=%s' % paths['leases'],
             'dhcp-hostsfile=%s' % paths['hosts'], 'dhcp-optsfile=%s' % paths['options'],
             'log-facility=%s' % paths['log'], 'dhcp-lease-max=65536', 'quiet-dhcp', 'quiet-dhcp6']
    if network.dns_domain and is_domain(network.dns_domain):
        lines.append('domain=%s' % network.dns_domain.rstrip('.'))
    for index, subnet in served_subnets(network):
        lines.append('dhcp-range=' + _range(index, subnet))
    return '\n'.join(lines) + '\n'


def served_subnets(network):
    """[(index, subnet)] that the DHCP server answers for, in a stable order."""
    ordered = sorted(network.subnets, key=lambda subnet: subnet.id)
    leased = leased_subnets(network)
    return [(index, subnet) for index, subnet in enumerate(ordered) if subnet in leased]


def _range(index, subnet):
    prefix = ipaddress.ip_network(subnet.cidr)
    if prefix.version == 4:
        return 'set:subnet%d,%s,static,%s,%ss' % (index, prefix.network_address, prefix.netmask, LEASE)
    return 'set:subnet%d,%s,static,%d,%ss' % (index, prefix.network_address, prefix.prefixlen, LEASE)


def hosts(network, ports):
    """The hosts file: a line for each port; read anew on HUP."""
    served = {subnet.id: subnet for _, subnet in served_subnets(network)}
    lines = []
    for port in ports:
        mine = [(served[entry['subnet_id']], entry['ip']) for entry in port.addresses if entry['subnet_id'] in served]
        if not mine:
            continue
        parts = [port.mac.lower(), 'set:%s' % port_tag(port)]
        seen = set()
        for subnet, address in mine:
            if subnet.ipv6_address_mode == 'dhcpv6-stateless' or subnet.ip_version in seen:
                continue
            seen.add(subnet.ip_version)
            parts.append('[%s]' % address if ':' in address else address)
        lines.append(','.join(parts + [host_name(port)]))
    return ''.join(line + '\n' for line in sorted(lines))


def host_name(port):
    """The port's own name if it is one, else one made of its first address."""
    if port.hostname and _NAME.fullmatch(port.hostname):
        return port.hostname
    first = port.addresses[0]['ip'] if port.addresses else '0'
    return 'host-' + first.replace('.', '-').replace(':', '-').strip('-')


def port_tag(port):
    return 'port' + port.id.replace('-', '')


def options(network, ports, dhcp_addresses, routed):
    """The options file; read anew on HUP.

    dhcp_addresses: {subnet id: the server's own address there}; routed: ids of subnets whose gateway is a router of
    ours (it answers metadata; elsewhere the DHCP server's namespace does).
    """
    lines = []
    for index, subnet in served_subnets(network):
        make = _options4 if subnet.ip_version == 4 else _options6
        lines += ['tag:subnet%d,%s' % (index, text) for text in
                  make(network, subnet, dhcp_addresses.get(subnet.id), subnet.id in routed)]
    for port in ports:
        for option in port.dhcp_options:
            if is_option(option):
                lines.append('tag:%s,%s' % (port_tag(port), _own_option(option)))
    return ''.join(line + '\n' for line in lines)


def _options4(network, subnet, server, routed):
    routes = [(route['destination'], route['nexthop']) for route in subnet.host_routes
              if ':' not in route['destination']]
    if server and not routed:
        routes.append((METADATA + '/32', server))
    if subnet.gateway_ip and '0.0.0.0/0' not in [destination for destination, _ in routes] and routes:
        routes.append(('0.0.0.0/0', subnet.gateway_ip))
    found = ['option:mtu,%d' % network.mtu]
    found.append('option:router' + (',' + subnet.gateway_ip if subnet.gateway_ip else ''))
    if routes:
        pairs = ','.join('%s,%s' % pair for pair in routes)
        found += ['option:classless-static-route,' + pairs, '249,' + pairs]
    servers = [server for server in subnet.dns_nameservers if server != '0.0.0.0']
    found.append('option:dns-server' + (',' + ','.join(servers) if servers else ''))
    return found


def _options6(network, subnet, server, routed):
    servers = ['[%s]' % address for address in subnet.dns_nameservers if ':' in address]
    return ['option6:dns-server,' + ','.join(servers)] if servers else []


def is_option(option):
    """A name or number, and a value on one line."""
    value = option.get('value') or ''
    return bool(_OPTION.fullmatch(option.get('name') or '')) and value.isprintable()


def _own_option(option):
    family = 'option6' if option.get('ip_version') == '6' else 'option'
    name = option['name'] if option['name'].isdigit() and family == 'option' else '%s:%s' % (family, option['name'])
    return '%s,%s' % (name, option['value'])


def is_domain(text):
    labels = text.rstrip('.').split('.')
    return all(_NAME.fullmatch(label) for label in labels)


def read_leases(text):
    """[{'mac', 'ip', 'hostname'}] of the IPv4 lines of a lease file."""
    found = []
    for line in text.splitlines():
        parts = line.split()
        if len(parts) >= 4 and '.' in parts[2]:
            found.append({'mac': parts[1], 'ip': parts[2], 'hostname': None if parts[3] == '*' else parts[3]})
    return found


def without_stale(text, wanted):
    """The lease file less the leases of addresses that nobody or another MAC has now; wanted: {ip: mac}.

    dnsmasq ends at a HUP when a host that holds a lease with a name has left its hosts file.
    """
    kept = [line for line in text.splitlines(keepends=True)
            if not any(lease['mac'] != wanted.get(lease['ip']) for lease in read_leases(line))]
    return ''.join(kept)
