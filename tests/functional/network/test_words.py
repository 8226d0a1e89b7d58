# SPDX-License-Identifier: Apache-2.0
"""The same said in other words, and words that are none: bulk creations, rules, tags."""
from urllib.parse import quote

import pytest

MANY = ('networks', 'subnets', 'ports', 'routers', 'floatingips', 'security_groups', 'security_group_rules',
        'subnetpools', 'address_scopes')


@pytest.mark.parametrize('plural', MANY)
@pytest.mark.parametrize('item', [None, 'x', 1, [], True])
def test_many_are_objects(admin, plural, item):
    admin.post('/' + plural.replace('_', '-'), {plural: [item]}, 400)


def test_an_envelope_holds_an_object(admin):
    assert len(admin.post('/networks', {'networks': [{'network': {}}, {'name': 'b'}]})['networks']) == 2
    admin.post('/networks', {'networks': [{'network': None}]}, 400)


@pytest.mark.parametrize('first, again', [
    ({'remote_ip_prefix': ''}, {}), ({}, {'remote_ip_prefix': ''}),
    ({'ethertype': 'IPv6', 'protocol': 'icmp'}, {'ethertype': 'IPv6', 'protocol': 1}),
    ({'ethertype': 'IPv6', 'protocol': '1'}, {'ethertype': 'IPv6', 'protocol': 58})])
def test_a_rule_said_twice(member, first, again):
    group = member.create('security-groups', name='g')['id']
    rule = {'security_group_id': group, 'direction': 'ingress'}
    made = member.create('security-group-rules', **{**rule, **first})
    assert made['remote_ip_prefix'] is None and made['protocol'] not in ('1', 'icmp')
    member.create('security-group-rules', 409, **{**rule, **again})


@pytest.mark.parametrize('high', [0, 65535])
def test_there_is_no_port_0(member, high):
    group = member.create('security-groups', name='g')['id']
    member.create('security-group-rules', 400, security_group_id=group, direction='ingress', protocol='tcp',
                  port_range_min=0, port_range_max=high)


def test_tags_of_any_alphabet(member):
    path = '/networks/%s/tags' % member.create('networks', name='n')['id']
    word = 'é' * 255
    member.put('%s/%s' % (path, quote(word)), None, 201)
    assert member.get(path)['tags'] == [word]
    member.get('%s/%s' % (path, quote(word)), 204)
    for bad in (quote('é' * 256), 'a' * 256, 'a%00'):
        member.put('%s/%s' % (path, bad), None, 400)
        member.get('%s/%s' % (path, bad), 400)
        assert member.raw.delete('/v2.0%s/%s' % (path, bad)).status_int == 400
    member.raw.delete('/v2.0%s/%s' % (path, quote(word)))
    assert member.get(path)['tags'] == []


def test_no_service_types(member):
    _, subnet = member.network()
    assert member.update('subnets', subnet['id'], service_types=None)['service_types'] == []
