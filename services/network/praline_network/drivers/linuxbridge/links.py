# SPDX-License-Identifier: Apache-2.0
"""Links of the host, and the veth pairs ("legs") by which a namespace stands on a bridge."""
import dataclasses
import ipaddress
import json
import os
import socket

from praline_network.drivers.linuxbridge import namespaces
from praline_network.drivers.linuxbridge.command import CommandFailed
from praline_network.drivers.linuxbridge.leases import METADATA6

SYS = '/sys/class/net'
DHCP, INNER, OUTER = 'dhcp0', 'qr-', 'qg-'
LEGS = (DHCP, INNER, OUTER)
QUIET_NAMESPACE = {
    'net/ipv6/conf/default/accept_ra': '0',
    'net/ipv6/conf/default/accept_dad': '0',
    'net/ipv6/conf/default/autoconf': '0',
    'net/ipv4/conf/all/rp_filter': '0',
    'net/ipv4/conf/default/rp_filter': '0',
}


@dataclasses.dataclass(frozen=True)
class Leg:
    """A veth: `outer` on the host's bridge, `inner` in the namespace with these addresses ('ip/length')."""

    outer: str
    bridge: str
    inner: str
    mac: str
    mtu: int
    addresses: tuple


def exists(name):
    return os.path.exists(os.path.join(SYS, name))


def names(prefix):
    return sorted(name for name in os.listdir(SYS) if name.startswith(prefix))


def master(name):
    """The bridge that the link is part of, or None."""
    try:
        return os.path.basename(os.readlink(os.path.join(SYS, name, 'master')))
    except OSError:
        return None


def alias(name):
    return _read(name, 'ifalias')


def mtu(name):
    text = _read(name, 'mtu')
    return int(text) if text else None


def is_up(name):
    flags = _read(name, 'flags')
    return bool(flags) and bool(int(flags, 16) & 1)


def _read(name, attribute):
    try:
        with open(os.path.join(SYS, name, attribute)) as file:
            return file.read().strip()
    except OSError:
        return None


def addresses(runner, namespace=None):
    """{link: {'mac', 'mtu', 'up', 'addresses': {'ip/length'}}}; link-local IPv6 addresses that the kernel made are
    left out."""
    argv = ['ip'] + (['-n', namespace] if namespace else []) + ['-j', 'addr', 'show']
    found = {}
    for link in json.loads(runner.run(argv) or '[]'):
        if not link:
            continue
        found[link['ifname']] = {
            'mac': link.get('address'), 'mtu': link.get('mtu'), 'up': 'UP' in link.get('flags', ()),
            'addresses': {'%s/%d' % (entry['local'], entry['prefixlen']) for entry in link.get('addr_info', ())
                          if 'local' in entry and not _is_own_link_local(entry)}}
    return found


def _is_own_link_local(entry):
    return entry.get('scope') == 'link' and entry['family'] == 'inet6' and entry['local'] != METADATA6


def ensure_namespace(runner, name):
    """The namespace is there, quiet (no autoconfiguration) and its loopback is up."""
    if not namespaces.exists(name):
        runner.run(['ip', 'netns', 'add', name])
        namespaces.within(name, namespaces.set_kernel_values, QUIET_NAMESPACE)


def remove_namespace(runner, name):
    """True if it was there.  Its legs go first, since the kernel takes those of a dead namespace at its leisure."""
    if not namespaces.exists(name):
        return False
    inside = [link for _, link in namespaces.within(name, socket.if_nameindex) if link.startswith(LEGS)]
    runner.batch([['link', 'del', link] for link in inside], namespace=name)
    runner.run(['ip', 'netns', 'delete', name])
    return True


def remove(runner, *links):
    """None of the links is left; one that goes by itself meanwhile is no failure."""
    for name in links:
        if not exists(name):
            continue
        try:
            runner.batch([['link', 'del', name]])
        except CommandFailed:
            if exists(name):
                raise


def ensure_legs(runner, namespace, legs, loopback=()):
    """Exactly these legs in the namespace, and these addresses on its loopback; True if anything was changed."""
    found = addresses(runner, namespace)
    outside, inside = [], []
    wanted = {leg.inner: leg for leg in legs}
    for inner in set(found) - set(wanted) - {'lo'}:
        inside.append(['link', 'del', inner])
    for leg in legs:
        present = found.get(leg.inner)
        if present and (present['mac'] != leg.mac or not exists(leg.outer)):
            inside.append(['link', 'del', leg.inner])
            present = None
        if not present:
            remove(runner, leg.outer)
            outside.append(['link', 'add', leg.outer, 'type', 'veth', 'peer', 'name', leg.inner,
                            'address', leg.mac, 'netns', namespace])
        outside.extend(_outer_changes(leg, present))
        inside.extend(_inner_changes(leg, present or {'mtu': None, 'up': False, 'addresses': set()}))
    inside.extend(_loopback_changes(found.get('lo'), loopback))
    removals = [line for line in inside if line[:2] == ['link', 'del']]
    runner.batch(removals, namespace=namespace)
    runner.batch(outside)
    runner.batch([line for line in inside if line not in removals], namespace=namespace)
    return bool(outside or inside)


def _outer_changes(leg, present):
    if present and master(leg.outer) == leg.bridge and mtu(leg.outer) == leg.mtu and is_up(leg.outer):
        return []
    return [['link', 'set', leg.outer, 'master', leg.bridge, 'mtu', str(leg.mtu), 'up']]


def _inner_changes(leg, present):
    lines = []
    if present['mtu'] != leg.mtu or not present['up']:
        lines.append(['link', 'set', leg.inner, 'mtu', str(leg.mtu), 'up'])
    return lines + _address_changes(leg.inner, present['addresses'], set(leg.addresses))


def _loopback_changes(present, wanted):
    lines = [] if present['up'] else [['link', 'set', 'lo', 'up']]
    ours = {address for address in present['addresses'] if not ipaddress.ip_interface(address).is_loopback}
    return lines + _address_changes('lo', ours, set(wanted))


def _address_changes(link, present, wanted):
    removed = [['addr', 'del', address, 'dev', link] for address in sorted(present - wanted)]
    added = [['addr', 'add', address, 'dev', link] + (['nodad'] if ':' in address else [])
             for address in sorted(wanted - present)]
    return removed + added


def leg_addresses(addresses, subnets):
    """('ip/length', ...) of [{subnet_id, ip}], with the lengths of the subnets."""
    lengths = {subnet.id: ipaddress.ip_network(subnet.cidr).prefixlen for subnet in subnets}
    return tuple('%s/%d' % (ipaddress.ip_address(entry['ip']), lengths[entry['subnet_id']])
                 for entry in addresses if entry['subnet_id'] in lengths)
