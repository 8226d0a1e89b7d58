# SPDX-License-Identifier: Apache-2.0
"""/v3/policies, OS-ENDPOINT-POLICY and /v3/OS-OAUTH1/consumers."""


def test_a_policy_lives_and_dies(identity):
    policy = identity.make('policies', 'policy', type='application/json', blob='{}', note='n')
    path, admin = '/v3/policies/' + policy['id'], identity.admin
    assert admin.get(path).json['policy'] == policy and policy['note'] == 'n'
    assert [row['id'] for row in admin.get('/v3/policies?type=application/json').json['policies']] == [policy['id']]
    assert admin.patch(path, {'policy': {'type': 'x'}}).json['policy']['type'] == 'x'
    assert admin.post('/v3/policies', {'policy': {'blob': '{}'}}).status_int == 400
    assert identity.person('mia', 'member').get(path).status_int == 403
    assert admin.delete(path).status_int == 204 and admin.get(path).status_int == 404


def test_a_policy_is_meant_for_an_endpoint_or_what_is_around_it(identity):
    admin = identity.admin
    wide, narrow = (identity.make('policies', 'policy', type='x', blob=blob)['id'] for blob in ('wide', 'narrow'))
    endpoint = admin.get('/v3/endpoints').json['endpoints'][0]
    meant = '/v3/endpoints/%s/OS-ENDPOINT-POLICY/policy' % endpoint['id']
    assert admin.get(meant).status_int == 404
    base = '/v3/policies/%s/OS-ENDPOINT-POLICY'
    at_region = base % wide + '/services/%s/regions/RegionOne' % endpoint['service_id']
    at_service, at_endpoint = base % wide + '/services/' + endpoint['service_id'], base % narrow + '/endpoints/' + endpoint['id']
    for path in (at_region, at_service):
        assert admin.get(path).status_int == 404
        assert admin.put(path).status_int == 204 and admin.head(path).status_int == 204
        assert admin.get(meant).json['policy']['id'] == wide
        assert admin.delete(path).status_int == 204 and admin.get(meant).status_int == 404
    admin.put(at_service)
    admin.put(at_endpoint)
    assert admin.get(meant).json['policy']['id'] == narrow
    assert [row['id'] for row in admin.get(base % narrow + '/endpoints').json['endpoints']] == [endpoint['id']]
    assert endpoint['id'] not in {row['id'] for row in admin.get(base % wide + '/endpoints').json['endpoints']}


def test_a_consumer_lives_and_dies(identity):
    made = identity.make('OS-OAUTH1/consumers', 'consumer', description='d')
    path, admin = '/v3/OS-OAUTH1/consumers/' + made['id'], identity.admin
    assert made['secret'] and 'secret' not in admin.get(path).json['consumer']
    assert admin.patch(path, {'consumer': {'description': 'e'}}).json['consumer']['description'] == 'e'
    assert admin.patch(path, {'consumer': {'secret': 'x'}}).status_int == 400
    assert [row['id'] for row in admin.get('/v3/OS-OAUTH1/consumers').json['consumers']] == [made['id']]
    assert admin.delete(path).status_int == 204 and admin.get(path).status_int == 404
