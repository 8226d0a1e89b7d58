# SPDX-License-Identifier: Apache-2.0
"""What the network service asks of a host; every verb may be asked twice."""
from praline_common import rpc


class Endpoint:
    """The driver's verbs on the wire (arguments: the wire objects of praline_common.objects.network)."""

    def __init__(self, driver, keeper):
        self._driver, self._keeper = driver, keeper

    @rpc.method
    def sync(self, ctx):
        """Ask the service for the whole state and reach it; [what was mended]."""
        return self._keeper.sync()

    @rpc.method
    def ensure_network(self, ctx, network):
        self._driver.ensure_network(network)

    @rpc.method
    def remove_network(self, ctx, network_id):
        self._driver.remove_network(network_id)

    @rpc.method
    def ensure_port(self, ctx, network, port, groups):
        """{'bridge', 'tap', 'mtu'} of a port bound here; {} of one bound elsewhere, which is only made known."""
        return self._driver.ensure_port(network, port, groups)

    @rpc.method
    def remove_port(self, ctx, port_id):
        self._driver.remove_port(port_id)

    @rpc.method
    def ensure_groups(self, ctx, groups):
        self._driver.ensure_groups(groups)

    @rpc.method
    def remove_group(self, ctx, group_id):
        self._driver.remove_group(group_id)

    @rpc.method
    def ensure_router(self, ctx, router):
        self._driver.ensure_router(router)

    @rpc.method
    def remove_router(self, ctx, router_id):
        self._driver.remove_router(router_id)

    @rpc.method
    def inventory(self, ctx):
        """What really is here, for the audit: see drivers/base.py."""
        return self._driver.inventory()

    @rpc.method
    def audit(self, ctx, repair=False):
        """[{'kind', 'id', 'detail', 'repaired'}]: where this host is not as it should be."""
        return self._keeper.audit(repair)
