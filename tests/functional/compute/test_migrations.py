# SPDX-License-Identifier: Apache-2.0
"""/os-migrations and a server's own: fields, filters, pages and who may see them."""
import pytest

from praline_compute.db.models import MIGRATIONS


@pytest.fixture
def server(boot, cloud):
    """A server with three finished moves and a live one that runs."""
    made = boot()
    with cloud.runtime('compute').db.write() as conn:
        for number, kind in enumerate(('migration', 'resize', 'evacuation', 'live-migration'), start=1):
            conn.execute(MIGRATIONS.insert().values(
                uuid='%08d-0000-4000-8000-000000000000' % number, server_id=made['id'], migration_type=kind,
                status='running' if kind == 'live-migration' else 'completed', source_host='a', dest_host='b',
                project_id='p1', user_id='u1', created_at='2026-01-01T00:00:0%d.000000' % number))
    return made


def listed(asker, query=''):
    return asker.get('/v2.1/os-migrations' + query, expect=200)['migrations']


def test_fields_follow_the_version(admin, server):
    first = {'id', 'status', 'instance_uuid', 'old_instance_type_id', 'new_instance_type_id', 'source_compute',
             'source_node', 'dest_compute', 'dest_node', 'dest_host', 'created_at', 'updated_at'}
    assert set(listed(admin)[0]) == first
    assert set(listed(admin.at('2.23'))[0]) == first | {'migration_type'}
    assert 'links' in listed(admin.at('2.23'))[3]
    assert set(listed(admin.at('2.59'))[1]) == first | {'migration_type', 'uuid'}
    assert set(listed(admin.at('2.80'))[1]) == first | {'migration_type', 'uuid', 'user_id', 'project_id'}


def test_filters_and_pages(admin, server):
    assert len(listed(admin, '?migration_type=resize')) == len(listed(admin, '?status=running')) == 1
    assert len(listed(admin, '?host=b')) == 4 and listed(admin, '?source_compute=b') == []
    asker, seen, path = admin.at('2.59'), [], '/v2.1/os-migrations?limit=3'
    while path:
        answer = asker.get(path, expect=200)
        seen += [row['id'] for row in answer['migrations']]
        path = 'migrations_links' in answer and answer['migrations_links'][0]['href'].partition('/compute')[2]
    assert seen == [4, 3, 2, 1]
    assert asker.get('/v2.1/os-migrations?marker=1').status_int == 400
    assert asker.get('/v2.1/os-migrations?colour=1').status_int == 400


def test_the_live_ones_of_a_server(admin, compute, server):
    path = '/v2.1/servers/%s/migrations' % server['id']
    [live] = admin.at('2.23').get(path, expect=200)['migrations']
    assert live['server_uuid'] == server['id'] and 'memory_total_bytes' in live
    assert admin.at('2.23').get('%s/4' % path, expect=200)['migration'] == live
    for missing in ('/1', '/99', '/x'):
        assert admin.at('2.23').get(path + missing).status_int == 404
    assert admin.at('2.22').get(path).status_int == 404
    assert compute.at('2.23').get(path).status_int == 403
    assert admin.at('2.22').post(path + '/4/action', {'force_complete': None}).status_int == 501
    assert admin.at('2.22').post(path + '/1/action', {'force_complete': None}).status_int == 400
    assert admin.at('2.24').delete(path + '/4').status_int == 409


def test_who_may_see_them(cloud, compute, server):
    manager = type(compute)(cloud, cloud.client('compute', roles='manager,member,reader'))
    assert compute.get('/v2.1/os-migrations').status_int == 403
    assert manager.at('2.80').get('/v2.1/os-migrations').status_int == 403
    own = listed(manager.at('2.80'), '?project_id=p1')
    assert len(own) == 4 and own[0]['source_compute'] is None
