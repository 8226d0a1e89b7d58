# SPDX-License-Identifier: Apache-2.0
"""The decision: a request and the hosts in, the hosts in order of preference or the reasons out.  Pure."""
import random

from praline_scheduler import filters


def schedule(request, providers, weighers=(), choice=random.choice):
    """(the best provider, []) or (None, ['3 hosts: 2 lack MEMORY_MB (asked 4096, largest free 2048), 1 disabled']).

    providers: iterable of snapshot.Provider; those without a host are passed over.
    weighers: [(factor, weigher)].  Between equally good hosts `choice` picks, so that workers spread.
    """
    hosts = [item for item in providers if item.host is not None]
    kept, reasons = hosts, []
    for each in filters.CHAIN:
        kept, left_out = each.keep(request, kept)
        reasons += left_out
        if not kept:
            return None, [_sentence(len(hosts), reasons)]
    return _best(request, kept, weighers, choice), []


def _sentence(count, reasons):
    if not count:
        return 'no hosts have reported'
    return '%d host%s: %s' % (count, '' if count == 1 else 's', ', '.join(reasons))


def _best(request, hosts, weighers, choice):
    if len(hosts) == 1:
        return hosts[0]
    totals = None
    for factor, weigher in weighers:
        weights = weigher.weigh(request, hosts)
        if weights is not None:
            totals = ([factor * weight for weight in weights] if totals is None
                      else [total + factor * weight for total, weight in zip(totals, weights)])
    if totals is None:
        return choice(hosts)
    most = max(totals)
    return choice([item for item, total in zip(hosts, totals) if total >= most - 1e-9])
