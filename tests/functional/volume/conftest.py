# SPDX-License-Identifier: Apache-2.0
"""The volume service in the test's process: API, worker and agent on a fake back end."""
import base64
import time
import uuid

import pytest

from praline_common import errors
from praline_common import rpc
from praline_common.testing.cloud import TestCloud
from praline_volume.drivers.faults import Faults


class FakeImage:
    """An image service that holds its images in memory."""

    def __init__(self):
        self.images, self.data, self.failed = {}, {}, {}

    def add(self, data=b'an image', **fields):
        image = {'id': str(uuid.uuid4()), 'name': 'image', 'status': 'active', 'size': len(data), 'virtual_size': None,
                 'min_disk': 0, 'min_ram': 0, 'checksum': 'c', 'disk_format': 'raw', 'container_format': 'bare',
                 'owner': 'p1', 'visibility': 'public', 'properties': {}, 'location': None, **fields}
        self.images[image['id']], self.data[image['id']] = image, data
        return image

    @rpc.method
    def get_image(self, ctx, image_id):
        if image_id not in self.images:
            raise errors.NotFound('no such image')
        return self.images[image_id]

    @rpc.method
    def create_image(self, ctx, name, properties, fields):
        return self.add(b'', name=name, properties=properties, status='queued', **fields)

    @rpc.method
    def read_image(self, ctx, image_id, offset, length):
        data = self.data[image_id]
        return {'data': base64.b64encode(data[offset:offset + length]).decode(), 'size': len(data)}

    @rpc.method
    def begin_upload(self, ctx, image_id):
        return {'path': None}

    @rpc.method
    def write_image(self, ctx, image_id, offset, data):
        self.data[image_id] = self.data[image_id][:offset] + base64.b64decode(data)

    @rpc.method
    def finish_upload(self, ctx, image_id, disk_format, container_format):
        self.images[image_id]['status'] = 'active'

    @rpc.method
    def fail_upload(self, ctx, image_id, cause):
        self.failed[image_id] = cause


class FakeCompute:

    def __init__(self):
        self.extended, self.held = [], {}

    @rpc.method
    def attachment_of(self, ctx, server_id, volume_id):
        return self.held.get((server_id, volume_id))

    @rpc.method
    def volume_extended(self, ctx, server_id, volume_id, size):
        self.extended.append((server_id, volume_id, size))


class Volumes:
    """What most tests begin with."""

    def __init__(self, cloud):
        self.cloud, self.api, self.admin = cloud, cloud.client('volume'), cloud.admin('volume')

    def at(self, version, **who):
        """A client that speaks this microversion."""
        client = self.cloud.client('volume', **who)
        client.headers['OpenStack-API-Version'] = f'volume {version}'
        return client

    def post(self, **fields):
        answer = self.api.post('/v3/volumes', {'volume': {'size': 1, **fields}})
        assert answer.status_int == 202, answer.text
        return answer.json['volume']

    def create(self, status='available', **fields):
        volume = self.post(**fields)
        return self.wait(volume['id'], status)

    def wait(self, volume_id, *statuses, kind='volume'):
        """The volume once it has one of the statuses."""
        return self.until(f'/v3/{kind}s/{volume_id}', lambda answer: answer.status_int == 200
                          and answer.json[kind]['status'] in statuses).json[kind]

    def gone(self, volume_id, kind='volume'):
        self.until(f'/v3/{kind}s/{volume_id}', lambda answer: answer.status_int == 404)

    def until(self, path, condition):
        deadline = time.monotonic() + 60
        while True:
            answer = self.admin.get(path)
            if condition(answer):
                return answer
            assert time.monotonic() < deadline, answer.text
            time.sleep(0.01)

    def snapshot(self, volume_id, **fields):
        answer = self.api.post('/v3/snapshots', {'snapshot': {'volume_id': volume_id, **fields}})
        assert answer.status_int == 202, answer.text
        return self.wait(answer.json['snapshot']['id'], 'available', kind='snapshot')

    def action(self, volume_id, word, body=None, client=None):
        return (client or self.api).post(f'/v3/volumes/{volume_id}/action', {word: body})


@pytest.fixture(scope='session')
def images():
    return FakeImage()


@pytest.fixture(scope='session')
def compute():
    return FakeCompute()


@pytest.fixture(scope='session')
def cloud(tmp_path_factory, images, compute):
    with TestCloud(tmp_path_factory.mktemp('volume'), ['volume'], fakes={'image': images, 'compute': compute},
                   options={'volume.driver': 'fake', 'volume.quota_volumes': 1000, 'volume.quota_snapshots': 1000,
                            'volume.quota_groups': 100, 'volume.quota_gigabytes': 100000}, agents=['volume']) as cloud:
        yield cloud


@pytest.fixture(scope='session')
def volumes(cloud):
    volumes = Volumes(cloud)
    volumes.until('/v3/scheduler-stats/get_pools', lambda answer: answer.status_int == 200 and answer.json['pools'])
    return volumes


@pytest.fixture
def faults(cloud):
    """The fake back end's faults."""
    made = Faults(cloud.directory + '/volumes/faults.json')
    yield made
    made.clear()
