# SPDX-License-Identifier: Apache-2.0
"""Security groups as chains and sets: one pair of chains and one pair of address sets a group.

Each rule writes its own tag into the half of the connection's mark that its direction owns, so that the connections
it admitted can be found and cut when the rule goes.
"""
import hashlib
import ipaddress

from praline_common import errors
from praline_network.drivers.linuxbridge import names

NUMBERS = {'ah': 51, 'dccp': 33, 'egp': 8, 'esp': 50, 'gre': 47, 'hopopt': 0, 'icmp': 1, 'icmpv6': 58, 'igmp': 2,
           'ip': None, 'ipip': 4, 'ipv6-encap': 41, 'ipv6-frag': 44, 'ipv6-icmp': 58, 'ipv6-nonxt': 59,
           'ipv6-opts': 60, 'ipv6-route': 43, 'ospf': 89, 'pgm': 113, 'rsvp': 46, 'sctp': 132, 'tcp': 6, 'udp': 17,
           'udplite': 136, 'vrrp': 112, 'any': None}
WITH_PORTS = (6, 17, 33, 132, 136)
ICMP = {4: (1, 'icmp'), 6: (58, 'icmpv6')}


def chain_names(group_id):
    group_id = names.checked(group_id)
    return {'ingress': 'gin_' + group_id, 'egress': 'gout_' + group_id}


def set_name(group_id, version):
    return 'm%d_%s' % (version, names.checked(group_id))


def declare(cloud, group_ids):
    """Chains and sets of these groups exist (empty if new), so that others may refer to them."""
    lines = []
    for group_id in sorted(group_ids):
        lines += ['add chain inet %s %s' % (cloud, chain) for chain in chain_names(group_id).values()]
        lines += ['add set inet %s %s { type ipv%d_addr; flags interval; auto-merge; }'
                  % (cloud, set_name(group_id, version), version) for version in (4, 6)]
    return lines


def fill(cloud, group):
    """The group's chains and sets hold exactly its rules and members."""
    lines = []
    for direction, chain in chain_names(group.id).items():
        lines.append('flush chain inet %s %s' % (cloud, chain))
        lines += ['add rule inet %s %s %s' % (cloud, chain, rule_text(group.id, rule))
                  for rule in group.rules if rule.direction == direction]
    prefixes = [checked_prefix(address) for address in group.addresses]
    for version in (4, 6):
        lines.append('flush set inet %s %s' % (cloud, set_name(group.id, version)))
        members = sorted({str(prefix) for prefix in prefixes if prefix.version == version})
        if members:
            lines.append('add element inet %s %s { %s }' % (cloud, set_name(group.id, version), ', '.join(members)))
    return lines


def drop(cloud, group_id):
    """The group is gone; nft refuses while a port's chain or another group's rule still names it."""
    chains = list(chain_names(group_id).values())
    sets = [set_name(group_id, version) for version in (4, 6)]
    return (declare(cloud, [group_id])
            + ['flush chain inet %s %s' % (cloud, chain) for chain in chains]
            + ['delete chain inet %s %s' % (cloud, chain) for chain in chains]
            + ['delete set inet %s %s' % (cloud, name) for name in sets])


def clear(cloud, group_id):
    """The group's chains are gone and its sets hold nobody, for rules of others that still name it."""
    chains = chain_names(group_id).values()
    return (['flush chain inet %s %s' % (cloud, chain) for chain in chains]
            + ['delete chain inet %s %s' % (cloud, chain) for chain in chains]
            + ['flush set inet %s %s' % (cloud, set_name(group_id, version)) for version in (4, 6)])


def named_groups(group):
    """The other groups whose members its rules admit."""
    return {rule.remote_group_id for rule in group.rules if rule.remote_group_id}


def tag(group_id, rule):
    """The rule's place in the connection's mark, as (value, mask): 16 bits, never 0."""
    told = '|'.join(str(part) for part in (group_id, rule.direction, rule.ethertype, rule.protocol, rule.port_min,
                                           rule.port_max, rule.remote_ip_prefix, rule.remote_group_id))
    number = int.from_bytes(hashlib.sha256(told.encode()).digest()[:4], 'big') % 0xffff + 1
    return (number << 16, 0xffff0000) if rule.direction == 'egress' else (number, 0x0000ffff)


def rule_text(group_id, rule):
    value, mask = tag(group_id, rule)
    parts = [_family(rule), _remote(rule), _protocol(rule),
             'ct mark set ct mark & 0x%08x | 0x%08x' % (mask ^ 0xffffffff, value), 'accept']
    return ' '.join(part for part in parts if part)


def _version(rule):
    return 6 if rule.ethertype == 'IPv6' else 4


def _family(rule):
    return 'meta nfproto ipv%d' % _version(rule)


def _remote(rule):
    version = _version(rule)
    field = '%s %s' % ('ip' if version == 4 else 'ip6', 'saddr' if rule.direction == 'ingress' else 'daddr')
    if rule.remote_group_id:
        return '%s @%s' % (field, set_name(rule.remote_group_id, version))
    if not rule.remote_ip_prefix:
        return ''
    prefix = checked_prefix(rule.remote_ip_prefix)
    if prefix.version != version:
        raise errors.DriverError('A rule for %s cannot name %s.' % (rule.ethertype, prefix))
    return '%s %s' % (field, prefix) if prefix.prefixlen else ''


def _protocol(rule):
    number = protocol_number(rule.protocol)
    if number is None:
        return ''
    icmp_number, icmp_word = ICMP[_version(rule)]
    if number in (1, 58):
        return _icmp(rule, icmp_number, icmp_word)
    text = 'meta l4proto %d' % number
    if number in WITH_PORTS and rule.port_min is not None:
        last = rule.port_min if rule.port_max is None else rule.port_max
        if not 0 <= rule.port_min <= last <= 65535:
            raise errors.DriverError('%d to %d is no range of ports.' % (rule.port_min, last))
        text += ' th dport %d' % rule.port_min if last == rule.port_min else ' th dport %d-%d' % (rule.port_min, last)
    return text


def _icmp(rule, number, word):
    text = 'meta l4proto %d' % number
    if rule.port_min is not None:
        text += ' %s type %d' % (word, rule.port_min)
        if rule.port_max is not None:
            text += ' %s code %d' % (word, rule.port_max)
    return text


def checked_prefix(text):
    """The address or prefix as an ip_network."""
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise errors.DriverError('%r is neither an address nor a prefix.' % text) from None


def protocol_number(name):
    """None for any; a DriverError for a protocol that is not one."""
    if name is None:
        return None
    if name.lower() in NUMBERS:
        return NUMBERS[name.lower()]
    if name.isdigit() and int(name) < 256:
        return int(name)
    raise errors.DriverError('%r is not an IP protocol.' % name)
