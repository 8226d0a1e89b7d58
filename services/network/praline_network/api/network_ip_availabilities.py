# SPDX-License-Identifier: Apache-2.0
"""How many addresses of each network and subnet are used."""
import ipaddress

import orjson
import sqlalchemy as sa

from praline_common.api.rest import Controller, operation
from praline_common.db import engine
from praline_common.policy import ADMIN
from praline_network import errors
from praline_network.db import models
from praline_network.db import networks
from praline_network.db import subnets

_FILTERS = {'network_id': 'id', 'network_name': 'name', 'project_id': 'project_id', 'tenant_id': 'project_id'}


class NetworkIpAvailabilities(Controller):

    @operation('get_network_ip_availabilities', policy=ADMIN)
    def get_all(self, req):
        table, clauses = networks.TABLE, []
        for word in dict.fromkeys(req.GET):
            if word in _FILTERS:
                clauses.append(table.c[_FILTERS[word]].in_(req.GET.getall(word)))
            elif word not in ('ip_version', 'fields'):
                raise errors.invalid("['%s'] is invalid attribute for filtering" % word)
        versions = [int(word) for word in req.GET.getall('ip_version') if word in ('4', '6')]
        with self.db.read() as conn:
            rows = engine.rows(conn, sa.select(table).where(*clauses).order_by(table.c.id))
            return {'network_ip_availabilities': _views(conn, rows, versions)}

    @operation('get_network_ip_availability', policy=ADMIN, item=networks.get)
    def get_one(self, req, network):
        with self.db.read() as conn:
            return {'network_ip_availability': _views(conn, [network], [])[0]}


def _views(conn, rows, versions):
    ids = [row['id'] for row in rows]
    found, table = subnets.of_networks(conn, ids), models.addresses
    used = {subnet_id: count for subnet_id, count in conn.execute(
        sa.select(table.c.subnet_id, sa.func.count()).where(table.c.network_id.in_(ids)).group_by(table.c.subnet_id))}
    views = []
    for row in rows:
        mine = [subnet for subnet in found.get(row['id'], ()) if not versions or subnet['ip_version'] in versions]
        inner = [_subnet(subnet, used.get(subnet['id'], 0)) for subnet in mine]
        if inner or not versions:
            views.append({'network_id': row['id'], 'network_name': row['name'], 'project_id': row['project_id'],
                          'tenant_id': row['project_id'], 'subnet_ip_availability': inner,
                          'used_ips': sum(subnet['used_ips'] for subnet in inner),
                          'total_ips': _exact(sum(map(_total, mine)))})
    return views


def _subnet(row, used):
    return {'subnet_id': row['id'], 'subnet_name': row['name'], 'cidr': row['cidr'], 'ip_version': row['ip_version'],
            'used_ips': used, 'total_ips': _exact(_total(row))}


def _total(row):
    return sum(int(ipaddress.ip_address(pool['end'])) - int(ipaddress.ip_address(pool['start'])) + 1
               for pool in row['allocation_pools'])


def _exact(number):
    """A JSON number, however large: an IPv6 prefix has more addresses than 64 bits count."""
    return orjson.Fragment(str(number))
