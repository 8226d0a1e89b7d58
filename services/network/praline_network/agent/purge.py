# SPDX-License-Identifier: Apache-2.0
"""Leaves nothing of this cloud's networks on this host."""
from praline_common.objects.network import HostNetworks
from praline_network.drivers import load


def purge(conf):
    """Bridges, namespaces, filters and dnsmasq processes are gone; the agent must not run."""
    driver = load.load(conf, metadata=None)
    try:
        driver.apply(HostNetworks(host=conf.host))
    finally:
        driver.close()
