# SPDX-License-Identifier: Apache-2.0
"""Names on the host: each carries the cloud's short id, and what comes from outside is checked before it is a name."""
import hashlib
import re

from praline_common import errors

LONGEST_LINK = 15
_ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789'
_ID = re.compile(r'[0-9a-zA-Z][0-9a-zA-Z-]{0,63}')
_CLOUD = re.compile(r'[0-9a-z]{1,6}')


class Names:
    """Link names are q<cloud>-<letter><digest>: b bridge, t tap, d DHCP, r and g router legs, x tunnel."""

    def __init__(self, cloud_id):
        if not _CLOUD.fullmatch(cloud_id):
            raise errors.DriverError('cloud_id %r is not 1 to 6 small letters and digits.' % cloud_id)
        self.cloud = 'q' + cloud_id
        self.prefix = self.cloud + '-'
        self.dhcp_prefix = self.prefix + 'dhcp-'
        self.router_prefix = self.prefix + 'router-'

    def _link(self, letter, item_id):
        start = self.prefix + letter
        return start + digest(item_id, LONGEST_LINK - len(start))

    def bridge(self, network_id):
        return self._link('b', network_id)

    def tap(self, port_id):
        return self._link('t', port_id)

    def dhcp_link(self, network_id):
        return self._link('d', network_id)

    def leg_link(self, port_id):
        return self._link('r', port_id)

    def gateway_link(self, port_id):
        return self._link('g', port_id)

    def tunnel(self, network_id):
        return self._link('x', network_id)

    def dhcp_namespace(self, network_id):
        return self.dhcp_prefix + checked(network_id)

    def router_namespace(self, router_id):
        return self.router_prefix + checked(router_id)


def digest(text, length):
    """A short name for a long one: `length` characters of a-z0-9."""
    number = int.from_bytes(hashlib.sha256(text.encode()).digest()[:16], 'big')
    letters = []
    for _ in range(length):
        number, rest = divmod(number, len(_ALPHABET))
        letters.append(_ALPHABET[rest])
    return ''.join(letters)


def checked(item_id):
    """The id, known to be fit for a file's, a chain's or a namespace's name."""
    if not _ID.fullmatch(item_id or ''):
        raise errors.DriverError('%r is not an id.' % item_id)
    return item_id
