# SPDX-License-Identifier: Apache-2.0
"""What every volume back end promises, asked of each of them."""
import uuid

import pytest

from praline_common.objects.volume import Volume
from praline_volume import errors

TEXT = b'praline was here'.ljust(1024, b'.')


def volume(size_gb=1):
    return Volume(id=str(uuid.uuid4()), size_gb=size_gb)


@pytest.fixture
def image(tmp_path):
    path = tmp_path / 'image.raw'
    path.write_bytes(TEXT)
    return str(path)


def content(driver, wanted, tmp_path):
    path = tmp_path / 'content.raw'
    driver.copy_to_image(wanted, str(path), 'raw')
    with open(path, 'rb') as file:
        return file.read(len(TEXT))


def test_is_fit_for_work(driver):
    driver.check()
    capacity = driver.capacity()
    assert 0 <= capacity['free_gb'] <= capacity['total_gb'] and capacity['total_gb'] > 1
    assert (driver.volumes(), driver.exports(), driver.snapshots(), driver.ensure_exports()) == ({}, {}, {}, [])


def test_create_and_delete_twice(driver):
    one = volume(2)
    driver.create(one)
    driver.create(one)
    assert driver.volumes() == {one.id: 2}
    driver.delete(one.id)
    driver.delete(one.id)
    assert driver.volumes() == {}


def test_image_becomes_volume_and_image_again(driver, image, tmp_path):
    one = volume()
    driver.create_from_image(one, image, 'raw')
    assert driver.volumes() == {one.id: 1}
    assert content(driver, one, tmp_path) == TEXT
    (tmp_path / 'image.raw').write_bytes(b'x' * 1024)
    driver.create_from_image(one, image, 'raw')
    assert content(driver, one, tmp_path) == TEXT, 'an existing volume was written over'


def test_image_larger_than_volume_is_refused(driver, tmp_path):
    path = tmp_path / 'large.raw'
    with open(path, 'wb') as file:
        file.truncate((1 << 30) + 512)
    with pytest.raises(errors.ImageRefused, match='1073742336 bytes'):
        driver.create_from_image(volume(), str(path), 'raw')
    assert driver.volumes() == {}


def test_extend_grows_and_never_shrinks(driver, image, tmp_path):
    one = volume()
    driver.create_from_image(one, image, 'raw')
    driver.extend(one.id, 3)
    driver.extend(one.id, 3)
    driver.extend(one.id, 2)
    assert driver.volumes() == {one.id: 3}
    assert content(driver, one, tmp_path) == TEXT
    with pytest.raises(errors.VolumeMissing):
        driver.extend('no-such-volume', 2)


def test_export_tells_how_to_connect(driver):
    one, two = volume(), volume()
    for each in (one, two):
        driver.create(each)
    first, second = driver.export(one.id), driver.export(two.id)
    assert driver.export(one.id) == first
    assert first['auth_method'] == 'CHAP' and len(first['auth_password']) >= 12
    assert first['target_iqn'] != second['target_iqn'] and first['auth_password'] != second['auth_password']
    assert driver.exports() == {one.id: 0, two.id: 0}
    driver.unexport(one.id)
    driver.unexport(one.id)
    assert driver.exports() == {two.id: 0}
    assert driver.export(one.id)['auth_password'] != first['auth_password'], 'a secret was used again'


def test_exported_volume_is_not_deleted(driver):
    one = volume()
    driver.create(one)
    driver.export(one.id)
    with pytest.raises(errors.VolumeExported, match=one.id):
        driver.delete(one.id)
    driver.unexport(one.id)
    driver.delete(one.id)
    assert driver.volumes() == {}


def test_export_of_nothing_is_refused(driver):
    with pytest.raises(errors.VolumeMissing):
        driver.export('no-such-volume')
    assert driver.exports() == {}


def test_snapshot_keeps_the_moment(driver, image, tmp_path):
    one, copy = volume(), volume(2)
    driver.create_from_image(one, image, 'raw')
    driver.create_snapshot('snap', one.id)
    driver.create_snapshot('snap', one.id)
    assert driver.snapshots() == {'snap': 1}
    driver.delete(one.id)
    driver.create_from_snapshot(copy, 'snap')
    driver.create_from_snapshot(copy, 'snap')
    assert driver.volumes() == {copy.id: 2}
    driver.delete_snapshot('snap')
    driver.delete_snapshot('snap')
    assert driver.snapshots() == {}
    assert content(driver, copy, tmp_path) == TEXT


def test_clone_outlives_its_source(driver, image, tmp_path):
    one, copy = volume(), volume(2)
    driver.create_from_image(one, image, 'raw')
    driver.clone(copy, one.id)
    driver.delete(one.id)
    assert driver.volumes() == {copy.id: 2}
    assert content(driver, copy, tmp_path) == TEXT


def test_copies_of_nothing_are_refused(driver):
    for copy in (lambda: driver.clone(volume(), 'gone'), lambda: driver.create_from_snapshot(volume(), 'gone'),
                 lambda: driver.create_snapshot('snap', 'gone'),
                 lambda: driver.copy_to_image(volume(), '/dev/null', 'raw')):
        with pytest.raises(errors.VolumeMissing, match='there is no'):
            copy()
    assert (driver.volumes(), driver.snapshots()) == ({}, {})


def test_a_volume_is_let_go_of_and_adopted(driver, image, tmp_path):
    one, new = volume(2), volume(2)
    driver.create_from_image(one, image, 'raw')
    driver.release(one.id)
    driver.release(one.id)
    name = f'volume-{one.id}'
    assert driver.volumes() == {} and driver.strangers() == {'volumes': {name: 2}, 'snapshots': {}}
    assert driver.adopt(new.id, name) == driver.adopt(new.id, name) == 2
    assert driver.volumes() == {new.id: 2} and driver.strangers() == {'volumes': {}, 'snapshots': {}}
    assert content(driver, new, tmp_path) == TEXT


def test_a_snapshot_is_let_go_of_and_adopted(driver, image, tmp_path):
    one, copy = volume(), volume()
    driver.create_from_image(one, image, 'raw')
    driver.create_snapshot('s1', one.id)
    driver.release_snapshot('s1')
    driver.release_snapshot('s1')
    assert driver.snapshots() == {} and driver.strangers() == {'volumes': {}, 'snapshots': {'_snapshot-s1': 1}}
    assert driver.adopt_snapshot('s2', '_snapshot-s1') == driver.adopt_snapshot('s2', '_snapshot-s1') == 1
    driver.create_from_snapshot(copy, 's2')
    assert content(driver, copy, tmp_path) == TEXT


@pytest.mark.parametrize('name', ['nobody', '../volumes/x', '', '.'])
def test_only_a_stranger_is_adopted(driver, name):
    one = volume()
    driver.create(one)
    for wanted in (name, one.id):
        with pytest.raises(errors.VolumeMissing):
            driver.adopt(str(uuid.uuid4()), wanted)
        with pytest.raises(errors.VolumeMissing):
            driver.adopt_snapshot(str(uuid.uuid4()), wanted)
    for verb in (driver.release, driver.release_snapshot):
        with pytest.raises(errors.VolumeMissing):
            verb(str(uuid.uuid4()))
    assert driver.volumes() == {one.id: 1}


def test_an_exported_volume_is_kept(driver):
    one = volume()
    driver.create(one)
    driver.export(one.id)
    with pytest.raises(errors.VolumeExported):
        driver.release(one.id)
    assert driver.volumes() == {one.id: 1}
