# SPDX-License-Identifier: Apache-2.0
"""Cuts connections that what is now forbidden had once admitted."""
from praline_network.drivers.linuxbridge.command import CommandFailed

NOTHING_MATCHED = 1


def cut_tags(runner, tags):
    """Connections that these rules' tags ((value, mask), see groups.tag) had marked."""
    for value, mask in sorted(tags):
        _delete(runner, ['-m', '0x%x/0x%x' % (value, mask)])


def cut_addresses(runner, zone, addresses):
    """A port's connections: both directions of each of its addresses, in its network's zone."""
    for address in sorted(addresses):
        family = ['-f', 'ipv6' if ':' in address else 'ipv4']
        for end in ('-s', '-d'):
            _delete(runner, family + ['-w', str(zone), end, address])


def cut_translated(runner, namespace, floating_ip):
    """Connections in and out through a floating address."""
    _delete(runner, ['-d', floating_ip], namespace)
    _delete(runner, ['-q', floating_ip], namespace)


def _delete(runner, arguments, namespace=None):
    try:
        runner.run(['conntrack', '-D'] + arguments, namespace=namespace)
    except CommandFailed as error:
        if error.details.get('code') != NOTHING_MATCHED:
            raise
