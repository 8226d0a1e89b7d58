# SPDX-License-Identifier: Apache-2.0
"""What compute asks of volume, through praline_common's own client."""
import uuid

import pytest

from praline_common import errors
from praline_common.context import Context

CONNECTOR = {'host': 'compute1', 'ip': '10.0.0.1', 'initiator': 'iqn.2026-11.org.test:compute1'}


@pytest.fixture
def ask(cloud):
    return cloud.runtime('volume').contracts.volume


@pytest.fixture
def ctx():
    return Context(user_id='u1', project_id='p1', roles=['member'], overwrite=False)


def test_boot_volume_from_image_to_guest_and_back(volumes, images, ask, ctx):
    volume_id, attachment_id, server = (str(uuid.uuid4()) for _ in range(3))
    image = images.add(b'boot me')
    for _ in range(2):
        assert ask.create(ctx, volume_id, 1, image_id=image['id'])['id'] == volume_id
    volumes.wait(volume_id, 'available')
    shown = ask.get(ctx, volume_id)
    assert shown['bootable'] is True and shown['image_metadata']['image_id'] == image['id']
    for _ in range(2):
        assert ask.reserve(ctx, attachment_id, volume_id, server)['id'] == attachment_id
    first, second = (ask.connect(ctx, attachment_id, CONNECTOR, '/dev/vda') for _ in range(2))
    assert first == second and first['driver_volume_type'] == 'iscsi' and first['data']['auth_method'] == 'CHAP'
    ask.complete(ctx, attachment_id)
    assert ask.get(ctx, volume_id)['status'] == 'in-use'
    assert [row['host'] for row in ask.attachments(ctx, server)] == ['compute1']
    ask.begin_detaching(ctx, volume_id)
    assert ask.get(ctx, volume_id)['status'] == 'detaching'
    ask.roll_detaching(ctx, volume_id)
    for _ in range(2):
        ask.detach(ctx, attachment_id)
    assert ask.get(ctx, volume_id)['status'] == 'available' and ask.attachments(ctx, server) == []
    ask.delete(ctx, volume_id)
    volumes.gone(volume_id)
    ask.delete(ctx, volume_id)


def test_the_device_is_shown_as_compute_tells_it(volumes, ask, ctx):
    """At the latest when the guest has it: before, nobody knows under which name."""
    volume, attachment_id = volumes.create(), str(uuid.uuid4())
    ask.reserve(ctx, attachment_id, volume['id'], str(uuid.uuid4()))
    ask.connect(ctx, attachment_id, CONNECTOR)

    def device():
        return volumes.api.get(f'/v3/volumes/{volume["id"]}').json['volume']['attachments'][0]['device']
    for told, shown in ((None, None), ('/dev/vdb', '/dev/vdb'), (None, '/dev/vdb')):
        ask.complete(ctx, attachment_id, told)
        assert device() == shown


@pytest.mark.parametrize('name,value', [
    ('hw_firmware_type', 'uefi'), ('min_ram', '100'), ('min_disk', '1'), ('os_type', 'windows'), ('long', 'x' * 4000)])
def test_image_metadata_is_handed_on_as_it_is(volumes, images, ask, ctx, name, value):
    """Of the image the volume was made from, and as its owner set it afterwards."""
    fields = {name: int(value)} if name.startswith('min_') else {'properties': {name: value}}
    made = volumes.create(imageRef=images.add(b'x', **fields)['id'])
    assert ask.get(ctx, made['id'])['image_metadata'][name] == value
    blank = volumes.create()
    assert ask.get(ctx, blank['id'])['image_metadata'] == {}
    volumes.action(blank['id'], 'os-set_image_metadata', {'metadata': {name: value}})
    assert ask.get(ctx, blank['id'])['image_metadata'] == {name: value}


def test_other_project_is_refused(volumes, ask):
    made = volumes.create()
    stranger = Context(user_id='u2', project_id='p2', roles=['member'], overwrite=False)
    for call in (lambda: ask.get(stranger, made['id']),
                 lambda: ask.reserve(stranger, str(uuid.uuid4()), made['id'], str(uuid.uuid4()))):
        with pytest.raises(errors.NotFound):
            call()


def test_delete_wins_over_create(volumes, ask, ctx, faults):
    volume_id = str(uuid.uuid4())
    faults.stall('create', 20)
    ask.create(ctx, volume_id, 1)
    ask.delete(ctx, volume_id)
    faults.clear()
    volumes.gone(volume_id)


def test_snapshot_of_volume_in_use(volumes, ask, ctx):
    made, snapshot_id = volumes.create(), str(uuid.uuid4())
    volumes.action(made['id'], 'os-attach', {'instance_uuid': str(uuid.uuid4()), 'mountpoint': '/dev/vdb'})
    for _ in range(2):
        assert ask.create_snapshot(ctx, snapshot_id, made['id'], 'x')['id'] == snapshot_id
    volumes.wait(snapshot_id, 'available', kind='snapshot')


def test_usage_and_zone(volumes, ask, ctx):
    volumes.create()
    assert ask.default_zone(ctx) == 'nova'
    assert ask.project_usage(ctx, 'p1')['volumes'] > 0
