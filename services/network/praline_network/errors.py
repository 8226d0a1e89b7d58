# SPDX-License-Identifier: Apache-2.0
"""What network refuses, by the names that its clients know.

    NotFound 404        NetworkNotFound SubnetNotFound PortNotFound ... (made by `missing`)
    BadRequest 400      InvalidInput InvalidIpForNetwork InvalidIpForSubnet InvalidAllocationPool ...
    Conflict 409        NetworkInUse SubnetInUse PortInUse RouterInUse IpAddressAlreadyAllocated ...
    OverQuota 409       details: resource, used, limit, asked

A class is made for what code tells apart; `refuse`, `conflict` and `missing` name the rest by `kind`,
which is the `type` in the answer.
"""
from praline_common import errors

_SHOWN = {'network': ('NetworkNotFound', 'Network %s could not be found.'),
          'subnet': ('SubnetNotFound', 'Subnet %s could not be found.'),
          'port': ('PortNotFound', 'Port %s could not be found.'),
          'router': ('RouterNotFound', 'Router %s could not be found'),
          'floatingip': ('FloatingIPNotFound', 'Floating IP %s could not be found'),
          'security_group': ('SecurityGroupNotFound', 'Security group %s does not exist'),
          'security_group_rule': ('SecurityGroupRuleNotFound', 'Security group rule %s does not exist'),
          'subnetpool': ('SubnetPoolNotFound', 'Subnet pool %s could not be found.'),
          'address_scope': ('AddressScopeNotFound', 'Address scope %s could not be found'),
          'agent': ('AgentNotFound', 'Agent %s could not be found.'),
          'rbac_policy': ('RbacPolicyNotFound', 'RBAC policy of type %s not found'),
          'tag': ('TagNotFound', 'Tag %s could not be found.')}


class OverQuota(errors.OverQuota):
    """Neutron answers 409 where its neighbours answer 403."""

    status, title = 409, 'Conflict'


class AddressTaken(errors.Conflict):
    """Somebody took this address or MAC first; an address that we chose is chosen again."""


class AddressesExhausted(errors.Conflict):
    """No free address is left in the subnet."""


def missing(resource, item_id):
    """The 404 of this resource."""
    kind, text = _SHOWN[resource]
    return errors.NotFound(text % item_id, kind=kind)


def refuse(kind, text):
    """A 400 that clients know as `kind`."""
    return errors.BadRequest(text, kind=kind)


def invalid(text):
    return refuse('InvalidInput', 'Invalid input for operation: %s.' % text.rstrip('.'))


def conflict(kind, text):
    """A 409 that clients know as `kind`."""
    return errors.Conflict(text, kind=kind)


def taken(address, subnet_id):
    return AddressTaken('IP address %s already allocated in subnet %s' % (address, subnet_id),
                        kind='IpAddressAlreadyAllocated')


def exhausted(network_id):
    return AddressesExhausted('No more IP addresses available on network %s.' % network_id,
                              kind='IpAddressGenerationFailure')


def over_quota(resource, used, limit, asked):
    text = "Quota exceeded for resources: ['%s']. It has %d of %d, and %d more were asked for." % (
        resource, used, limit, asked)
    return OverQuota(text, kind='OverQuota', resource=resource, used=used, limit=limit, asked=asked)
