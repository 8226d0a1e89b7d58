# SPDX-License-Identifier: Apache-2.0
"""Creating, listing, showing, changing and deleting servers."""
import pytest
import sqlalchemy as sa

from praline_common import errors
from praline_common.testing.neighbours import IMAGE
from praline_compute import audit

BODY = {'name': 'one', 'imageRef': IMAGE, 'flavorRef': '1', 'networks': []}


def test_create_show_delete(compute, boot, cloud):
    server = boot(metadata={'role': 'web'})
    assert (server['status'], server['metadata'], server['OS-EXT-STS:power_state']) == ('ACTIVE', {'role': 'web'}, 1)
    assert server['addresses']['private'][0]['addr'].startswith('10.0.0.')
    compute.delete('/v2.1/servers/' + server['id'], expect=204)
    compute.wait_gone(server['id'])
    assert audit.audit(cloud.runtime('compute'), repair=False) == []


def test_accepts_many_in_one_request(compute, flavor):
    compute.post('/v2.1/servers', {'server': {**BODY, 'min_count': 3, 'max_count': 3,
                                              'return_reservation_id': True}}, expect=202)['reservation_id']
    names = sorted(server['name'] for server in compute.get('/v2.1/servers', expect=200)['servers'])
    assert names == ['one-1', 'one-2', 'one-3']


@pytest.mark.parametrize('change, message', [
    ({'flavorRef': 'nope'}, 'Flavor nope could not be found.'),
    ({'imageRef': ''}, 'Invalid imageRef provided.'),
    ({'imageRef': '33333333-3333-4333-8333-333333333333'}, 'Can not find requested image'),
    ({'key_name': 'nope'}, 'Invalid key_name provided.'),
    ({'availability_zone': 'nowhere'}, 'The requested availability zone is not available'),
    ({'min_count': 2, 'max_count': 1}, 'min_count must be <= max_count'),
    ({'security_groups': [{'name': 'nope'}]}, 'Security group nope not found for project p1.'),
])
def test_refuses_what_cannot_be(compute, boot, change, message):
    boot()
    answer = compute.post('/v2.1/servers', {'server': {**BODY, **change}}, expect=400)
    assert answer['badRequest']['message'] == message


def test_refuses_an_unknown_field(compute, flavor):
    answer = compute.post('/v2.1/servers', {'server': {**BODY, 'colour': 'red'}}, expect=400)
    assert 'colour' in answer['badRequest']['message']


def test_networks_are_required_from_2_37(compute, flavor):
    body = {'server': {name: value for name, value in BODY.items() if name != 'networks'}}
    compute.at('2.37').post('/v2.1/servers', body, expect=400)
    compute.at('2.36').post('/v2.1/servers', body, expect=202)


def test_over_quota_says_how_much(compute, admin, flavor):
    admin.put('/v2.1/os-quota-sets/p1', {'quota_set': {'instances': 1}}, expect=200)
    answer = compute.post('/v2.1/servers', {'server': {**BODY, 'min_count': 2}}, expect=403)
    assert 'Requested 2' in answer['forbidden']['message'] and 'of 1 instances' in answer['forbidden']['message']


def test_no_host_ends_in_error_with_reasons(compute, admin, boot):
    boot()
    admin.post('/v2.1/flavors', {'flavor': {'name': 'huge', 'id': '9', 'ram': 9000000, 'vcpus': 1, 'disk': 1}},
               expect=200)
    admin.put('/v2.1/os-quota-sets/p1', {'quota_set': {'ram': -1}}, expect=200)
    server = compute.post('/v2.1/servers', {'server': {**BODY, 'flavorRef': '9'}}, expect=202)['server']
    fault = compute.wait(server['id'], 'ERROR')['fault']
    assert fault['message'].startswith('No valid host was found. 3 hosts: 3 lack MEMORY_MB (asked 9000000')


def test_a_failed_build_leaves_nothing(compute, boot, neighbours, cloud):
    boot()
    neighbours.network.refuse['plug'] = [errors.DriverError('the bridge would not come up')]
    server = compute.post('/v2.1/servers', {'server': BODY}, expect=202)['server']
    failed = compute.wait(server['id'], 'ERROR')
    assert failed['fault']['message'] == 'the bridge would not come up'
    assert server['id'] not in neighbours.network.held
    compute.delete('/v2.1/servers/' + server['id'], expect=204)
    compute.wait_gone(server['id'])
    assert audit.audit(cloud.runtime('compute'), repair=False) == []


def test_delete_wins_over_a_build_that_waits(compute, boot, neighbours, cloud):
    boot()
    neighbours.network.refuse['plug'] = [errors.Unavailable('not now')] * 3
    server = compute.post('/v2.1/servers', {'server': BODY}, expect=202)['server']
    compute.delete('/v2.1/servers/' + server['id'], expect=204)
    compute.wait_gone(server['id'])
    assert server['id'] not in neighbours.network.held


def test_boot_from_volume(compute, boot, neighbours):
    volume = neighbours.volume.add()
    server = boot(imageRef='', block_device_mapping_v2=[
        {'uuid': volume['id'], 'source_type': 'volume', 'destination_type': 'volume', 'boot_index': 0,
         'delete_on_termination': True}])
    assert (server['image'], server['os-extended-volumes:volumes_attached']) == ('', [{'id': volume['id']}])
    assert neighbours.volume.volumes[volume['id']]['status'] == 'in-use'
    assert neighbours.volume.named == {volume['id']: '/dev/vda'}, 'volume shows the device as the guest has it'
    compute.delete('/v2.1/servers/' + server['id'], expect=204)
    compute.wait_gone(server['id'])
    assert neighbours.volume.volumes == {}


@pytest.mark.parametrize('least, status', [('64', 202), ('100', 400), ('many', 400)])
def test_a_volume_asks_for_the_memory_of_its_image(compute, flavor, neighbours, least, status):
    volume = neighbours.volume.add(image_metadata={'min_ram': least})
    body = {'server': {**BODY, 'imageRef': '', 'block_device_mapping_v2': [
        {'uuid': volume['id'], 'source_type': 'volume', 'destination_type': 'volume', 'boot_index': 0}]}}
    compute.post('/v2.1/servers', body, expect=status)


def test_boot_from_an_image_on_a_new_volume(compute, boot, neighbours):
    boot(imageRef='', block_device_mapping_v2=[
        {'uuid': IMAGE, 'source_type': 'image', 'destination_type': 'volume', 'volume_size': 2, 'boot_index': 0}])
    assert [volume['size'] for volume in neighbours.volume.volumes.values()] == [2]


def test_boot_order_must_be_whole(compute, flavor):
    mapping = [{'uuid': IMAGE, 'source_type': 'image', 'destination_type': 'volume', 'volume_size': 1,
                'boot_index': 1}]
    compute.post('/v2.1/servers', {'server': {**BODY, 'imageRef': '', 'block_device_mapping_v2': mapping}}, expect=400)


def test_a_root_volume_goes_before_the_image(boot, neighbours):
    server = boot(block_device_mapping_v2=[
        {'source_type': 'blank', 'destination_type': 'volume', 'volume_size': 1, 'boot_index': '0'}])
    assert server['image'] == '' and [volume['size'] for volume in neighbours.volume.volumes.values()] == [1]


def test_anti_affinity_spreads(compute, admin, boot):
    group = compute.post('/v2.1/os-server-groups', {'server_group': {'name': 'g', 'policies': ['anti-affinity']}},
                         expect=200)['server_group']
    ids = [boot(hints={'group': group['id']})['id'] for _ in range(3)]
    assert len({admin.show(server_id)['OS-EXT-SRV-ATTR:host'] for server_id in ids}) == 3


def test_another_project_sees_nothing(cloud, boot, compute):
    server = boot()
    stranger = cloud.client('compute', project='p2', user='u2')
    assert stranger.get('/v2.1/servers/' + server['id']).status_int == 404
    assert stranger.delete('/v2.1/servers/' + server['id']).status_int == 404
    assert stranger.get('/v2.1/servers').json == {'servers': []}


def test_readers_may_look_only(cloud, boot):
    server = boot()
    reader = cloud.client('compute', roles='reader')
    assert reader.get('/v2.1/servers/' + server['id']).status_int == 200
    assert reader.delete('/v2.1/servers/' + server['id']).status_int == 403


def test_all_tenants_is_for_admins(compute, admin, boot):
    server = boot()
    compute.get('/v2.1/servers?all_tenants=1', expect=403)
    assert admin.get('/v2.1/servers', expect=200)['servers'] == []
    found = admin.get('/v2.1/servers?all_tenants=1', expect=200)['servers']
    assert [item['id'] for item in found] == [server['id']]


@pytest.mark.parametrize('query, fits', [
    ('name=^on', True), ('name=^two', False), ('status=ACTIVE', True), ('status=SHUTOFF', False),
    ('status=nonsense', False), ('flavor=1', True), ('image=' + IMAGE, True), ('ip=10.0', True), ('ip=^10.9', False),
    ('changes-since=2099-01-01T00:00:00Z', False), ('changes-since=2020-01-01T00:00:00Z', True),
])
def test_filters(compute, boot, query, fits):
    boot()
    assert bool(compute.get('/v2.1/servers?' + query, expect=200)['servers']) == fits


@pytest.mark.parametrize('query', ['limit=x', 'marker=nope', 'sort_key=nonsense', 'name=(', 'changes-since=yesterday'])
def test_bad_queries(compute, boot, query):
    boot()
    compute.get('/v2.1/servers?' + query, expect=400)


def test_unknown_queries_pass_until_2_75(compute, flavor):
    compute.at('2.74').get('/v2.1/servers?colour=red', expect=200)
    compute.at('2.75').get('/v2.1/servers?colour=red', expect=400)


def test_pages(compute, boot):
    ids = {boot()['id'] for _ in range(3)}
    page = compute.get('/v2.1/servers?limit=2', expect=200)
    assert len(page['servers']) == 2 and page['servers_links'][0]['rel'] == 'next'
    rest = compute.get('/v2.1/servers?limit=2&marker=' + page['servers'][-1]['id'], expect=200)
    assert ids == {server['id'] for server in page['servers'] + rest['servers']}


def test_a_page_is_a_fixed_number_of_statements(compute, boot, cloud):
    boot()
    one = statements(cloud, lambda: compute.at('2.96').get('/v2.1/servers/detail', expect=200))
    boot()
    assert statements(cloud, lambda: compute.at('2.96').get('/v2.1/servers/detail', expect=200)) == one <= 3


@pytest.mark.parametrize('version, there, missing', [
    ('2.1', ['OS-EXT-STS:vm_state'], ['locked', 'description', 'tags', 'OS-EXT-SRV-ATTR:host']),
    ('2.9', ['locked'], ['description']), ('2.19', ['description'], ['tags']), ('2.26', ['tags'], []),
    ('2.63', ['trusted_image_certificates'], ['server_groups']), ('2.71', ['server_groups'], ['locked_reason']),
    ('2.73', ['locked_reason'], ['OS-EXT-SRV-ATTR:hostname']), ('2.90', ['OS-EXT-SRV-ATTR:hostname'], []),
    ('2.96', ['pinned_availability_zone'], []),
])
def test_what_each_version_shows(compute, boot, version, there, missing):
    server = compute.at(version).show(boot()['id'])
    assert all(name in server for name in there) and not any(name in server for name in missing)


@pytest.mark.parametrize('asked, shown', [(False, ''), (True, 'True')])
def test_config_drive_is_a_word_in_lists_too(compute, boot, asked, shown):
    server = boot(config_drive=asked)
    listed, = compute.get('/v2.1/servers/detail', expect=200)['servers']
    assert (server['config_drive'], listed['config_drive']) == (shown, shown)


def test_flavor_is_embedded_from_2_47(compute, boot):
    server_id = boot()['id']
    assert compute.at('2.46').show(server_id)['flavor']['id'] == '1'
    assert compute.at('2.47').show(server_id)['flavor']['original_name'] == 'tiny'


def test_update(compute, boot):
    server = boot()
    answer = compute.put('/v2.1/servers/' + server['id'], {'server': {'name': 'two', 'accessIPv6': '0::1'}},
                         expect=200)['server']
    assert (answer['name'], answer['accessIPv6'], 'OS-EXT-STS:vm_state' in answer) == ('two', '::1', False)
    full = compute.at('2.75').put('/v2.1/servers/' + server['id'], {'server': {'description': 'x'}}, expect=200)
    assert full['server']['OS-EXT-STS:vm_state'] == 'active'


def test_metadata_items(compute, boot):
    path = '/v2.1/servers/%s/metadata' % boot(metadata={'a': '1'})['id']
    assert compute.post(path, {'metadata': {'b': '2'}}, expect=200) == {'metadata': {'a': '1', 'b': '2'}}
    assert compute.put(path, {'metadata': {'c': '3'}}, expect=200) == {'metadata': {'c': '3'}}
    assert compute.put(path + '/c', {'meta': {'c': '4'}}, expect=200) == {'meta': {'c': '4'}}
    compute.put(path + '/d', {'meta': {'c': '4'}}, expect=400)
    compute.delete(path + '/c', expect=204)
    compute.get(path + '/c', expect=404)


def test_tags(compute, boot):
    asker = compute.at('2.26')
    path = '/v2.1/servers/%s/tags' % boot()['id']
    assert asker.put(path, {'tags': ['b', 'a', 'a']}, expect=200) == {'tags': ['a', 'b']}
    assert asker.put(path + '/c').status_int == 201
    assert asker.put(path + '/c').status_int == 204
    assert asker.get('/v2.1/servers?tags=a,c', expect=200)['servers']
    assert not asker.get('/v2.1/servers?not-tags=a,c', expect=200)['servers']
    asker.delete(path + '/b', expect=204)
    asker.get(path + '/b', expect=404)
    asker.delete(path, expect=204)
    assert asker.get(path, expect=200) == {'tags': []}
    compute.get(path, expect=404)


def test_addresses(compute, boot):
    server = boot()
    path = '/v2.1/servers/%s/ips' % server['id']
    address = server['addresses']['private'][0]['addr']
    assert compute.get(path + '/private', expect=200) == {'private': [{'version': 4, 'addr': address}]}
    compute.get(path + '/public', expect=404)


def statements(cloud, call):
    """How many SQL statements compute's database sees while call() runs."""
    seen = []
    engine = cloud.runtime('compute').db.engine

    def count(conn, cursor, statement, *_rest):
        if statement.startswith('SELECT'):
            seen.append(statement)
    sa.event.listen(engine, 'before_cursor_execute', count)
    try:
        call()
    finally:
        sa.event.remove(engine, 'before_cursor_execute', count)
    return len(seen)


def test_a_server_without_port_security_is_in_no_group(boot, neighbours):
    assert boot()['security_groups'] == [{'name': 'default'}]
    neighbours.network.secured = False
    assert 'security_groups' not in boot(name='two')
