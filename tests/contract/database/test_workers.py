# SPDX-License-Identifier: Apache-2.0
"""Two workers of one service: each operation is done once, and periodic work by one of them."""
from concurrent.futures import ThreadPoolExecutor
import collections

import pytest
import sqlalchemy as sa

from praline_common.process import AUDIT_SECONDS, Audit
from praline_common.testing.neighbours import IMAGE
from praline_compute import rpc as compute_rpc
from praline_compute.db.models import SERVERS

from ...system.clouds import until
from .test_races import AT_ONCE, at_once, compute

__all__ = ['compute']


def test_each_operation_is_done_once(pair):
    processes = pair('volume', agents=['volume'], driver='fake', quota_volumes=50)
    runtimes = [process.runtime('volume') for process in processes]
    until(lambda: not all(process.admin('volume').get('/v3/scheduler-stats/get_pools').json.get('pools')
                          for process in processes), 30, 'a back end is missing')
    answers = at_once(lambda cloud, _: cloud.client('volume').post('/v3/volumes', {'volume': {'size': 1}}), processes)
    ids = [answer.json['volume']['id'] for answer in answers]
    db, tables = runtimes[0].db, runtimes[0].operations

    def live():
        with db.read() as conn:
            rows = conn.execute(sa.select(tables.operations.c.id).where(tables.operations.c.ended_at.is_(None)))
            waiting = list(rows.scalars())
        for runtime in runtimes:
            for operation_id in waiting:        # both are told of each
                runtime.own.cast(None, 'run_operation', operation_id=operation_id)
        return waiting
    until(live, 60, 'operations are not done')
    with db.read() as conn:
        done = [tables.of(conn, volume_id) for volume_id in ids]
    for ((row, journal),) in done:
        assert row['state'] == 'done'
        assert set(collections.Counter((line['step'], line['event']) for line in journal).values()) == {1}


@pytest.fixture
def turns(pair):
    return [process.runtime('scheduler').turns for process in pair('scheduler')]


def test_one_process_has_the_turn_in_each_period(turns):
    def takers():
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return sum(pool.map(lambda number: turns[number % 2].take('audit', 300), range(AT_ONCE)))
    assert [takers(), takers()] == [1, 0]
    for at in (0, 1e12):        # the period is over; the clock was set back
        with turns[0]._db.write() as conn:
            conn.execute(turns[0]._table.update().values(at=at))
        assert [takers(), takers()] == [1, 0]


def test_the_audit_runs_in_one_process_and_its_drift_is_everybodys(pair):
    processes = pair('scheduler')
    ran = []
    for process in processes:
        runtime = process.runtime('scheduler')
        periodic = Audit(runtime)
        periodic()              # not at once: whoever just started knows too little
        assert 'praline_drift' not in process.admin('scheduler').get('/praline/metrics').text
        ran.append(periodic)
    with processes[0].runtime('scheduler').db.write() as conn:
        table = processes[0].runtime('scheduler').service.metadata.tables['consumers']
        conn.execute(table.insert().values(id='c', project_id='p', user_id='u', generation=1,
                                           updated_at=sa.func.now()))
    ran[0]()
    with processes[0].runtime('scheduler').db.write() as conn:
        conn.execute(table.insert().values(id='c', project_id='p', user_id='u', generation=1,
                                           updated_at=sa.func.now()))
    ran[1]()                    # the other had this turn, so what is wrong now stays
    with processes[0].runtime('scheduler').db.read() as conn:
        assert conn.execute(sa.select(sa.func.count()).select_from(table)).scalar() == 1
    assert not processes[1].runtime('scheduler').turns.take('audit', AUDIT_SECONDS)
    for process in processes:
        assert 'praline_drift{service="scheduler"} 0' in process.admin('scheduler').get('/praline/metrics').text


def test_a_soft_deleted_server_is_deleted_once(compute):
    for process in compute:
        process.conf.set_override('soft_delete_seconds', 3600, 'compute')
    client = compute[0].client('compute')
    server = client.post('/v2.1/servers', {'server': {
        'name': 's', 'imageRef': IMAGE, 'flavorRef': '1', 'networks': []}}).json['server']['id']
    until(lambda: client.get('/v2.1/servers/' + server).json['server']['status'] != 'ERROR', 30, 'it is not refused')
    runtimes = [process.runtime('compute') for process in compute]
    with runtimes[0].db.write() as conn:
        conn.execute(SERVERS.update().values(vm_state='soft-delete', updated_at='2020-01-01T00:00:00.000000'))
    endpoints = [compute_rpc.Endpoint(runtime) for runtime in runtimes]
    at_once(lambda endpoint, _: endpoint.reclaim(), endpoints)
    with runtimes[0].db.read() as conn:
        kinds = [row['kind'] for row, _ in runtimes[0].operations.of(conn, server)]
    assert kinds == ['create_server', 'delete_server']
