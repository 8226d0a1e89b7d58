# SPDX-License-Identifier: Apache-2.0
"""What a host must know of networks, told as a state to reach and never as a command."""
from praline_common.objects.base import WireObject
from praline_common.objects.base import fields
from praline_common.objects.base import register

DHCP_OWNER = 'network:dhcp'
ROUTER_OWNERS = ('network:router_interface', 'network:router_gateway')


class _Described(WireObject):
    """A wire object whose left-out fields hold their defaults, so that a reader never asks twice."""

    def __init__(self, context=None, **values):
        super().__init__(context, **values)
        self.obj_set_defaults()


def _text(default=None):
    return fields.StringField(nullable=True, default=default)


def _number(default=None):
    return fields.IntegerField(nullable=True, default=default)


def _flag(default):
    return fields.BooleanField(default=default)


def _pairs():
    """A list of small dictionaries of strings; the keys are named where the field is."""
    return fields.ListOfDictOfNullableStringsField(default=[])


@register
class Subnet(_Described):
    """`host_routes`: [{destination, nexthop}].  The IPv6 modes are None, slaac, dhcpv6-stateless, dhcpv6-stateful."""

    fields = {
        'id': fields.StringField(),
        'cidr': fields.StringField(),
        'ip_version': fields.IntegerField(default=4),
        'gateway_ip': _text(),
        'enable_dhcp': _flag(True),
        'dns_nameservers': fields.ListOfStringsField(default=[]),
        'host_routes': _pairs(),
        'ipv6_ra_mode': _text(),
        'ipv6_address_mode': _text(),
    }


@register
class Port(_Described):
    """One place on a network: a guest's, a router's or the DHCP service's own.

    `addresses`: [{subnet_id, ip}]; `allowed_address_pairs`: [{ip, mac}], ip may be a prefix and mac may be None;
    `dhcp_options`: [{name, value, ip_version}]; `host`: the hostname it is bound to, or None.
    """

    fields = {
        'id': fields.StringField(),
        'network_id': _text(),
        'mac': fields.StringField(),
        'addresses': _pairs(),
        'hostname': _text(),
        'device_owner': _text(''),
        'device_id': _text(''),
        'host': _text(),
        'admin_up': _flag(True),
        'security_enabled': _flag(True),
        'security_group_ids': fields.ListOfStringsField(default=[]),
        'allowed_address_pairs': _pairs(),
        'dhcp_options': _pairs(),
    }


@register
class Network(_Described):
    """One layer-2 segment and all that a host needs to serve it.

    `kind`: bridge (this host only), vxlan, flat, external.  `ports`: every port of the network that the host must
    know: its own, and for DHCP and tunnels the others' too.  The host serves DHCP when a port owned by
    'network:dhcp' is bound to it.  `peers`: {hostname: tunnel address} of the hosts that share a vxlan network.
    """

    fields = {
        'id': fields.StringField(),
        'kind': fields.StringField(default='bridge'),
        'segmentation_id': _number(),
        'physical_network': _text(),
        'mtu': fields.IntegerField(default=1500),
        'dns_domain': _text(),
        'subnets': fields.ListOfObjectsField('Subnet', default=[]),
        'ports': fields.ListOfObjectsField('Port', default=[]),
        'peers': fields.DictOfStringsField(default={}),
    }


@register
class SecurityGroupRule(_Described):
    """`direction`: ingress, egress; `ethertype`: IPv4, IPv6; `protocol`: a name, a number as text or None.

    For icmp the two ports are type and code.  At most one of `remote_ip_prefix` and `remote_group_id` is set.
    """

    fields = {
        'id': _text(),
        'direction': fields.StringField(),
        'ethertype': fields.StringField(default='IPv4'),
        'protocol': _text(),
        'port_min': _number(),
        'port_max': _number(),
        'remote_ip_prefix': _text(),
        'remote_group_id': _text(),
    }


@register
class SecurityGroup(_Described):
    """Rules that admit, and `addresses`: every address of every member, which others' rules may name.

    A group that is only named by another group's rule is sent too, for its addresses.
    """

    fields = {
        'id': fields.StringField(),
        'rules': fields.ListOfObjectsField('SecurityGroupRule', default=[]),
        'addresses': fields.ListOfStringsField(default=[]),
    }


@register
class RouterLeg(_Described):
    """One foot of a router on a network: the port it uses there.  `addresses`: [{subnet_id, ip}]."""

    fields = {
        'port_id': fields.StringField(),
        'network_id': fields.StringField(),
        'mac': fields.StringField(),
        'mtu': fields.IntegerField(default=1500),
        'addresses': _pairs(),
        'subnets': fields.ListOfObjectsField('Subnet', default=[]),
    }


@register
class FloatingAddress(_Described):
    """An outer address that leads to a port's fixed one."""

    fields = {
        'id': _text(),
        'floating_ip': fields.StringField(),
        'fixed_ip': fields.StringField(),
        'port_id': _text(),
    }


@register
class Router(_Described):
    """`gateway`: the leg on the external network or None; `routes`: [{destination, nexthop}]."""

    fields = {
        'id': fields.StringField(),
        'enabled': _flag(True),
        'gateway': fields.ObjectField('RouterLeg', nullable=True, default=None),
        'enable_snat': _flag(True),
        'interfaces': fields.ListOfObjectsField('RouterLeg', default=[]),
        'floating_ips': fields.ListOfObjectsField('FloatingAddress', default=[]),
        'routes': _pairs(),
    }


@register
class HostNetworks(_Described):
    """Everything that shall exist on one host; what is not in it shall not exist there."""

    fields = {
        'host': fields.StringField(),
        'networks': fields.ListOfObjectsField('Network', default=[]),
        'groups': fields.ListOfObjectsField('SecurityGroup', default=[]),
        'routers': fields.ListOfObjectsField('Router', default=[]),
    }
