# SPDX-License-Identifier: Apache-2.0
"""Limits, quota sets, quota classes, and what happens at the limit."""
import uuid

import pytest


@pytest.fixture
def project(volumes):
    return 'quota-' + uuid.uuid4().hex[:8]


def set_quota(api, project, **limits):
    answer = api.admin.put(f'/v3/os-quota-sets/{project}', {'quota_set': limits})
    assert answer.status_int == 200, answer.text
    return answer.json['quota_set']


def test_limit_is_kept_and_explained(volumes, project):
    set_quota(volumes, project, volumes=1)
    client = volumes.cloud.client('volume', project=project)
    assert client.post('/v3/volumes', {'volume': {'size': 1}}).status_int == 202
    answer = client.post('/v3/volumes', {'volume': {'size': 1}})
    assert answer.status_int == 413
    message = answer.json['overLimit']['message']
    assert 'asked 1' in message and 'used 1 of 1' in message


def test_gigabytes_count_snapshots_and_growth(volumes, project):
    set_quota(volumes, project, gigabytes=2)
    client = volumes.cloud.client('volume', project=project)
    volume = client.post('/v3/volumes', {'volume': {'size': 1}}).json['volume']
    volumes.wait(volume['id'], 'available')
    assert volumes.action(volume['id'], 'os-extend', {'new_size': 3}, client).status_int == 413
    snapshot = {'snapshot': {'volume_id': volume['id']}}
    assert client.post('/v3/snapshots', snapshot).status_int == 202
    assert client.post('/v3/snapshots', snapshot).status_int == 413
    absolute = client.get('/v3/limits').json['limits']['absolute']
    assert (absolute['totalGigabytesUsed'], absolute['maxTotalVolumeGigabytes']) == (2, 2)
    assert (absolute['totalVolumesUsed'], absolute['totalSnapshotsUsed']) == (1, 1)


def test_one_volume_and_one_type_have_limits_too(volumes, project):
    name = 'type-' + uuid.uuid4().hex
    volumes.admin.post('/v3/types', {'volume_type': {'name': name}})
    set_quota(volumes, project, **{'per_volume_gigabytes': 2, f'volumes_{name}': 0})
    client = volumes.cloud.client('volume', project=project)
    assert client.post('/v3/volumes', {'volume': {'size': 3}}).status_int == 413
    assert client.post('/v3/volumes', {'volume': {'size': 1, 'volume_type': name}}).status_int == 413
    assert client.post('/v3/volumes', {'volume': {'size': 1}}).status_int == 202


def test_usage_defaults_and_delete(volumes, project):
    set_quota(volumes, project, snapshots=7)
    shown = volumes.admin.get(f'/v3/os-quota-sets/{project}?usage=true').json['quota_set']
    assert shown['snapshots'] == {'limit': 7, 'in_use': 0, 'reserved': 0} and shown['id'] == project
    defaults = volumes.admin.get(f'/v3/os-quota-sets/{project}/defaults').json['quota_set']
    assert volumes.admin.delete(f'/v3/os-quota-sets/{project}').status_int == 200
    assert volumes.admin.get(f'/v3/os-quota-sets/{project}').json['quota_set'] == defaults


def test_users_see_their_own_only(volumes, project):
    client = volumes.cloud.client('volume', project=project)
    assert client.get(f'/v3/os-quota-sets/{project}').status_int == 200
    assert client.get('/v3/os-quota-sets/other').status_int == 403
    assert client.put(f'/v3/os-quota-sets/{project}', {'quota_set': {'volumes': 5}}).status_int == 403


@pytest.mark.parametrize('limits', [{'colours': 1}, {'volumes': -2}, {'volumes': 'many'}, {'volumes': None}])
def test_bad_limits_are_refused(volumes, project, limits):
    assert volumes.admin.put(f'/v3/os-quota-sets/{project}', {'quota_set': limits}).status_int == 400


def test_limit_below_use_is_refused(volumes, project):
    client = volumes.cloud.client('volume', project=project)
    client.post('/v3/volumes', {'volume': {'size': 1}})
    assert volumes.admin.put(f'/v3/os-quota-sets/{project}', {'quota_set': {'volumes': 0}}).status_int == 400


def test_class_changes_the_defaults(volumes, project):
    path = '/v3/os-quota-class-sets/default'
    before = volumes.admin.get(path).json['quota_class_set']
    try:
        answer = volumes.admin.put(path, {'quota_class_set': {'groups': 3}})
        assert answer.json['quota_class_set']['groups'] == 3 and 'id' not in answer.json['quota_class_set']
        assert volumes.admin.get(f'/v3/os-quota-sets/{project}').json['quota_set']['groups'] == 3
    finally:
        volumes.admin.put(path, {'quota_class_set': {'groups': before['groups']}})
