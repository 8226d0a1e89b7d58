# SPDX-License-Identifier: Apache-2.0
"""/v3/registered_limits and /v3/limits."""
import pytest

from praline_identity import errors
from praline_identity import limit_model


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


def test_a_registered_limit_in_use_stays_as_it_is(identity, ids):
    make(identity, limit(ids))
    path = '/v3/registered_limits/' + ids['registered']
    for answer in (identity.admin.patch(path, {'registered_limit': {'default_limit': 11}}), identity.admin.delete(path)):
        assert answer.status_int == 403 and answer.json['error']['message'] == (
            'Unable to update or delete registered limit %s because there are project limits associated with it.'
            % ids['registered'])
    assert identity.admin.get('/v3/registered_limits/none').json['error']['message'] == (
        'Could not find registered limit for none.')


def test_limits_of_a_region_are_others(identity, ids):
    identity.make('regions', 'region', id='north')
    body = {'service_id': ids['service'], 'resource_name': 'cores', 'default_limit': 3, 'region_id': 'north'}
    assert identity.admin.post('/v3/registered_limits', {'registered_limits': [body]}).status_int == 201
    assert identity.admin.post('/v3/registered_limits', {'registered_limits': [body]}).status_int == 409
    assert make(identity, limit(ids), limit(ids, region_id='north')).status_int == 201
    assert [row['region_id'] for row in identity.admin.get('/v3/limits?region_id=north').json['limits']] == ['north']
    assert identity.admin.delete('/v3/regions/north').status_int == 403
    for name in ('region_id', 'service_id', 'project_id'):
        answer = make(identity, limit(ids, **{name: 'none'}))
        assert answer.status_int == 400 and 'Expecting to find %s in limit.' % name in answer.json['error']['message']


def test_limits_of_the_family(identity, ids):
    child = identity.make('projects', 'project', name='c', parent_id=ids['project'])['id']
    made, = make(identity, limit(ids, project_id=child)).json['limits']
    me = identity.admin.get('/v3/users?name=admin').json['users'][0]['id']
    identity.admin.put('/v3/projects/%s/users/%s/roles/%s' % (child, me, identity.role('member')))
    path = '/v3/projects/%s?subtree_as_list' % ids['project']
    assert 'limits' not in identity.admin.get(path).json['project']['subtree'][0]['project']
    shown = identity.admin.get(path + '&include_limits').json['project']['subtree'][0]['project']['limits']
    assert shown == [{name: value for name, value in made.items() if name != 'links'}]


@pytest.fixture
def strict(start):
    return start(enforcement_model='strict_two_level')


@pytest.fixture
def tree(strict):
    """Like `ids`, in a domain of its own."""
    service = strict.make('services', 'service', type='x')['id']
    strict.admin.post('/v3/registered_limits', {'registered_limits': [
        {'service_id': service, 'resource_name': 'cores', 'default_limit': 10}]})
    domain = strict.make('domains', 'domain', name='d')['id']
    project = strict.make('projects', 'project', name='p', domain_id=domain)['id']
    return {'service': service, 'domain': domain, 'project': project}


def of_domain(tree, amount):
    return limit(tree, project_id=None, domain_id=tree['domain'], resource_limit=amount)


def test_the_strict_model_says_so(strict):
    assert strict.admin.get('/v3/limits/model').json['model'] == {
        'name': 'strict_two_level',
        'description': 'This model requires project hierarchy never exceeds a depth of two'}


def test_no_project_has_more_than_its_domain(strict, tree):
    refused = make(strict, limit(tree, resource_limit=11))
    assert refused.status_int == 403 and refused.json['error']['message'] == (
        "Invalid resource limit: The resource limit (project_id: %s, resource_name: cores, resource_limit: 11, "
        "service_id: %s, region_id: None) doesn't satisfy current hierarchy model.." % (tree['project'], tree['service']))
    assert make(strict, of_domain(tree, 5)).status_int == 201
    assert make(strict, limit(tree, resource_limit=6)).status_int == 403
    made, = make(strict, limit(tree, resource_limit=5)).json['limits']
    path = '/v3/limits/' + made['id']
    assert strict.admin.patch(path, {'limit': {'resource_limit': 6}}).status_int == 403
    assert strict.admin.get(path).json['limit']['resource_limit'] == 5
    assert strict.admin.patch(path, {'limit': {'resource_limit': 4}}).status_int == 200


def test_no_domain_has_less_than_a_project_in_it(strict, tree):
    own, = make(strict, of_domain(tree, 8)).json['limits']
    make(strict, limit(tree, resource_limit=7))
    path = '/v3/limits/' + own['id']
    answer = strict.admin.patch(path, {'limit': {'resource_limit': 6}})
    assert answer.status_int == 403 and 'domain_id: ' + tree['domain'] in answer.json['error']['message']
    assert strict.admin.patch(path, {'limit': {'resource_limit': 7}}).status_int == 200


def test_a_request_for_both_is_judged_by_itself(strict, tree):
    assert make(strict, of_domain(tree, 3), limit(tree, resource_limit=4)).status_int == 403
    assert strict.admin.get('/v3/limits').json['limits'] == []
    assert make(strict, of_domain(tree, 30), limit(tree, resource_limit=20)).status_int == 201


def test_projects_nest_two_levels_in_the_strict_model(strict, tree):
    child = strict.make('projects', 'project', name='c', parent_id=tree['project'])['id']
    answer = strict.admin.post('/v3/projects', {'project': {'name': 'g', 'parent_id': child}})
    assert answer.status_int == 403 and 'Max hierarchy depth reached' in answer.json['error']['message']


def test_a_deeper_tree_keeps_the_strict_model_from_starting(identity, ids):
    child = identity.make('projects', 'project', name='c', parent_id=ids['project'])['id']
    runtime = identity.runtime
    identity.cloud.conf.set_override('enforcement_model', 'strict_two_level', 'identity')
    limit_model.check_tree(runtime.db, runtime.options)
    identity.cloud.conf.set_override('enforcement_model', 'flat', 'identity')
    deep = identity.make('projects', 'project', name='g', parent_id=child)['id']
    identity.cloud.conf.set_override('enforcement_model', 'strict_two_level', 'identity')
    with pytest.raises(errors.Conflict, match=deep):
        limit_model.check_tree(runtime.db, runtime.options)
