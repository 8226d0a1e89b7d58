# SPDX-License-Identifier: Apache-2.0
"""Networks: attributes, visibility, lists, and what keeps one from going."""


def test_life(member):
    made = member.create('networks', name='blue', description='d')
    assert made['status'] == 'ACTIVE' and made['admin_state_up'] and not made['shared']
    assert made['project_id'] == made['tenant_id'] == member.project
    assert made['subnets'] == [] and made['mtu'] == 1450 and made['revision_number'] == 1
    assert 'provider:network_type' not in made
    assert member.show('networks', made['id']) == made
    changed = member.update('networks', made['id'], name='green', admin_state_up=False)
    assert changed['name'] == 'green' and not changed['admin_state_up'] and changed['revision_number'] == 2
    member.delete('networks', made['id'])
    gone = member.show('networks', made['id'], 404)
    assert gone['NeutronError']['type'] == 'NetworkNotFound'
    member.delete('networks', made['id'], 404)


def test_bulk_is_all_or_nothing(member):
    made = member.post('/networks', {'networks': [{'name': 'a'}, {'name': 'b'}]})['networks']
    assert [network['name'] for network in made] == ['a', 'b']
    member.post('/networks', {'networks': [{'name': 'c'}, {'name': 'd', 'mtu': 50000}]}, 400)
    assert len(member.list('networks', 'name=c')) == 0


def test_others_do_not_see_it(member, other, admin):
    made = member.create('networks', name='mine')
    other.show('networks', made['id'], 404)
    other.update('networks', made['id'], 404, name='x')
    other.delete('networks', made['id'], 404)
    assert made['id'] not in [network['id'] for network in other.list('networks')]
    assert admin.show('networks', made['id'])['provider:network_type'] == 'vxlan'


def test_shared_is_seen_and_not_touched(admin, other):
    made = admin.create('networks', name='all', shared=True)
    assert other.show('networks', made['id'])['shared']
    refused = other.update('networks', made['id'], 403, name='x')
    assert refused['NeutronError']['type'] == 'PolicyNotAuthorized'
    other.delete('networks', made['id'], 403)
    admin.delete('networks', made['id'])


def test_external_is_seen(other, public):
    found = other.list('networks', 'router:external=True')
    assert [network['id'] for network in found] == [public['id']]
    assert other.list('subnets', 'network_id=%s' % public['id']) == []


def test_only_admins_share(member, admin):
    member.create('networks', 403, shared=True)
    member.create('networks', 201, shared=False)
    member.create('networks', 403, **{'provider:network_type': 'flat'})
    member.create('networks', 403, **{'router:external': True})
    member.create('networks', 400, project_id='somebody-else')
    assert admin.create('networks', project_id='somebody-else')['project_id'] == 'somebody-else'


def test_bad_input_names_the_field(member):
    for values, word in (({'name': 'x' * 256}, 'name'), ({'admin_state_up': 'perhaps'}, 'admin_state_up'),
                         ({'nonsense': 1}, 'nonsense'), ({'status': 'ACTIVE'}, 'status'), ({'mtu': 'big'}, 'mtu')):
        refused = member.create('networks', 400, **values)['NeutronError']
        assert word in refused['message'], refused
    member.post('/networks', {}, 400)
    member.post('/networks', {'net': {}}, 400)


def test_fields_filters_sort_pages(member):
    mine = 'project_id=%s&' % member.project
    ids = [member.create('networks', name=name)['id'] for name in ('c', 'a', 'b')]
    assert member.list('networks', 'fields=id&fields=name&name=a') == [{'id': ids[1], 'name': 'a'}]
    assert {row['name'] for row in member.list('networks', 'name=a&name=b')} == {'a', 'b'}
    assert [row['name'] for row in member.list('networks', mine + 'sort_key=name&sort_dir=desc')] == ['c', 'b', 'a']
    page = member.get('/networks?' + mine + 'limit=2&sort_key=name&sort_dir=asc')
    assert [row['name'] for row in page['networks']] == ['a', 'b']
    links = {link['rel']: link['href'] for link in page['networks_links']}
    assert 'marker=%s' % page['networks'][1]['id'] in links['next']
    rest = member.get('/networks?' + mine + 'limit=2&sort_key=name&sort_dir=asc&marker=%s' % page['networks'][1]['id'])
    assert [row['name'] for row in rest['networks']] == ['c']
    assert [link['rel'] for link in rest['networks_links']] == ['previous']
    back = member.get('/networks?' + mine + 'limit=2&sort_key=name&sort_dir=asc&page_reverse=True&marker=%s'
                      % rest['networks'][0]['id'])
    assert [row['name'] for row in back['networks']] == ['a', 'b']
    member.get('/networks?nonsense=1', 400)
    member.get('/networks?limit=-1', 400)
    member.get('/networks?sort_key=nonsense&sort_dir=asc', 400)
    member.get('/networks?marker=nowhere&limit=1', 400)


def test_in_use_cannot_go(member):
    network, _ = member.network()
    port = member.create('ports', network_id=network['id'])
    refused = member.delete('networks', network['id'], 409)['NeutronError']
    assert refused['type'] == 'NetworkInUse' and port['id'] in refused['message']
    member.delete('ports', port['id'])
    member.delete('networks', network['id'])
    assert member.list('subnets', 'network_id=%s' % network['id']) == []


def test_quota(member, admin):
    admin.put('/quotas/%s' % member.project, {'quota': {'network': 1}})
    member.create('networks')
    refused = member.create('networks', 409)['NeutronError']
    assert refused['type'] == 'OverQuota' and '1 of 1' in refused['message']
    details = admin.get('/quotas/%s/details' % member.project)['quota']['network']
    assert details == {'limit': 1, 'used': 1, 'reserved': 0}
    admin.delete('quotas', member.project)
    assert member.get('/quotas/%s' % member.project)['quota']['network'] == 100
    member.get('/quotas/%s' % 'somebody-else', 403)


def test_if_match(member):
    made = member.create('networks')
    answer = member.raw.put('/v2.0/networks/' + made['id'], {'network': {'name': 'x'}},
                            headers={'If-Match': 'revision_number=7'})
    assert answer.status_int == 412
    answer = member.raw.put('/v2.0/networks/' + made['id'], {'network': {'name': 'x'}},
                            headers={'If-Match': 'revision_number=1'})
    assert answer.status_int == 200


def test_tags(member, other):
    made = member.create('networks')
    path = '/networks/%s/tags' % made['id']
    member.put(path + '/red', None, 201)
    assert member.get(path) == {'tags': ['red']}
    member.get(path + '/red', 204)
    member.get(path + '/blue', 404)
    assert member.put(path, {'tags': ['b%', 'a']})['tags'] == ['a', 'b%']
    assert member.list('networks', 'tags=a,b%25')[0]['id'] == made['id']
    assert member.list('networks', 'tags=b_') == []
    assert member.list('networks', 'not-tags=a&project_id=%s' % member.project) == []
    assert member.list('networks', 'tags-any=a,zzz')[0]['tags'] == ['a', 'b%']
    other.get(path, 404)
    other.put(path + '/x', None, 404)
    member.delete('networks/%s/tags' % made['id'], 'a')
    member.delete('networks/%s' % made['id'], 'tags')
    assert member.get(path) == {'tags': []}


def test_what_no_database_keeps(member):
    for values in ({'name': 'a\0b'}, {'mtu': 2 ** 40}, {'mtu': '99999999999'}):
        member.create('networks', 400, **values)
    member.get('/networks?name=%00', 400)
