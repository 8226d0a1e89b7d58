# SPDX-License-Identifier: Apache-2.0
"""Which network an address behind a router belongs to."""
import ipaddress


def leg_finder(router):
    """A function: the source address of a guest -> its network's id, or None when no leg's subnet holds it."""
    known = [(ipaddress.ip_network(subnet.cidr), leg.network_id) for leg in router.interfaces for subnet in leg.subnets]

    def find(source):
        address = ipaddress.ip_address(source)
        return next((network_id for prefix, network_id in known if address in prefix), None)
    return find
