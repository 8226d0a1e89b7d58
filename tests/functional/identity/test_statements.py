# SPDX-License-Identifier: Apache-2.0
"""What requests cost in SQL statements: the same at ten rows and at a thousand, with and without revocations.

The revision number, one row by its key that every check of a token reads, is not counted.
"""
import uuid

import pytest
import sqlalchemy as sa

from praline_common.testing.cloud import TestCloud
from praline_common.testing.statements import counted
from praline_identity import clock
from praline_identity.bootstrap import bootstrap
from praline_identity.db import models
from praline_identity.sealing import Sealer
from praline_identity.tokens.issuer import Tokens

from .conftest import CHEAP, PASSWORD, Identity

# {list: statements}
LISTS = {
    'users': 1, 'groups': 1, 'projects': 2, 'domains': 2, 'roles': 1, 'services': 1, 'endpoints': 1, 'regions': 1,
    'credentials': 1, 'policies': 1, 'registered_limits': 1, 'limits': 1, 'role_inferences': 1,
    'role_assignments': 1, 'role_assignments?effective': 4, 'role_assignments?include_names': 4,
    'users/{user}/groups': 2, 'users/{user}/projects': 4, 'users/{user}/application_credentials': 3,
    'users/{user}/access_rules': 1, 'users/{user}/credentials/OS-EC2': 2, 'groups/{group}/users': 2,
    'auth/projects': 3, 'auth/domains': 3, 'auth/system': 1, 'auth/catalog': 0, 'OS-TRUST/trusts': 1,
    'OS-OAUTH1/consumers': 1, 'OS-EP-FILTER/endpoint_groups': 1, 'OS-REVOKE/events': 1,
    'projects/{project}/groups/{group}/roles': 3,
}


@pytest.fixture
def identity(tmp_path):
    with TestCloud(tmp_path, ['identity'], options=CHEAP) as cloud:
        bootstrap(cloud.runtime('identity'), PASSWORD, {})
        yield Identity(cloud)


@pytest.fixture
def ids(identity):
    return {'user': identity.admin.get('/v3/users?name=admin').json['users'][0]['id'],
            'project': identity.admin.get('/v3/projects?name=admin').json['projects'][0]['id'],
            'reader': identity.role('reader'), 'group': identity.make('groups', 'group', name='all')['id'],
            'service': identity.admin.get('/v3/services').json['services'][0]['id'],
            'seal': identity.runtime.shared(Sealer).seal('{"access": "a", "secret": "s"}')}


def grow(identity, ids, number):
    """So many more rows of everything, straight into the tables; the administrator has a part in all of it."""
    with identity.runtime.db.write() as conn:
        for table, values in _rows(ids):
            keys = [uuid.uuid4().hex for _ in range(number)]
            conn.execute(sa.insert(table), [values(key) for key in keys])


def _rows(ids):
    user, project, group, reader = ids['user'], ids['project'], ids['group'], ids['reader']
    service, seal, now = ids['service'], ids['seal'], clock.now()
    made = []

    def keep(key):
        made.append(key)
        return {'id': key, 'name': key, 'domain_id': 'default'}
    yield models.users, keep
    members = list(made)
    yield models.group_members, lambda key: {'group_id': group, 'user_id': members.pop()}
    made.clear()
    yield models.groups, keep
    groups = list(made)
    yield models.group_members, lambda key: {'group_id': groups.pop(), 'user_id': user}
    made.clear()
    yield models.projects, lambda key: {**keep(key), 'parent_id': 'default'}
    places = list(made)
    yield models.assignments, lambda key: {
        'actor_kind': 'user', 'actor_id': user, 'target_kind': 'project', 'target_id': places.pop(), 'role_id': reader,
        'inherited': False}
    made.clear()
    yield models.projects, lambda key: {**keep(key), 'domain_id': '', 'is_domain': True}
    places = list(made)
    yield models.assignments, lambda key: {
        'actor_kind': 'user', 'actor_id': user, 'target_kind': 'domain', 'target_id': places.pop(), 'role_id': reader,
        'inherited': False}
    made.clear()
    yield models.roles, lambda key: {**keep(key), 'domain_id': ''}
    roles, again = list(made), list(made)
    yield models.implied_roles, lambda key: {'prior_role_id': roles.pop(), 'implied_role_id': reader}
    yield models.assignments, lambda key: {
        'actor_kind': 'user', 'actor_id': user, 'target_kind': 'project', 'target_id': project,
        'role_id': again.pop(), 'inherited': False}
    yield models.regions, lambda key: {'id': key}
    yield models.services, lambda key: {'id': key, 'type': 'x'}
    yield models.endpoints, lambda key: {'id': key, 'service_id': service, 'interface': 'public', 'url': 'http://x'}
    yield models.credentials, lambda key: {'id': key, 'user_id': user, 'type': 'ec2', 'sealed_blob': seal,
                                           'project_id': project}
    yield models.policies, lambda key: {'id': key, 'type': 'x', 'blob': 'x'}
    made.clear()
    yield models.registered_limits, lambda key: {
        'id': keep(key)['id'], 'service_id': service, 'resource_name': key, 'default_limit': 1}
    registered = list(made)
    yield models.limits, lambda key: {'id': key, 'registered_limit_id': registered.pop(), 'resource_limit': 1,
                                      'project_id': project}
    yield models.application_credentials, lambda key: {
        'id': key, 'user_id': user, 'project_id': project, 'name': key, 'secret_hash': 'x'}
    yield models.access_rules, lambda key: {'id': key, 'user_id': user, 'service': 'x', 'path': '/' + key,
                                            'method': 'GET'}
    yield models.trusts, lambda key: {'id': key, 'trustor_user_id': user, 'trustee_user_id': user}
    yield models.consumers, lambda key: {'id': key, 'sealed_secret': seal}
    yield models.endpoint_groups, lambda key: {'id': key, 'name': key, 'filters': '{}'}
    yield models.revocations, revocation(now)


def revocation(now):
    return lambda key: {'key': 'user:' + key, 'issued_before': now, 'revoked_at': now, 'expires_at': now + 10 ** 12}


def count(seen):
    return sum(not text.startswith('SELECT revision') for text in seen)


def costs(identity, ids):
    """{list: statements}, each asked with a token that was checked a moment ago."""
    found = {}
    with counted(identity.runtime.db) as seen:
        for path in LISTS:
            identity.admin.get('/v3/auth/projects?limit=1')
            seen.clear()
            answer = identity.admin.get('/v3/' + path.format(**ids))
            assert answer.status_int == 200, (path, answer.text)
            found[path] = count(seen)
    return found


def test_lists_cost_the_same_at_ten_rows_and_at_a_thousand(identity, ids):
    grow(identity, ids, 10)
    assert costs(identity, ids) == LISTS
    grow(identity, ids, 990)
    assert costs(identity, ids) == LISTS
    assert len(identity.admin.get('/v3/users').json['users']) == 1000


def statements(identity, ask):
    with counted(identity.runtime.db) as seen:
        answer = ask()
        assert answer.status_int < 300, answer.text
        return count(seen)


def checks(identity, token):
    """Statements of a check of a token that this process does not know, and of one that it knows."""
    identity.runtime.shared(Tokens)._known.clear()

    def ask():
        return identity.admin.get('/v3/auth/tokens', headers={'X-Subject-Token': token})
    identity.admin.get('/v3/auth/projects')
    return statements(identity, ask), statements(identity, ask)


def test_logins_and_checks(identity, ids):
    grow(identity, ids, 10)
    identity.login()
    assert statements(identity, identity.answer) == 3
    assert statements(identity, lambda: identity.answer(scope=None)) == 1
    token = identity.login()
    assert statements(identity, lambda: identity.anonymous.post('/v3/auth/tokens', {'auth': {
        'identity': {'methods': ['token'], 'token': {'id': token}}, 'scope': {'project': {'id': ids['project']}}}})) == 3
    assert checks(identity, token) == (4, 0)


def test_ten_thousand_revocations_cost_a_check_nothing(identity, ids):
    token = identity.login()
    before = checks(identity, token)
    with identity.runtime.db.write() as conn:
        make = revocation(clock.now())
        conn.execute(sa.insert(models.revocations), [make(uuid.uuid4().hex) for _ in range(10000)])
    assert checks(identity, token) == before
    with counted(identity.runtime.db) as seen:
        identity.runtime.shared(Tokens)._known.clear()
        identity.admin.get('/v3/auth/tokens', headers={'X-Subject-Token': token})
        asked = [text for text in seen if 'revocations' in text]
    with identity.runtime.db.read() as conn:
        plan = ' '.join(str(row) for row in conn.execute(sa.text(
            "EXPLAIN QUERY PLAN SELECT max(issued_before) FROM revocations WHERE key IN ('a', 'b')")))
    assert asked and 'SEARCH revocations USING' in plan
