# SPDX-License-Identifier: Apache-2.0
"""Images are looked at before they become volumes."""
import os
import subprocess
import uuid

import pytest

from praline_common.objects.volume import Volume
from praline_volume import errors


def make(path, *options):
    subprocess.check_call(['qemu-img', 'create', '-q', *options], cwd=path)


@pytest.fixture
def volume():
    return Volume(id=str(uuid.uuid4()), size_gb=1)


def refused(driver, volume, path, disk_format, match):
    with pytest.raises(errors.ImageRefused, match=match):
        driver.create_from_image(volume, str(path), disk_format)
    assert driver.volumes() == {}


def test_image_that_refers_to_a_file_is_refused(real_driver, volume, tmp_path):
    (tmp_path / 'base').write_bytes(b'secret' * 1000)
    make(tmp_path, '-f', 'qcow2', '-b', 'base', '-F', 'raw', 'over.qcow2')
    refused(real_driver, volume, tmp_path / 'over.qcow2', 'qcow2', 'refers to another file')
    make(tmp_path, '-f', 'qcow2', '-o', 'data_file=base,data_file_raw=on', 'outside.qcow2', '1M')
    refused(real_driver, volume, tmp_path / 'outside.qcow2', 'qcow2', 'refers to another file')


def test_image_that_lies_is_refused(real_driver, volume, tmp_path):
    (tmp_path / 'text').write_bytes(b'no image' * 1000)
    refused(real_driver, volume, tmp_path / 'text', 'qcow2', 'cannot be read as qcow2')
    refused(real_driver, volume, tmp_path / 'text', 'docker', 'format docker cannot')


def test_vmdk_of_several_files_is_refused(real_driver, volume, tmp_path):
    make(tmp_path, '-f', 'vmdk', '-o', 'subformat=monolithicFlat', 'flat.vmdk', '1M')
    refused(real_driver, volume, tmp_path / 'flat.vmdk', 'vmdk', 'several files')


def test_virtual_size_counts(real_driver, volume, tmp_path):
    make(tmp_path, '-f', 'qcow2', 'large.qcow2', '2G')
    refused(real_driver, volume, tmp_path / 'large.qcow2', 'qcow2', '2147483648 bytes')


@pytest.mark.parametrize('disk_format', ['qcow2', 'vdi', 'vhdx', 'vmdk'])
def test_each_format_goes_in_and_out(real_driver, volume, tmp_path, disk_format):
    (tmp_path / 'image.raw').write_bytes(b'praline'.ljust(65536, b'.'))
    real_driver.create_from_image(volume, str(tmp_path / 'image.raw'), 'raw')
    real_driver.copy_to_image(volume, str(tmp_path / 'out'), disk_format)
    again = Volume(id=str(uuid.uuid4()), size_gb=1)
    real_driver.create_from_image(again, str(tmp_path / 'out'), disk_format)
    real_driver.copy_to_image(again, str(tmp_path / 'again.raw'), 'raw')
    with open(tmp_path / 'again.raw', 'rb') as file:
        assert file.read(65536) == b'praline'.ljust(65536, b'.')
    assert os.stat(tmp_path / 'again.raw').st_blocks < 8192, 'holes were written out'
