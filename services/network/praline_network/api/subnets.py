# SPDX-License-Identifier: Apache-2.0
"""Subnets."""
import ipaddress

import sqlalchemy as sa

from praline_common.api.rest import operation
from praline_common.policy import ANYONE, MEMBER
from praline_network import errors
from praline_network.api.attributes import (
    BOOLEAN, CIDR, Field, INTEGER, IP, ROUTE, Resource, UUID, array, canonical_ip, canonical_routes, matches, nullable,
    one_of, read_only, standard, text)
from praline_network.api.collection import Collection
from praline_network.db import networks
from praline_network.db import placement
from praline_network.db import ports
from praline_network.db import subnetpools
from praline_network.db import subnets

_MODE = nullable(one_of('slaac', 'dhcpv6-stateless', 'dhcpv6-stateful'))
_POOL = {'type': 'object', 'properties': {'start': IP, 'end': IP}, 'required': ['start', 'end'],
         'additionalProperties': False}

RESOURCE = Resource('subnet', 'subnets', {
    **standard(),
    'network_id': Field(UUID, put=False, required=True),
    'ip_version': Field({**INTEGER, 'enum': [4, 6, '4', '6']}, put=False),
    'cidr': Field(nullable(CIDR), put=False),
    'prefixlen': Field(INTEGER, put=False, write_only=True),
    'subnetpool_id': Field(nullable(text()), put=False),
    'use_default_subnetpool': Field(BOOLEAN, put=False, default=False, write_only=True),
    'gateway_ip': Field(nullable(IP), convert=canonical_ip),
    'allocation_pools': Field(nullable(array(_POOL))),
    'dns_nameservers': Field(nullable(array(IP)), default=list),
    'host_routes': Field(nullable(array(ROUTE)), default=list, convert=canonical_routes),
    'enable_dhcp': Field(BOOLEAN, default=True),
    'ipv6_ra_mode': Field(_MODE, default=None, put=False),
    'ipv6_address_mode': Field(_MODE, default=None, put=False),
    'service_types': Field(nullable(array(text())), default=list),
    'dns_publish_fixed_ip': Field(BOOLEAN, default=False),
    'segment_id': read_only(show=lambda _: None),
})


def _by_shared(table, values):
    of_networks = networks.TABLE
    return table.c.network_id.in_(sa.select(of_networks.c.id).where(matches(of_networks.c.shared, values)))


class Subnets(Collection):
    resource, rows = RESOURCE, subnets
    filters = {'shared': _by_shared}

    @operation('get_subnets', policy=ANYONE)
    def get_all(self, req):
        return self.answer_list(req)

    @operation('get_subnet', policy=ANYONE, item=subnets.get)
    def get_one(self, req, subnet):
        return self.answer_one(req, subnet)

    @operation('create_subnet', policy=MEMBER, body=RESOURCE.create_schema, status=201)
    def post(self, req, body):
        return self.answer_create(req, body)

    @operation('update_subnet', policy=MEMBER, item=subnets.get, body=RESOURCE.update_schema)
    def put(self, req, subnet, body):
        return self.answer_update(req, subnet, body)

    @operation('delete_subnet', policy=MEMBER, item=subnets.get, status=204)
    def delete(self, req, subnet):
        return self.answer_delete(req, subnet)

    def create(self, conn, context, values):
        network = networks.bare(conn, context, values['network_id'])
        self.policy.require(context, 'create_subnet', {'project_id': network['project_id']})
        self._find_prefix(conn, context, values)
        _check_version(values)
        networks.check_mtu(network, values['ip_version'])
        if values.get('allocation_pools', ()) is None:
            values.pop('allocation_pools')
        for name in ('dns_nameservers', 'host_routes'):
            values[name] = values[name] or []
        row = subnets.create(conn, values)
        self._serve(conn, row)
        return row

    def _find_prefix(self, conn, context, values):
        """Fill in cidr and ip_version, from a pool when one is asked for."""
        length, wants_default = values.pop('prefixlen', None), values.pop('use_default_subnetpool')
        version = values.get('ip_version')
        if wants_default:
            values['subnetpool_id'] = subnetpools.default(conn, context, version or 4)
        if values.get('subnetpool_id'):
            pool = subnetpools.get(conn, context, values['subnetpool_id'])
            values.update(subnetpools.allocate(conn, pool, values, length))
        if not values.get('cidr'):
            raise errors.refuse('BadRequest', 'Bad subnets request: a subnetpool must be specified in the absence of '
                                              'a cidr.')
        if values.get('ip_version') is None:
            raise errors.invalid("'ip_version' must be given")

    def _serve(self, conn, row):
        hosts = placement.ensure_dhcp(conn, row['network_id'], self.options)
        self.sync(conn, [*hosts, *ports.hosts_of_networks(conn, [row['network_id']])])

    def save(self, conn, context, row, changes):
        if changes.get('allocation_pools', ()) is None:
            raise errors.invalid('allocation_pools is a list of pools')
        _check_addresses(changes, row['ip_version'])
        row = subnets.save(conn, row, changes)
        self._serve(conn, row)
        return row

    def remove(self, conn, context, row):
        hosts = ports.hosts_of_networks(conn, [row['network_id']])
        subnets.delete(conn, row)
        self.sync(conn, [*hosts, *placement.ensure_dhcp(conn, row['network_id'], self.options)])


def _check_version(values):
    network = ipaddress.ip_network(values['cidr'], strict=False)
    version = values['ip_version']
    values['cidr'] = str(network)
    if network.version != version:
        raise errors.invalid("cidr '%s' does not match the ip_version '%d'" % (network, version))
    if values['enable_dhcp'] and network.version == 4 and network.prefixlen > 31 and not values.get('subnetpool_id'):
        raise errors.invalid('Subnet has a prefix length that is incompatible with DHCP service enabled')
    _check_addresses(values, version)
    modes = values['ipv6_ra_mode'], values['ipv6_address_mode']
    if version == 4 and any(modes):
        raise errors.invalid('ipv6_ra_mode or ipv6_address_mode must not be set for an IPv4 subnet')
    if any(modes):
        _check_modes(values, network, *modes)


def _check_modes(values, network, ra_mode, address_mode):
    if not values['enable_dhcp']:
        raise errors.invalid('ipv6_ra_mode or ipv6_address_mode cannot be set when enable_dhcp is set to False')
    if ra_mode and address_mode and ra_mode != address_mode:
        raise errors.invalid("ipv6_ra_mode set to '%s' with ipv6_address_mode set to '%s' is not valid. If both "
                             'attributes are set, they must be the same value' % (ra_mode, address_mode))
    automatic = (ra_mode or address_mode) in ('slaac', 'dhcpv6-stateless')
    if automatic and network.prefixlen != 64:
        raise errors.invalid('Invalid CIDR %s for IPv6 address mode. OpenStack uses the EUI-64 address format, which '
                             'requires the prefix to be /64' % network)


def _check_addresses(values, version):
    if len(set(values.get('dns_nameservers') or ())) != len(values.get('dns_nameservers') or ()):
        raise errors.invalid('dns_nameservers holds the same address twice')
    for route in values.get('host_routes') or ():
        if ipaddress.ip_address(route['nexthop']).version != version:
            raise errors.invalid("host_routes: '%s' does not match the ip_version '%d'" % (route['nexthop'], version))
