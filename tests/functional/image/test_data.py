# SPDX-License-Identifier: Apache-2.0
"""Data up and down: whole, in parts, broken, too large, and nothing left behind."""
import hashlib
import io
import os
import subprocess
import uuid

import pytest
import webob

from praline_common import errors
from praline_common.api import bodies
from praline_common.context import Context

OCTETS = {'Content-Type': 'application/octet-stream'}


def files(cloud):
    directory = os.path.join(cloud.directory, 'images')
    return sorted(os.path.relpath(os.path.join(where, name), directory)
                  for where, _, names in os.walk(directory) for name in names)


def test_upload_makes_it_active_with_both_hashes(upload, cloud):
    data = os.urandom(3 << 20)
    image = upload(data)
    assert image['status'] == 'active'
    assert image['size'] == image['virtual_size'] == len(data)
    assert image['checksum'] == hashlib.md5(data).hexdigest()
    assert (image['os_hash_algo'], image['os_hash_value']) == ('sha512', hashlib.sha512(data).hexdigest())
    assert files(cloud) == [image['id']]


def test_download_gives_the_same_bytes(upload, user):
    data = os.urandom(3 << 20)
    image = upload(data)
    answer = user.get('/v2/images/%s/file' % image['id'])
    assert answer.status_int == 200
    assert answer.body == data
    assert answer.content_length == len(data)
    assert answer.content_type == 'application/octet-stream'
    assert answer.headers['Content-MD5'] == image['checksum']


@pytest.mark.parametrize('asked, got, said', [
    ('bytes=0-4', b'01234', 'bytes 0-4/10'), ('bytes=5-', b'56789', 'bytes 5-9/10'),
    ('bytes=-3', b'789', 'bytes 7-9/10'), ('bytes=8-100', b'89', 'bytes 8-9/10')])
def test_a_range_of_it(upload, user, asked, got, said):
    image = upload(b'0123456789')
    answer = user.get('/v2/images/%s/file' % image['id'], headers={'Range': asked})
    assert (answer.status_int, answer.body) == (206, got)
    assert answer.headers['Content-Range'] == said
    assert answer.content_length == len(got)


@pytest.mark.parametrize('asked', ['bytes=10-', 'bytes=100-200', 'lines=1-2'])
def test_a_range_outside_of_it_is_416(upload, user, asked):
    image = upload(b'0123456789')
    assert user.get('/v2/images/%s/file' % image['id'], headers={'Range': asked}).status_int == 416


def test_a_queued_image_has_no_data_204(create, user):
    assert user.get('/v2/images/%s/file' % create()['id']).status_int == 204


def test_chunked_upload(create, user, cloud):
    image = create()
    data = os.urandom(2 << 20)
    request = webob.Request.blank('/v2/images/%s/file' % image['id'], method='PUT', headers={**user.headers, **OCTETS})
    request.script_name = '/image'
    request.environ.update({'HTTP_TRANSFER_ENCODING': 'chunked', 'wsgi.input': io.BytesIO(data),
                            'wsgi.input_terminated': True})
    request.environ.pop('CONTENT_LENGTH', None)
    assert request.get_response(cloud.app('image')).status_int == 204
    assert user.get('/v2/images/' + image['id']).json['size'] == len(data)


def test_a_broken_upload_leaves_nothing_and_can_be_tried_again(create, user, cloud):
    image = create()
    request = webob.Request.blank('/v2/images/%s/file' % image['id'], method='PUT', headers={**user.headers, **OCTETS})
    request.script_name = '/image'
    request.environ.update({'CONTENT_LENGTH': '1000', 'wsgi.input': io.BytesIO(b'short')})
    assert request.get_response(cloud.app('image')).status_int == 400
    assert user.get('/v2/images/' + image['id']).json['status'] == 'queued'
    assert files(cloud) == []
    assert user.put('/v2/images/%s/file' % image['id'], data=b'x', headers=OCTETS).status_int == 204


class Uwsgi:
    """What uWSGI offers to read chunks: these pieces, then it says that no more can be had."""

    def __init__(self, pieces, descriptor):
        self.pieces, self.descriptor = iter(pieces), descriptor

    def chunked_read(self, timeout):
        piece = next(self.pieces)
        if piece is None:
            raise OSError('unable to receive chunked part')
        return piece

    def connection_fd(self):
        return self.descriptor


@pytest.fixture
def chunked(create, user, cloud, monkeypatch):
    """Uploads pieces as uWSGI hands them out: chunked(pieces, kind) -> (status, image, what was written before it)."""
    def send(pieces, kind='file', **headers):
        image, (reading, writing) = create(), os.pipe()
        monkeypatch.setattr(bodies, 'uwsgi', Uwsgi(pieces, writing))
        request = webob.Request.blank('/v2/images/%s/%s' % (image['id'], kind), method='PUT',
                                      headers={**user.headers, **OCTETS, **headers})
        request.script_name = '/image'
        request.environ['HTTP_TRANSFER_ENCODING'] = 'chunked'
        status = request.get_response(cloud.app('image')).status_int
        monkeypatch.setattr(bodies, 'uwsgi', None)
        os.close(writing)
        with open(reading, 'rb') as said:
            return status, user.get('/v2/images/' + image['id']).json, said.read()
    return send


@pytest.mark.parametrize('kind', ['file', 'stage'])
def test_chunks_that_are_cut_off_are_400_and_leave_nothing(chunked, cloud, kind):
    status, image, _ = chunked([b'half', None, None, None], kind)
    assert (status, image['status']) == (400, 'queued')
    assert files(cloud) == []


def test_who_expects_100_is_told_once(chunked):
    status, image, said = chunked([b'hello', b' you', b''], Expect='100-continue')
    assert (status, image['status'], image['size']) == (204, 'active', 9)
    assert said == b'HTTP/1.1 100 Continue\r\n\r\n'
    assert chunked([b'x', b''])[2] == b''


def test_a_second_upload_is_409(upload, user):
    image = upload(b'one')
    answer = user.put('/v2/images/%s/file' % image['id'], data=b'two', headers=OCTETS)
    assert answer.status_int == 409
    assert 'from active to saving' in answer.json['error']['message']
    assert user.get('/v2/images/%s/file' % image['id']).body == b'one'


def test_wrong_content_type_is_415(create, user):
    answer = user.put('/v2/images/%s/file' % create()['id'], data=b'x', headers={'Content-Type': 'text/plain'})
    assert answer.status_int == 415


def test_formats_must_be_set_first(user):
    image = user.post('/v2/images', {'name': 'x'}).json
    answer = user.put('/v2/images/%s/file' % image['id'], data=b'x', headers=OCTETS)
    assert answer.status_int == 400
    assert 'disk_format' in answer.json['error']['message']


def test_others_cannot_upload_or_see_private_data(create, upload, other, admin):
    queued, active = create(visibility='private'), upload(b'x', visibility='private')
    assert other.put('/v2/images/%s/file' % queued['id'], data=b'x', headers=OCTETS).status_int == 404
    assert other.get('/v2/images/%s/file' % active['id']).status_int == 404
    assert admin.get('/v2/images/%s/file' % active['id']).body == b'x'


def test_delete_removes_the_data(upload, user, cloud):
    image = upload(b'x')
    assert user.delete('/v2/images/' + image['id']).status_int == 204
    assert files(cloud) == []


@pytest.mark.parametrize('options', [{'image.largest_image': 100}])
def test_too_large_is_413_and_leaves_nothing(create, user, cloud):
    image = create()
    answer = user.put('/v2/images/%s/file' % image['id'], data=b'x' * 101, headers=OCTETS)
    assert answer.status_int == 413
    assert '100 bytes' in answer.json['error']['message']
    assert files(cloud) == []
    assert user.get('/v2/images/' + image['id']).json['status'] == 'queued'


@pytest.mark.parametrize('options', [{'image.project_bytes': 10}])
def test_project_quota_counts_what_is_there(create, upload, user):
    upload(b'123456')
    answer = user.put('/v2/images/%s/file' % create()['id'], data=b'12345', headers=OCTETS)
    assert answer.status_int == 413
    assert '4 bytes' in answer.json['error']['message']


def test_deactivated_data_is_only_for_administrators(upload, user, admin):
    image = upload(b'x')
    url = '/v2/images/%s' % image['id']
    assert user.post(url + '/actions/deactivate').status_int == 204
    assert user.get(url).json['status'] == 'deactivated'
    assert user.get(url + '/file').status_int == 403
    assert admin.get(url + '/file').body == b'x'
    assert user.post(url + '/actions/reactivate').status_int == 204
    assert user.get(url + '/file').body == b'x'


def test_a_queued_image_is_not_deactivated(create, user):
    assert user.post('/v2/images/%s/actions/deactivate' % create()['id']).status_int == 400


@pytest.mark.skipif(os.geteuid() != 0, reason='mounting a small file system needs root')
class TestFullDisk:

    @pytest.fixture
    def options(self, tmp_path):
        directory = tmp_path / 'small'
        directory.mkdir()
        subprocess.run(['mount', '-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', str(directory)], check=True)
        yield {'image.directory': str(directory)}
        subprocess.run(['umount', str(directory)], check=True)

    @pytest.mark.parametrize('verb', ['file', 'stage'])
    def test_it_is_413_and_leaves_nothing(self, create, user, options, verb):
        image = create()
        answer = user.put('/v2/images/%s/%s' % (image['id'], verb), data=b'x' * (2 << 20), headers=OCTETS)
        assert answer.status_int == 413
        assert 'full' in answer.json['error']['message']
        assert user.get('/v2/images/' + image['id']).json['status'] == 'queued'
        assert [names for _, _, names in os.walk(options['image.directory'])] == [[], [], []]


class TestContract:
    """The same data through contracts.image."""

    @pytest.fixture
    def images(self, cloud):
        return cloud.runtime('image').contracts.image

    @pytest.fixture
    def ctx(self):
        return Context(project_id='p1', user_id='u1', roles=['member'], overwrite=False)

    def test_get_tells_where_the_data_is(self, upload, images, ctx, cloud):
        image = upload(b'data', hw_disk_bus='virtio')
        found = images.get(ctx, image['id'])
        assert found['properties'] == {'hw_disk_bus': 'virtio'}
        assert found['location'] == os.path.join(cloud.directory, 'images', image['id'])
        with open(found['location'], 'rb') as file:
            assert file.read() == b'data'

    def test_read_in_pieces(self, upload, images, ctx):
        image = upload(b'0123456789')
        assert images.read(ctx, image['id'], 8, 100) == {'data': 'ODk=', 'size': 10}

    def test_snapshot_through_a_shared_path(self, images, ctx, user):
        image = images.create(ctx, 'snap', {'a': 1}, visibility='private', min_disk=1)
        with open(images.begin_upload(ctx, image['id'])['path'], 'wb') as file:
            file.write(b'snapshot')
        done = images.finish_upload(ctx, image['id'], 'raw')
        assert images.finish_upload(ctx, image['id'], 'raw') == done
        shown = user.get('/v2/images/' + image['id']).json
        assert (shown['status'], shown['size'], shown['a'], shown['min_disk']) == ('active', 8, '1', 1)

    def test_snapshot_in_pieces(self, images, ctx, user):
        image = images.create(ctx, 'snap', {})
        images.begin_upload(ctx, image['id'])
        for offset, data in ((4, 'NDU2Nw=='), (0, 'MDEyMw=='), (0, 'MDEyMw==')):
            images.write(ctx, image['id'], offset, data)
        images.finish_upload(ctx, image['id'], 'raw')
        assert user.get('/v2/images/%s/file' % image['id']).body == b'01234567'

    def test_a_failed_snapshot_leaves_nothing(self, images, ctx, user, cloud):
        image = images.create(ctx, 'snap', {})
        with open(images.begin_upload(ctx, image['id'])['path'], 'wb') as file:
            file.write(b'half')
        images.fail_upload(ctx, image['id'], 'the host went away')
        images.fail_upload(ctx, image['id'], 'the host went away')
        assert user.get('/v2/images/' + image['id']).status_int == 404
        assert files(cloud) == []

    def test_create_with_an_id_may_be_asked_twice(self, images, ctx):
        image_id = str(uuid.uuid4())
        first = images.create(ctx, 'snap', {}, id=image_id, min_disk=1)
        assert images.create(ctx, 'snap', {}, id=image_id, min_disk=1) == first
        with pytest.raises(errors.BadRequest, match='colour'):
            images.create(ctx, 'snap', {}, colour='red')
