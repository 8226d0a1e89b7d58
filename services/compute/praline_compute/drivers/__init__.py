# SPDX-License-Identifier: Apache-2.0
"""Compute drivers: what makes guests on a host."""
import importlib

DRIVERS = {
    'fake': 'praline_compute.drivers.fake:FakeDriver',
    'libvirt': 'praline_compute.drivers.libvirt.driver:LibvirtDriver',
}


def load(kind, options):
    """The driver of that kind ('fake' or 'libvirt'); only its own module is imported."""
    module, name = DRIVERS[kind].split(':')
    return getattr(importlib.import_module(module), name)(options)
