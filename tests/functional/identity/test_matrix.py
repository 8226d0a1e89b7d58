# SPDX-License-Identifier: Apache-2.0
"""Every operation that there is, asked by nobody, by a stranger and by an administrator with nonsense."""
import re

import pytest

from praline_common.api import rest
from praline_identity.api import rules

OPEN = {'identity:authenticate', 'identity:list_versions', 'identity:get_version', 'identity:change_password',
        'identity:create_request_token', 'identity:create_access_token', 'identity:create_oauth2_token',
        'identity:get_saml2_metadata', 'identity:issue_saml2_assertion'}
# For everybody who has a token; what they see is their own.
ANYBODY = {'identity:get_auth_projects', 'identity:get_auth_domains', 'identity:get_auth_system',
           'identity:get_auth_catalog', 'identity:list_regions', 'identity:get_region', 'identity:list_limits',
           'identity:get_limit_model', 'identity:list_credentials', 'identity:list_registered_limits', 'identity:get_registered_limit'}


@pytest.fixture
def operations(identity):
    """[(method, path, Operation)] of everything reachable."""
    identity.admin.get('/v3')
    routes = identity.cloud.app('identity').app._next.routes
    found = []
    for template, controller in routes.controllers:
        for verbs, ending in ((rest.COLLECTION, ''), (rest.ITEM, '/{last}')):
            for method, name in verbs.items():
                declared = getattr(getattr(type(controller), name, None), 'operation', None)
                if declared is not None:
                    path = re.sub(r'{[^}]*}', 'f' * 32, template.rstrip('/') + ending)
                    found.append((method, path or '/', declared))
    return found


def test_there_are_many_and_each_is_named_as_keystone_names_it(operations):
    names = {declared.name for _, _, declared in operations}
    assert len(operations) > 170
    assert [name for name in names if not re.fullmatch('identity:[a-z0-9_]+|praline:[a-z_:]+', name)] == []
    assert {declared.name for _, _, declared in operations if declared.public} == OPEN
    assert {declared.name for _, _, declared in operations
            if declared.policy == rules.ANYONE and not declared.public} == ANYBODY - {'identity:list_credentials'}


def test_without_a_token_everything_else_is_401(identity, operations):
    for method, path, declared in operations:
        if not declared.public:
            assert identity.anonymous.request(method, path).status_int == 401, (method, path)


def test_a_stranger_changes_nothing_and_sees_only_what_anybody_may(identity, operations):
    identity.make('users', 'user', name='stranger', password='pw')
    stranger = identity.as_(identity.login('stranger', 'pw', scope=None))
    for method, path, declared in operations:
        if declared.public or declared.name in ANYBODY:
            continue
        answer = stranger.request(method, path)
        assert answer.status_int in (400, 403, 404), (method, path, answer.text)


@pytest.mark.parametrize('body', [None, [], {}, {'x': 1}, 'text', 7, {'user': None}, {'domain': []}, {'trust': 'x'}])
def test_nonsense_is_never_a_500(identity, operations, body):
    token = identity.login()
    for method, path, declared in operations:
        headers = {'X-Subject-Token': token} if declared.name != 'identity:revoke_token' else {}
        answer = identity.admin.request(method, path, body, headers=headers)
        assert answer.status_int < 500, (method, path, answer.text)
        if answer.status_int >= 400 and method != 'HEAD' and declared.name != 'identity:create_oauth2_token':
            assert answer.json['error']['code'] == answer.status_int


def test_odd_queries_are_never_a_500(identity, operations):
    odd = ('limit=x', 'limit=-1', 'marker=nothing', 'sort_key=smell', 'name__contains=%25%00', 'enabled=', 'domain_id=',
           'since=x', 'tags=,', 'name=%F0%9F%98%80', 'effective&user.id=', 'scope.system=', 'parents_as_list=')
    for method, path, declared in operations:
        if method == 'GET':
            for query in odd:
                answer = identity.admin.get(path + '?' + query)
                assert answer.status_int < 500, (path, query, answer.text)
