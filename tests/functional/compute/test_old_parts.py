# SPDX-License-Identifier: Apache-2.0
"""Parts of the API that are gone, answer nothing, or answer for another service until 2.35."""
import pytest

GONE = [('GET', 'os-agents'), ('POST', 'os-agents'), ('DELETE', 'os-agents/1'), ('GET', 'os-cells'),
        ('GET', 'os-cells/x'), ('GET', 'os-cells/x/capacities'), ('GET', 'os-certificates/root'),
        ('GET', 'os-cloudpipe'), ('GET', 'os-fixed-ips/1'), ('POST', 'os-fixed-ips/1/action'),
        ('GET', 'os-floating-ip-dns'), ('GET', 'os-floating-ips-bulk'), ('GET', 'os-fping'), ('GET', 'os-fping/x'),
        ('GET', 'os-security-group-default-rules'), ('GET', 'servers/x/consoles'), ('POST', 'os-networks'),
        ('DELETE', 'os-networks/x'), ('POST', 'os-networks/x/action'), ('POST', 'os-tenant-networks'),
        ('GET', 'servers/x/os-virtual-interfaces')]


@pytest.mark.parametrize('verb, path', GONE)
def test_what_is_gone_says_so(admin, verb, path):
    body = {'disassociate': None} if path.endswith('networks/x/action') else {'x': {}} if verb == 'POST' else None
    assert admin.ask(verb, '/v2.1/' + path, body).status_int == 410


@pytest.mark.parametrize('path', ['images', 'images/detail', 'os-networks', 'os-tenant-networks', 'os-volumes',
                                  'os-snapshots/detail', 'os-security-groups', 'os-floating-ips',
                                  'os-floating-ip-pools', 'os-baremetal-nodes'])
def test_proxies_end_with_2_35(admin, path):
    assert admin.at('2.36').get('/v2.1/' + path).status_int == 404


def test_bare_metal_and_assisted_snapshots(admin):
    assert admin.get('/v2.1/os-baremetal-nodes', expect=200) == {'nodes': []}
    assert admin.get('/v2.1/os-baremetal-nodes/x').status_int == 404
    assert admin.post('/v2.1/os-baremetal-nodes', {}).status_int == 400
    assert admin.post('/v2.1/os-assisted-volume-snapshots', {
        'snapshot': {'volume_id': 'x', 'create_info': {}}}).status_int == 400
    assert admin.delete('/v2.1/os-assisted-volume-snapshots/x').status_int == 400


def test_extensions(compute):
    listed = compute.get('/v2.1/extensions', expect=200)['extensions']
    assert len(listed) > 50 and set(listed[0]) == {'alias', 'name', 'description', 'links', 'updated', 'namespace'}
    assert compute.get('/v2.1/extensions/os-hosts', expect=200)['extension'] in listed
    assert compute.get('/v2.1/extensions/os-nothing').status_int == 404


def test_audit_log(admin, boot):
    log = admin.get('/v2.1/os-instance_usage_audit_log', expect=200)['instance_usage_audit_logs']
    assert log['num_hosts'] == log['num_hosts_not_run'] == 3
    one = admin.get('/v2.1/os-instance_usage_audit_log/2020-03-05 10:00:00', expect=200)['instance_usage_audit_log']
    assert (one['period_beginning'], one['period_ending']) == ('2020-02-01 00:00:00', '2020-03-01 00:00:00')
    assert admin.get('/v2.1/os-instance_usage_audit_log/monday').status_int == 400


def test_server_password(compute, boot, cloud):
    path = '/v2.1/servers/%s/os-server-password' % boot()['id']
    assert compute.get(path, expect=200) == {'password': ''}
    compute.delete(path, expect=204)
    other = type(compute)(cloud, cloud.client('compute', project='p2'))
    assert other.get(path).status_int == 404


def test_diagnostics(compute, admin, boot):
    server = boot()
    path = '/v2.1/servers/%s/diagnostics' % server['id']
    assert compute.get(path).status_int == 403
    assert admin.get(path, expect=200)['memory'] == 64 * 1024
    shown = admin.at('2.48').get(path, expect=200)
    assert shown['num_cpus'] == 1 and shown['num_nics'] == 1 and shown['state'] == 'running'
    compute.act(server['id'], 'os-stop')
    compute.wait(server['id'], 'SHUTOFF')
    assert admin.get(path).status_int == 409
