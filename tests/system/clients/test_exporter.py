# SPDX-License-Identifier: Apache-2.0
"""openstack-exporter: every list that it makes metrics of, as admin, at the versions it asks for."""
import pytest

from .replay import Later, refused

pytestmark = [pytest.mark.system, pytest.mark.slow]
SYSTEM = 'openstack-exporter'
WORKS = (
    'compute at 2.87: services, hypervisors, aggregates, flavors with `is_public=None`, zones, servers and usage of all '
    'projects, quotas and limits per project',
    'volume: volumes and snapshots of all projects, services, pools in detail, quotas with usage',
    'network: its lists, agents, numbers of addresses (big integers for a /64), quotas in detail',
    'image, identity and placement',
)
LATER = (
    Later('`os-security-groups` above 2.35: the real service has none either, that one metric is left out', 'GET',
          '/compute/v2.1/os-security-groups', 404, 'as the real service', version='2.87', asks='compute 2.36'),
    Later('VPN metrics, only where switched on', 'GET', '/network/v2.0/vpn/ikepolicies', 404, 'not planned', asks='vpnaas'),
)
COMPUTE, VOLUME, NETWORK, IDENTITY = '/compute/v2.1/', '/volume/v3/{project}/', '/network/v2.0/', '/identity/v3/'
PLACEMENT = '/placement/resource_providers'


@pytest.fixture
def api(admin):
    return admin(compute='2.87')


@pytest.mark.parametrize('row', LATER, ids=str)
def test_later(api, row):
    refused(api, row)


def test_compute(api, ground):
    assert {item['binary'] for item in api.get(COMPUTE + 'os-services')['services']} >= {'nova-compute'}
    assert api.get('/compute/v2.1/')['version']['status'] == 'CURRENT'
    hypervisors = api.pages(COMPUTE + 'os-hypervisors/detail?limit=1000', 'hypervisors')
    assert len(hypervisors) == 10 and {'vcpus', 'memory_mb_used', 'local_gb', 'running_vms'} <= set(hypervisors[0])
    assert 'aggregates' in api.get(COMPUTE + 'os-aggregates')
    assert 'client-flavor' in [item['name'] for item in api.pages(COMPUTE + 'flavors/detail?is_public=None', 'flavors')]
    assert api.get(COMPUTE + 'os-availability-zone')['availabilityZoneInfo']
    api.pages(COMPUTE + 'servers/detail?all_tenants=true', 'servers')
    for project in api.get(IDENTITY + 'projects')['projects']:
        assert 'in_use' in api.get(COMPUTE + 'os-quota-sets/%s/detail' % project['id'])['quota_set']['instances']
        limits = api.get(COMPUTE + 'limits?tenant_id=' + project['id'])['limits']['absolute']
        assert {'maxTotalCores', 'totalCoresUsed', 'maxTotalRAMSize', 'totalInstancesUsed'} <= set(limits)
    assert 'tenant_usages' in api.get(COMPUTE + 'os-simple-tenant-usage?detailed=1')


def test_volume(api):
    for path, key in (('volumes/detail?all_tenants=true', 'volumes'), ('snapshots?all_tenants=true', 'snapshots')):
        api.pages(VOLUME + path, key)
    services = api.get(VOLUME + 'os-services')['services']
    assert {'binary', 'host', 'zone', 'status', 'state', 'disabled_reason'} <= set(services[0])
    pool = api.get(VOLUME + 'scheduler-stats/get_pools?detail=true')['pools'][0]['capabilities']
    assert {'total_capacity_gb', 'free_capacity_gb', 'volume_backend_name'} <= set(pool)
    quota = api.get(VOLUME + 'os-quota-sets/{project}?usage=true')['quota_set']
    assert {'limit', 'in_use', 'reserved'} <= set(quota['gigabytes'])
    assert 'gigabytes' in api.get(VOLUME + 'os-quota-sets/{project}')['quota_set']


def test_network(api):
    for plural in ('floatingips', 'networks', 'security-groups', 'subnets', 'ports', 'routers', 'subnetpools'):
        assert plural.replace('-', '_') in api.get(NETWORK + plural)
    agents = api.get(NETWORK + 'agents')['agents']
    assert agents and {'alive', 'admin_state_up', 'binary', 'host', 'availability_zone', 'agent_type'} <= set(agents[0])
    assert api.get(NETWORK + 'agents?binary=ovn-controller')['agents'] == []
    network = api.post(NETWORK + 'networks', {'network': {'name': 'wide'}})['network']['id']
    api.post(NETWORK + 'subnets', {'subnet': {'network_id': network, 'cidr': 'fd2e:80::/64', 'ip_version': 6, 'enable_dhcp': False}})
    numbers = api.get(NETWORK + 'network-ip-availabilities/' + network)['network_ip_availability']
    assert numbers['total_ips'] > 2 ** 63 and numbers['used_ips'] == 0
    assert 'network_ip_availabilities' in api.get(NETWORK + 'network-ip-availabilities')
    router = api.post(NETWORK + 'routers', {'router': {'name': 'wide'}})['router']['id']
    assert 'agents' in api.get(NETWORK + 'routers/%s/l3-agents' % router)
    api.delete(NETWORK + 'routers/' + router)
    api.delete(NETWORK + 'networks/' + network)
    assert {'limit', 'used', 'reserved'} == set(api.get(NETWORK + 'quotas/{project}/details')['quota']['port'])


def test_image_identity_and_placement(api, ground):
    assert ground.image in [item['id'] for item in api.get('/image/v2/images')['images']]
    for plural in ('domains', 'regions', 'users?domain_id=default', 'groups?domain_id=default', 'projects?domain_id=default'):
        assert plural.split('?')[0] in api.get(IDENTITY + plural)
    providers = api.get(PLACEMENT)['resource_providers']
    assert len(providers) == 10
    one = PLACEMENT + '/' + providers[0]['uuid']
    assert {'VCPU', 'MEMORY_MB', 'DISK_GB'} <= set(api.get(one + '/inventories')['inventories'])
    assert set(api.get(one + '/usages')['usages']) >= {'VCPU'}
    assert 'traits' in api.get(one + '/traits', version='1.6') and 'allocations' in api.get(one + '/allocations')
