# SPDX-License-Identifier: Apache-2.0
"""What every service answers its operator beside its own API: /praline/audit, timeline and metrics."""
import time

from praline_common import policy
from praline_common.api.rest import Controller, Reply, operation


class Audit(Controller):
    """GET /praline/audit: the differences between rows and reality; POST mends what can be mended."""

    @operation('praline:audit', policy=policy.ADMIN)
    def get_all(self, req):
        return {'drift': self._run(False)}

    @operation('praline:audit:repair', policy=policy.ADMIN)
    def post(self, req):
        return {'drift': self._run(True)}

    def _run(self, repair):
        audit = self.runtime.service.room('audit:audit')
        return audit(self.runtime, repair) if audit else []


class Timeline(Controller):
    """GET /praline/timeline/{id}: operations and journals of a resource, request or operation."""

    @operation('praline:timeline', policy=policy.ADMIN)
    def get_one(self, req, some_id):
        if self.runtime.operations is None:
            return {'operations': []}
        with self.db.read() as conn:
            found = self.runtime.operations.of(conn, some_id)
        return {'operations': [dict(_public(row), journal=lines) for row, lines in found]}


class Metrics(Controller):
    """GET /praline/metrics: counters in Prometheus' text format."""

    started = time.time()

    @operation('praline:metrics', policy=policy.ADMIN, produces='text/plain')
    def get_all(self, req):
        lines = ['praline_start_time_seconds{service="%s"} %d' % (self.runtime.name, self.started)]
        if self.runtime.operations is not None:
            with self.db.read() as conn:
                lines += ['praline_operations{service="%s",state="%s"} %d' % (self.runtime.name, state, count)
                          for state, count in self.runtime.operations.counts(conn).items()]
        drift = self._drift()
        if drift is not None:
            lines.append('praline_drift{service="%s"} %d' % (self.runtime.name, drift))
        return Reply(('\n'.join(lines) + '\n').encode(), content_type='text/plain')

    def _drift(self):
        """How many differences the last periodic audit left, whichever process ran it."""
        if self.runtime.turns is None:
            return None
        with self.db.read() as conn:
            found = self.runtime.turns.found(conn, 'audit')
        return found and found['drift']


def _public(row):
    return {name: value for name, value in row.items() if name not in ('context', 'arguments')}


ROUTES = (
    ('/praline/audit', Audit),
    ('/praline/timeline', Timeline),
    ('/praline/metrics', Metrics),
)
