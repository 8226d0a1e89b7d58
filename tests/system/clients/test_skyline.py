# SPDX-License-Identifier: Apache-2.0
"""Skyline: what its API server lists with an admin's session, and what its console asks the services for directly."""
import pytest

from .replay import Later, refused

pytestmark = [pytest.mark.system, pytest.mark.slow]
SYSTEM = 'Skyline'
WORKS = (
    'its server: an admin\'s session, images by `id=in:`, volumes by a list of ids, servers deleted softly, servers by zone, '
    'host, flavor and status, projects of a user',
    'its console at compute 2.79, volume 3.59 and placement 1.28, with a second version header for single actions (2.42, '
    '2.53, 2.93, 3.60): the last one holds',
)
LATER = (
    Later('backups', 'POST', '/volume/v3/{project}/backups', 503, '13', {'backup': {'volume_id': '{volume}', 'name': 'b', 'force': True}}, '3.59'),
    Later('QoS policies: the menu looks for the extension', 'GET', '/network/v2.0/qos/policies', 404, '12', asks='qos'),
    Later('port forwardings: the tab looks for the extension', 'GET', '/network/v2.0/floatingips/x/port_forwardings', 404, '12',
          asks='floating-ip-port-forwarding'),
    Later('firewalls and VPN: the menus look for the extensions', 'GET', '/network/v2.0/fwaas/firewall_groups', 404,
          'not planned', asks='fwaas_v2'),
    Later('PCI devices: the real service has none either', 'GET', '/compute/v2.1/os-pci-devices', 404, 'as the real service',
          version='2.79', asks='compute: taken away in Newton'),
)
COMPUTE, VOLUME, NETWORK, IDENTITY = '/compute/v2.1/', '/volume/v3/{project}/', '/network/v2.0/', '/identity/v3/'
DETAILS = ('os-interface', 'os-volume_attachments', 'os-instance-actions', 'tags')


@pytest.mark.parametrize('row', [row for row in LATER if row.status != 503], ids=str)
def test_later(program, row):
    api = program()
    assert row.asks not in {item['alias'] for item in api.get(NETWORK + 'extensions')['extensions']}
    refused(api, row)


@pytest.fixture
def server(program, ground):
    """(the console's program, the id of a server that boots from a volume, that volume's)."""
    api = program(compute='2.79', volume='3.59', placement='1.28')
    made = api.post(COMPUTE + 'servers', {'server': {
        'name': 'sky', 'flavorRef': ground.flavor, 'networks': 'none', 'block_device_mapping_v2': [{
            'boot_index': 0, 'uuid': ground.image, 'source_type': 'image', 'destination_type': 'volume', 'volume_size': 1,
            'delete_on_termination': True}]}})['server']['id']
    shown = api.reach(COMPUTE + 'servers/' + made, 'server', 'ACTIVE')
    yield api, made, shown['os-extended-volumes:volumes_attached'][0]['id']
    api.delete(COMPUTE + 'servers/' + made)
    api.end(COMPUTE + 'servers/' + made)


def test_the_server_with_its_own_session(admin, server, ground):
    """What it calls its system session is an admin's of a project."""
    own, made, volume = server
    system = admin()
    user = own.access['user']['id']
    assert [item['id'] for item in system.get(IDENTITY + 'users/%s/projects' % user)['projects']] == [own.project]
    assert 'Default' in [item['name'] for item in system.get(IDENTITY + 'domains?enabled=True')['domains']]
    assert [item['id'] for item in system.get('/image/v2/images?id=in:' + ground.image)['images']] == [ground.image]
    everything = 'servers/detail?all_tenants=True&project_id=%s&sort_key=created_at&sort_dir=desc&limit=20' % own.project
    assert [item['id'] for item in system.get(COMPUTE + everything)['servers']] == [made]
    assert system.get(COMPUTE + everything + '&status=soft_deleted&deleted=True')['servers'] == []
    shown = system.get(COMPUTE + 'servers/' + made)['server']
    for word, value in (('availability_zone', shown['OS-EXT-AZ:availability_zone']), ('host', shown['OS-EXT-SRV-ATTR:host']),
                        ('name', 'sky'), ('status', 'ACTIVE'), ('flavor', ground.flavor)):
        assert [item['id'] for item in system.get(COMPUTE + everything + '&%s=%s' % (word, value))['servers']] == [made], word
    volumes = '/volume/v3/volumes/detail?all_tenants=True&id=%%5B%%27%s%%27%%5D' % volume
    assert [item['id'] for item in system.get(volumes)['volumes']] == [volume]


def test_the_console(server, admin):
    api, made, volume = server
    for part in DETAILS:
        api.get(COMPUTE + 'servers/%s/%s' % (made, part))
    assert api.put(COMPUTE + 'servers/%s/tags' % made, {'tags': ['blue']})['tags'] == ['blue']
    for path in ('os-availability-zone', 'flavors/detail', 'os-keypairs', 'os-server-groups', 'os-quota-sets/{project}/detail'):
        api.get(COMPUTE + path)
    for path in ('volumes/detail?with_count=true', 'types', 'snapshots/detail', 'os-availability-zone', 'volume-transfers/detail',
                 'os-quota-sets/{project}?usage=true', 'messages'):
        api.get(VOLUME + path)
    for path in ('networks', 'subnets', 'subnetpools', 'ports', 'routers', 'floatingips', 'rbac-policies', 'availability_zones',
                 'security-groups', 'quotas/{project}/details'):
        api.get(NETWORK + path)
    boss = admin(compute='2.79', volume='3.59', placement='1.28')
    for path in ('os-aggregates', 'os-services', 'os-hypervisors/detail'):
        boss.get(COMPUTE + path)
    for path in ('qos-specs', 'os-services', 'scheduler-stats/get_pools?detail=true'):
        boss.get(VOLUME + path)
    provider = boss.get('/placement/resource_providers')['resource_providers'][0]['uuid']
    for path in ('resource_providers/%s/inventories' % provider, 'resource_providers/%s/usages' % provider, 'traits'):
        boss.get('/placement/' + path)


def test_two_version_headers_the_last_one_holds(server):
    """A browser joins what Skyline adds for an action to what it always sends."""
    api, made, volume = server
    path, versions = COMPUTE + 'servers/%s/action' % made, 'compute 2.79, compute 2.42'
    api.ask('POST', path, {'lock': None}, 202, headers={'OpenStack-API-Version': versions}, version='2.79, compute 2.42')
    assert api.get(COMPUTE + 'servers/' + made)['server']['locked'] is True
    api.ask('POST', path, {'unlock': None}, 202)
    answer = api.ask('GET', COMPUTE + 'servers/' + made, version='2.79, compute 2.9')
    assert answer.headers['OpenStack-API-Version'] == 'compute 2.9' and 'tags' not in answer.json()['server']
    row = LATER[0]
    api.ask(row.method, row.path, {'backup': {'volume_id': volume, 'name': 'b', 'force': True}}, row.status, row.version)
