# SPDX-License-Identifier: Apache-2.0
"""Scenes that several packet tests begin with: rules, plugged guests with addresses, a router to the outside."""
import ipaddress

from .conftest import address

OUT4, OUT6 = {'direction': 'egress'}, {'direction': 'egress', 'ethertype': 'IPv6'}
ICMP_IN = {'direction': 'ingress', 'protocol': 'icmp'}


def tcp_in(port, **values):
    return {'direction': 'ingress', 'protocol': 'tcp', 'port_min': port, 'port_max': port, **values}


def fixed_ip(port, index=0):
    return port.addresses[index]['ip']


def new_guest(real, network, last, *groups, pairs=(), **values):
    """A plugged guest with its first address set by hand."""
    port = real.port(network, last, *groups, allowed_address_pairs=list(pairs), **values)
    guest = real.guest(network, port, *groups)
    for entry, subnet in zip(port.addresses, network.subnets):
        guest.address('%s/%d' % (entry['ip'], ipaddress.ip_network(subnet.cidr).prefixlen))
    return guest


def two_guests(real, network, *groups):
    return new_guest(real, network, 10, *groups), new_guest(real, network, 11, *groups)


def routed(real, *inner, floating=None, groups=(), **values):
    external = real.external()
    real.driver.ensure_network(external)
    for network in inner:
        real.driver.ensure_network(network)
    router = real.router(external, *inner, floating={
        address(external.subnets[0], last): fixed for last, fixed in (floating or {}).items()}, **values)
    real.driver.ensure_router(router)
    return external, router
