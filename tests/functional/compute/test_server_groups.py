# SPDX-License-Identifier: Apache-2.0
"""/os-server-groups: policies by version, members, quotas and owners."""
import pytest

ROOT = '/v2.1/os-server-groups'


def make(asker, expect=200, **fields):
    answer = asker.post(ROOT, {'server_group': {'name': 'g', **fields}}, expect=expect)
    return answer['server_group'] if expect == 200 else answer


def test_fields_follow_the_version(compute):
    old = make(compute, policies=['affinity'])
    assert set(old) == {'id', 'name', 'policies', 'members', 'metadata'} and old['policies'] == ['affinity']
    assert make(compute.at('2.13'), policies=['affinity'])['project_id'] == 'p1'
    new = make(compute.at('2.64'), policy='anti-affinity', rules={'max_server_per_host': 2})
    assert set(new) == {'id', 'name', 'policy', 'rules', 'members', 'project_id', 'user_id'}
    assert compute.get('%s/%s' % (ROOT, new['id']), expect=200)['server_group']['policies'] == ['anti-affinity']


@pytest.mark.parametrize('version, fields, status', [
    ('2.1', {'policies': ['soft-affinity']}, 400), ('2.15', {'policies': ['soft-affinity']}, 200),
    ('2.1', {'policies': []}, 400), ('2.1', {'policies': ['affinity', 'anti-affinity']}, 400), ('2.1', {}, 400),
    ('2.64', {'policies': ['affinity']}, 400), ('2.64', {'policy': 'affinity', 'rules': {'max_server_per_host': 2}}, 400),
    ('2.64', {'policy': 'anti-affinity', 'rules': {'max_server_per_host': 0}}, 400)])
def test_policies(compute, version, fields, status):
    make(compute.at(version), expect=status, **fields)


def test_members_and_delete(compute, boot):
    group = make(compute, policies=['anti-affinity'])
    servers = [boot(name=name, hints={'group': group['id']})['id'] for name in ('one', 'two')]
    shown = compute.get('%s/%s' % (ROOT, group['id']), expect=200)['server_group']
    assert shown['members'] == servers
    compute.delete('%s/%s' % (ROOT, group['id']), expect=204)
    assert compute.get('%s/%s' % (ROOT, group['id'])).status_int == 404
    assert compute.show(servers[0])['status'] == 'ACTIVE'


def test_lists_cost_two_statements(compute, statements):
    seen = []
    for count in range(3):
        make(compute, policies=['affinity'])
        with statements() as sql:
            assert len(compute.get(ROOT, expect=200)['server_groups']) == count + 1
        seen.append(len(sql))
    assert seen == [2, 2, 2]


def test_lists_and_pages(cloud, compute, admin):
    made = [make(compute, policies=['affinity'])['id'] for _ in range(3)]
    assert [row['id'] for row in compute.get(ROOT + '?limit=2&offset=1', expect=200)['server_groups']] == made[1:]
    assert compute.at('2.75').get(ROOT + '?colour=x').status_int == 400
    other = type(compute)(cloud, cloud.client('compute', project='p2'))
    assert other.get(ROOT + '?all_projects=1', expect=200)['server_groups'] == []
    assert other.get('%s/%s' % (ROOT, made[0])).status_int == 404
    assert len(admin.get(ROOT + '?all_projects=1', expect=200)['server_groups']) == 3
    assert admin.get(ROOT, expect=200)['server_groups'] == []


def test_too_many(compute, admin):
    admin.put('/v2.1/os-quota-sets/p1', {'quota_set': {'server_groups': 1, 'server_group_members': 1}}, expect=200)
    make(compute, policies=['affinity'])
    assert 'too many server groups' in make(compute, expect=403, policies=['affinity'])['forbidden']['message']


def test_too_many_members(compute, admin, boot):
    admin.put('/v2.1/os-quota-sets/p1', {'quota_set': {'server_group_members': 1}}, expect=200)
    group = make(compute, policies=['affinity'])
    boot(hints={'group': group['id']})
    refused = compute.post('/v2.1/servers', {
        'server': {'name': 'x', 'imageRef': '22222222-2222-4222-8222-222222222222', 'flavorRef': '1'},
        'os:scheduler_hints': {'group': group['id']}})
    assert refused.status_int == 403 and 'too many servers in group' in refused.json['forbidden']['message']
