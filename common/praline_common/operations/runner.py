# SPDX-License-Identifier: Apache-2.0
"""Works through operations: leases one, resumes it from its journal, runs or undoes its steps."""
import concurrent.futures
import logging
import os
import socket
import threading
import time
import uuid

from praline_common import errors
from praline_common.context import Context
from praline_common.operations import store
from praline_common.operations.flow import Cancelled

LOG = logging.getLogger(__name__)
LEASE = 12.0
UNDO_GRACE = 600.0
SCAN = 5.0


class Runner:
    """The operations of one service in this process.

    flows: Flow classes; alone: no other process works on this database, so leases of an earlier
    life are void at once.  `wake(id)` starts one; a scan every few seconds finds what was missed.
    """

    def __init__(self, runtime, flows, threads=8, alone=False):
        self.runtime, self.db, self.tables = runtime, runtime.db, runtime.operations
        self.flows = {flow.kind: flow for flow in flows}
        self.owner = '%s:%d:%s' % (socket.gethostname(), os.getpid(), uuid.uuid4().hex[:8])
        self.alone = alone
        self._pool = concurrent.futures.ThreadPoolExecutor(threads, 'operation-' + runtime.name)
        self._held, self._lock = set(), threading.Lock()
        self._queued = set()
        self._stop = threading.Event()
        self._scanner = threading.Thread(target=self._scan, name='operations-' + runtime.name, daemon=True)

    def start(self):
        if self.alone:
            with self.db.write() as conn:
                store.release_all(conn, self.tables)
        self._scanner.start()

    def stop(self):
        self._stop.set()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def wake(self, operation_id):
        """Start this operation on a free thread, unless it is on one already."""
        with self._lock:
            if operation_id in self._queued or self._stop.is_set():
                return
            self._queued.add(operation_id)
        self._pool.submit(self._guarded, operation_id)

    def _scan(self):
        while True:
            try:
                self._renew()
                with self.db.read() as conn:
                    ids = store.waiting(conn, self.tables)
                for operation_id in ids:
                    self.wake(operation_id)
            except Exception:
                LOG.exception('looking for waiting operations of %s failed; trying again', self.runtime.name)
            if self._stop.wait(SCAN / 2 if self._held else SCAN):
                return

    def _renew(self):
        with self._lock:
            ids = list(self._held)
        if ids:
            with self.db.write() as conn:
                store.renew(conn, self.tables, self.owner, ids, time.time() + LEASE)

    def _guarded(self, operation_id):
        try:
            self.run(operation_id)
        except errors.Superseded as error:
            LOG.warning('%s', error)
        except Exception:
            LOG.exception('operation %s stopped; it is tried again when its lease runs out', operation_id)
        finally:
            with self._lock:
                self._queued.discard(operation_id)
                self._held.discard(operation_id)

    def run(self, operation_id):
        """Take the operation as far as it goes now: to its end, or to a later try."""
        with self.db.write() as conn:
            row = store.lease(conn, self.tables, operation_id, self.owner, time.time() + LEASE)
            lines = store.journal(conn, self.tables, operation_id) if row and row['attempts'] > 1 else []
        if row is None:
            return
        with self._lock:
            self._held.add(operation_id)
        flow = self._flow(row, lines)
        try:
            if row['state'] != 'undoing':
                self._forward(flow)
            if flow.row['state'] == 'undoing':
                self._backward(flow, lines)
        except errors.Unavailable as error:
            self._later(flow, error)
            return
        self._next(flow)

    def _flow(self, row, lines):
        kept = {line['step']: line['data'] for line in lines if line['event'] == 'done'}
        for line in lines:
            if line['event'] == 'undone':
                kept.pop(line['step'], None)
        context = Context.from_wire(row['context'])
        return self.flows[row['kind']](self.runtime, row, context, kept)

    def _forward(self, flow):
        row = flow.row
        try:
            for step in flow.steps:
                if step in flow.kept:
                    continue
                self._check(row)
                data = getattr(flow, step)()
                flow.kept[step] = data
                with self.db.write() as conn:
                    store.update(conn, self.tables, row, state='running', step=step)
                    store.write_journal(conn, self.tables, row['id'], step, 'done', data)
                    row['cancelled'] = store.is_cancelled(conn, self.tables, row['id'])
            with self.db.write() as conn:
                if store.is_cancelled(conn, self.tables, row['id']):
                    raise Cancelled()
                store.end(conn, self.tables, row, 'done')
                flow.finished(conn)
        except errors.Superseded:
            raise
        except Exception as error:
            if isinstance(error, errors.Unavailable):
                if self._cancelled(row):
                    error = Cancelled()
                elif time.time() < row['deadline']:
                    raise
            self._turn_back(flow, error)

    def _check(self, row):
        if time.time() > row['deadline']:
            raise errors.Error('%s did not end in time; it was at the step after %s' % (
                row['kind'], row['step'] or 'its start'))
        if row['cancelled']:
            raise Cancelled()

    def _cancelled(self, row):
        with self.db.read() as conn:
            return store.is_cancelled(conn, self.tables, row['id'])

    def _turn_back(self, flow, error):
        row, cause = flow.row, _cause(error)
        if not isinstance(error, (errors.Error, Cancelled)):
            LOG.exception('%s of %s failed', row['kind'], row['resource_id'])
        done = [step for step in flow.steps if step in flow.kept]
        current = next((step for step in flow.steps if step not in flow.kept), None)
        with self.db.write() as conn:
            store.update(conn, self.tables, row, state='undoing', cause=cause)
            store.write_journal(conn, self.tables, row['id'], current or 'end', 'failed',
                                {'cause': cause, 'kind': type(error).__name__})
        row['undo'] = done + ([current] if current else [])

    def _backward(self, flow, lines):
        row = flow.row
        for step in reversed(row.get('undo') or self._undo_list(flow)):
            undo = getattr(flow, 'undo_' + step, None)
            if undo is not None:
                self._undo(flow, step, undo)
            flow.kept.pop(step, None)
        cancelled = row['cause'] == _cause(Cancelled())
        with self.db.write() as conn:
            if cancelled:
                store.end(conn, self.tables, row, 'cancelled', row['cause'])
                flow.cancelled(conn)
            else:
                store.end(conn, self.tables, row, 'failed', row['cause'])
                flow.failed(conn, row['cause'])

    def _undo_list(self, flow):
        """After a restart: the steps kept and not undone yet, and the one that was being tried."""
        done = [step for step in flow.steps if step in flow.kept]
        current = next((step for step in flow.steps if step not in flow.kept), None)
        return done + ([current] if current else [])

    def _undo(self, flow, step, undo):
        row = flow.row
        try:
            undo()
            event, data = 'undone', None
        except errors.Unavailable as error:
            if time.time() < row['deadline'] + UNDO_GRACE:
                raise
            event, data = 'left', {'cause': _cause(error)}
        except Exception as error:
            LOG.exception('undoing %s of %s failed; the audit will find what is left', step, row['resource_id'])
            event, data = 'left', {'cause': _cause(error)}
        with self.db.write() as conn:
            store.update(conn, self.tables, row, step=step)
            store.write_journal(conn, self.tables, row['id'], step, event, data)

    def _later(self, flow, error):
        row = flow.row
        wait = error.details.get('seconds') or min(30.0, 0.5 * 2 ** min(row['attempts'], 6))
        level = logging.INFO if 'seconds' in error.details else logging.WARNING
        LOG.log(level, '%s of %s waits %.1f s: %s', row['kind'], row['resource_id'], wait, error)
        with self.db.write() as conn:
            store.update(conn, self.tables, row, lease_until=time.time() + wait)
            if row['attempts'] <= 3:
                store.write_journal(conn, self.tables, row['id'], row['step'] or 'start', 'waiting',
                                    {'cause': _cause(error), 'seconds': wait})
        timer = threading.Timer(wait + 0.05, self.wake, (row['id'],))
        timer.daemon = True
        timer.start()

    def _next(self, flow):
        with self.db.read() as conn:
            following = store.next_of(conn, self.tables, flow.resource_id)
        if following and following != flow.row['id']:
            self.wake(following)


def _cause(error):
    if isinstance(error, Cancelled):
        return 'another request asked it to stop'
    if isinstance(error, errors.Error):
        return error.message
    return 'unexpected %s: %s' % (type(error).__name__, error)
