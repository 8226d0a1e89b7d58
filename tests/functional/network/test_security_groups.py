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
