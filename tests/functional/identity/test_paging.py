# SPDX-License-Identifier: Apache-2.0
"""Every list: pages that together are the whole, `truncated` while more follow, and the filters of each."""
import pytest

from praline_common.testing.cloud import TestCloud
from praline_identity.bootstrap import bootstrap

from .conftest import CHEAP, PASSWORD, Identity

PAGED = ('users', 'groups', 'projects', 'domains', 'roles', 'services', 'endpoints', 'regions', 'credentials',
         'policies', 'registered_limits', 'limits', 'groups/{group}/users', 'users/{user}/groups',
         'users/{user}/projects', 'auth/projects')
# {list: ((query, names or ids of what it finds), ...)}
FILTERS = {
    'users': (('name=ann', 'ann'), ('name__contains=nn', 'ann'), ('name__icontains=NN', 'ann'),
              ('name__startswith=an', 'ann'), ('name__endswith=ob', 'bob'), ('name__iendswith=OB', 'bob'),
              ('name__iequals=ANN', 'ann'), ('name__contains=n%25', ''), ('enabled=false', 'bob'),
              ('domain_id={other}&enabled=true', 'ann'), ('domain_id=nowhere', ''),
              ('default_project_id={project}', 'ann')),
    'groups': (('name=staff', 'staff'), ('domain_id={other}', 'crew'), ('name__startswith=cr', 'crew')),
    'projects': (('name=one', 'one'), ('enabled=false', 'two'), ('domain_id={other}', 'one two'),
                 ('parent_id={project}', 'two'), ('name__contains=w&domain_id={other}', 'two'), ('tags=red', 'one'),
                 ('tags=red,blue', ''), ('tags-any=red,blue', 'one two'), ('not-tags=red&domain_id={other}', 'two'),
                 ('not-tags-any=red,blue&domain_id={other}', '')),
    'domains': (('name=other', 'other'), ('enabled=false', 'closed'), ('name__istartswith=OTH', 'other')),
    'roles': (('name=cook', 'cook'), ('domain_id={other}', 'chef'), ('name__contains=oo', 'cook')),
    'services': (('type=t1', 's1'), ('name=s2', 's2'), ('name__startswith=s', 's1 s2'), ('name=s2&limit=1', 's2'),
                 ('name__iequals=S1', 's1'), ('type__startswith=t&name__endswith=2', 's2')),
    'endpoints': (('interface=internal&service_id={service}', 'e2'), ('region_id=r1', 'e1'),
                  ('service_id={service}', 'e1 e2')),
    'regions': (('parent_region_id=r1', 'r2'), ('parent_region_id=nowhere', '')),
    'credentials': (('type=cert', 'c1'), ('user_id={user}', 'c1'), ('type=ec2', '')),
    'policies': (('type=text', 'p1'), ('type__contains=nothing', '')),
    'registered_limits': (('resource_name=cores', 'cores'), ('service_id={service}', 'cores ram'), ('region_id=r1', '')),
    'limits': (('resource_name=cores', 'cores'), ('project_id={project}', 'cores ram'), ('domain_id={other}', '')),
}


@pytest.fixture(scope='module')
def identity(tmp_path_factory):
    with TestCloud(tmp_path_factory.mktemp('cloud'), ['identity'], options=CHEAP) as cloud:
        bootstrap(cloud.runtime('identity'), PASSWORD, {})
        yield Identity(cloud)


@pytest.fixture(scope='module')
def ids(identity):
    """One or two of everything, and the ids that the queries name."""
    make, admin = identity.make, identity.admin
    other = make('domains', 'domain', name='other')['id']
    make('domains', 'domain', name='closed', enabled=False)
    project = make('projects', 'project', name='one', domain_id=other, tags=['red'])['id']
    make('projects', 'project', name='two', domain_id=other, parent_id=project, enabled=False, tags=['blue'])
    user = make('users', 'user', name='ann', domain_id=other, default_project_id=project)['id']
    bob = make('users', 'user', name='bob', domain_id=other, enabled=False)['id']
    groups = [make('groups', 'group', name=name, domain_id=domain)['id'] for name, domain in (
        ('staff', 'default'), ('crew', other), ('night', 'default'))]
    roles = [make('roles', 'role', name='cook')['id'], make('roles', 'role', name='chef', domain_id=other)['id']]
    for n, member in enumerate((user, bob, identity.admin.get('/v3/users?name=admin').json['users'][0]['id'])):
        admin.put('/v3/groups/%s/users/%s' % (groups[0], member))
        admin.put('/v3/groups/%s/users/%s' % (groups[n], user))
    for place in (project, identity.admin.get('/v3/projects?name=admin').json['projects'][0]['id'],
                  identity.admin.get('/v3/projects?name=service').json['projects'][0]['id']):
        for one in (user, member):
            admin.put('/v3/projects/%s/users/%s/roles/%s' % (place, one, roles[0]))
    make('regions', 'region', id='r1')
    make('regions', 'region', id='r2', parent_region_id='r1')
    service = make('services', 'service', type='t1', name='s1')['id']
    make('services', 'service', type='t2', name='s2')
    make('endpoints', 'endpoint', service_id=service, interface='public', url='http://e1', region_id='r1', name='e1')
    make('endpoints', 'endpoint', service_id=service, interface='internal', url='http://e2', name='e2')
    make('credentials', 'credential', type='cert', blob='x', user_id=user, name='c1')
    make('credentials', 'credential', type='other', blob='x', user_id=bob, name='c2')
    make('policies', 'policy', type='text', blob='x', name='p1')
    make('policies', 'policy', type='json', blob='x', name='p2')
    for name in ('cores', 'ram'):
        admin.post('/v3/registered_limits', {'registered_limits': [
            {'service_id': service, 'resource_name': name, 'default_limit': 1}]})
        admin.post('/v3/limits', {'limits': [
            {'service_id': service, 'resource_name': name, 'resource_limit': 2, 'project_id': project}]})
    return {'other': other, 'project': project, 'user': user, 'group': groups[0], 'service': service}


def listed(identity, path):
    answer = identity.admin.get('/v3/' + path)
    assert answer.status_int == 200, answer.text
    body = answer.json
    return body[path.partition('?')[0].rpartition('/')[2]], body


@pytest.mark.parametrize('path', PAGED)
def test_pages_are_the_whole(identity, ids, path):
    path = path.format(**ids)
    whole, body = listed(identity, path)
    assert len(whole) >= 2 and 'truncated' not in body and body['links']['next'] is None
    found, following = [], path + '?limit=1'
    for _ in whole:
        rows, body = listed(identity, following)
        assert len(rows) == 1
        found += rows
        more = len(found) < len(whole)
        assert body.get('truncated', False) is more and bool(body['links']['next']) is more
        if more:
            following = body['links']['next'].partition('/v3/')[2]
    assert [row['id'] for row in found] == [row['id'] for row in whole]
    exactly, body = listed(identity, '%s?limit=%d' % (path, len(whole)))
    assert len(exactly) == len(whole) and 'truncated' not in body
    none, body = listed(identity, path + '?limit=0')
    assert none == [] and body['truncated'] and body['links']['next'] is None
    for wrong in ('limit=x', 'limit=-1', 'limit=1.5'):
        assert identity.admin.get('/v3/%s?%s' % (path, wrong)).status_int == 400
    if path != 'credentials':
        assert identity.admin.get('/v3/%s?marker=nothing' % path).status_int == 404


@pytest.mark.parametrize('path', FILTERS)
def test_filters(identity, ids, path):
    for query, wanted in FILTERS[path]:
        rows, _ = listed(identity, '%s?%s' % (path, query.format(**ids)))
        names = {row.get('name') or row.get('resource_name') or row['id'] for row in rows}
        assert names == set(wanted.split()), query
    whole, _ = listed(identity, path)
    unknown, _ = listed(identity, path + '?smell=sweet&name__smells=x')
    assert unknown == whole


def test_a_page_keeps_its_filters(identity, ids):
    rows, body = listed(identity, 'projects?domain_id=%s&limit=1' % ids['other'])
    assert 'domain_id=' + ids['other'] in body['links']['next']
    more, body = listed(identity, body['links']['next'].partition('/v3/')[2])
    assert {row['name'] for row in rows + more} == {'one', 'two'} and 'truncated' not in body


def test_the_operator_limits_pages(identity, ids):
    identity.cloud.conf.set_override('list_limit', 2)
    try:
        rows, body = listed(identity, 'users?limit=1000')
        assert len(rows) == 2 and body['truncated'] and 'limit=2' in body['links']['next']
        assert len(listed(identity, 'users')[0]) == 2
    finally:
        identity.cloud.conf.clear_override('list_limit')
