# SPDX-License-Identifier: Apache-2.0
"""The durable operation: a row with lease, deadline and journal, and the flow that works it off."""
from praline_common.db import engine
from praline_common.operations import models
from praline_common.operations import store
from praline_common.operations.flow import Cancelled, Flow

__all__ = ['Cancelled', 'Flow', 'Operations']

# Seconds that an ended operation and its journal can be read.
KEPT = 30 * 86400


class Operations:
    """A service's operations as its API and endpoints see them.

    tables: declare(metadata) of the service.  start(conn, context, kind, ...) accepts one in the
    caller's write() transaction and wakes a worker once that is committed.
    """

    def __init__(self, metadata, wake):
        self.operations = metadata.tables['operations']
        self.journal = metadata.tables['operation_journal']
        self._wake = wake

    def start(self, conn, context, kind, resource_id, arguments=None, deadline=1800):
        operation_id = store.accept(conn, self, context, kind, resource_id, arguments or {}, deadline)
        engine.after(conn, lambda: self._wake(operation_id))
        return operation_id

    def cancel(self, conn, resource_id):
        """Delete wins: live operations of this resource stop at their next step and undo."""
        return store.cancel(conn, self, resource_id)

    def of(self, conn, some_id):
        """[(operation row, its journal)] for an operation, resource or request id."""
        return [(row, store.journal(conn, self, row['id'])) for row in store.find(conn, self, some_id)]

    def live(self, conn, *resource_ids):
        """Whether something works on one of these resources."""
        return store.live(conn, self, resource_ids)

    def outcomes(self, conn, request_id, kind):
        """{resource id: (state, cause)} of the operations of this kind that a request began."""
        return store.outcomes(conn, self, request_id, kind)

    def forget(self, conn, now):
        """Delete what ended longer ago than operations are kept, with its journal; how many."""
        return store.forget(conn, self, now - KEPT)

    def counts(self, conn):
        """{state: how many operations}."""
        return store.counts(conn, self)


declare = models.declare
