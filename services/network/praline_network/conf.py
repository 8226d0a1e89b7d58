# SPDX-License-Identifier: Apache-2.0
"""The options of the network service, group [network]."""
from oslo_config import cfg

from praline_network.agent import options as agent

OPTIONS = [
    cfg.StrOpt('tenant_network_type', default='vxlan', choices=('vxlan', 'local'),
               help='What users\' networks are made of: vxlan reaches every host, local stays on one.'),
    cfg.IntOpt('vxlan_first', default=1, min=1, max=16777215, help='First VXLAN identifier that users\' networks get.'),
    cfg.IntOpt('vxlan_last', default=65535, min=1, max=16777215,
               help='Last VXLAN identifier that users\' networks get.'),
    cfg.IntOpt('mtu', default=1450, min=1280,
               help='MTU of users\' networks: what the underlay carries less the tunnel.'),
    cfg.IntOpt('external_mtu', default=1500, min=1280, help='MTU of flat and external networks.'),
    cfg.StrOpt('dns_domain', default='praline.test.', help='Domain of the names that DHCP hands to guests.'),
    cfg.StrOpt('mac_prefix', default='fa:16:3e', help='First three bytes of the MAC addresses that ports get.'),
    cfg.IntOpt('agent_down_seconds', default=75, min=5,
               help='An agent that has not reported for so long is shown as down and gets no new work.'),
    cfg.IntOpt('failover_seconds', default=150, min=0,
               help='Routers and DHCP of a host whose agent has not reported for so long move to a host whose agent '
                    'lives; 0: they wait for theirs.'),
    cfg.IntOpt('quota_network', default=100, help='Networks a project may have; -1: any number.'),
    cfg.IntOpt('quota_subnet', default=100, help='Subnets a project may have; -1: any number.'),
    cfg.IntOpt('quota_port', default=500, help='Ports a project may have; -1: any number.'),
    cfg.IntOpt('quota_router', default=10, help='Routers a project may have; -1: any number.'),
    cfg.IntOpt('quota_floatingip', default=50, help='Floating IPs a project may have; -1: any number.'),
    cfg.IntOpt('quota_security_group', default=10, help='Security groups a project may have; -1: any number.'),
    cfg.IntOpt('quota_security_group_rule', default=100,
               help='Security group rules a project may have; -1: any number.'),
    cfg.IntOpt('quota_subnetpool', default=-1, help='Subnet pools a project may have; -1: any number.'),
    cfg.IntOpt('quota_rbac_policy', default=10, help='RBAC policies a project may have; -1: any number.'),
    cfg.IntOpt('max_allowed_address_pair', default=10, min=0, help='Allowed address pairs a port may have.'),
    cfg.StrOpt('external_cidr', default='172.24.4.0/24', help='Subnet of the network `public` that bootstrap makes.'),
] + agent.OPTIONS
