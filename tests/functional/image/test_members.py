# SPDX-License-Identifier: Apache-2.0
"""Sharing: the owner offers, the member accepts, nobody else sees anything."""
import pytest


@pytest.fixture
def image(create):
    return create(visibility='shared')


@pytest.fixture
def url(image):
    return '/v2/images/%s/members' % image['id']


@pytest.fixture
def third(cloud):
    return cloud.client('image', project='p3', user='u3')


def listed(client, query=''):
    return [image['id'] for image in client.get('/v2/images' + query).json['images']]


def test_offer_accept_use_and_take_back(image, url, user, other):
    offered = user.post(url, {'member': 'p2'})
    assert offered.status_int == 200
    assert {key: offered.json[key] for key in ('image_id', 'member_id', 'status', 'schema')} == {
        'image_id': image['id'], 'member_id': 'p2', 'status': 'pending', 'schema': '/v2/schemas/member'}
    assert other.get('/v2/images/' + image['id']).status_int == 200
    assert listed(other) == []
    assert listed(other, '?member_status=pending') == [image['id']]
    assert other.put(url + '/p2', {'status': 'accepted'}).json['status'] == 'accepted'
    assert listed(other) == [image['id']]
    assert listed(other, '?visibility=shared&member_status=all') == [image['id']]
    assert user.delete(url + '/p2').status_int == 204
    assert listed(other, '?member_status=all') == []
    assert other.get('/v2/images/' + image['id']).status_int == 404


def test_rejected_images_leave_the_list(image, url, user, other):
    user.post(url, {'member': 'p2'})
    other.put(url + '/p2', {'status': 'rejected'})
    assert listed(other) == []
    assert listed(other, '?member_status=rejected') == [image['id']]


def test_owner_sees_all_members_and_a_member_only_itself(url, user, other, third):
    for project in ('p2', 'p3'):
        user.post(url, {'member': project})
    assert [item['member_id'] for item in user.get(url).json['members']] == ['p2', 'p3']
    assert [item['member_id'] for item in other.get(url).json['members']] == ['p2']
    assert other.get(url + '/p2').status_int == 200
    assert other.get(url + '/p3').status_int == 404
    assert user.get(url + '/p3').json['member_id'] == 'p3'


def test_who_may_not(url, user, other, third):
    user.post(url, {'member': 'p2'})
    assert third.get(url).status_int == 404
    assert other.post(url, {'member': 'p3'}).status_int == 403
    assert other.delete(url + '/p2').status_int == 403
    assert user.put(url + '/p2', {'status': 'accepted'}).status_int == 403


def test_bad_requests(url, user, other, create):
    assert user.post(url, {}).status_int == 400
    assert user.post(url, {'member': 'p2'}).status_int == 200
    assert user.post(url, {'member': 'p2'}).status_int == 409
    assert other.put(url + '/p2', {'status': 'maybe'}).status_int == 400
    assert user.delete(url + '/p9').status_int == 404
    private = create(visibility='private')
    assert user.post('/v2/images/%s/members' % private['id'], {'member': 'p2'}).status_int == 403
