# SPDX-License-Identifier: Apache-2.0
"""Hosts that the hard rules between servers allow."""


class Affinity:
    """Beside the servers of same_host and of an affinity group, away from the others."""

    def keep(self, request, hosts):
        rules = _rules(request)
        kept, reasons = hosts, []
        for names, together, said in rules:
            before = len(kept)
            kept = [item for item in kept if (item.host.name in names) == together]
            if len(kept) < before:
                reasons.append('%d %s' % (before - len(kept), said))
        return kept, reasons


def _rules(request):
    """[(host names, whether to be among them, the reason)]."""
    rules = []
    if request.same_host:
        rules.append((request.same_host, True, 'not the host of the servers to be with'))
    if request.different_host:
        rules.append((request.different_host, False, 'the host of a server to stay away from'))
    group = request.affinity or {}
    names = frozenset(group.get('hosts') or ())
    if names and group.get('policy') == 'affinity':
        rules.append((names, True, 'not the host of the affinity group'))
    if names and group.get('policy') == 'anti-affinity':
        rules.append((names, False, 'with a member of the anti-affinity group'))
    return rules
