# SPDX-License-Identifier: Apache-2.0
"""A whole project in network: counted, deleted in an order that works, and only it."""
import pytest

from praline_common.context import Context


@pytest.fixture
def ask(cloud):
    network = cloud.runtime('network').contracts.network
    return lambda project: network.delete_project_resources(Context.internal(), project)


@pytest.fixture
def counts(cloud):
    network = cloud.runtime('network').contracts.network
    return lambda project: {entry['kind']: entry['count'] for entry in network.project_resources(None, project)}


def build(api, public, cidr='10.44.0.0/24'):
    """A network behind a router with a port that has a floating IP, and a group that the port is in."""
    network, subnet = api.network(cidr)
    router = api.create('routers', external_gateway_info={'network_id': public['id']})
    api.attach(router['id'], subnet_id=subnet['id'])
    group = api.create('security-groups', name='web')
    port = api.create('ports', network_id=network['id'], security_groups=[group['id']])
    address = api.create('floatingips', floating_network_id=public['id'], port_id=port['id'])
    api.create('subnetpools', name='pool', prefixes=['10.60.0.0/16'], default_prefixlen=24)
    return {'networks': network, 'routers': router, 'ports': port, 'floatingips': address}


def test_counts_what_is_there(member, public, counts, admin):
    build(member, public)
    admin.update('quotas', member.project, network=5)
    assert counts(member.project) == {
        'floatingips': 1, 'routers': 1, 'ports': 1, 'subnets': 1, 'networks': 1, 'security_groups': 2,
        'subnetpools': 1, 'quotas': 1}
    assert counts('nobody') == {}


def test_all_of_it_goes_and_nothing_else(member, other, public, counts, ask, admin, driver, eventually):
    mine, theirs = build(member, public), build(other, public, '10.45.0.0/24')
    member.update('routers', mine['routers']['id'], routes=[{'destination': '10.9.0.0/24', 'nexthop': '10.44.0.9'}])
    admin.update('quotas', member.project, network=5)
    for _ in range(2):
        assert ask(member.project) == {'going': 0, 'refused': []}
    assert counts(member.project) == {}
    for plural, row in mine.items():
        admin.show(plural, row['id'], 404)
    for plural, row in theirs.items():
        other.show(plural, row['id'])
    eventually(lambda: mine['routers']['id'] not in str(driver()))


def test_a_network_that_others_use_stays_with_the_reason(member, other, counts, ask, admin):
    network, _ = member.network('10.46.0.0/24')
    admin.update('networks', network['id'], shared=True)
    port = other.create('ports', network_id=network['id'])
    answer = ask(member.project)
    assert answer['going'] == 0
    refused = [sentence for sentence in answer['refused'] if sentence.startswith('network %s (n): ' % network['id'])]
    assert len(refused) == 1 and port['id'] in refused[0]
    other.delete('ports', port['id'])
    assert ask(member.project) == {'going': 0, 'refused': []}
    assert counts(member.project) == {}
