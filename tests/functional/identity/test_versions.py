# SPDX-License-Identifier: Apache-2.0
"""The version documents, what no token is needed for, and the bootstrap."""
import pytest

from praline_identity.bootstrap import bootstrap


def test_versions_are_told_without_a_token(identity):
    answer = identity.anonymous.get('/')
    version, = answer.json['versions']['values']
    assert answer.status_int == 300 and version['id'] == 'v3.14' and version['status'] == 'stable'
    assert version['links'][0]['href'].endswith('/identity/v3/')
    one = identity.anonymous.get('/v3')
    assert one.status_int == 200 and one.json['version'] == version
    assert identity.anonymous.get('/v3/').json == one.json


@pytest.mark.parametrize('method, path, status', [
    ('GET', '/v3/users', 401), ('GET', '/v3/nothing', 404), ('PUT', '/v3/users', 405), ('GET', '/v2.0', 404),
    ('PATCH', '/v3/auth/tokens', 405)])
def test_errors_come_in_one_envelope(identity, method, path, status):
    answer = identity.anonymous.request(method, path)
    assert answer.status_int == status and answer.json['error']['code'] == status
    assert answer.json['error']['title'] and answer.json['error']['message']
    if status == 401:
        assert answer.headers['WWW-Authenticate'].startswith('Keystone uri=')


def test_a_second_bootstrap_changes_nothing_but_the_password(identity):
    def state():
        return [identity.admin.get('/v3/' + path).json for path in (
            'users', 'projects', 'roles', 'services', 'endpoints', 'role_assignments', 'role_inferences')]
    before = state()
    bootstrap(identity.runtime, 'another', {})
    assert state() == before
    assert identity.answer(password='another').status_int == 201
    assert identity.answer().status_int == 401
