# SPDX-License-Identifier: Apache-2.0
"""Versions, extensions, agents and their work, zones, sharing with one project, used addresses."""
import re

from praline_network.api import extensions


def test_versions_without_a_token(cloud):
    client = cloud.client('network', token='')
    (version,) = client.get('/').json['versions']
    assert version['id'] == 'v2.0' and version['links'][0]['href'].endswith('/network/v2.0/')
    assert client.get('/v2.0').json['resources'][0]['name'] == 'network'
    assert client.get('/v2.0/networks').status_int == 401


def test_extensions(member):
    aliases = [extension['alias'] for extension in member.list('extensions')]
    assert {'router', 'security-group', 'quotas', 'external-net'} <= set(aliases)
    assert member.show('extensions', 'router')['alias'] == 'router'
    assert member.show('extensions', 'nothing', 404)['NeutronError']['type'] == 'ExtensionNotFound'
    assert all(re.fullmatch('[a-z0-9_-]+', alias) for alias in extensions.EXTENSIONS)


def test_unknown_paths(member):
    assert member.get('/nothing', 404)['NeutronError']['type'] == 'HTTPNotFound'
    assert member.raw.request('PATCH', '/v2.0/networks').status_int == 405


def test_agents(admin, member):
    agents = {agent['agent_type']: agent for agent in admin.list('agents')}
    assert {'DHCP agent', 'L3 agent'} <= set(agents) and all(agent['alive'] for agent in agents.values())
    assert member.list('agents') == []
    member.show('agents', agents['L3 agent']['id'], 404)
    changed = admin.update('agents', agents['L3 agent']['id'], description='d')
    assert changed['description'] == 'd'
    assert {zone['resource'] for zone in member.list('availability_zones')} == {'network', 'router'}
    assert member.list('service-providers')


def test_dhcp_moves_by_hand(admin, member, eventually, driver):
    network, _ = member.network()
    (agent,) = admin.get('/networks/%s/dhcp-agents' % network['id'])['agents']
    path = '/agents/%s/dhcp-networks' % agent['id']
    member.create('ports', network_id=network['id'])
    eventually(lambda: network['id'] in driver()['dhcp'])
    assert network['id'] in [row['id'] for row in admin.get(path)['networks']]
    admin.post(path, {'network_id': network['id']}, 409)
    admin.delete(path[1:], network['id'])
    assert network['id'] not in [row['id'] for row in admin.get(path)['networks']]
    eventually(lambda: network['id'] not in driver()['dhcp'])
    admin.delete(path[1:], network['id'], 409)
    admin.post(path, {'network_id': network['id']})
    eventually(lambda: network['id'] in driver()['dhcp'])


def test_dhcp_of_a_network_without_subnets(admin, member):
    (agent,) = admin.list('agents', 'agent_type=DHCP Agent')
    network = member.create('networks')
    path = '/agents/%s/dhcp-networks' % agent['id']
    admin.post(path, {'network_id': network['id']})
    assert network['id'] in [row['id'] for row in admin.get(path)['networks']]
    admin.delete(path[1:], network['id'])
    assert network['id'] not in [row['id'] for row in admin.get(path)['networks']]


def test_router_moves_by_hand(admin, member, eventually, driver):
    network, subnet = member.network()
    router = member.create('routers')
    member.attach(router['id'], subnet_id=subnet['id'])
    eventually(lambda: router['id'] in driver()['routers'])
    (agent,) = admin.get('/routers/%s/l3-agents' % router['id'])['agents']
    path = 'agents/%s/l3-routers' % agent['id']
    admin.delete(path, router['id'])
    assert admin.get('/routers/%s/l3-agents' % router['id']) == {'agents': []}
    eventually(lambda: router['id'] not in driver()['routers'])
    admin.post('/' + path, {'router_id': router['id']})
    eventually(lambda: router['id'] in driver()['routers'])


def test_shared_with_one_project(member, other):
    network, subnet = member.network()
    policy = member.create('rbac_policies'.replace('_', '-'), 400)
    assert 'NeutronError' in policy
    body = {'rbac_policy': {'object_type': 'network', 'object_id': network['id'], 'action': 'access_as_shared',
                            'target_tenant': other.project}}
    policy = member.post('/rbac-policies', body)['rbac_policy']
    assert other.show('networks', network['id'])['shared'] and not member.show('networks', network['id'])['shared']
    assert other.show('subnets', subnet['id'])
    port = other.create('ports', network_id=network['id'])
    assert member.delete('rbac-policies', policy['id'], 409)['NeutronError']['type'] == 'RbacPolicyInUse'
    other.delete('ports', port['id'])
    member.delete('rbac-policies', policy['id'])
    other.show('networks', network['id'], 404)
    body['rbac_policy']['target_tenant'] = '*'
    member.post('/rbac-policies', body, 403)


def test_used_addresses(member, admin):
    network, subnet = member.network('10.6.0.0/28', enable_dhcp=False)
    member.create('ports', network_id=network['id'])
    shown = admin.show('network-ip-availabilities', network['id'], 200)
    found = shown.get('network_ip_availability') or shown
    assert found['used_ips'] == 1 and found['total_ips'] == 13
    listed = admin.get('/network-ip-availabilities?network_id=' + network['id'])['network_ip_availabilities']
    assert listed[0]['subnet_ip_availability'][0]['cidr'] == subnet['cidr']
