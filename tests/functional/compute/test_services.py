# SPDX-License-Identifier: Apache-2.0
"""/os-services: what is shown in which version, enabling and disabling, and that the scheduler minds it."""
import pytest

from praline_compute.db.models import HOSTS


def listed(asker, query=''):
    return asker.get('/v2.1/os-services' + query, expect=200)['services']


@pytest.fixture
def three(admin, boot):
    """Rows of the three hosts, once the scheduler knows them."""
    return listed(admin.at('2.53'))


def test_fields_follow_the_version(admin, three):
    first = {'id', 'binary', 'host', 'zone', 'status', 'state', 'updated_at', 'disabled_reason'}
    assert set(listed(admin)[0]) == first and isinstance(listed(admin)[0]['id'], int)
    assert set(listed(admin.at('2.11'))[0]) == first | {'forced_down'}
    assert len(three) == 3 and len(three[0]['id']) == 36
    assert [row['state'] for row in three] == ['up'] * 3


def test_filters(admin, three):
    host = three[1]['host']
    assert [row['host'] for row in listed(admin, '?host=' + host)] == [host]
    assert listed(admin, '?binary=nova-scheduler') == [] and len(listed(admin, '?binary=nova-compute')) == 3
    assert admin.at('2.75').get('/v2.1/os-services?colour=blue').status_int == 400
    assert len(listed(admin.at('2.74'), '?colour=blue')) == 3


def test_old_ways_to_disable_and_enable(admin, three):
    body = {'host': three[0]['host'], 'binary': 'nova-compute'}
    answer = admin.put('/v2.1/os-services/disable-log-reason', {**body, 'disabled_reason': 'dusty'}, expect=200)
    assert answer == {'service': {**body, 'status': 'disabled', 'disabled_reason': 'dusty'}}
    assert listed(admin)[0]['disabled_reason'] == 'dusty'
    assert admin.put('/v2.1/os-services/enable', body, expect=200)['service']['status'] == 'enabled'
    assert listed(admin)[0]['disabled_reason'] is None
    assert admin.put('/v2.1/os-services/disable-log-reason', body).status_int == 400
    assert admin.put('/v2.1/os-services/force-down', {**body, 'forced_down': True}).status_int == 404
    admin.at('2.11').put('/v2.1/os-services/force-down', {**body, 'forced_down': True}, expect=200)
    assert [row['state'] for row in listed(admin)] == ['down', 'up', 'up']
    assert admin.at('2.53').put('/v2.1/os-services/disable', {}).status_int == 400
    wrong = admin.put('/v2.1/os-services/disable', {**body, 'binary': 'nova-scheduler'})
    assert wrong.status_int == 400 and 'nova-scheduler' in wrong.json['badRequest']['message']
    assert admin.put('/v2.1/os-services/disable', {**body, 'host': 'nowhere'}).status_int == 404


def test_by_uuid(admin, three):
    path = '/v2.1/os-services/' + three[0]['id']
    asker = admin.at('2.53')
    shown = asker.put(path, {'status': 'disabled', 'disabled_reason': 'x'}, expect=200)['service']
    assert (shown['status'], shown['disabled_reason'], shown['id']) == ('disabled', 'x', three[0]['id'])
    assert asker.put(path, {'status': 'enabled', 'disabled_reason': 'x'}).status_int == 400
    assert asker.put(path, {}).status_int == 400
    assert asker.put('/v2.1/os-services/1', {'status': 'enabled'}).status_int == 400
    assert asker.put('/v2.1/os-services/' + 8 * '0' + '-0000-4000-8000-000000000000', {}).status_int == 400


def test_a_disabled_host_gets_no_servers(admin, compute, boot, three):
    for row in three[1:]:
        admin.at('2.53').put('/v2.1/os-services/' + row['id'], {'status': 'disabled'}, expect=200)
    server = boot(by=compute)
    assert admin.show(server['id'])['OS-EXT-SRV-ATTR:host'] == three[0]['host']
    used = admin.at('2.53').delete('/v2.1/os-services/' + three[0]['id'])
    assert used.status_int == 409 and 'hosting instances' in used.json['conflictingRequest']['message']
    admin.at('2.53').delete('/v2.1/os-services/' + three[1]['id'], expect=204)
    assert len(listed(admin)) == 2


def test_silent_hosts_are_down(admin, cloud, three):
    with cloud.runtime('compute').db.write() as conn:
        conn.execute(HOSTS.update().where(HOSTS.c.host == three[2]['host']).values(seen_at=0))
    assert [row['state'] for row in listed(admin)] == ['up', 'up', 'down']


@pytest.mark.parametrize('verb, path', [
    ('get', ''), ('put', '/enable'), ('delete', '/1'), ('put', '/disable-log-reason')])
def test_only_for_admins(compute, verb, path):
    body = {'host': 'h', 'binary': 'nova-compute'} if verb == 'put' else None
    assert compute.ask(verb.upper(), '/v2.1/os-services' + path, body).status_int == 403
