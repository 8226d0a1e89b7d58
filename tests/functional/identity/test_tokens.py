# SPDX-License-Identifier: Apache-2.0
"""POST, GET, HEAD and DELETE /v3/auth/tokens."""


def test_a_password_gives_a_project_token_with_catalog_and_implied_roles(identity):
    answer = identity.answer()
    assert answer.status_int == 201
    token = answer.json['token']
    assert token['project']['name'] == 'admin' and token['user']['name'] == 'admin'
    assert {role['name'] for role in token['roles']} == {'admin', 'manager', 'member', 'reader'}
    assert {entry['type'] for entry in token['catalog']} >= {'identity', 'compute', 'network', 'image'}
    assert token['methods'] == ['password'] and token['is_domain'] is False


def test_a_token_is_validated_and_revoked(identity):
    token = identity.login()
    shown = identity.admin.get('/v3/auth/tokens', headers={'X-Subject-Token': token})
    assert shown.status_int == 200 and shown.headers['X-Subject-Token'] == token
    assert identity.admin.head('/v3/auth/tokens', headers={'X-Subject-Token': token}).status_int == 200
    assert identity.admin.delete('/v3/auth/tokens', headers={'X-Subject-Token': token}).status_int == 204
    assert identity.admin.get('/v3/auth/tokens', headers={'X-Subject-Token': token}).status_int == 404
    assert identity.as_(token).get('/v3/auth/tokens', headers={'X-Subject-Token': token}).status_int == 401


def test_the_same_over_rpc(identity):
    token = identity.login()
    contract = identity.runtime.contracts.identity
    assert contract.validate_token(None, token)['token']['user']['name'] == 'admin'
    before = contract.revision(None)
    identity.admin.delete('/v3/auth/tokens', headers={'X-Subject-Token': token})
    assert contract.revision(None) > before
