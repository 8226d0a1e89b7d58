# SPDX-License-Identifier: Apache-2.0
"""A whole project in compute: counted, deleted, and only it."""
import pytest

from praline_common import errors
from praline_common.context import Context
from tests.functional.compute.conftest import Asker, until


@pytest.fixture
def ask(cloud):
    return cloud.runtime('compute').contracts.compute


def end(ask, ctx, project_id='p1'):
    """The last answer, once nothing is going any more."""
    return until(lambda: (lambda answer: None if answer['going'] else answer)(
        ask.delete_project_resources(ctx, project_id)))


def counts(ask, project_id='p1'):
    return {entry['kind']: (entry['count'], entry['size'], entry['unit'])
            for entry in ask.project_resources(None, project_id)}


def test_counts_and_changes_nothing(cloud, compute, admin, boot, ask):
    first, second = boot(name='a'), boot(name='b')
    compute.post('/v2.1/os-server-groups', {'server_group': {'name': 'g', 'policies': ['affinity']}}, expect=200)
    admin.put('/v2.1/os-quota-sets/p1', {'quota_set': {'cores': 30}}, expect=200)
    found = ask.project_resources(None, 'p1')
    assert counts(ask) == {'servers': (2, 128, 'MiB of RAM'), 'server_groups': (1, None, None), 'quotas': (1, None, None)}
    assert found[0]['things'] == [{'id': first['id'], 'name': 'a'}, {'id': second['id'], 'name': 'b'}]
    assert ask.project_resources(None, 'p1') == found and ask.project_resources(None, 'nobody') == []
    assert compute.show(first['id'])['status'] == 'ACTIVE'


def test_everything_of_it_goes_and_nothing_else(cloud, compute, admin, boot, ask):
    server = boot()
    locked = boot(name='locked')
    compute.act(locked['id'], 'lock')
    other = Asker(cloud, cloud.client('compute', project='p2', user='u2'))
    theirs = boot(by=other)
    compute.post('/v2.1/os-server-groups', {'server_group': {'name': 'g', 'policies': ['affinity']}}, expect=200)
    admin.put('/v2.1/os-quota-sets/p1', {'quota_set': {'cores': 30}}, expect=200)
    ctx = Context.internal()
    assert ask.delete_project_resources(ctx, 'p1') == {'going': 2, 'refused': []}
    assert end(ask, ctx) == {'going': 0, 'refused': []}
    assert counts(ask) == {}
    compute.wait_gone(server['id'])
    assert other.show(theirs['id'])['status'] == 'ACTIVE'
    assert ask.delete_project_resources(ctx, 'p1') == {'going': 0, 'refused': []}
    actions = admin.at('2.21').get('/v2.1/servers/%s/os-instance-actions' % server['id'], expect=200)['instanceActions']
    assert actions[0]['action'] == 'delete' and actions[0]['request_id'] == ctx.request_id


def test_a_server_that_is_being_built_goes_too(compute, boot, ask):
    server = boot(wait=False)
    assert end(ask, Context.internal()) == {'going': 0, 'refused': []}
    compute.wait_gone(server['id'])


def test_what_does_not_go_is_named_with_its_cause_until_asked_anew(compute, boot, ask, neighbours):
    server = boot(name='stubborn')
    neighbours.network.refuse['release_ports'] = [errors.Conflict('the switch is on fire')]
    ctx = Context.internal()
    answer = end(ask, ctx)
    assert answer == {'going': 0, 'refused': ['server %s (stubborn): the switch is on fire' % server['id']]}
    assert ask.delete_project_resources(ctx, 'p1') == answer
    assert end(ask, Context.internal()) == {'going': 0, 'refused': []}
    compute.wait_gone(server['id'])


def test_a_state_without_an_operation_behind_it_is_not_believed(cloud, compute, boot, ask):
    server = boot()
    with cloud.runtime('compute').db.write() as conn:
        conn.exec_driver_sql("UPDATE servers SET task_state = 'deleting'")
    assert end(ask, Context.internal()) == {'going': 0, 'refused': []}
    compute.wait_gone(server['id'])
