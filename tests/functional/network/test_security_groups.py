# SPDX-License-Identifier: Apache-2.0
"""Security groups and their rules."""
import pytest


def test_default_group_is_there(member):
    (group,) = member.list('security-groups')
    assert group['name'] == 'default'
    rules = {(rule['direction'], rule['ethertype'], rule['remote_group_id']) for rule in group['security_group_rules']}
    assert rules == {('egress', 'IPv4', None), ('egress', 'IPv6', None),
                     ('ingress', 'IPv4', group['id']), ('ingress', 'IPv6', group['id'])}
    refused = member.create('security-groups', 409, name='default')['NeutronError']
    assert refused['type'] == 'SecurityGroupDefaultAlreadyExists'
    member.update('security-groups', group['id'], 409, name='other')
    assert member.delete('security-groups', group['id'], 409)['NeutronError']['type'] == (
        'SecurityGroupCannotRemoveDefault')
    assert len(member.list('security-groups')) == 1


def test_life(member, other):
    group = member.create('security-groups', name='web', description='d')
    assert len(group['security_group_rules']) == 2 and group['stateful']
    assert member.update('security-groups', group['id'], name='www')['name'] == 'www'
    rule = member.create('security-group-rules', security_group_id=group['id'], direction='ingress', protocol='tcp',
                         port_range_min=80, port_range_max=80, remote_ip_prefix='10.0.0.7/24')
    assert rule['ethertype'] == 'IPv4' and rule['remote_ip_prefix'] == '10.0.0.7/24'
    assert rule['normalized_cidr'] == '10.0.0.0/24'
    shown = member.show('security-groups', group['id'])
    assert rule['id'] in [entry['id'] for entry in shown['security_group_rules']]
    assert member.show('security-group-rules', rule['id'])['port_range_max'] == 80
    assert member.list('security-group-rules', 'protocol=tcp&security_group_id=' + group['id'])[0]['id'] == rule['id']
    other.show('security-groups', group['id'], 404)
    other.show('security-group-rules', rule['id'], 404)
    other.create('security-group-rules', 404, security_group_id=group['id'], direction='ingress')
    member.delete('security-group-rules', rule['id'])
    member.show('security-group-rules', rule['id'], 404)
    member.delete('security-groups', group['id'])
    member.show('security-groups', group['id'], 404)


def test_in_use_cannot_go(member):
    group = member.create('security-groups', name='g')
    network, _ = member.network()
    port = member.create('ports', network_id=network['id'], security_groups=[group['id']])
    assert member.delete('security-groups', group['id'], 409)['NeutronError']['type'] == 'SecurityGroupInUse'
    member.update('ports', port['id'], security_groups=[])
    member.delete('security-groups', group['id'])


@pytest.mark.parametrize('values, status, kind', [
    ({'direction': 'sideways'}, 400, 'HTTPBadRequest'),
    ({'ethertype': 'IPv9'}, 400, 'HTTPBadRequest'),
    ({'protocol': 'nonsense'}, 400, 'SecurityGroupRuleInvalidProtocol'),
    ({'protocol': 'tcp', 'port_range_min': 80, 'port_range_max': 79}, 400, 'SecurityGroupInvalidPortRange'),
    ({'protocol': 'tcp', 'port_range_min': 80, 'port_range_max': 70000}, 400, 'SecurityGroupInvalidPortValue'),
    ({'port_range_min': 80, 'port_range_max': 80}, 400, 'SecurityGroupProtocolRequiredWithPorts'),
    ({'protocol': 'icmp', 'port_range_min': 300}, 400, 'SecurityGroupInvalidIcmpValue'),
    ({'protocol': 'icmp', 'port_range_max': 3}, 400, 'SecurityGroupMissingIcmpType'),
    ({'remote_ip_prefix': '10.0.0.0/33'}, 400, 'InvalidCIDR'),
    ({'remote_ip_prefix': '2001:db8::/64'}, 400, 'SecurityGroupRuleParameterConflict'),
    ({'protocol': 'icmpv6'}, 400, 'SecurityGroupEthertypeConflictWithProtocol'),
    ({'remote_group_id': '7f5fd9d5-0fb8-4d63-b2a9-0d47d56a6a6a'}, 404, 'SecurityGroupNotFound'),
])
def test_bad_rules(member, values, status, kind):
    group = member.create('security-groups', name='g')
    refused = member.create('security-group-rules', status, **{
        'security_group_id': group['id'], 'direction': 'ingress', **values})
    assert refused['NeutronError']['type'] == kind, refused


def test_good_rules(member):
    group = member.create('security-groups', name='g')
    for values in ({'protocol': 'icmp', 'port_range_min': 8, 'port_range_max': 0}, {'protocol': 6}, {'protocol': '17'},
                   {'protocol': 'ipv6-icmp', 'ethertype': 'IPv6'}, {'protocol': None, 'ethertype': 'ipv6'},
                   {'remote_group_id': group['id']}):
        member.create('security-group-rules', security_group_id=group['id'], direction='ingress', **values)
    twice = member.create('security-group-rules', 409, security_group_id=group['id'], direction='ingress', protocol=6)
    assert twice['NeutronError']['type'] == 'SecurityGroupRuleExists'


@pytest.mark.parametrize('first, second', [
    ({}, {'remote_ip_prefix': '0.0.0.0/0'}), ({'remote_ip_prefix': '10.0.0.0/8'}, {'remote_ip_prefix': '10.1.2.3/8'}),
    ({'ethertype': 'IPv6'}, {'ethertype': 'IPv6', 'remote_ip_prefix': '::/0'}),
    ({'protocol': 'tcp'}, {'protocol': '6'}), ({'protocol': 6}, {'protocol': 'tcp', 'remote_ip_prefix': '0.0.0.0/0'}),
    ({'protocol': 'vrrp'}, {'protocol': 112}), ({'protocol': 'any'}, {'protocol': 0}),
    ({'protocol': 'tcp'}, {'protocol': 'tcp', 'port_range_min': 1, 'port_range_max': 65535}),
    ({'protocol': 'icmp', 'ethertype': 'IPv6'}, {'protocol': '58', 'ethertype': 'IPv6'})])
def test_the_same_rule_in_other_words(member, first, second):
    group = member.create('security-groups', name='words')['id']
    made = member.create('security-group-rules', security_group_id=group, direction='ingress', **first)
    error = member.create('security-group-rules', 409, security_group_id=group, direction='ingress', **second)
    assert made['id'] in error['NeutronError']['message']


def test_first_rules_are_for_what_goes_out_in_other_words_too(member):
    group = member.create('security-groups', name='out')['id']
    for ethertype, everywhere in (('IPv4', '0.0.0.0/0'), ('IPv6', '::/0')):
        member.create('security-group-rules', 409, security_group_id=group, direction='egress', ethertype=ethertype,
                      remote_ip_prefix=everywhere)


def test_protocols_of_ipv6_by_number_too(member):
    group = member.create('security-groups', name='six')['id']
    for protocol in (41, 43, 44, 58, 59, 60, 'ipv6-icmp', 'icmpv6'):
        member.create('security-group-rules', 400, security_group_id=group, direction='ingress', protocol=protocol)


def test_an_admin_who_looks_makes_the_default_group_of_a_project(admin, member):
    for word in ('project_id', 'tenant_id'):
        new = word + '-of-nobody-yet'
        assert [group['name'] for group in admin.list('security-groups', '%s=%s' % (word, new))] == ['default']
        assert member.list('security-groups', '%s=%s' % (word, new)) == []


def test_rules_count_when_a_group_is_made(admin, member):
    member.list('security-groups')
    admin.put('/quotas/' + member.project, {'quota': {'security_group_rule': 5}})
    assert 'has 4 of 5' in member.create('security-groups', 409, name='more')['NeutronError']['message']


def test_many_in_envelopes_of_their_own(member):
    bare, wrapped = {'name': 'a'}, {'security_group': {'name': 'b'}}
    made = member.post('/security-groups', {'security_groups': [bare, wrapped]})['security_groups']
    assert [group['name'] for group in made] == ['a', 'b']
    member.post('/security-groups', {'security_groups': [{'security_group': {'colour': 'c'}}]}, 400)


def test_a_group_is_named_once(member):
    network, _ = member.network()
    group = member.create('security-groups', name='one')['id']
    port = member.create('ports', network_id=network['id'])
    member.update('ports', port['id'], 400, security_groups=[group, group])
    member.create('ports', 400, network_id=network['id'], security_groups=[group, group])
