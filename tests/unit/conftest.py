# SPDX-License-Identifier: Apache-2.0
"""Hypothesis judges what is tested, not how busy the machine is."""
from hypothesis import HealthCheck, settings

settings.register_profile('praline', deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile('praline')
