# SPDX-License-Identifier: Apache-2.0
"""Networks that are shared or external for some projects only."""


def _policy(api, network, action, target, status=201):
    return api.post('/rbac-policies', {'rbac_policy': {
        'object_type': 'network', 'object_id': network['id'], 'action': action, 'target_tenant': target}}, status)


def _wildcards(admin, network, action):
    return admin.list('rbac-policies', 'object_id=%s&action=%s&target_tenant=*' % (network['id'], action))


def test_external_is_a_policy_for_all(admin):
    network = admin.create('networks', name='out', **{'router:external': True})
    assert len(_wildcards(admin, network, 'access_as_external')) == 1
    admin.update('networks', network['id'], **{'router:external': False})
    assert _wildcards(admin, network, 'access_as_external') == []
    admin.update('networks', network['id'], shared=True)
    assert len(_wildcards(admin, network, 'access_as_shared')) == 1


def test_external_for_one_project(admin, member, other):
    network, _ = admin.network('172.30.0.0/24')
    policy = _policy(admin, network, 'access_as_external', member.project)['rbac_policy']
    assert admin.show('networks', network['id'])['router:external']
    gateway = {'network_id': network['id']}
    router = member.create('routers', external_gateway_info=gateway)
    member.create('floatingips', floating_network_id=network['id'])
    other.create('routers', 404, external_gateway_info=gateway)
    other.create('floatingips', 404, floating_network_id=network['id'])
    assert admin.delete('rbac-policies', policy['id'], 409)['NeutronError']['type'] == 'RbacPolicyInUse'
    member.delete('routers', router['id'])
    member.delete('floatingips', member.list('floatingips')[0]['id'])
    admin.delete('rbac-policies', policy['id'])
    assert not admin.show('networks', network['id'])['router:external']


def test_a_policy_for_all_goes_when_users_have_their_own(admin, member):
    network = admin.create('networks', name='out', **{'router:external': True})
    admin.create('subnets', network_id=network['id'], ip_version=4, cidr='172.31.0.0/24')
    member.create('routers', external_gateway_info={'network_id': network['id']})
    wildcard, = _wildcards(admin, network, 'access_as_external')
    admin.delete('rbac-policies', wildcard['id'], 409)
    _policy(admin, network, 'access_as_external', member.project)
    admin.delete('rbac-policies', wildcard['id'])
    assert admin.show('networks', network['id'])['router:external']


def test_the_default_external_network_stays_for_all(admin, public):
    admin.update('networks', public['id'], is_default=True)
    wildcard, = _wildcards(admin, public, 'access_as_external')
    admin.delete('rbac-policies', wildcard['id'], 409)


def test_only_owners_share_and_a_share_is_a_revision(admin, member, other):
    network, _ = member.network()
    _policy(member, network, 'access_as_shared', other.project)
    _policy(other, network, 'access_as_shared', other.project, 400)
    after = member.show('networks', network['id'])
    assert after['revision_number'] > network['revision_number']


def test_subnets_of_shared_networks(admin, member):
    network, subnet = admin.network('10.77.0.0/24')
    admin.update('networks', network['id'], shared=True)
    assert [one['id'] for one in member.list('subnets', 'shared=True')] == [subnet['id']]
    assert subnet['id'] not in [one['id'] for one in member.list('subnets', 'shared=False')]
