# SPDX-License-Identifier: Apache-2.0
"""Data is looked at before it is kept: real images made by qemu-img, and those that must not pass."""
import shutil
import struct
import subprocess

import pytest

OCTETS = {'Content-Type': 'application/octet-stream'}
needs_qemu_img = pytest.mark.skipif(not shutil.which('qemu-img'), reason='qemu-img is not installed')


def made(tmp_path, disk_format, *more):
    path = str(tmp_path / ('disk.' + disk_format))
    subprocess.run(['qemu-img', 'create', '-q', '-f', disk_format, *more, path, '64M'], check=True)
    with open(path, 'rb') as file:
        return file.read()


@pytest.fixture
def put(create, user):
    def upload(disk_format, data):
        image = create(disk_format=disk_format)
        return image['id'], user.put('/v2/images/%s/file' % image['id'], data=data, headers=OCTETS)
    return upload


@needs_qemu_img
@pytest.mark.parametrize('name, disk_format', [('qcow2', 'qcow2'), ('vmdk', 'vmdk'), ('vdi', 'vdi'), ('vpc', 'vhd'),
                                               ('vhdx', 'vhdx')])
def test_real_images_pass_with_their_virtual_size(put, user, tmp_path, name, disk_format):
    more = ('-o', 'subformat=streamOptimized') if name == 'vmdk' else ()
    image_id, answer = put(disk_format, made(tmp_path, name, *more))
    assert answer.status_int == 204, answer.text
    size = user.get('/v2/images/' + image_id).json['virtual_size']
    assert abs(size - (64 << 20)) < 1 << 20


@needs_qemu_img
def test_a_backing_file_is_refused(put, user, tmp_path):
    made(tmp_path, 'raw')
    data = made(tmp_path, 'qcow2', '-b', str(tmp_path / 'disk.raw'), '-F', 'raw')
    image_id, answer = put('qcow2', data)
    assert answer.status_int == 415
    assert 'backing' in answer.json['error']['message']
    assert user.get('/v2/images/' + image_id).json['status'] == 'queued'


@needs_qemu_img
def test_a_data_file_is_refused(put, tmp_path):
    data = made(tmp_path, 'qcow2', '-o', 'data_file=%s' % (tmp_path / 'outside.raw'))
    assert put('qcow2', data)[1].status_int == 415


@needs_qemu_img
@pytest.mark.parametrize('options', [{}, {'image.check_formats': False}])
def test_a_backing_file_is_refused_whatever_the_image_claims(put, tmp_path):
    made(tmp_path, 'raw')
    data = made(tmp_path, 'qcow2', '-b', str(tmp_path / 'disk.raw'), '-F', 'raw')
    assert put('raw', data)[1].status_int == 415


def test_a_vmdk_extent_outside_is_refused(put):
    descriptor = (b'# Disk DescriptorFile\nversion=1\nCID=1\nparentCID=ffffffff\ncreateType="monolithicFlat"\n'
                  b'RW 2048 FLAT "/etc/passwd" 0\n').ljust(2048, b'\0')
    header = struct.pack('<4sIIQQQQ', b'KDMV', 1, 3, 2048, 128, 1, 4)
    data = header.ljust(512, b'\0') + descriptor + b'\0' * 65536
    _, answer = put('vmdk', data)
    assert answer.status_int == 415


def test_data_of_another_format_is_refused(put):
    _, answer = put('qcow2', b'plain' * 1000)
    assert answer.status_int == 415
    assert answer.json['error']['message'] == 'The image is declared as qcow2, but its data is raw'


@pytest.mark.parametrize('options', [{'image.check_formats': False}])
def test_the_check_can_be_switched_off(put):
    for disk_format in ('qcow2', 'vhd', 'iso', 'ami'):
        assert put(disk_format, b'plain' * 1000)[1].status_int == 204
