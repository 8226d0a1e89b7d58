# SPDX-License-Identifier: Apache-2.0
"""Hosts that may take anything at all now."""


class Enabled:
    """No host that an operator disabled."""

    def keep(self, request, hosts):
        kept = [item for item in hosts if item.host.enabled]
        left = len(hosts) - len(kept)
        return kept, ['%d disabled' % left] if left else []


class Up:
    """No host whose agent has not reported lately."""

    def keep(self, request, hosts):
        kept = [item for item in hosts if item.host.up]
        left = len(hosts) - len(kept)
        return kept, ['%d down' % left] if left else []
