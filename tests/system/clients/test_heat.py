# SPDX-License-Identifier: Apache-2.0
"""Heat's clients: what its engine asks of identity, compute, network, volume and image to make a stack and to end it."""
import pytest

from . import replay
from .replay import Later, refused

pytestmark = [pytest.mark.system, pytest.mark.slow]
SYSTEM = 'Heat'
WORKS = (
    'finding its services: a version document of each, compute at its newest version',
    'trusts, a stack\'s own domain with its project and users, credentials of users, roles granted there',
    'flavors, key pairs, images, networks, subnets, ports, routers, groups by name or id; `/extensions`; servers, their '
    'volumes, limits; servers deleted by force',
    'volumes, snapshots, types, QoS specs; a volume whose deletion policy is Snapshot: no backup without a backup service',
)
LATER = (
    Later('a volume with the deletion policy Snapshot: Heat makes a backup first, and keeps the volume when it cannot', 'POST',
          '/volume/v3/{project}/backups', 503, '13', {'backup': {'volume_id': '{volume}', 'force': True}}),
    Later('`OS::Neutron::Trunk`: validation looks for the extension', 'GET', '/network/v2.0/trunks', 404, '12', asks='trunk'),
    Later('`OS::Neutron::QoSPolicy`: validation looks for the extension', 'GET', '/network/v2.0/qos/policies', 404, '12',
          asks='qos'),
)
NETWORK, COMPUTE, VOLUME, IMAGE = '/network/v2.0/', '/compute/v2.1/', '/volume/v3/{project}/', '/image/v2/images'
IDENTITY = '/identity/v3/'


@pytest.mark.parametrize('row', LATER[1:], ids=str)
def test_later(program, row):
    api = program()
    assert row.asks not in {item['alias'] for item in api.get(NETWORK + 'extensions')['extensions']}
    refused(api, row)


def test_discovery(program):
    """Compute: the newest version of the document, capped by what the client knows."""
    api = program()
    current, = (item for item in api.get('/compute/')['versions'] if item['status'] == 'CURRENT')
    assert current['id'] == 'v2.1' and api.get(COMPUTE + 'servers', version=current['version']) == {'servers': []}
    assert api.get('/compute/v2.1/')['version']['version'] == current['version']
    assert {item['id'] for item in api.get('/identity/', status=300)['versions']['values']} == {'v3.14'}
    assert any(item['status'] == 'CURRENT' for item in api.get('/image/', status=300)['versions'])
    for kind in ('compute', 'network', 'image', 'identity'):
        assert api.endpoint(kind).startswith(api.base)
    assert api.endpoint('volumev3') or api.endpoint('block-storage')
    assert api.endpoint('object-store') is None


def test_trusts(program, admin, fake_cloud, tenant):
    """A stack's later work is done by Heat's own user in the name of who made the stack."""
    api, boss = program(), admin()
    heat = boss.post(IDENTITY + 'users', {'user': {'name': tenant + '-heat', 'password': 'heat', 'domain_id': 'default'}})['user']
    trust = api.post(IDENTITY + 'OS-TRUST/trusts', {'trust': {
        'trustor_user_id': api.access['user']['id'], 'trustee_user_id': heat['id'], 'project_id': api.project,
        'impersonation': True, 'allow_redelegation': False, 'roles': [{'name': 'member'}]}}, 201)['trust']['id']
    login = replay.password(tenant + '-heat', 'heat')
    trusted = replay.Program(fake_cloud.base, {**login, 'scope': {'OS-TRUST:trust': {'id': trust}}})
    assert trusted.project == api.project and trusted.access['user']['id'] == api.access['user']['id']
    assert trusted.get(COMPUTE + 'servers') == {'servers': []}
    api.delete(IDENTITY + 'OS-TRUST/trusts/' + trust)
    boss.delete(IDENTITY + 'users/' + heat['id'])


def test_the_domain_of_stacks(admin, fake_cloud, tenant):
    boss = admin()
    domain = boss.post(IDENTITY + 'domains', {'domain': {'name': tenant}})['domain']['id']
    manager = boss.post(IDENTITY + 'users', {'user': {'name': 'stacks', 'password': 'stacks', 'domain_id': domain}})['user']['id']
    role = boss.get(IDENTITY + 'roles?name=admin')['roles'][0]['id']
    boss.ask('PUT', IDENTITY + 'domains/%s/users/%s/roles/%s' % (domain, manager, role), status=204)
    keeper = replay.Program(fake_cloud.base, {
        'identity': {'methods': ['password'], 'password': {'user': {'id': manager, 'password': 'stacks'}}},
        'scope': {'domain': {'id': domain}}})
    project = keeper.post(IDENTITY + 'projects', {'project': {'name': 'stack', 'domain_id': domain}})['project']['id']
    assert keeper.get(IDENTITY + 'projects/' + project)['project']['domain_id'] == domain
    user = keeper.post(IDENTITY + 'users', {'user': {
        'name': 'waiter', 'password': 'secret', 'domain_id': domain, 'default_project_id': project}})['user']['id']
    member = keeper.get(IDENTITY + 'roles?name=member')['roles'][0]['id']
    keeper.ask('PUT', IDENTITY + 'projects/%s/users/%s/roles/%s' % (project, user, member), status=204)
    credential = keeper.post(IDENTITY + 'credentials', {'credential': {
        'type': 'ec2', 'user_id': user, 'project_id': project, 'blob': '{"access": "a", "secret": "s"}'}})['credential']['id']
    keeper.delete(IDENTITY + 'credentials/' + credential)
    for enabled in (False, True):
        changed = keeper.ask('PATCH', IDENTITY + 'users/' + user, {'user': {'enabled': enabled}}, 200).json()['user']
        assert changed['enabled'] is enabled
    keeper.delete(IDENTITY + 'users/' + user)
    keeper.delete(IDENTITY + 'projects/' + project)
    boss.ask('PATCH', IDENTITY + 'domains/' + domain, {'domain': {'enabled': False}}, 200)
    boss.delete(IDENTITY + 'domains/' + domain)


def test_a_stack(program, ground):
    api = program()
    api.ask('GET', COMPUTE + 'flavors/client-flavor', status=404)
    assert ground.flavor in [item['id'] for item in api.get(COMPUTE + 'flavors/detail')['flavors']]
    api.ask('GET', COMPUTE + 'os-keypairs/none', status=404)
    aliases = {item['alias'] for item in api.get(NETWORK + 'extensions')['extensions']}
    assert {'router', 'security-group', 'port-security', 'extraroute'} <= aliases
    for plural in ('networks', 'subnets', 'ports', 'routers', 'security-groups'):
        key = plural.replace('-', '_')
        for word in ('id', 'name'):
            assert api.get(NETWORK + '%s?%s=none&fields=id&tenant_id={project}' % (plural, word))[key] == []
    assert {'maxServerMeta', 'maxTotalInstances'} <= set(api.get(COMPUTE + 'limits')['limits']['absolute'])
    network = api.post(NETWORK + 'networks', {'network': {'name': 'stack'}})['network']['id']
    subnet = api.post(NETWORK + 'subnets', {'subnet': {'network_id': network, 'cidr': '10.88.0.0/24', 'ip_version': 4}})[
        'subnet']['id']
    port = api.post(NETWORK + 'ports', {'port': {
        'network_id': network, 'name': 'stack-port', 'fixed_ips': [{'subnet_id': subnet}]}})['port']['id']
    server = api.post(COMPUTE + 'servers', {'server': {
        'name': 'stack', 'flavorRef': ground.flavor, 'imageRef': ground.image, 'min_count': 1, 'max_count': 1,
        'networks': [{'port': port}], 'user_data': 'IyEvYmluL3No', 'metadata': {'stack': '1'}}})['server']['id']
    assert 'fault' not in api.reach(COMPUTE + 'servers/' + server, 'server', 'ACTIVE')
    volume = _volume(api, server)
    api.post(COMPUTE + 'servers/%s/action' % server, {'forceDelete': None}, 202)
    api.end(COMPUTE + 'servers/' + server)
    api.reach(VOLUME + 'volumes/' + volume, 'volume', 'available')
    refused(api, Later('', 'POST', LATER[0].path, 503, '13', {'backup': {'volume_id': volume, 'force': True}}))
    assert api.get(VOLUME + 'backups/detail')['backups'] == []
    api.delete(VOLUME + 'volumes/' + volume)
    api.end(VOLUME + 'volumes/' + volume)
    api.delete(NETWORK + 'ports/' + port)
    api.delete(NETWORK + 'networks/' + network)


def _volume(api, server):
    """A volume on it, and a snapshot of that, forced because it is in use."""
    assert api.get(VOLUME + 'types')['volume_types'] and api.get(VOLUME + 'extensions')['extensions']
    volume = api.post(VOLUME + 'volumes', {'volume': {'size': 1, 'name': 'stack', 'metadata': {'stack': '1'}}}, 202)['volume']['id']
    api.reach(VOLUME + 'volumes/' + volume, 'volume', 'available')
    api.post(COMPUTE + 'servers/%s/os-volume_attachments' % server, {'volumeAttachment': {'volumeId': volume, 'device': None}})
    api.reach(VOLUME + 'volumes/' + volume, 'volume', 'in-use')
    snapshot = api.post(VOLUME + 'snapshots', {'snapshot': {'volume_id': volume, 'force': True}}, 202)['snapshot']['id']
    api.reach(VOLUME + 'snapshots/' + snapshot, 'snapshot', 'available')
    api.delete(VOLUME + 'snapshots/' + snapshot)
    api.end(VOLUME + 'snapshots/' + snapshot)
    return volume
