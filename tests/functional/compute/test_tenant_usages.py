# SPDX-License-Identifier: Apache-2.0
"""/os-simple-tenant-usage: hours of servers that ran in a stretch of time, the deleted ones too."""
import pytest

from praline_compute.db.models import SERVERS

ROOT = '/v2.1/os-simple-tenant-usage'
WINDOW = 'start=2020-01-01T00:00:00&end=2020-01-02T00:00:00'


@pytest.fixture
def day(cloud, boot):
    """A server that ran the last six hours of the first day of 2020, and one the first two of the second."""
    ids = [boot(name=name)['id'] for name in ('one', 'two')]
    spans = (('2020-01-01T18:00:00.000000', None), ('2020-01-02T00:00:00.000000', '2020-01-02T02:00:00.000000'))
    with cloud.runtime('compute').db.write() as conn:
        for server_id, (launched, ended) in zip(ids, spans):
            conn.execute(SERVERS.update().where(SERVERS.c.id == server_id).values(
                launched_at=launched, terminated_at=ended, deleted=ended is not None))
    return ids


def test_hours_in_the_window(compute, day):
    usage = compute.get('%s/p1?%s' % (ROOT, WINDOW), expect=200)['tenant_usage']
    assert usage['total_hours'] == pytest.approx(6) and usage['total_memory_mb_usage'] == pytest.approx(6 * 64)
    assert usage['total_vcpus_usage'] == pytest.approx(6) and usage['total_local_gb_usage'] == pytest.approx(6)
    [server] = usage['server_usages']
    assert (server['instance_id'], server['hours'], server['state']) == (day[0], pytest.approx(6), 'active')


def test_deleted_servers_count(compute, day):
    usage = compute.get(ROOT + '/p1?start=2020-01-02T00:00:00&end=2020-01-02T06:00:00', expect=200)['tenant_usage']
    assert {server['state']: round(server['hours']) for server in usage['server_usages']} == {
        'active': 6, 'terminated': 2}


def test_pages_from_2_40(admin, day):
    asker, seen = admin.at('2.40'), []
    path = ROOT + '/p1?limit=1&start=2020-01-01T00:00:00&end=2020-01-03T00:00:00'
    while path:
        answer = asker.get(path, expect=200)
        seen += [server['instance_id'] for server in answer['tenant_usage'].get('server_usages', [])]
        path = 'tenant_usage_links' in answer and answer['tenant_usage_links'][0]['href'].partition('/compute')[2]
    assert sorted(seen) == sorted(day)


def test_every_project_for_admins(admin, compute, day):
    [usage] = admin.get('%s?%s' % (ROOT, WINDOW), expect=200)['tenant_usages']
    assert usage['tenant_id'] == 'p1' and 'server_usages' not in usage
    assert 'server_usages' in admin.get('%s?detailed=1&%s' % (ROOT, WINDOW), expect=200)['tenant_usages'][0]
    assert compute.get('%s?%s' % (ROOT, WINDOW)).status_int == 403
    assert compute.get('%s/p2?%s' % (ROOT, WINDOW)).status_int == 403


@pytest.mark.parametrize('query', ['start=2020-01-02T00:00:00&end=2020-01-01T00:00:00', 'start=yesterday', 'end=x'])
def test_bad_times(compute, query):
    assert compute.get('%s/p1?%s' % (ROOT, query)).status_int == 400
