# SPDX-License-Identifier: Apache-2.0
"""/os-aggregates and /os-availability-zone: zones follow aggregates, and servers hold their zone fast."""
import pytest

ROOT = '/v2.1/os-aggregates'


@pytest.fixture
def hosts(admin, boot):
    return sorted(row['host'] for row in admin.get('/v2.1/os-services', expect=200)['services'])


@pytest.fixture
def make(admin):
    def make(name='racks', **fields):
        return admin.post(ROOT, {'aggregate': {'name': name, **fields}}, expect=200)['aggregate']
    return make


def act(asker, aggregate, word, value, expect=200):
    answer = asker.post('%s/%d/action' % (ROOT, aggregate['id']), {word: value}, expect=expect)
    return answer['aggregate'] if expect == 200 else answer


def zones(asker, path=''):
    return {zone['zoneName']: zone for zone in
            asker.get('/v2.1/os-availability-zone' + path, expect=200)['availabilityZoneInfo']}


def test_create_show_rename_delete(admin, make):
    made = make(availability_zone='z1')
    assert 'hosts' not in made and made['availability_zone'] == 'z1' and 'uuid' not in made
    shown = admin.at('2.41').get('%s/%d' % (ROOT, made['id']), expect=200)['aggregate']
    assert shown['metadata'] == {'availability_zone': 'z1'} and shown['hosts'] == [] and len(shown['uuid']) == 36
    renamed = admin.put('%s/%d' % (ROOT, made['id']), {'aggregate': {'name': 'shelves'}}, expect=200)['aggregate']
    assert renamed['name'] == 'shelves' and renamed['availability_zone'] == 'z1' and renamed['updated_at']
    assert [row['id'] for row in admin.get(ROOT, expect=200)['aggregates']] == [made['id']]
    assert admin.delete('%s/%d' % (ROOT, made['id'])).status_int == 200
    assert admin.get('%s/%d' % (ROOT, made['id'])).status_int == 404


def test_bad_requests(admin, make):
    made = make()
    assert admin.post(ROOT, {'aggregate': {'name': 'racks'}}).status_int == 409
    assert admin.post(ROOT, {'aggregate': {'name': ''}}).status_int == 400
    assert admin.post(ROOT, {'aggregate': {'name': 'x', 'availability_zone': 'a:b'}}).status_int == 400
    assert admin.put('%s/%d' % (ROOT, made['id']), {'aggregate': {}}).status_int == 400
    assert admin.get(ROOT + '/seven').status_int == 400
    assert admin.get(ROOT + '/777').status_int == 404


def test_hosts_come_and_go(admin, make, hosts):
    made = make()
    assert act(admin, made, 'add_host', {'host': hosts[0]})['hosts'] == [hosts[0]]
    assert act(admin, made, 'add_host', {'host': hosts[0]}, expect=409)
    assert act(admin, made, 'add_host', {'host': 'nowhere'}, expect=404)
    assert admin.delete('%s/%d' % (ROOT, made['id'])).status_int == 400
    assert act(admin, made, 'remove_host', {'host': hosts[0]})['hosts'] == []
    assert act(admin, made, 'remove_host', {'host': hosts[0]}, expect=404)


def test_metadata_is_merged_and_null_removes(admin, make):
    made = make(availability_zone='z1')
    assert act(admin, made, 'set_metadata', {'metadata': {'a': '1', 'b': '2'}})['metadata'] == {
        'availability_zone': 'z1', 'a': '1', 'b': '2'}
    assert act(admin, made, 'set_metadata', {'metadata': {'a': None}})['metadata'] == {
        'availability_zone': 'z1', 'b': '2'}
    assert act(admin, made, 'set_metadata', {'metadata': {'a': 1}}, expect=400)


def test_zones_follow_aggregates(admin, compute, make, hosts):
    assert list(zones(compute)) == ['nova']
    act(admin, make(availability_zone='z1'), 'add_host', {'host': hosts[0]})
    assert sorted(zones(compute)) == ['nova', 'z1'] and zones(compute)['z1']['hosts'] is None
    detail = zones(admin, '/detail')
    assert list(detail['z1']['hosts']) == [hosts[0]] and len(detail['nova']['hosts']) == 2
    assert detail['z1']['hosts'][hosts[0]]['nova-compute']['available'] is True
    admin.put('/v2.1/os-services/disable', {'host': hosts[0], 'binary': 'nova-compute'}, expect=200)
    assert zones(compute)['z1']['zoneState'] == {'available': False}
    assert compute.get('/v2.1/os-availability-zone/detail').status_int == 403


def test_a_host_is_in_one_zone(admin, make, hosts):
    first, second = make('first', availability_zone='z1'), make('second', availability_zone='z2')
    act(admin, first, 'add_host', {'host': hosts[0]})
    refused = act(admin, second, 'add_host', {'host': hosts[0]}, expect=409)
    assert 'z1' in refused['conflictingRequest']['message']
    third = make('third')
    act(admin, third, 'add_host', {'host': hosts[0]})
    assert admin.put('%s/%d' % (ROOT, third['id']), {'aggregate': {'availability_zone': 'z3'}}).status_int == 400


def test_servers_hold_their_zone(admin, compute, make, hosts, boot):
    made = make(availability_zone='z1')
    act(admin, made, 'add_host', {'host': hosts[1]})
    server = boot(availability_zone='z1')
    assert admin.show(server['id'])['OS-EXT-SRV-ATTR:host'] == hosts[1]
    assert server['OS-EXT-AZ:availability_zone'] == 'z1'
    act(admin, made, 'remove_host', {'host': hosts[1]}, expect=409)
    assert admin.put('%s/%d' % (ROOT, made['id']), {'aggregate': {'availability_zone': 'z9'}}).status_int == 400


@pytest.mark.parametrize('verb, path, body', [
    ('GET', '', None), ('GET', '/1', None), ('POST', '', {'aggregate': {'name': 'x'}}), ('DELETE', '/1', None),
    ('POST', '/1/action', {'add_host': {'host': 'h'}})])
def test_only_for_admins(compute, verb, path, body):
    assert compute.ask(verb, ROOT + path, body).status_int == 403
