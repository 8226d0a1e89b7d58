# SPDX-License-Identifier: Apache-2.0
"""The microversions from 2.97 on, each just below and at the version."""
import pytest

from praline_common.testing.neighbours import NETWORK

SHARE = {'share': {'share_id': 'e8debdc0-447a-4376-a10a-4cd9122d7986'}}


def test_2_17_a_crash_dump_is_asked_for(compute, boot):
    server = boot()['id']
    compute.at('2.16').act(server, 'trigger_crash_dump', expect=404)
    compute.at('2.17').act(server, 'trigger_crash_dump')
    compute.wait(server, 'ACTIVE')
    compute.at('2.17').act(server, 'trigger_crash_dump', {}, expect=400)


def test_2_78_topology(compute, boot):
    path = '/v2.1/servers/%s/topology' % boot()['id']
    compute.at('2.77').get(path, expect=404)
    assert compute.at('2.78').get(path, expect=200) == {'nodes': [], 'pagesize_kb': None}


def test_2_97_shares_are_refused_by_their_name(compute, boot):
    path = '/v2.1/servers/%s/shares' % boot()['id']
    compute.at('2.96').get(path, expect=404)
    assert compute.at('2.97').get(path, expect=200) == {'shares': []}
    compute.at('2.97').post(path, SHARE, expect=409)
    compute.at('2.97').get(path + '/x', expect=404)
    compute.at('2.97').post(path, {'share': {}}, expect=400)


def test_2_98_image_properties(compute, boot, neighbours):
    server = boot()['id']
    for version, there in (('2.97', False), ('2.98', True)):
        at = compute.at(version)
        listed, = at.get('/v2.1/servers/detail', expect=200)['servers']
        shown = at.show(server)
        assert ('properties' in shown['image']) == there
        assert listed['image'] == shown['image']


def test_2_99_a_console_by_spice_alone(compute, boot):
    path, wanted = '/v2.1/servers/%s/remote-consoles' % boot()['id'], {
        'remote_console': {'protocol': 'spice', 'type': 'spice-direct'}}
    assert 'spice-direct' in str(compute.at('2.98').post(path, wanted, expect=400))
    assert 'Unavailable console type' in str(compute.at('2.99').post(path, wanted, expect=400))


def test_2_100_scheduler_hints(compute, boot):
    server = boot(hints={'query': '[">=", "$free_ram_mb", 1]'})['id']
    assert 'scheduler_hints' not in compute.at('2.99').show(server)
    listed, = compute.at('2.100').get('/v2.1/servers/detail', expect=200)['servers']
    assert compute.at('2.100').show(server)['scheduler_hints'] == listed['scheduler_hints'] == {
        'query': ['[">=", "$free_ram_mb", 1]']}


def test_2_102_flavors_and_queries(compute, admin, flavor):
    old, new = admin.at('2.101').get('/v2.1/flavors/1', expect=200)['flavor'], admin.at('2.102').get(
        '/v2.1/flavors/1', expect=200)['flavor']
    assert set(old) - set(new) == {'rxtx_factor', 'OS-FLV-DISABLED:disabled'}
    assert compute.at('2.102').get('/v2.1/flavors?name=nothing', expect=200)['flavors'] == []
    assert [one['id'] for one in compute.at('2.102').get('/v2.1/flavors?name=tiny', expect=200)['flavors']] == ['1']
    admin.at('2.102').get('/v2.1/flavors?sort_key=rxtx_factor', expect=400)
    body = {'flavor': {'name': 'f', 'ram': 1, 'vcpus': 1, 'disk': 1, 'rxtx_factor': 1}}
    admin.at('2.102').post('/v2.1/flavors', body, expect=400)
    for path in ('/v2.1/flavors/1', '/v2.1/os-availability-zone', '/v2.1/os-aggregates'):
        admin.at('2.101').get(path + '?colour=red', expect=200)
        admin.at('2.102').get(path + '?colour=red', expect=400)


def test_2_103_an_old_name_of_servers_is_gone(compute, boot):
    boot()
    assert len(compute.at('2.102').get('/v2.1/os-volumes_boot', expect=200)['servers']) == 1
    compute.at('2.103').get('/v2.1/os-volumes_boot', expect=404)


def test_2_104_a_server_is_pinned_to_its_zone(compute, boot):
    path, new = '/v2.1/servers/' + boot()['id'], compute.at('2.104')

    def pin(zone, expect=200):
        return new.put(path, {'server': {'pinned_availability_zone': zone}}, expect=expect)

    compute.at('2.103').put(path, {'server': {'pinned_availability_zone': None}}, expect=400)
    assert pin(None)['server']['pinned_availability_zone'] is None
    pin('elsewhere', 409)
    assert pin('nova')['server']['pinned_availability_zone'] == 'nova'
    pin('nova')
    pin('elsewhere', 409)
    assert pin(None)['server']['pinned_availability_zone'] is None


@pytest.mark.parametrize('path', ['/v2.1/servers?sort_key=%s', '/v2.1/servers/detail?sort_key=%s&sort_dir=asc'])
@pytest.mark.parametrize('key', ['created_at', 'uuid', 'display_name', 'vm_state', 'project_id'])
def test_lists_are_sorted_by_the_names_of_columns(compute, boot, path, key):
    boot(), boot(name='two')
    found = compute.get(path % key, expect=200)['servers']
    assert len(found) == 2
    if key == 'created_at' and 'asc' in path:
        assert [server['name'] for server in found] == ['one', 'two']


@pytest.mark.parametrize('path', ['/v2.1/os-server-groups', '/v2.1/os-keypairs', '/v2.1/os-aggregates'])
def test_an_order_that_a_list_does_not_have_is_passed_over_until_2_75(admin, path):
    admin.at('2.60').get(path + '?sort_key=created_at', expect=200)


@pytest.mark.parametrize('word', ['name', 'ip'])
def test_a_pattern_costs_what_its_text_is_long(compute, boot, word):
    """With an engine that tries one way after the other this does not end."""
    boot(name='b' * 60 + '!')
    assert compute.get('/v2.1/servers?%s=(b%%2B)%%2B$' % word, expect=200)['servers'] == []
    assert len(compute.get('/v2.1/servers?name=^(b%2B)%2B!$', expect=200)['servers']) == 1
    for wrong in ('(', 'a)(b', '(?=b)', '*'):
        compute.get('/v2.1/servers?%s=%s' % (word, wrong), expect=400)


@pytest.mark.parametrize('path', ['os-aggregates/x', 'os-aggregates/999', 'os-hypervisors/x', 'os-hypervisors/999/uptime'])
def test_who_may_not_is_told_so_whatever_the_id(compute, path):
    compute.get('/v2.1/' + path, expect=403)


def test_a_server_without_a_host_is_not_ready(compute, admin, boot, flavor):
    admin.post('/v2.1/flavors', {'flavor': {'name': 'huge', 'id': '9', 'ram': 64, 'vcpus': 1, 'disk': 10 ** 8}}, expect=200)
    server = boot(wait='ERROR', flavorRef='9')
    for action in ({'os-stop': None}, {'reboot': {'type': 'HARD'}}, {'rescue': {}}, {'rebuild': {
            'imageRef': '22222222-2222-4222-8222-222222222222'}}):
        compute.post('/v2.1/servers/%s/action' % server['id'], action, expect=409)
    assert compute.show(server['id'])['fault'] == server['fault']


def test_the_zone_of_the_services(admin):
    detail = admin.get('/v2.1/os-availability-zone/detail', expect=200)
    zones = {zone['zoneName']: zone for zone in detail['availabilityZoneInfo']}
    assert set(next(iter(zones['internal']['hosts'].values()))) == {'nova-conductor', 'nova-scheduler'}
    assert 'internal' not in str(admin.get('/v2.1/os-availability-zone', expect=200))


def test_cells_of_a_processor(admin):
    host, *_ = admin.at('2.53').get('/v2.1/os-hypervisors/detail', expect=200)['hypervisors']
    assert host['cpu_info']['topology']['cells'] >= 1


@pytest.mark.parametrize('word, status, up', [('os-stop', 'SHUTOFF', False), ('suspend', 'SUSPENDED', False),
                                              ('pause', 'PAUSED', None)])
def test_ports_follow_the_power_of_their_server(compute, boot, neighbours, word, status, up):
    server = boot(networks=[{'uuid': NETWORK}])['id']
    port, = neighbours.network.called('port_up')[-1]['port_ids']
    before = len(neighbours.network.called('port_up'))
    compute.act(server, word)
    compute.wait(server, status)
    told = neighbours.network.called('port_up')[before:]
    assert told == ([] if up is None else [{'port_ids': [port], 'up': up}])
    back = {'os-stop': 'os-start', 'suspend': 'resume', 'pause': 'unpause'}[word]
    compute.act(server, back)
    compute.wait(server, 'ACTIVE')
    assert up is None or neighbours.network.called('port_up')[-1] == {'port_ids': [port], 'up': True}
