# SPDX-License-Identifier: Apache-2.0
"""A project goes over all services: preview, window, restore, failure, rights; the neighbours are stand-ins."""
import json
import logging
import time

import pytest

from praline_common import errors
from praline_common import rpc
from praline_common.operations import store
from praline_common.testing.cloud import TestCloud
from praline_identity import clock
from praline_identity import deletions
from praline_identity.bootstrap import bootstrap
from tests.functional.identity.conftest import CHEAP, Identity, PASSWORD


class Holder:
    """Things of projects: {project id: how many}; `stuck`: what it refuses; `slow`: calls until things are gone."""

    def __init__(self, name, calls):
        self.name, self.calls = name, calls
        self.things, self.stuck, self.slow, self.raises = {}, [], 0, None

    @rpc.method
    def project_resources(self, ctx, project_id):
        held = self.things.get(project_id, 0)
        return [{'kind': 'things', 'count': held, 'size': held * 2, 'unit': 'GiB',
                 'things': [{'id': 't', 'name': 'thing'}]}] if held else []

    @rpc.method
    def delete_project_resources(self, ctx, project_id):
        self.calls.append((self.name, project_id, ctx.request_id))
        if self.raises:
            raise self.raises
        if self.stuck:
            return {'going': 0, 'refused': list(self.stuck)}
        if self.slow and self.things.get(project_id):
            self.slow -= 1
            return {'going': self.things[project_id], 'refused': []}
        self.things.pop(project_id, None)
        return {'going': 0, 'refused': []}


@pytest.fixture
def holders(tmp_path):
    calls = []
    made = {name: Holder(name, calls) for name in deletions.SERVICES}
    made['calls'] = calls
    return made


@pytest.fixture
def identity(tmp_path, holders):
    fakes = {name: holders[name] for name in deletions.SERVICES}
    with TestCloud(tmp_path, ['identity'], fakes=fakes, options={
            **CHEAP, 'tokens.revocation_seconds': 0.0, 'identity.notification_driver': 'log'}) as cloud:
        bootstrap(cloud.runtime('identity'), PASSWORD, {})
        yield Identity(cloud)


@pytest.fixture
def family(identity):
    """A project with a child and a grandchild, the grandchild disabled."""
    top = identity.make('projects', 'project', name='top')
    child = identity.make('projects', 'project', name='child', parent_id=top['id'])
    leaf = identity.make('projects', 'project', name='leaf', parent_id=child['id'])
    identity.admin.patch('/v3/projects/' + leaf['id'], {'project': {'enabled': False}})
    return [top['id'], child['id'], leaf['id']]


def until(look):
    deadline = time.monotonic() + 20
    while True:
        found = look()
        if found:
            return found
        assert time.monotonic() < deadline, 'it did not happen'
        time.sleep(0.01)


def ask(client, project_id, **more):
    return client.post('/praline/deletions', {'deletion': {'project_id': project_id, **more}})


def deletion(identity, project_id):
    answer = identity.admin.get('/praline/deletions/' + project_id)
    return answer.json['deletion'] if answer.status_int == 200 else None


def enabled(identity, project_id):
    return identity.admin.get('/v3/projects/' + project_id).json['project']['enabled']


def test_preview_adds_up_the_subtree_and_changes_nothing(identity, holders, family):
    holders['volume'].things = {family[0]: 2, family[2]: 3}
    answer = identity.admin.get('/praline/projects/%s/resources' % family[0])
    assert answer.status_int == 200 and answer.json['project']['name'] == 'top'
    found = {(entry['service'], entry['kind']): (entry['count'], entry['size']) for entry in answer.json['resources']}
    assert found == {('identity', 'projects'): (3, None), ('volume', 'things'): (5, 10)}
    assert holders['calls'] == [] and [enabled(identity, one) for one in family] == [True, True, False]


def test_it_is_disabled_at_once_and_restored_as_it_was(identity, holders, family):
    person = identity.person('ann', 'member', project='top')
    assert person.get('/v3/auth/catalog').status_int == 200
    answer = ask(identity.admin, family[0], window=3600)
    assert answer.status_int == 202, answer.text
    shown = answer.json['deletion']
    assert (shown['state'], shown['projects'], shown['operation_id']) == ('waiting', 3, None)
    assert 3590 <= shown['seconds_left'] <= 3600
    assert [enabled(identity, one) for one in family] == [False, False, False]
    assert person.get('/v3/auth/catalog').status_int == 401
    assert identity.answer('ann', 'ann-secret', scope='top').status_int == 401
    listed = identity.admin.get('/praline/deletions').json['deletions']
    assert [row['project_id'] for row in listed] == [family[0]]

    assert identity.admin.delete('/praline/deletions/' + family[0]).status_int == 204
    assert [enabled(identity, one) for one in family] == [True, True, False]
    assert identity.login('ann', 'ann-secret', scope='top')
    assert holders['calls'] == [] and deletion(identity, family[0]) is None
    assert identity.admin.delete('/praline/deletions/' + family[0]).status_int == 404


def test_the_window_is_the_services_own_by_default(identity, family):
    identity.cloud.conf.set_override('deletion_seconds', 7200, 'identity')
    assert 7190 <= ask(identity.admin, family[0]).json['deletion']['seconds_left'] <= 7200


def test_it_is_deleted_when_the_window_is_over(identity, holders, family):
    other = identity.make('projects', 'project', name='other')
    holders['image'].things = {family[1]: 1, other['id']: 1}
    ask(identity.admin, family[0], window=3600)
    deletions.begin_due(identity.runtime)
    assert deletion(identity, family[0])['state'] == 'waiting'
    with identity.runtime.db.write() as conn:
        conn.exec_driver_sql('UPDATE project_deletions SET due_at = %d' % clock.now())
    deletions.begin_due(identity.runtime)
    until(lambda: deletion(identity, family[0]) is None)
    assert [identity.admin.get('/v3/projects/' + one).status_int for one in family] == [404] * 3
    order = [(name, project) for name, project, _ in holders['calls']]
    assert order == [(name, project) for name in deletions.SERVICES for project in reversed(family)]
    assert holders['image'].things == {other['id']: 1} and enabled(identity, other['id'])


def test_now_waits_for_what_takes_time(identity, holders, family):
    holders['compute'].things, holders['compute'].slow = {family[0]: 4}, 2
    answer = ask(identity.admin, family[0], window=0)
    assert answer.json['deletion']['state'] == 'deleting'
    until(lambda: deletion(identity, family[0]) is None)
    asked = [project for name, project, _ in holders['calls'] if name == 'compute']
    assert asked.count(family[0]) == 3 and len({request for _, _, request in holders['calls']}) == 1


def test_what_cannot_go_stops_it_with_the_reason(identity, holders, family):
    holders['network'].stuck = ['network n1 (lan): it is used by others']
    request = ask(identity.admin, family[0], window=0).json['deletion']
    failed = until(lambda: (deletion(identity, family[0]) or {}).get('state') == 'failed' and deletion(
        identity, family[0]))
    assert failed['cause'].startswith('network cannot delete network n1 (lan): it is used by others')
    assert [enabled(identity, one) for one in family] == [False] * 3
    timeline = identity.admin.get('/praline/timeline/' + family[0]).json['operations']
    assert [(row['kind'], row['state']) for row in timeline] == [('delete_project', 'failed')]
    assert timeline[0]['request_id'] == request['request_id']

    holders['network'].stuck = []
    again = ask(identity.admin, family[0])
    assert again.status_int == 202 and again.json['deletion']['request_id'] != request['request_id']
    until(lambda: deletion(identity, family[0]) is None)
    assert identity.admin.get('/v3/projects/' + family[0]).status_int == 404


def test_a_failed_one_can_be_restored(identity, holders, family):
    holders['volume'].stuck = ['volume v: no']
    ask(identity.admin, family[0], window=0)
    until(lambda: deletion(identity, family[0])['state'] == 'failed')
    assert identity.admin.delete('/praline/deletions/' + family[0]).status_int == 204
    assert [enabled(identity, one) for one in family] == [True, True, False]


def test_a_silent_service_is_asked_again(identity, holders, family):
    holders['scheduler'].raises = errors.Unavailable('away', seconds=0.01)
    ask(identity.admin, family[0], window=0)
    until(lambda: len([name for name, _, _ in holders['calls'] if name == 'scheduler']) > 2)
    assert deletion(identity, family[0])['state'] == 'deleting'
    assert identity.admin.delete('/praline/deletions/' + family[0]).status_int == 409
    holders['scheduler'].raises = None
    until(lambda: deletion(identity, family[0]) is None)


def test_death_after_any_step_goes_on_from_there(identity, holders, family):
    """The journal has the steps before; the one that died is asked again."""
    runtime = identity.runtime
    holders['volume'].raises = errors.Unavailable('away', seconds=30)
    ask(identity.admin, family[0], window=0)
    until(lambda: any(name == 'volume' for name, _, _ in holders['calls']))
    operation_id = deletion(identity, family[0])['operation_id']
    until(lambda: identity.admin.get('/praline/timeline/' + operation_id).json['operations'][0]['step'] == 'claims')
    before = len(holders['calls'])
    holders['volume'].raises = None
    with runtime.db.write() as conn:
        store.release_all(conn, runtime.operations)
    runtime.own.cast(None, 'run_operation', operation_id=operation_id)
    until(lambda: deletion(identity, family[0]) is None)
    assert {name for name, _, _ in holders['calls'][before:]} == {'volume', 'image', 'network'}


@pytest.mark.parametrize('body, status, word', [
    ({'project_id': 'nobody'}, 404, 'nobody'), ({'project_id': 'default'}, 403, 'domain'), ({}, 400, 'project_id'),
    ({'project_id': 'x', 'window': -1}, 400, 'window'), ({'project_id': 'x', 'window': '24h'}, 400, 'window'),
    ({'project_id': 'x', 'more': 1}, 400, 'more')])
def test_bad_requests(identity, body, status, word):
    answer = identity.admin.post('/praline/deletions', {'deletion': body})
    assert answer.status_int == status and word in answer.json['error']['message'], answer.text


def test_what_may_not_be_deleted(identity, family):
    mine, = identity.admin.get('/v3/projects?name=admin').json['projects']
    assert ask(identity.admin, mine['id']).status_int == 403
    identity.admin.patch('/v3/projects/' + family[2], {'project': {'options': {'immutable': True}}})
    answer = ask(identity.admin, family[0])
    assert answer.status_int == 403 and 'immutable' in answer.json['error']['message']
    assert enabled(identity, family[0])


def test_one_that_waits_is_left_alone(identity, family):
    assert ask(identity.admin, family[0], window=60).status_int == 202
    assert ask(identity.admin, family[0], window=60).status_int == 409
    assert ask(identity.admin, family[1], window=60).status_int == 409
    for project_id in family[:2]:
        answer = identity.admin.patch('/v3/projects/' + project_id, {'project': {'enabled': True}})
        assert answer.status_int == 409 and 'restore' in answer.json['error']['message']
    assert ask(identity.admin, family[0], window=0).json['deletion']['state'] == 'deleting'
    until(lambda: deletion(identity, family[0]) is None)


def test_only_administrators(identity, family):
    ask(identity.admin, family[0], window=60)
    people = [identity.person('m', 'manager'), identity.person('r', 'reader', system=True),
              identity.person('d', 'manager', domain='default')]
    for client in people:
        assert ask(client, family[0]).status_int == 403
        assert client.get('/praline/deletions').status_int == 403
        assert client.get('/praline/deletions/' + family[0]).status_int == 403
        assert client.delete('/praline/deletions/' + family[0]).status_int == 403
        assert client.get('/praline/projects/%s/resources' % family[0]).status_int == 403
    assert ask(identity.anonymous, family[0]).status_int == 401
    assert deletion(identity, family[0])['state'] == 'waiting'


def test_the_end_of_each_project_is_told(identity, family, caplog):
    caplog.set_level(logging.INFO, 'oslo.messaging')
    request = ask(identity.admin, family[0], window=0).json['deletion']
    until(lambda: deletion(identity, family[0]) is None)

    def told():
        return [json.loads(record.getMessage()) for record in caplog.records
                if record.name == 'oslo.messaging.notification.identity.project.deleted']
    until(lambda: len(told()) == 3)
    assert [message['payload']['resource_info'] for message in told()] == family[::-1]
    who = told()[0]['payload']['initiator']
    assert (who['request_id'], who['user_id']) == (request['request_id'], request['user_id'])
