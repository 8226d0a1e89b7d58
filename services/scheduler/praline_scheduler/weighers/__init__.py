# SPDX-License-Identifier: Apache-2.0
"""The weighers: each has `weigh(request, hosts) -> [number from 0 to 1] or None`; more is better, None says nothing."""
from praline_scheduler.weighers.affinity import SoftAffinity
from praline_scheduler.weighers.room import FreeRoom


def make(options):
    """[(factor, weigher)] as the options say; those without any say are left out."""
    known = ((options.memory_weight, FreeRoom('MEMORY_MB')), (options.processor_weight, FreeRoom('VCPU')),
             (options.affinity_weight, SoftAffinity()))
    return [(factor, weigher) for factor, weigher in known if factor]
