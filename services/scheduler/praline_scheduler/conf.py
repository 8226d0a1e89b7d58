# SPDX-License-Identifier: Apache-2.0
"""Options of the scheduler and its placement API."""
from oslo_config import cfg

OPTIONS = [
    cfg.IntOpt('max_candidates', default=100000, min=1,
               help='Allocation candidates answered to a request that names no limit.'),
    cfg.FloatOpt('memory_weight', default=1.0,
                 help='How much free memory speaks for a host; negative packs hosts full instead of spreading.'),
    cfg.FloatOpt('processor_weight', default=1.0,
                 help='How much free processors speak for a host; negative packs.'),
    cfg.FloatOpt('affinity_weight', default=10.0,
                 help='How much a soft affinity or anti-affinity speaks for or against a host.'),
]
