# SPDX-License-Identifier: Apache-2.0
"""/os-server-external-events: each event carries its own code; the answer is 207 when one was not taken."""
import pytest

UNKNOWN = '00000000-0000-4000-8000-000000000000'


def send(asker, *events, expect=200):
    return asker.post('/v2.1/os-server-external-events', {'events': list(events)}, expect=expect)


def event(server_id, name='network-changed', **more):
    return {'name': name, 'server_uuid': server_id, **more}


def test_each_has_its_code(admin, boot):
    server_id = boot()['id']
    assert send(admin, event(server_id))['events'][0]['code'] == 200
    mixed = send(admin.at('2.51'), event(server_id), event(UNKNOWN), event(server_id, 'volume-extended'), expect=207)
    assert [(one['code'], one['status']) for one in mixed['events']] == [
        (200, 'completed'), (404, 'failed'), (400, 'failed')]


@pytest.mark.parametrize('version, name, status', [
    ('2.50', 'volume-extended', 400), ('2.51', 'volume-extended', 207), ('2.75', 'power-update', 400),
    ('2.76', 'power-update', 207), ('2.92', 'volume-reimaged', 400), ('2.93', 'volume-reimaged', 207)])
def test_names_follow_the_version(admin, version, name, status):
    send(admin.at(version), event(UNKNOWN, name, tag='x'), expect=status)


def test_bad_requests(admin, compute):
    for events in ([], [event('x')], [event(UNKNOWN, 'fire')], [event(UNKNOWN, status='odd')]):
        send(admin, *events, expect=400)
    send(compute, event(UNKNOWN), expect=403)
