# SPDX-License-Identifier: Apache-2.0
"""Block device mappings of a create request: what they mean, and whether they can be."""
import uuid

import orjson

from praline_common import errors as common_errors
from praline_compute import errors
from praline_compute.api import types
from praline_compute.db.columns import now

_INVALID = 'Block Device Mapping is Invalid: '
_SEQUENCE = _INVALID + ('Boot sequence for the instance and image/block device mapping combination is not valid.')


def read(body, image_ref):
    """[device] that the request asks for, each a dict in the columns of block_devices; BadRequest."""
    old, new = body.get('block_device_mapping'), body.get('block_device_mapping_v2')
    if old and new:
        raise errors.InvalidDevice('Using different block_device_mapping syntaxes is not allowed in the same request.')
    found = [_legacy(item, not image_ref and number == 0) for number, item in enumerate(old or [])]
    found = found or [_modern(item) for item in new or []]
    found = [device for device in found if device is not None]
    _check_boot(found, image_ref)
    return found


def of_image(image):
    """[device] that an image names in its properties: a picture of a server that boots from a volume."""
    text = image['properties'].get('block_device_mapping')
    if not text:
        return []
    mapped = orjson.loads(text) if isinstance(text, str) else text
    return [_modern({name: value for name, value in item.items() if value is not None}) for item in mapped]


def root(found):
    """The volume or image device to boot from, None when it is the request's own image."""
    return next((device for device in found if device['boot_index'] == 0), None)


def _legacy(item, boots):
    if item.get('no_device'):
        return None
    source, source_id = ('snapshot', item['snapshot_id']) if item.get('snapshot_id') else \
        ('volume', item.get('volume_id'))
    if not source_id:
        raise errors.InvalidDevice(_INVALID + 'it names neither a volume nor a snapshot')
    first = boots or item.get('device_name') in ('vda', '/dev/vda', 'sda', '/dev/sda')
    return _device(item, source, source_id, 'volume', 0 if first else None)


def _modern(item):
    if item.get('no_device'):
        return None
    source = item.get('source_type')
    source_id = item.get('uuid')
    for name in ('volume', 'snapshot', 'image'):
        if item.get(name + '_id'):
            source, source_id = source or name, item[name + '_id']
    source = source or 'blank'
    target = item.get('destination_type') or ('local' if source in ('blank', 'image') else 'volume')
    if source != 'blank' and not source_id:
        raise errors.InvalidDevice(_INVALID + 'Missing device UUID.')
    if source in ('volume', 'snapshot') and target == 'local':
        raise errors.InvalidDevice(_INVALID + 'Mapping %s to local is not supported.' % source)
    boot_index = item.get('boot_index')
    boot_index = None if boot_index is None or int(boot_index) < 0 else int(boot_index)
    return _device(item, source, source_id, target, boot_index)


def _device(item, source, source_id, target, boot_index):
    size = item.get('volume_size')
    size = int(size) if size not in (None, '') else None
    if target == 'volume' and source in ('image', 'blank') and not size:
        if source == 'image':
            raise errors.InvalidDevice(_INVALID + 'Images with destination_type \'volume\' need to have a non-zero '
                                                  'size specified')
        raise errors.InvalidDevice(_INVALID + "Blank volumes (source: 'blank', dest: 'volume') need to have "
                                              'non-zero size')
    return {'source_type': source, 'source_id': source_id, 'destination_type': target, 'boot_index': boot_index,
            'volume_id': source_id if source == 'volume' else None, 'volume_size': size,
            'volume_type': item.get('volume_type'), 'device_name': None,
            'disk_bus': item.get('disk_bus'), 'device_type': item.get('device_type') or 'disk',
            'guest_format': item.get('guest_format'), 'tag': item.get('tag'),
            'delete_on_termination': types.truth(item.get('delete_on_termination', source != 'volume'
                                                          and target == 'local')), 'state': 'new'}


def _check_boot(found, image_ref):
    order = sorted(device['boot_index'] for device in found if device['boot_index'] is not None)
    if image_ref and 0 not in order:
        order = [0, *order]
    if order and order != list(range(len(order))):
        raise errors.InvalidDevice(_SEQUENCE)


def check_local(found, flavor):
    """The local disks must fit the flavor's ephemeral and swap space."""
    blank = [device for device in found if device['source_type'] == 'blank' and device['destination_type'] == 'local']
    swap = sum(device['volume_size'] or 0 for device in blank if device['guest_format'] == 'swap')
    other = sum(device['volume_size'] or 0 for device in blank if device['guest_format'] != 'swap')
    if other > flavor['ephemeral']:
        raise errors.InvalidDevice(_INVALID + 'Ephemeral disks requested are larger than the instance type allows.')
    if swap > flavor['swap']:
        raise errors.InvalidDevice(_INVALID + 'Swap drive requested is larger than instance type allows.')


def check_volumes(contracts, context, found, count):
    """Every volume exists, is free and boots when it must; {volume id: volume}."""
    volumes = {}
    for device in found:
        if device['source_type'] != 'volume':
            continue
        volume_id = device['volume_id']
        try:
            volume = contracts.volume.get(context, volume_id)
        except common_errors.NotFound:
            raise errors.InvalidDevice(_INVALID + 'failed to get volume %s.' % volume_id) from None
        multi = volume.get('multiattach')
        if volume['status'] != 'available' and not (multi and volume['status'] == 'in-use'):
            raise errors.InvalidDevice("Invalid volume: volume '%s' status must be 'available'. Currently in '%s'"
                                       % (volume_id, volume['status']))
        if device['boot_index'] == 0 and not volume.get('bootable'):
            raise errors.InvalidDevice(_INVALID + 'Volume %s is not bootable' % volume_id)
        if count > 1 and not multi:
            raise errors.InvalidDevice('Cannot attach one or more volumes to multiple instances')
        volumes[volume_id] = volume
    return volumes


def rows(found, server_id):
    """The rows to write for one server; a local root made from the image needs none."""
    time = now()
    return [{**device, 'id': str(uuid.uuid4()), 'server_id': server_id, 'created_at': time}
            for device in found if not (device['source_type'] == 'image' and device['destination_type'] == 'local')]
