# SPDX-License-Identifier: Apache-2.0
"""The options of the agent, in the service's group [network]."""
from oslo_config import cfg

OPTIONS = [
    cfg.StrOpt('driver', default='linuxbridge', choices=('linuxbridge', 'fake'),
               help='What makes networks on this host: linuxbridge, or fake (in memory, for tests and benchmarks).'),
    cfg.StrOpt('tunnel_ip', default='',
               help='This host\'s end of the tunnels between hosts; empty: users\' networks stay on this host.'),
    cfg.ListOpt('bridge_mappings', default=[],
                help='physical_network:bridge, for bridges that the operator made; an external network without one gets '
                     'a bridge of its own, on which this host is the gateway.'),
    cfg.BoolOpt('host_gateway', default=True,
                help='This host holds the gateway address of external networks without a bridge of the operator\'s.'),
    cfg.BoolOpt('masquerade', default=False,
                help='This host translates what leaves its external networks for elsewhere to its own address.'),
    cfg.IntOpt('report_interval', default=25, min=1, help='Seconds between two reports of the agent.'),
    cfg.IntOpt('resync_interval', default=60, min=1,
               help='Seconds between two comparisons of this host with what it should hold; differences are mended.'),
]
