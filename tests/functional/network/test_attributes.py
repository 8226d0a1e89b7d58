# SPDX-License-Identifier: Apache-2.0
"""What null, empty bodies, large numbers and long words mean, for every resource alike."""
import pytest

from praline_network.api import address_scopes, floatingips, networks, ports, routers, security_groups, subnetpools, subnets

RESOURCES = {module.RESOURCE.plural: module.RESOURCE for module in (
    address_scopes, floatingips, networks, ports, routers, security_groups, subnetpools, subnets)}


@pytest.fixture
def item(admin, public):
    """item(plural): one of it, the admin's."""
    def make(plural):
        network, subnet = admin.network('10.9.0.0/24')
        needs = {'address_scopes': {'ip_version': 4}, 'floatingips': {'floating_network_id': public['id']},
                 'networks': {}, 'ports': {'network_id': network['id']}, 'routers': {}, 'security_groups': {'name': 'g'},
                 'subnetpools': {'name': 'p', 'prefixes': ['10.0.0.0/8']},
                 'subnets': {'network_id': network['id'], 'ip_version': 4, 'cidr': '10.10.0.0/24'}}
        return admin.create(plural.replace('_', '-') if plural != 'address_scopes' else 'address-scopes', **needs[plural])
    return make


@pytest.mark.parametrize('plural, name', [(plural, name) for plural, resource in RESOURCES.items()
                                          for name, field in resource.fields.items() if field.put])
def test_null_is_understood_or_refused(admin, item, plural, name):
    path = '/v2.0/%s/%s' % (plural.replace('_', '-'), item(plural)['id'])
    answer = admin.raw.put(path, {RESOURCES[plural].name: {name: None}})
    assert answer.status_int in (200, 400), answer.text
    assert answer.status_int == 200 or name in answer.text


def test_null_is_what_a_port_has_without_it(admin, item):
    port = item('ports')
    for name, then in (('binding:host_id', ''), ('allowed_address_pairs', []), ('extra_dhcp_opts', []),
                       ('binding:profile', {}), ('security_groups', [])):
        assert admin.update('ports', port['id'], **{name: None})[name] == then


def test_a_floating_ip_without_a_change_leads_nowhere(member, public):
    network, subnet = member.network()
    router = member.create('routers', external_gateway_info={'network_id': public['id']})
    member.attach(router['id'], subnet_id=subnet['id'])
    port = member.create('ports', network_id=network['id'])
    address = member.create('floatingips', floating_network_id=public['id'], port_id=port['id'])
    assert member.update('floatingips', address['id'], description='kept')['port_id'] == port['id']
    assert member.update('floatingips', address['id'])['port_id'] is None


def test_counts_of_ipv6_addresses_are_exact(admin):
    network, _ = admin.network('fd00::/48')
    answer = admin.raw.get('/v2.0/network-ip-availabilities/' + network['id'])
    assert b'"total_ips":%d' % (2 ** 80 - 2) in answer.body


def test_packets_too_small_for_a_subnet(admin, member):
    network = member.create('networks', name='small', mtu=67)
    member.create('subnets', 409, network_id=network['id'], ip_version=4, cidr='10.1.0.0/24')
    member.update('networks', network['id'], mtu=1000)
    member.create('subnets', network_id=network['id'], ip_version=4, cidr='10.1.0.0/24')
    member.create('subnets', 409, network_id=network['id'], ip_version=6, cidr='fd00::/64')
    member.update('networks', network['id'], 409, mtu=60)


@pytest.mark.parametrize('value', [-2, '-2', 2 ** 31, 'many'])
def test_quotas_are_numbers_from_minus_one(admin, value):
    admin.put('/quotas/q', {'quota': {'network': value}}, 400)


def test_a_quota_may_be_checked_against_what_is_there(admin, member):
    member.network(), member.network('10.2.0.0/24')
    answer = admin.put('/quotas/' + member.project, {'quota': {'network': 1, 'check_limit': True}}, 400)
    assert 'has 2 of network' in answer['NeutronError']['message']
    admin.put('/quotas/' + member.project, {'quota': {'network': 1}})


def test_tags_have_one_length_in_every_form(admin, item):
    path = '/networks/%s/tags' % item('networks')['id']
    admin.put(path + '/' + 'a' * 255, None, 201)
    admin.put(path + '/' + 'a' * 256, None, 400)
    admin.put(path, {'tags': ['a' * 256]}, 400)


def test_the_extension_of_tags_names_the_resources(admin):
    described = admin.show('extensions', 'standard-attr-tag')['description']
    assert all(word in described for word in ('networks', 'subnets', 'ports', 'routers', 'security-groups', 'floatingips'))


def test_an_empty_page_leads_back(admin, member):
    member.network()
    page = member.get('/networks?name=n&limit=1&marker=' + member.list('networks', 'name=n')[0]['id'])
    assert page['networks'] == [] and [link['rel'] for link in page['networks_links']] == ['previous']


def test_scopes_are_their_owners_and_without_overlaps(admin, member):
    scope = member.create('address-scopes', name='s', ip_version=4)['id']
    pool = member.create('subnetpools', name='a', prefixes=['10.0.0.0/16'], address_scope_id=scope)
    member.create('subnetpools', 409, name='b', prefixes=['10.0.1.0/24'], address_scope_id=scope)
    member.create('subnetpools', 400, name='c', prefixes=['fd00::/48'], address_scope_id=scope)
    member.create('subnetpools', name='d', prefixes=['10.1.0.0/16'], address_scope_id=scope)
    member.update('subnetpools', pool['id'], 409, prefixes=['10.0.0.0/15'])
    shared = admin.create('address-scopes', name='all', ip_version=4, shared=True)['id']
    member.create('subnetpools', 400, name='e', prefixes=['10.9.0.0/16'], address_scope_id=shared)
