# SPDX-License-Identifier: Apache-2.0
"""Small read-only lists: availability zones and service providers."""
import sqlalchemy as sa

from praline_common.api.rest import Controller, operation
from praline_common.db import engine
from praline_common.policy import ANYONE
from praline_network.db import agents

_RESOURCES = {agents.DHCP: 'network', agents.ROUTING: 'router'}


class AvailabilityZones(Controller):

    @operation('get_availability_zones', policy=ANYONE)
    def get_all(self, req):
        table = agents.TABLE
        with self.db.read() as conn:
            rows = engine.rows(conn, sa.select(table.c.agent_type, table.c.availability_zone, table.c.admin_state_up)
                               .distinct().where(table.c.agent_type.in_(_RESOURCES)))
        up = {(row['availability_zone'], row['agent_type']): False for row in rows}
        up.update({(row['availability_zone'], row['agent_type']): True for row in rows if row['admin_state_up']})
        zones = [{'name': name, 'resource': _RESOURCES[kind], 'state': 'available' if enabled else 'unavailable'}
                 for (name, kind), enabled in up.items()]
        asked = {name: req.GET.getall(name) for name in ('name', 'resource', 'state') if name in req.GET}
        return {'availability_zones': [zone for zone in zones
                                       if all(zone[name] in values for name, values in asked.items())]}


class ServiceProviders(Controller):

    @operation('get_service_providers', policy=ANYONE)
    def get_all(self, req):
        return {'service_providers': [{'service_type': 'L3_ROUTER_NAT', 'name': 'single_node', 'default': True}]}
