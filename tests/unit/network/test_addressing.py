# SPDX-License-Identifier: Apache-2.0
"""Addresses from prefixes and MACs: pools, windows, first free networks."""
import ipaddress

from hypothesis import given
from hypothesis import strategies as st
import pytest

from praline_network.db import addresses
from praline_network.db import subnetpools
from praline_network.db import subnets


def net(text):
    return ipaddress.ip_network(text)


@pytest.mark.parametrize('cidr, gateway, pools', [
    ('10.0.0.0/24', '10.0.0.1', [('10.0.0.2', '10.0.0.254')]),
    ('10.0.0.0/24', None, [('10.0.0.1', '10.0.0.254')]),
    ('10.0.0.0/24', '10.0.0.100', [('10.0.0.1', '10.0.0.99'), ('10.0.0.101', '10.0.0.254')]),
    ('10.0.0.0/24', '10.9.9.9', [('10.0.0.1', '10.0.0.254')]),
    ('10.0.0.0/31', '10.0.0.0', [('10.0.0.1', '10.0.0.1')]),
    ('10.0.0.7/32', None, [('10.0.0.7', '10.0.0.7')]),
    ('2001:db8::/64', '2001:db8::1', [('2001:db8::2', '2001:db8::ffff:ffff:ffff:ffff')]),
])
def test_default_pools(cidr, gateway, pools):
    assert subnets.default_pools(net(cidr), gateway) == [{'start': start, 'end': end} for start, end in pools]


def test_eui64():
    assert addresses.eui64('2001:db8::/64', 'fa:16:3e:00:00:01') == '2001:db8::f816:3eff:fe00:1'


@given(st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 3000)), max_size=4))
def test_windows_say_every_number_once(ranges):
    wanted = [number for start, length in ranges for number in range(start, start + length)]
    told = [number for window in addresses._windows([(start, start + length - 1) for start, length in ranges])
            for number in window]
    assert told == wanted


@given(st.lists(st.tuples(st.integers(0, 255), st.integers(24, 30)), max_size=12), st.integers(24, 30))
def test_first_free_is_free_and_first(taken, length):
    prefix = net('10.0.0.0/22')
    taken = [ipaddress.ip_network((int(prefix.network_address) + offset * 4 >> 2 << 2, size), strict=False)
             for offset, size in taken]
    found = subnetpools._first_free(prefix, length, taken)
    free = next((candidate for candidate in prefix.subnets(new_prefix=length)
                 if not any(candidate.overlaps(other) for other in taken)), None)
    assert found == free
