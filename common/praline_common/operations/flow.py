# SPDX-License-Identifier: Apache-2.0
"""A flow: one multi-step operation, its steps top to bottom, each with its undo.

    class AttachVolume(Flow):
        kind, deadline = 'attach_volume', 300
        steps = ('reserve', 'connect')

        def reserve(self):                      # returns what the journal should keep (a dict)
            return {'attachment_id': self.contracts.volume.reserve(self.context, ...)}

        def undo_reserve(self):                 # must work when `reserve` did nothing, half, or all
            ...

        def finished(self, conn): ...           # the resource's end state, in the transaction that
        def failed(self, conn, cause): ...      # ends the operation

A step may be asked twice (its process died before the journal had it), so it says `ensure`, never
`do`.  errors.Unavailable means try again later (details: seconds, where the step knows when); any other
error undoes what was done.
"""


class Cancelled(Exception):
    """Another request (a delete) wants this operation to stop."""


class Flow:
    """See the module.  self.arguments: what the API accepted; self.kept: {step: what it returned}."""

    kind = None
    deadline = 600
    steps = ()

    def __init__(self, runtime, row, context, kept):
        self.runtime, self.row, self.context, self.kept = runtime, row, context, kept
        self.db, self.conf, self.contracts = runtime.db, runtime.conf, runtime.contracts
        self.arguments, self.resource_id = row['arguments'], row['resource_id']

    def recall(self, name, default=None):
        """The newest value that any step so far has kept under this name."""
        for data in reversed(list(self.kept.values())):
            if data and name in data:
                return data[name]
        return default

    def finished(self, conn):
        """Write the resource's state after success; part of the ending transaction."""

    def failed(self, conn, cause):
        """Write the resource's state and cause after failure and undo; part of the ending transaction."""

    def cancelled(self, conn):
        """Write what a cancelled operation leaves; by default nothing: the canceller owns the rest."""
