# SPDX-License-Identifier: Apache-2.0
"""Floating IPs."""
import sqlalchemy as sa

from praline_common.api.rest import operation
from praline_common.db import engine
from praline_common.policy import ADMIN, ANYONE, MEMBER
from praline_network.api.attributes import (
    Field, IP, Resource, UUID, canonical_ip, nullable, read_only, standard, text)
from praline_network.api.collection import Collection
from praline_network.db import floatingips
from praline_network.db import ports

_SPECIFIC = ADMIN + ' or role:service'

RESOURCE = Resource('floatingip', 'floatingips', {
    **standard(named=False),
    'floating_network_id': Field(UUID, put=False, required=True),
    'floating_ip_address': Field(nullable(IP), put=False, write=_SPECIFIC, default=None, convert=canonical_ip),
    'subnet_id': Field(nullable(UUID), put=False, default=None, write_only=True),
    'port_id': Field(nullable(UUID)),
    'fixed_ip_address': Field(nullable(IP), convert=canonical_ip),
    'router_id': read_only(),
    'status': read_only(),
    'dns_name': Field(text(), default='', put=False),
    'dns_domain': Field(text(), default='', put=False),
})


class FloatingIps(Collection):
    resource, rows = RESOURCE, floatingips

    @operation('get_floatingips', policy=ANYONE)
    def get_all(self, req):
        return self.answer_list(req)

    @operation('get_floatingip', policy=ANYONE, item=floatingips.get)
    def get_one(self, req, floatingip):
        return self.answer_one(req, floatingip)

    @operation('create_floatingip', policy=MEMBER, body=RESOURCE.create_schema, status=201)
    def post(self, req, body):
        return self.answer_create(req, body)

    @operation('update_floatingip', policy=MEMBER, item=floatingips.get, body=RESOURCE.update_schema)
    def put(self, req, floatingip, body):
        return self.answer_update(req, floatingip, body)

    @operation('delete_floatingip', policy=MEMBER, item=floatingips.get, status=204)
    def delete(self, req, floatingip):
        return self.answer_delete(req, floatingip)

    def create(self, conn, context, values):
        subnet_id = values.pop('subnet_id')
        row = floatingips.create(conn, context, values, self.options, subnet_id)
        self._changed(conn, [row])
        return row

    def save(self, conn, context, row, changes):
        after = floatingips.save(conn, context, row, changes)
        self._changed(conn, [row, after])
        return after

    def remove(self, conn, context, row):
        floatingips.delete(conn, row)
        self._changed(conn, [row])

    def _changed(self, conn, rows):
        """Tell the routers' hosts, and compute whose server's addresses these are."""
        self.sync(conn, floatingips.hosts(conn, [row['router_id'] for row in rows]))
        port_ids = [row['port_id'] for row in rows if row['port_id']]
        if port_ids:
            table = ports.TABLE
            self.tell_compute(conn, [port['device_id'] for port in engine.rows(conn, sa.select(table.c.device_id).where(
                table.c.id.in_(port_ids), table.c.device_owner.like('compute:%')))])
