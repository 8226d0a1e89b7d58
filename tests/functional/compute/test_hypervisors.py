# SPDX-License-Identifier: Apache-2.0
"""/os-hypervisors and /os-hosts: ids, fields, pages and searches in each version."""
import pytest

DETAIL = {'id', 'hypervisor_hostname', 'state', 'status', 'hypervisor_type', 'hypervisor_version', 'host_ip',
          'service', 'vcpus', 'memory_mb', 'local_gb', 'vcpus_used', 'memory_mb_used', 'local_gb_used',
          'free_ram_mb', 'free_disk_gb', 'current_workload', 'running_vms', 'disk_available_least', 'cpu_info'}


def listed(asker, path=''):
    return asker.get('/v2.1/os-hypervisors' + path, expect=200)['hypervisors']


@pytest.fixture(autouse=True)
def ready(boot):
    """The hosts have reported."""


def test_fields_follow_the_version(admin):
    assert set(listed(admin)[0]) == {'id', 'hypervisor_hostname', 'state', 'status'}
    old, middle = listed(admin, '/detail')[0], listed(admin.at('2.28'), '/detail')[0]
    assert set(old) == DETAIL and isinstance(old['id'], int)
    assert isinstance(old['cpu_info'], str) and isinstance(middle['cpu_info'], dict)
    assert len(listed(admin.at('2.53'), '/detail')[0]['id']) == 36
    new = listed(admin.at('2.88'), '/detail')[0]
    assert 'vcpus' not in new and 'cpu_info' not in new and 'load average' in new['uptime']


def test_one_by_number_and_by_uuid(admin):
    number, uuid = listed(admin)[0]['id'], listed(admin.at('2.53'))[0]['id']
    assert admin.get('/v2.1/os-hypervisors/%d' % number, expect=200)['hypervisor']['id'] == number
    assert admin.at('2.53').get('/v2.1/os-hypervisors/' + uuid, expect=200)['hypervisor']['id'] == uuid
    assert admin.at('2.53').get('/v2.1/os-hypervisors/%d' % number).status_int == 400
    assert admin.get('/v2.1/os-hypervisors/' + uuid).status_int == 404
    assert admin.get('/v2.1/os-hypervisors/999').status_int == 404


@pytest.mark.parametrize('version', ['2.33', '2.53'])
def test_pages(admin, version):
    asker, seen, path = admin.at(version), [], '/v2.1/os-hypervisors?limit=2'
    while path:
        answer = asker.get(path, expect=200)
        seen += [row['id'] for row in answer['hypervisors']]
        links = answer.get('hypervisors_links')
        path = links and links[0]['href'].partition('/compute')[2]
    assert len(seen) == len(set(seen)) == 3
    assert asker.get('/v2.1/os-hypervisors?marker=nonsense').status_int == 400


def test_statistics_and_uptime_until_2_87(admin):
    sums = admin.get('/v2.1/os-hypervisors/statistics', expect=200)['hypervisor_statistics']
    each = listed(admin, '/detail')
    assert sums['count'] == 3 and sums['vcpus'] == sum(row['vcpus'] for row in each)
    number = each[0]['id']
    assert ' up ' in admin.get('/v2.1/os-hypervisors/%d/uptime' % number, expect=200)['hypervisor']['uptime']
    assert admin.at('2.88').get('/v2.1/os-hypervisors/statistics').status_int in (400, 404)
    assert admin.at('2.88').get('/v2.1/os-hypervisors/%d/uptime' % number).status_int == 404


def test_searches_and_servers(admin, boot):
    server = boot()
    host = admin.show(server['id'])['OS-EXT-SRV-ATTR:host']
    assert len(listed(admin, '/localho/search')) == 3
    assert admin.get('/v2.1/os-hypervisors/nothing/search').status_int == 404
    assert admin.at('2.53').get('/v2.1/os-hypervisors/localho/search').status_int == 404
    with_servers = {row['hypervisor_hostname']: row.get('servers') for row in listed(admin, '/localho/servers')}
    assert with_servers[host] == [{'uuid': server['id'], 'name': 'one'}]
    assert [value for name, value in with_servers.items() if name != host] == [None, None]
    pattern = '?hypervisor_hostname_pattern=localho&with_servers=true'
    shown = {row['hypervisor_hostname']: row.get('servers') for row in listed(admin.at('2.75'), pattern)}
    assert sorted(len(value) for value in shown.values()) == [0, 0, 1]
    assert admin.at('2.53').get('/v2.1/os-hypervisors?hypervisor_hostname_pattern=x&limit=1').status_int == 400
    assert admin.at('2.53').get('/v2.1/os-hypervisors?hypervisor_hostname_pattern=x').status_int == 404


def test_hosts_until_2_42(admin, boot):
    server = admin.show(boot()['id'])
    host = server['OS-EXT-SRV-ATTR:host']
    assert {row['host_name'] for row in admin.get('/v2.1/os-hosts', expect=200)['hosts']} > {host}
    parts = {row['resource']['project']: row['resource'] for row in
             admin.get('/v2.1/os-hosts/' + host, expect=200)['host']}
    assert parts['(used_max)']['memory_mb'] == parts['p1']['memory_mb'] == 64
    assert admin.put('/v2.1/os-hosts/' + host, {'status': 'disable'}, expect=200) == {
        'host': host, 'status': 'disabled'}
    assert host not in {row['host_name'] for row in admin.get('/v2.1/os-hosts', expect=200)['hosts']}
    assert admin.put('/v2.1/os-hosts/' + host, {'maintenance_mode': 'enable'}).status_int == 501
    assert admin.get('/v2.1/os-hosts/%s/reboot' % host).status_int == 501
    assert admin.get('/v2.1/os-hosts/nowhere/startup').status_int == 404
    assert admin.at('2.43').get('/v2.1/os-hosts').status_int == 404


@pytest.mark.parametrize('path', ['os-hypervisors', 'os-hypervisors/detail', 'os-hypervisors/1', 'os-hosts',
                                  'os-hypervisors/statistics', 'os-hypervisors/x/search'])
def test_only_for_admins(compute, path):
    assert compute.get('/v2.1/' + path).status_int == 403
