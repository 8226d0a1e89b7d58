# SPDX-License-Identifier: Apache-2.0
"""Prefers hosts with, or without, other members of the server group."""
import collections


class SoftAffinity:

    def weigh(self, request, hosts):
        group = request.affinity or {}
        policy, members = group.get('policy'), group.get('hosts')
        if not members or policy not in ('soft-affinity', 'soft-anti-affinity'):
            return None
        count = collections.Counter(members)
        most = max(count.values())
        shares = [count[item.host.name] / most for item in hosts]
        return shares if policy == 'soft-affinity' else [1 - share for share in shares]
