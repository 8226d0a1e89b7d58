# SPDX-License-Identifier: Apache-2.0
"""/v3/registered_limits and /v3/limits."""
import pytest


@pytest.fixture
def ids(identity):
    """Ids of a service, a registered limit of it for 'cores', and a project."""
    service = identity.make('services', 'service', type='x')['id']
    made = identity.admin.post('/v3/registered_limits', {'registered_limits': [
        {'service_id': service, 'resource_name': 'cores', 'default_limit': 10}]})
    assert made.status_int == 201
    project = identity.make('projects', 'project', name='p')['id']
    return {'service': service, 'registered': made.json['registered_limits'][0]['id'], 'project': project}


def limit(ids, **changes):
    return {'service_id': ids['service'], 'resource_name': 'cores', 'project_id': ids['project'], 'resource_limit': 5,
            **changes}


def make(identity, *limits):
    return identity.admin.post('/v3/limits', {'limits': list(limits)})


def test_registered_limits(identity, ids):
    path, admin = '/v3/registered_limits/' + ids['registered'], identity.admin
    assert admin.get(path).json['registered_limit']['default_limit'] == 10
    assert len(admin.get('/v3/registered_limits?resource_name=cores').json['registered_limits']) == 1
    again = {'service_id': ids['service'], 'resource_name': 'cores', 'default_limit': 1}
    assert admin.post('/v3/registered_limits', {'registered_limits': [again]}).status_int == 409
    for bad in ({'service_id': 'none'}, {'default_limit': -2}, {'default_limit': 'x'}, {'smell': 1}, {'region_id': 'none'}):
        assert admin.post('/v3/registered_limits', {'registered_limits': [{**again, 'resource_name': 'b', **bad}]}
                          ).status_int == 400
    assert admin.patch(path, {'registered_limit': {'default_limit': 20}}).json['registered_limit']['default_limit'] == 20
    make(identity, limit(ids))
    assert admin.delete(path).status_int == 403
    assert admin.patch(path, {'registered_limit': {'resource_name': 'other'}}).status_int == 403


def test_a_limit_lives_and_dies(identity, ids):
    made, = make(identity, limit(ids)).json['limits']
    path = '/v3/limits/' + made['id']
    assert identity.admin.get(path).json['limit'] == made and made['resource_name'] == 'cores'
    assert identity.admin.patch(path, {'limit': {'resource_limit': 7}}).json['limit']['resource_limit'] == 7
    assert identity.admin.delete(path).status_int == 204 and identity.admin.get(path).status_int == 404
    assert identity.admin.delete('/v3/registered_limits/' + ids['registered']).status_int == 204
    assert identity.admin.get('/v3/limits/model').json['model']['name'] == 'flat'


def test_bad_limits_make_none_of_their_request(identity, ids):
    good = limit(ids)
    for bad, status in ((limit(ids, resource_name='ram'), 403), (limit(ids, project_id='none'), 400),
                        (limit(ids, domain_id='default'), 400), (limit(ids, resource_limit=-2), 400), (good, 409)):
        assert make(identity, good, bad).status_int == status
    assert identity.admin.get('/v3/limits').json['limits'] == []


def test_a_limit_of_a_domain(identity, ids):
    made, = make(identity, limit(ids, project_id=None, domain_id='default')).json['limits']
    assert made['domain_id'] == 'default' and made['project_id'] is None


def test_who_sees_which_limits(identity, ids):
    mine, = make(identity, limit(ids)).json['limits']
    member, other = identity.person('mia', 'member', project='p'), identity.person('oli', 'member')
    assert [row['id'] for row in member.get('/v3/limits').json['limits']] == [mine['id']]
    assert other.get('/v3/limits').json['limits'] == []
    assert member.get('/v3/limits/' + mine['id']).status_int == 200
    assert other.get('/v3/limits/' + mine['id']).status_int == 403
    assert member.delete('/v3/limits/' + mine['id']).status_int == 403
    assert member.get('/v3/registered_limits').status_int == 200
