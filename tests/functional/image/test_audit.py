# SPDX-License-Identifier: Apache-2.0
"""The audit: data of no image, images without data, uploads whose process died."""
import os
import time
import uuid

import pytest
import sqlalchemy as sa

from praline_image import audit
from praline_image.db import images
from praline_image.db.models import images as table


@pytest.fixture
def runtime(cloud):
    return cloud.runtime('image')


def age(runtime, image_id):
    """Make the image look untouched for a day."""
    with runtime.db.write() as conn:
        conn.execute(table.update().where(table.c.id == image_id).values(
            updated_at=sa.func.datetime('2020-01-01 00:00:00')))


def test_nothing_to_find(runtime, upload, create):
    upload(b'x')
    create()
    assert audit.audit(runtime) == []


def test_stray_data_is_removed(runtime, cloud):
    stray, other = str(uuid.uuid4()), os.path.join(cloud.directory, 'images', 'README')
    path = os.path.join(cloud.directory, 'images', stray)
    for name in (path, other):
        with open(name, 'wb') as file:
            file.write(b'x')
    assert audit.audit(runtime) == []
    os.utime(path, (time.time() - 86400,) * 2)
    assert [(entry['kind'], entry['id']) for entry in audit.audit(runtime)] == [('stray', stray)]
    assert os.path.exists(path)
    assert audit.audit(runtime, repair=True)[0]['repaired']
    assert not os.path.exists(path)
    assert os.path.exists(other)


def test_missing_data_is_told_and_left_to_a_person(runtime, upload, cloud):
    image = upload(b'x')
    os.unlink(os.path.join(cloud.directory, 'images', image['id']))
    age(runtime, image['id'])
    found = audit.audit(runtime, repair=True)
    assert [(entry['kind'], entry['id'], entry['repaired']) for entry in found] == [('missing', image['id'], False)]


def test_an_upload_whose_process_died_can_be_tried_again(runtime, create, user, cloud):
    image = create()
    with runtime.db.write() as conn:
        images.turn(conn, image['id'], ('queued',), 'saving')
    left = os.path.join(cloud.directory, 'images', 'incoming', image['id'] + '.abc')
    with open(left, 'wb') as file:
        file.write(b'half')
    age(runtime, image['id'])
    assert audit.audit(runtime, repair=True) == []
    assert user.get('/v2/images/' + image['id']).json['status'] == 'saving'
    day_ago = time.time() - 86400
    os.utime(left, (day_ago, day_ago))
    assert [entry['kind'] for entry in audit.audit(runtime, repair=True)] == ['stalled']
    assert user.get('/v2/images/' + image['id']).json['status'] == 'queued'
    assert not os.path.exists(left)
