# SPDX-License-Identifier: Apache-2.0
"""A whole project in image: counted, deleted with its data, and only it."""
import os

import pytest


@pytest.fixture
def ask(cloud):
    return cloud.runtime('image').contracts.image


def counts(ask, project='p1'):
    return {entry['kind']: (entry['count'], entry['size'], entry['unit'])
            for entry in ask.project_resources(None, project)}


def test_counts_and_sizes(ask, create, upload, user, other):
    upload(b'12345', name='a')
    create(name='queued')
    theirs = create(client=other, visibility='shared')
    other.post('/v2/images/%s/members' % theirs['id'], {'member': 'p1'})
    user.post('/v2/metadefs/namespaces', {'namespace': 'mine'})
    found = counts(ask)
    assert found['images'] == (2, 5, 'bytes') and found['image_members'] == (1, None, None)
    assert ask.project_resources(None, 'p1')[0]['things'][0]['name'] == 'a'
    assert ask.project_resources(None, 'nobody') == []


def test_all_of_it_goes_and_nothing_else(ask, cloud, create, upload, user, other, admin):
    gone = [upload(b'12345', protected=True), upload(b'6'), create(name='queued')]
    theirs = upload(b'theirs', client=other, visibility='shared')
    other.post('/v2/images/%s/members' % theirs['id'], {'member': 'p1'})
    namespace = admin.post('/v2/metadefs/namespaces', {'namespace': 'mine', 'owner': 'p1'})
    assert namespace.status_int == 201, namespace.text
    assert counts(ask)['metadef_namespaces'] == (1, None, None)
    for _ in range(2):
        assert ask.delete_project_resources(None, 'p1') == {'going': 0, 'refused': []}
    assert counts(ask) == {}
    assert [admin.get('/v2/images/' + image['id']).status_int for image in gone] == [404] * 3
    assert os.listdir(os.path.join(cloud.directory, 'images')).count(theirs['id']) == 1
    assert not set(os.listdir(os.path.join(cloud.directory, 'images'))) & {image['id'] for image in gone}
    assert other.get('/v2/images/%s/file' % theirs['id']).body == b'theirs'
    assert other.get('/v2/images/%s/members' % theirs['id']).json['members'] == []
    assert admin.get('/v2/metadefs/namespaces/mine').status_int == 404
