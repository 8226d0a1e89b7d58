# SPDX-License-Identifier: Apache-2.0
"""The history of a server: actions, their events, pages, and who may read what."""
import pytest

FIRST = {'action', 'instance_uuid', 'request_id', 'user_id', 'project_id', 'start_time', 'message'}


@pytest.fixture
def path(boot, compute):
    """The actions of a server that was made, stopped and started."""
    server = boot()
    for word, status in (('os-stop', 'SHUTOFF'), ('os-start', 'ACTIVE')):
        compute.act(server['id'], word)
        compute.wait(server['id'], status)
    return '/v2.1/servers/%s/os-instance-actions' % server['id']


def listed(asker, path, query=''):
    return asker.get(path + query, expect=200)['instanceActions']


def test_newest_first(compute, path):
    rows = listed(compute, path)
    assert [row['action'] for row in rows] == ['start', 'stop', 'create']
    assert set(rows[0]) == FIRST and rows[0]['message'] is None
    assert set(listed(compute.at('2.58'), path)[0]) == FIRST | {'updated_at'}


def test_pages_and_times_from_2_58(compute, path):
    asker, seen, following = compute.at('2.66'), [], path + '?limit=2'
    while following:
        answer = asker.get(following, expect=200)
        seen += [row['action'] for row in answer['instanceActions']]
        following = 'links' in answer and answer['links'][0]['href'].partition('/compute')[2]
    assert seen == ['start', 'stop', 'create']
    middle = listed(asker, path)[1]['updated_at']
    assert [row['action'] for row in listed(asker, path, '?changes-since=%sZ' % middle)] == ['start', 'stop']
    assert [row['action'] for row in listed(asker, path, '?changes-before=%sZ' % middle)] == ['stop', 'create']
    for bad in ('?marker=x', '?limit=x', '?changes-since=x', '?colour=x',
                '?changes-since=2030-01-01T00:00:00Z&changes-before=2029-01-01T00:00:00Z'):
        assert asker.get(path + bad).status_int == 400
    assert len(listed(compute, path, '?limit=1')) == 3


def test_events(compute, admin, path):
    one = '%s/%s' % (path, listed(compute, path)[-1]['request_id'])
    show = lambda asker: asker.get(one, expect=200)['instanceAction']
    assert 'events' not in show(compute)
    names = [event['event'] for event in show(compute.at('2.51'))['events']]
    assert names == ['compute_build', 'compute_plug', 'compute_connect', 'compute_place']
    plain = {'event', 'start_time', 'finish_time', 'result'}
    assert set(show(compute.at('2.51'))['events'][0]) == plain
    assert set(show(compute.at('2.62'))['events'][0]) == plain | {'hostId'}
    assert set(show(admin)['events'][0]) == plain | {'traceback'}
    assert set(show(admin.at('2.84'))['events'][0]) == plain | {'traceback', 'hostId', 'host', 'details'}
    assert {event['result'] for event in show(admin)['events']} == {'Success'}
    assert compute.get(path + '/req-none').status_int == 404


def test_deleted_servers_keep_theirs_from_2_21(compute, path):
    server_id = path.split('/')[3]
    compute.delete('/v2.1/servers/' + server_id, expect=204)
    compute.wait_gone(server_id)
    assert compute.get(path).status_int == 404
    assert listed(compute.at('2.21'), path)[0]['action'] == 'delete'


def test_whose_server(cloud, compute, path):
    other = type(compute)(cloud, cloud.client('compute', project='p2'))
    assert other.at('2.21').get(path).status_int == 404
