# SPDX-License-Identifier: Apache-2.0
"""Hosts that the request names, for or against."""


class Named:
    """Only the host asked for, when there is one."""

    def keep(self, request, hosts):
        if request.host is None:
            return hosts, []
        kept = [item for item in hosts if item.host.name == request.host]
        left = len(hosts) - len(kept)
        return kept, ['%d not the host asked for (%s)' % (left, request.host)] if left else []


class Excluded:
    """No host that the request excludes."""

    def keep(self, request, hosts):
        if not request.exclude_hosts:
            return hosts, []
        kept = [item for item in hosts if item.host.name not in request.exclude_hosts]
        left = len(hosts) - len(kept)
        return kept, ['%d excluded by the request' % left] if left else []
