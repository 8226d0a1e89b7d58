# SPDX-License-Identifier: Apache-2.0
"""Rows against reality: what every host with a living agent holds, compared with what it should."""
from praline_common import errors
from praline_network.db import agents

COMPARE_SECONDS = 120


def audit(runtime, repair=False):
    """[{'kind', 'id', 'host', 'detail', 'repaired'}].

    bridge, filter, dhcp, router, floating ip, security group, tap: missing there, or there without a row; repair
    makes the host as the rows say.  host: its agent reports but does not answer, or cannot compare.
    """
    with runtime.db.read() as conn:
        hosts = agents.all_hosts(conn, runtime.options)
    return [dict(item, host=host) for host in sorted(hosts) for item in _of(runtime, host, repair)]


def _of(runtime, host, repair):
    try:
        return runtime.agents.call(None, 'audit', server=host, timeout=COMPARE_SECONDS, repair=repair)
    except errors.Error as error:
        return [{'kind': 'host', 'id': host, 'detail': error.message, 'repaired': False}]
