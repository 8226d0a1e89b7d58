# SPDX-License-Identifier: Apache-2.0
"""Waits a while for what an accepted operation does first, so that a request can answer with its result or its error.

The operation goes on by itself whether anybody waits or not.
"""
import time

from praline_common import errors

PAUSE = 0.02


def of_step(runtime, operation_id, step, seconds):
    """What `step` has kept once it is done, None when that takes longer.  Raises what ended the operation before."""
    deadline = time.monotonic() + seconds
    pause = PAUSE
    while True:
        with runtime.db.read() as conn:
            [(row, lines)] = runtime.operations.of(conn, operation_id)
        for line in lines:
            if line['event'] == 'failed':
                raise errors.of_kind([line['data'].get('kind')], line['data']['cause'], {})
            if line['event'] == 'done' and line['step'] == step:
                return line['data'] or {}
        if row['state'] == 'cancelled':
            raise errors.Conflict('Another request asked the operation to stop.')
        if time.monotonic() > deadline:
            return None
        time.sleep(pause)
        pause = min(0.2, pause * 1.3)
