# SPDX-License-Identifier: Apache-2.0
"""A whole project in volume: counted, deleted with snapshots and groups, and only it."""
import time
import uuid

import pytest

from praline_common.context import Context


@pytest.fixture
def ask(cloud):
    return cloud.runtime('volume').contracts.volume


@pytest.fixture
def project():
    return 'p-' + uuid.uuid4().hex[:8]


@pytest.fixture
def make(volumes, project):
    """make(size=1) -> an available volume of the project; make.snapshot(volume)."""
    client = volumes.at('3.60', project=project, user='u1')

    def volume(client=client, **fields):
        answer = client.post('/v3/volumes', {'volume': {'size': 1, **fields}})
        assert answer.status_int == 202, answer.text
        return volumes.wait(answer.json['volume']['id'], 'available')

    def snapshot(row):
        answer = client.post('/v3/snapshots', {'snapshot': {'volume_id': row['id'], 'name': 's'}})
        assert answer.status_int == 202, answer.text
        return volumes.wait(answer.json['snapshot']['id'], 'available', kind='snapshot')
    volume.snapshot, volume.client = snapshot, client
    return volume


def end(ask, ctx, project):
    """The last answer, once nothing is going any more."""
    deadline = time.monotonic() + 20
    while True:
        answer = ask.delete_project_resources(ctx, project)
        if not answer['going']:
            return answer
        assert time.monotonic() < deadline, answer
        time.sleep(0.01)


def counts(ask, project):
    return {entry['kind']: (entry['count'], entry['size']) for entry in ask.project_resources(None, project)}


def test_counts_and_sizes(ask, make, project, volumes):
    one, two = make(size=1, name='one'), make(size=3, name='two')
    make.snapshot(two)
    make.client.post('/v3/volume-transfers', {'transfer': {'volume_id': one['id']}})
    volumes.admin.put('/v3/os-quota-sets/' + project, {'quota_set': {'volumes': 7}})
    assert counts(ask, project) == {'volumes': (2, 4), 'snapshots': (1, 3), 'transfers': (1, None), 'quotas': (1, None)}
    found = ask.project_resources(None, project)
    assert found[0]['unit'] == 'GiB' and [thing['name'] for thing in found[0]['things']] == ['one', 'two']
    assert ask.project_resources(None, 'p-nobody') == []


def test_all_of_it_goes_and_nothing_else(ask, make, project, volumes):
    one, two = make(), make(size=2)
    snapshot = make.snapshot(two)
    assert make.client.post('/v3/volume-transfers', {'transfer': {'volume_id': one['id']}}).status_int == 202
    volumes.admin.put('/v3/os-quota-sets/' + project, {'quota_set': {'volumes': 7}})
    theirs = volumes.create()
    ctx = Context.internal()
    assert ask.delete_project_resources(ctx, project) == {'going': 2, 'refused': []}
    assert end(ask, ctx, project) == {'going': 0, 'refused': []}
    assert counts(ask, project) == {}
    for volume in (one, two):
        volumes.gone(volume['id'])
    volumes.gone(snapshot['id'], kind='snapshot')
    assert volumes.wait(theirs['id'], 'available')
    volumes.action(theirs['id'], 'os-force_delete', client=volumes.admin)


def test_groups_go_with_their_volumes(ask, make, project, volumes):
    client, admin = make.client, volumes.at('3.60', project='admin', user='admin', roles='admin,member,reader')
    kind = admin.post('/v3/group_types', {'group_type': {'name': uuid.uuid4().hex, 'group_specs': {
        'consistent_group_snapshot_enabled': '<is> False'}}}).json['group_type']
    volume_type = client.get('/v3/types/default').json['volume_type']
    group = client.post('/v3/groups', {'group': {'name': 'g', 'group_type': kind['id'],
                                                 'volume_types': [volume_type['id']]}}).json['group']
    volume = make(group_id=group['id'], volume_type=volume_type['id'])
    assert client.post('/v3/group_snapshots', {'group_snapshot': {'group_id': group['id']}}).status_int == 202
    volumes.until('/v3/snapshots/detail?all_tenants=1&volume_id=' + volume['id'], lambda answer: [
        row['status'] for row in answer.json['snapshots']] == ['available'])
    assert counts(ask, project)['groups'] == (1, None)
    assert end(ask, Context.internal(), project) == {'going': 0, 'refused': []}
    assert counts(ask, project) == {}


def test_what_a_server_of_others_has_stays_with_the_reason(ask, make, project):
    volume = make(name='held')
    attachment = str(uuid.uuid4())
    ctx = Context.internal(project_id=project)
    ask.reserve(ctx, attachment, volume['id'], str(uuid.uuid4()))
    ask.connect(ctx, attachment, {'host': 'h', 'ip': '10.0.0.1', 'initiator': 'iqn.2026-11.org.test:h'}, '/dev/vdb')
    ask.complete(ctx, attachment)
    answer = end(ask, Context.internal(), project)
    assert answer['refused'] == ['volume %s (held): Invalid volume: volume %s is attached; detach it first' % (volume['id'], volume['id'])]
    ask.detach(ctx, attachment)
    assert end(ask, Context.internal(), project) == {'going': 0, 'refused': []}


def test_a_volume_with_a_strangers_snapshot_stays(ask, make, project, volumes, cloud):
    volume = make()
    snapshot = make.snapshot(volume)
    with cloud.runtime('volume').db.write() as conn:
        conn.exec_driver_sql('UPDATE snapshots SET project_id = ? WHERE id = ?', ('p-stranger', snapshot['id']))
    answer = end(ask, Context.internal(), project)
    assert answer['refused'] == ['volume %s: another project has 1 snapshots of it: %s' % (volume['id'], snapshot['id'])]
    assert volumes.wait(volume['id'], 'available')
    assert end(ask, Context.internal(), 'p-stranger') == {'going': 0, 'refused': []}
    volumes.gone(snapshot['id'], kind='snapshot')
    assert end(ask, Context.internal(), project) == {'going': 0, 'refused': []}


def test_a_back_end_that_refuses_is_named_until_asked_anew(ask, make, project, faults):
    volume = make(name='stuck')
    faults.fail('delete', times=1)
    ctx = Context.internal()
    answer = end(ask, ctx, project)
    assert len(answer['refused']) == 1 and answer['refused'][0].startswith('volume %s (stuck): ' % volume['id'])
    assert ask.delete_project_resources(ctx, project) == answer
    assert end(ask, Context.internal(), project) == {'going': 0, 'refused': []}
