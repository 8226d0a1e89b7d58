# SPDX-License-Identifier: Apache-2.0
"""Servers that are kept for a while after they were deleted."""
import pytest

from praline_compute import rpc


@pytest.fixture
def options():
    return {'compute.soft_delete_seconds': 3600}


def test_deleted_and_restored(compute, boot):
    server = boot()
    compute.delete('/v2.1/servers/' + server['id'], expect=204)
    compute.wait(server['id'], 'SOFT_DELETED')
    assert compute.get('/v2.1/servers', expect=200)['servers'] == []
    compute.act(server['id'], 'restore')
    compute.wait(server['id'], 'ACTIVE')


def test_force_delete_does_not_wait(compute, boot):
    server = boot()
    compute.act(server['id'], 'forceDelete')
    compute.wait_gone(server['id'])


def test_reclaimed_when_the_time_is_over(cloud, compute, boot):
    server = boot()
    compute.delete('/v2.1/servers/' + server['id'], expect=204)
    compute.wait(server['id'], 'SOFT_DELETED')
    endpoint = rpc.Endpoint(cloud.runtime('compute'))
    endpoint.reclaim()
    assert compute.show(server['id'])['status'] == 'SOFT_DELETED'
    with cloud.runtime('compute').db.write() as conn:
        conn.exec_driver_sql("update servers set updated_at = '2020-01-01T00:00:00.000000'")
    endpoint.reclaim()
    compute.wait_gone(server['id'])
