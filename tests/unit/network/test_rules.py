# SPDX-License-Identifier: Apache-2.0
"""What a security group rule becomes."""
import pytest

from praline_network.api import security_group_rules


def rule(**values):
    return {'protocol': None, 'ethertype': 'IPv4', 'port_range_min': None, 'port_range_max': None,
            'remote_ip_prefix': None, 'remote_group_id': None, **values}


@pytest.mark.parametrize('given, field, kept', [
    ({'remote_ip_prefix': '10.0.0.9/8'}, 'remote_ip_prefix', '10.0.0.9/8'),
    ({'remote_ip_prefix': '2001:DB8::1/64', 'ethertype': 'IPv6'}, 'remote_ip_prefix', '2001:DB8::1/64'),
    ({'protocol': 'icmp', 'ethertype': 'IPv6'}, 'protocol', 'ipv6-icmp'),
    ({'protocol': '47'}, 'protocol', '47'),
])
def test_canonical(given, field, kept):
    values = rule(**given)
    security_group_rules.check(values)
    assert values[field] == kept
