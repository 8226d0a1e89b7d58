# SPDX-License-Identifier: Apache-2.0
"""An image service in the test's process."""
import pytest

from praline_common.testing.cloud import TestCloud

OCTETS = {'Content-Type': 'application/octet-stream'}


@pytest.fixture
def options():
    """Overrides for this module's cloud; a test class or module may define its own."""
    return {}


@pytest.fixture
def cloud(tmp_path, options):
    with TestCloud(tmp_path, services=['image'], options=options) as running:
        yield running


@pytest.fixture
def user(cloud):
    return cloud.client('image')


@pytest.fixture
def other(cloud):
    return cloud.client('image', project='p2', user='u2')


@pytest.fixture
def admin(cloud):
    return cloud.admin('image')


@pytest.fixture
def create(user):
    """A maker of queued images: create(name='x') -> the image."""
    def make(client=user, **fields):
        answer = client.post('/v2/images', {'disk_format': 'raw', 'container_format': 'bare', **fields})
        assert answer.status_int == 201, answer.text
        return answer.json
    return make


@pytest.fixture
def upload(create, user):
    """A maker of active images: upload(b'data', name='x') -> the image."""
    def make(data=b'data', client=user, **fields):
        image = create(client, **fields)
        answer = client.put('/v2/images/%s/file' % image['id'], data=data, headers=OCTETS)
        assert answer.status_int == 204, answer.text
        return client.get('/v2/images/' + image['id']).json
    return make
