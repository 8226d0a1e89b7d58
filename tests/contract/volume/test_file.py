# SPDX-License-Identifier: Apache-2.0
"""What only files can meet: a full file system."""
import os
import subprocess

import pytest

from praline_common.objects.volume import Volume
from praline_volume import errors


@pytest.fixture
def small_disk(tmp_path):
    """Four mebibytes of room where the files will be."""
    if os.getuid():
        pytest.skip('mount wants root')
    path = tmp_path / 'files'
    path.mkdir()
    subprocess.check_call(['mount', '-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', path])
    yield path
    subprocess.check_call(['umount', '-l', path])


def test_full_disk_is_named_and_leaves_nothing(small_disk, file_driver, tmp_path):
    image = tmp_path / 'image.raw'
    image.write_bytes(os.urandom(8 << 20))
    with pytest.raises(errors.BackendFull, match='full'):
        file_driver.create_from_image(Volume(id='one', size_gb=1), str(image), 'raw')
    assert file_driver.volumes() == {} and os.listdir(small_disk / 'volumes') == []
    image.write_bytes(os.urandom(3 << 20))
    file_driver.create_from_image(Volume(id='one', size_gb=1), str(image), 'raw')
    with pytest.raises(errors.BackendFull, match='full'):
        file_driver.create_snapshot('snap', 'one')
    assert file_driver.snapshots() == {} and os.listdir(small_disk / 'snapshots') == []


def test_missing_program_is_named(file_driver, monkeypatch):
    monkeypatch.setattr('shutil.which', lambda name, path=None: None if name == 'qemu-img' else name)
    with pytest.raises(errors.BackendUnavailable, match='install the package qemu-utils'):
        file_driver.check()
