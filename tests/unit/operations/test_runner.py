# SPDX-License-Identifier: Apache-2.0
"""The operation engine: order, undo, resume after death, cancel, retry, deadlines."""
import time
import types

import pytest

from praline_common import errors
from praline_common import operations
from praline_common.context import Context
from praline_common.db import engine
from praline_common.operations import store
from praline_common.operations.runner import Runner

METADATA = engine.new_metadata()
operations.declare(METADATA)


class Build(operations.Flow):
    """Three steps that note what happened; `plan` maps a step to an error to raise once."""

    kind = 'build'
    steps = ('claim', 'plug', 'boot')
    seen, plan = [], {}

    def _do(self, name):
        self.seen.append(name)
        error = self.plan.pop(name, None)
        if error:
            raise error
        return {name: 1}

    def claim(self):
        return self._do('claim')

    def plug(self):
        return self._do('plug')

    def boot(self):
        return self._do('boot')

    def undo_claim(self):
        self._do('undo_claim')

    def undo_boot(self):
        self._do('undo_boot')

    def finished(self, conn):
        self.seen.append('finished')

    def failed(self, conn, cause):
        self.seen.append('failed: ' + cause)

    def cancelled(self, conn):
        self.seen.append('cancelled')


@pytest.fixture
def engine_room(tmp_path):
    db = engine.Database('sqlite:///%s' % (tmp_path / 'o.sqlite'))
    with db.write() as conn:
        METADATA.create_all(conn)
    woken = []
    ops = operations.Operations(METADATA, woken.append)
    runtime = types.SimpleNamespace(name='toy', db=db, operations=ops, conf=None, contracts=None)
    Build.seen, Build.plan = [], {}

    def start(resource='r1', deadline=60):
        with db.write() as conn:
            return ops.start(conn, Context.internal(), 'build', resource, {}, deadline)

    def state(operation_id):
        with db.read() as conn:
            return store.get(conn, ops, operation_id)
    runner = Runner(runtime, [Build], threads=2)
    yield types.SimpleNamespace(db=db, ops=ops, woken=woken, start=start, state=state, runner=runner,
                                another=lambda: Runner(runtime, [Build], threads=2))
    runner.stop()
    db.close()


def test_runs_its_steps_in_order(engine_room):
    operation_id = engine_room.start()
    assert engine_room.woken == [operation_id]
    engine_room.runner.run(operation_id)
    assert Build.seen == ['claim', 'plug', 'boot', 'finished']
    assert engine_room.state(operation_id)['state'] == 'done'


def test_a_failure_undoes_backwards_and_says_why(engine_room):
    Build.plan = {'boot': errors.Conflict('no room')}
    operation_id = engine_room.start()
    engine_room.runner.run(operation_id)
    assert Build.seen == ['claim', 'plug', 'boot', 'undo_boot', 'undo_claim', 'failed: no room']
    row = engine_room.state(operation_id)
    assert (row['state'], row['cause']) == ('failed', 'no room')
    with engine_room.db.read() as conn:
        events = [(line['step'], line['event']) for line in store.journal(conn, engine_room.ops, operation_id)]
    assert events == [('claim', 'done'), ('plug', 'done'), ('boot', 'failed'), ('boot', 'undone'), ('claim', 'undone')]


def test_an_unavailable_neighbour_is_asked_again_later(engine_room):
    Build.plan = {'plug': errors.Unavailable('agent away')}
    operation_id = engine_room.start()
    engine_room.runner.run(operation_id)
    assert engine_room.state(operation_id)['state'] == 'running'
    deadline = time.time() + 60
    while engine_room.state(operation_id)['state'] != 'done' and time.time() < deadline:
        time.sleep(0.01)
    assert Build.seen == ['claim', 'plug', 'plug', 'boot', 'finished']


def test_a_step_that_knows_when_to_be_asked_again_is_asked_then(engine_room):
    Build.plan = {'plug': errors.Unavailable('in an hour', seconds=3600)}
    operation_id = engine_room.start()
    engine_room.runner.run(operation_id)
    assert 3500 < engine_room.state(operation_id)['lease_until'] - time.time() <= 3600


def test_what_a_request_began_and_what_works_now(engine_room):
    context, ops = Context.internal(), engine_room.ops
    with engine_room.db.write() as conn:
        for resource in ('r1', 'r2'):
            ops.start(conn, context, 'build', resource)
        ops.start(conn, Context.internal(), 'build', 'r3')
    Build.plan = {'boot': errors.Conflict('no room')}
    engine_room.runner.run(engine_room.woken[0])
    with engine_room.db.read() as conn:
        assert ops.outcomes(conn, context.request_id, 'build') == {'r1': ('failed', 'no room'), 'r2': ('pending', None)}
        assert ops.outcomes(conn, context.request_id, 'other') == {}
        assert ops.live(conn, 'r2') and ops.live(conn, 'r1', 'r3') and not ops.live(conn, 'r1')


class Death(BaseException):
    """What SIGKILL is to a test: nothing catches it, no row is written."""


@pytest.mark.parametrize('where, then', [
    ('plug', ['claim', 'plug', 'plug', 'boot', 'finished']),
    ('boot', ['claim', 'plug', 'boot', 'boot', 'finished'])])
def test_another_process_resumes_from_the_journal(engine_room, where, then):
    Build.plan = {where: Death()}
    operation_id = engine_room.start()
    with pytest.raises(Death):
        engine_room.runner.run(operation_id)
    other = engine_room.another()
    other.run(operation_id)
    assert Build.seen[-1] == where, 'the lease still holds'
    with engine_room.db.write() as conn:
        store.release_all(conn, engine_room.ops)
    other.run(operation_id)
    assert Build.seen == then


def test_death_while_undoing_goes_on_undoing(engine_room):
    Build.plan = {'boot': errors.Conflict('no room'), 'undo_claim': Death()}
    operation_id = engine_room.start()
    with pytest.raises(Death):
        engine_room.runner.run(operation_id)
    with engine_room.db.write() as conn:
        store.release_all(conn, engine_room.ops)
    engine_room.another().run(operation_id)
    assert Build.seen[-2:] == ['undo_claim', 'failed: no room'] and 'finished' not in Build.seen


def test_a_late_worker_changes_nothing(engine_room):
    operation_id = engine_room.start()
    with engine_room.db.write() as conn:
        late = store.lease(conn, engine_room.ops, operation_id, 'late', time.time() - 1)
    engine_room.runner.run(operation_id)
    with pytest.raises(errors.Superseded), engine_room.db.write() as conn:
        store.update(conn, engine_room.ops, late, state='running')


def test_cancel_stops_and_undoes_and_the_next_waits_its_turn(engine_room):
    first = engine_room.start()
    second = engine_room.start()
    engine_room.runner.run(second)
    assert Build.seen == [], 'an older operation on the resource goes first'
    with engine_room.db.write() as conn:
        store.cancel(conn, engine_room.ops, 'r1', but=second)
    engine_room.runner.run(first)
    assert engine_room.state(first)['state'] == 'cancelled' and 'cancelled' in Build.seen
    deadline = time.time() + 60
    while engine_room.state(second)['state'] != 'done' and time.time() < deadline:
        time.sleep(0.01)
    assert engine_room.state(second)['state'] == 'done'


def test_what_is_cancelled_while_it_waits_for_a_neighbour_is_cancelled_not_failed(engine_room):
    operation_id = engine_room.start()

    class Away:
        """An agent that goes away after somebody has asked the operation to stop."""

        def __bool__(self):
            with engine_room.db.write() as conn:
                store.cancel(conn, engine_room.ops, 'r1')
            raise errors.Unavailable('agent away')
    Build.plan = {'plug': Away()}
    engine_room.runner.run(operation_id)
    assert engine_room.state(operation_id)['state'] == 'cancelled' and Build.seen[-1] == 'cancelled'


def test_past_its_deadline_it_fails_with_a_cause(engine_room):
    operation_id = engine_room.start(deadline=-1)
    engine_room.runner.run(operation_id)
    row = engine_room.state(operation_id)
    assert row['state'] == 'failed' and 'did not end in time' in row['cause']


def test_what_ended_long_ago_is_forgotten_with_its_journal(engine_room):
    ended, live = engine_room.start('r1'), engine_room.start('r2')
    engine_room.runner.run(ended)
    with engine_room.db.write() as conn:
        assert engine_room.ops.forget(conn, time.time()) == 0
        assert engine_room.ops.forget(conn, time.time() + operations.KEPT + 1) == 1
        assert store.journal(conn, engine_room.ops, ended) == []
    assert engine_room.state(ended) is None and engine_room.state(live)
