# SPDX-License-Identifier: Apache-2.0
"""Quota sets, quota classes, limits: who sees what, what holds, and what is refused with which numbers."""
import pytest

from praline_common import errors
from praline_common.context import Context
from praline_compute.db import quotas

SETS = '/v2.1/os-quota-sets/'
NETWORK = set(quotas.NETWORK)
FILES = set(quotas.INJECTED)


def shown(asker, project='p1', tail=''):
    return asker.get(SETS + project + tail, expect=200)['quota_set']


def put(asker, values, project='p1', tail='', expect=200):
    return asker.put(SETS + project + tail, {'quota_set': values}, expect=expect)


def test_resources_follow_the_version(admin):
    every = set(quotas.RESOURCES) | {'id'}
    assert set(shown(admin)) == every
    assert set(shown(admin.at('2.36'))) == every - NETWORK
    assert set(shown(admin.at('2.57'))) == every - NETWORK - FILES
    assert shown(admin)['cores'] == 20 and shown(admin)['floating_ips'] == -1


def test_class_resources_follow_the_version(admin):
    get = lambda version: set(admin.at(version).get('/v2.1/os-quota-class-sets/default', expect=200)['quota_class_set'])
    every = set(quotas.RESOURCES) | {'id'}
    assert get('2.1') == every - set(quotas.GROUPS)
    assert get('2.50') == every - NETWORK and get('2.57') == every - NETWORK - FILES


def test_the_narrowest_limit_holds(admin):
    admin.put('/v2.1/os-quota-class-sets/default', {'quota_class_set': {'cores': 30}}, expect=200)
    assert shown(admin)['cores'] == 30 == shown(admin, tail='/defaults')['cores']
    assert put(admin, {'cores': 12, 'ram': '2048'})['quota_set']['ram'] == 2048
    put(admin, {'cores': 3}, tail='?user_id=u1')
    assert shown(admin, tail='?user_id=u1')['cores'] == 3 and shown(admin, tail='?user_id=u2')['cores'] == 12
    assert shown(admin, tail='/defaults')['cores'] == 30
    admin.delete(SETS + 'p1?user_id=u1', expect=202)
    assert shown(admin, tail='?user_id=u1')['cores'] == 12
    admin.delete(SETS + 'p1', expect=202)
    assert shown(admin)['cores'] == 30


def test_limits_that_cannot_be(admin, boot):
    boot()
    below = put(admin, {'instances': 0}, expect=400)
    assert 'already used and reserved 1' in below['badRequest']['message']
    put(admin, {'instances': 0, 'force': True})
    put(admin, {'cores': 5})
    above = put(admin, {'cores': 6}, tail='?user_id=u1', expect=400)
    assert 'less than or equal to 5' in above['badRequest']['message']
    for values in ({'cores': -2}, {'cores': 'many'}, {'colours': 1}, {'cores': 2 ** 31}):
        put(admin, values, expect=400)
    put(admin.at('2.36'), {'floating_ips': 1}, expect=400)


def test_detail_counts_what_is_used(admin, boot):
    boot()
    assert shown(admin, tail='/detail')['ram'] == {'limit': 51200, 'in_use': 64, 'reserved': 0}
    absolute = admin.get('/v2.1/limits?tenant_id=p1', expect=200)['limits']['absolute']
    assert (absolute['totalInstancesUsed'], absolute['totalCoresUsed'], absolute['totalRAMUsed']) == (1, 1, 64)


def test_limits_follow_the_version(compute):
    absolute = lambda version: set(compute.at(version).get('/v2.1/limits', expect=200)['limits']['absolute'])
    assert absolute('2.1') - absolute('2.36') == {
        'maxTotalFloatingIps', 'maxSecurityGroups', 'maxSecurityGroupRules', 'totalFloatingIpsUsed',
        'totalSecurityGroupsUsed'}
    assert absolute('2.36') - absolute('2.39') == {'maxImageMeta'}
    assert absolute('2.39') - absolute('2.57') == {'maxPersonality', 'maxPersonalitySize'}
    assert compute.get('/v2.1/limits?tenant_id=p2').status_int == 403


def test_too_many_servers(admin, compute, boot):
    put(admin, {'instances': 2, 'cores': 1})
    boot()
    refused = compute.post('/v2.1/servers', {'server': {
        'name': 'x', 'imageRef': '22222222-2222-4222-8222-222222222222', 'flavorRef': '1', 'min_count': 2}})
    assert refused.status_int == 403
    assert refused.json['forbidden']['message'] == ('Quota exceeded for cores, instances: Requested 2, 2, but already '
                                                    'used 1, 1 of 1, 2 cores, instances')


def test_whose_are_they(compute, cloud, admin):
    other = type(compute)(cloud, cloud.client('compute', project='p2'))
    assert other.get(SETS + 'p1').status_int == 403 and compute.get(SETS + 'p1').status_int == 200
    assert other.get(SETS + 'p1/defaults').status_int == 200
    assert compute.put(SETS + 'p1', {'quota_set': {'cores': 99}}).status_int == 403
    assert compute.get('/v2.1/os-quota-class-sets/default').status_int == 403


def test_usage_is_one_statement(cloud, boot, statements):
    boot()
    with cloud.runtime('compute').db.read() as conn, statements() as seen:
        assert quotas.usage(conn, 'p1', 'u1')['cores'] == 1
    assert len(seen) == 1


def test_a_users_own_limit_counts_only_his_servers(cloud, admin, boot):
    boot()
    runtime = cloud.runtime('compute')
    mine, other = (Context(user_id=user, project_id='p1', overwrite=False) for user in ('u1', 'u2'))
    put(admin, {'cores': 1}, tail='?user_id=u1')
    put(admin, {'cores': 1}, tail='?user_id=u2')
    with runtime.db.read() as conn:
        quotas.check(conn, other, runtime.options, cores=1)
        with pytest.raises(errors.OverQuota) as refused:
            quotas.check(conn, mine, runtime.options, cores=1)
    assert refused.value.details == {'resource': 'cores', 'used': 1, 'limit': 1, 'asked': 1}
