# SPDX-License-Identifier: Apache-2.0
"""The list of images: filters, order, pages, and what a page costs."""

import pytest
from praline_common.testing.statements import counted


def names(client, query=''):
    answer = client.get('/v2/images' + query)
    assert answer.status_int == 200, answer.text
    return [image['name'] for image in answer.json['images']]


@pytest.fixture
def five(create, upload):
    upload(b'x' * 10, name='a', tags=['red', 'round'], os_distro='debian')
    upload(b'x' * 20, name='b', tags=['red'], disk_format='iso', container_format='ovf')
    create(name='c', visibility='private', protected=True)
    create(name='d', min_ram=512)
    create(name='e', os_hidden=True)


@pytest.mark.parametrize('query, found', [
    ('', 'dcba'), ('?name=a', 'a'), ('?name=in:a,c', 'ca'), ('?status=active', 'ba'), ('?status=in:active,queued', 'dcba'),
    ('?tag=red', 'ba'), ('?tag=red&tag=round', 'a'), ('?os_distro=debian', 'a'), ('?os_distro=other', ''),
    ('?disk_format=iso', 'b'), ('?container_format=ovf', 'b'), ('?size_min=15', 'b'), ('?size_max=15', 'a'),
    ('?visibility=private', 'c'), ('?protected=true', 'c'), ('?min_ram=512', 'd'), ('?os_hidden=true', 'e'),
    ('?owner=p1', 'dcba'), ('?owner=p2', ''), ('?size=20', 'b'),
    ('?created_at=gt:2000-01-01T00:00:00Z', 'dcba'), ('?created_at=lt:2000-01-01T00:00:00Z', ''),
    ('?sort=name:asc', 'abcd'), ('?sort_key=name&sort_dir=asc', 'abcd'), ('?sort_key=name', 'dcba'),
    ('?sort=size:asc,name:desc', 'dcab'), ('?sort_key=status&sort_key=name&sort_dir=asc&sort_dir=desc', 'badc'),
    ('?limit=2', 'dc'), ('?limit=0', '')])
def test_filters_and_order(five, user, query, found):
    assert ''.join(names(user, query)) == found


@pytest.mark.parametrize('query', [
    '?sort=colour', '?sort=name:up', '?sort=name&sort_key=name', '?sort_key=name&sort_dir=asc&sort_dir=desc',
    '?limit=x', '?limit=-1', '?size_min=x', '?size_max=-1', '?visibility=secret', '?member_status=maybe',
    '?protected=perhaps', '?os_hidden=perhaps', '?created_at=gt:yesterday', '?marker=00000000-0000-4000-8000-000000000000',
    '?changes-since=2000'])
def test_bad_queries_are_400(five, user, query):
    answer = user.get('/v2/images' + query)
    assert answer.status_int == 400
    assert answer.json['error']['message']


def test_pages_follow_their_links(five, user):
    seen, url = [], '/v2/images?limit=3&sort=name:asc'
    body = user.get(url).json
    assert body['first'] == '/v2/images?limit=3&sort=name%3Aasc'
    while True:
        seen += [image['name'] for image in body['images']]
        if 'next' not in body:
            break
        body = user.get(body['next']).json
    assert seen == ['a', 'b', 'c', 'd']
    assert body['schema'] == '/v2/schemas/images'


def test_what_each_sees(create, admin, user, other):
    for visibility in ('public', 'community', 'private', 'shared'):
        create(admin, name='admin-' + visibility, visibility=visibility)
        if visibility != 'public':
            create(user, name='mine-' + visibility, visibility=visibility)
    assert set(names(user)) == {'admin-public', 'mine-community', 'mine-private', 'mine-shared'}
    assert set(names(other)) == {'admin-public'}
    assert set(names(other, '?visibility=community')) == {'admin-community', 'mine-community'}
    assert set(names(other, '?visibility=all')) == {'admin-public', 'admin-community', 'mine-community'}
    assert set(names(admin)) >= {'mine-private', 'mine-shared', 'admin-private'}
    assert set(names(user, '?visibility=private')) == {'mine-private'}


def test_a_page_is_one_statement(create, user, cloud):
    for index in range(5):
        create(name=str(index), tags=['x'], own='1')
    user.get('/v2/images')
    with counted(cloud.runtime('image').db) as statements:
        user.get('/v2/images?limit=3')
    assert len([text for text in statements if text.startswith('SELECT')]) == 1
