# SPDX-License-Identifier: Apache-2.0
"""Networks."""
from praline_common.api.rest import operation
from praline_common.policy import ADMIN, ANYONE, MEMBER
from praline_network import errors
from praline_network.api.attributes import (
    BOOLEAN, Field, INTEGER, Resource, admin_only, array, fixed, nullable, one_of, read_only, standard, text)
from praline_network.api.collection import Collection
from praline_network.db import networks
from praline_network.db import ports

_TYPES = one_of('vxlan', 'flat', 'local')

RESOURCE = Resource('network', 'networks', {
    **standard(),
    'admin_state_up': Field(BOOLEAN, default=True),
    'status': read_only(),
    'shared': Field(BOOLEAN, default=False, write=ADMIN),
    'router:external': Field(BOOLEAN, default=False, column='external', write=ADMIN),
    'is_default': Field(BOOLEAN, default=False, write=ADMIN),
    'mtu': Field(INTEGER),
    'port_security_enabled': Field(BOOLEAN, default=True),
    'dns_domain': Field(text(), default=''),
    'availability_zone_hints': Field(array(text()), default=list, put=False),
    'availability_zones': read_only(),
    'ipv4_address_scope': fixed(None),
    'ipv6_address_scope': fixed(None),
    'subnets': read_only(),
    'provider:network_type': admin_only(nullable(_TYPES), column='network_type', put=False),
    'provider:physical_network': admin_only(nullable(text(64)), column='physical_network', put=False,
                                            show=lambda value: value or None),
    'provider:segmentation_id': admin_only(nullable(INTEGER), column='segmentation_id', put=False),
})


class Networks(Collection):
    resource, rows = RESOURCE, networks

    @operation('get_networks', policy=ANYONE)
    def get_all(self, req):
        return self.answer_list(req)

    @operation('get_network', policy=ANYONE, item=networks.get)
    def get_one(self, req, network):
        return self.answer_one(req, network)

    @operation('create_network', policy=MEMBER, body=RESOURCE.create_schema, status=201)
    def post(self, req, body):
        return self.answer_create(req, body)

    @operation('update_network', policy=MEMBER, item=networks.get, body=RESOURCE.update_schema)
    def put(self, req, network, body):
        return self.answer_update(req, network, body)

    @operation('delete_network', policy=MEMBER, item=networks.get, status=204)
    def delete(self, req, network):
        return self.answer_delete(req, network)

    def create(self, conn, context, values):
        outer = values['external'] or values.get('network_type') == 'flat'
        most = self.options.external_mtu if outer else self.options.mtu
        values['mtu'] = _mtu(values.get('mtu'), most)
        return networks.create(conn, {'status': 'ACTIVE', **values}, self.options)

    def save(self, conn, context, row, changes):
        if 'mtu' in changes:
            most = self.options.external_mtu if row['network_type'] == 'flat' else self.options.mtu
            changes['mtu'] = _mtu(changes['mtu'], most)
        self.sync(conn, ports.hosts_of_networks(conn, [row['id']]))
        return networks.save(conn, row, changes)

    def remove(self, conn, context, row):
        self.sync(conn, ports.hosts_of_networks(conn, [row['id']]))
        networks.delete(conn, row)

    def present(self, rows, req):
        for row in rows:
            row['availability_zones'] = ['nova'] if row['subnets'] else []
        return rows


def _mtu(asked, most):
    if not asked:
        return most
    if not 0 < asked <= most:
        raise errors.invalid("Requested MTU is %s, but %d is the most that this network's segment carries" % (asked, most))
    return asked
