# SPDX-License-Identifier: Apache-2.0
"""What a new cloud has of networks: the external network `public`, from which floating IPs come."""
import sqlalchemy as sa

from praline_common.db import engine
from praline_network.db import networks
from praline_network.db import subnets

PUBLIC = 'public'


def bootstrap(runtime, project_id=''):
    """Make the external network with its subnet if there is no network of that name outside projects.

    A second run changes nothing.  project_id: whose it is; by default nobody's, so that only admins change it.
    """
    table, options = networks.TABLE, runtime.options
    with runtime.db.write() as conn:
        if engine.scalar(conn, sa.select(table.c.id).where(table.c.name == PUBLIC, table.c.external.is_(True))):
            return
        network = networks.create(conn, {
            'project_id': project_id, 'name': PUBLIC, 'description': 'Where floating IPs come from',
            'admin_state_up': True, 'status': 'ACTIVE', 'shared': False, 'external': True, 'is_default': True,
            'mtu': options.external_mtu, 'port_security_enabled': True, 'dns_domain': '',
            'availability_zone_hints': [], 'network_type': 'flat', 'physical_network': PUBLIC}, options)
        subnets.create(conn, {
            'project_id': project_id, 'network_id': network['id'], 'name': PUBLIC, 'ip_version': 4,
            'cidr': options.external_cidr, 'enable_dhcp': False, 'dns_nameservers': [], 'host_routes': [],
            'service_types': [], 'dns_publish_fixed_ip': False})
