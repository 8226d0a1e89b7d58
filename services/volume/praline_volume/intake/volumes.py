# SPDX-License-Identifier: Apache-2.0
"""Accepts what is asked for a volume: create, delete, extend, upload, retype, revert."""
import math

from praline_common import errors as common
from praline_volume import errors
from praline_volume import placement
from praline_volume import states
from praline_volume.db import groups
from praline_volume.db import services
from praline_volume.db import snapshots
from praline_volume.db import transfers
from praline_volume.db import types
from praline_volume.db import volumes
from praline_volume.intake import quota
from praline_volume.intake import standing

GIB = 1 << 30
# The property by which an image names the type of the volumes that are made from it.
TYPE_OF_IMAGE = 'cinder_img_volume_type'
COPIED_IMAGE_FIELDS = ('container_format', 'disk_format', 'min_disk', 'min_ram', 'size', 'checksum')


def create(runtime, conn, context, wanted):
    """Write the row of a volume and start making it; the row.

    wanted: id, size (None: the source's), name, description, metadata, availability_zone, volume_type
    (row or None), same_host and different_host (ids of volumes to be beside or not), and at most one source: image
    (dict), snapshot (row), source (row of a volume).
    """
    image, snapshot, source = (wanted.get(name) for name in ('image', 'snapshot', 'source'))
    volume_type = type_of(runtime, conn, context, wanted.get('volume_type'), snapshot, source, image)
    size = wanted.get('size') or (snapshot or source or {}).get('size')
    _check_sources(size, image, snapshot, source)
    quota.require(conn, runtime.conf, context.project_id, volume_type['name'], volumes=1, gigabytes=size,
                  volume_size=size)
    volume = volumes.create(conn, {
        'id': wanted['id'], 'project_id': context.project_id, 'user_id': context.user_id,
        'name': wanted.get('name'), 'description': wanted.get('description'), 'size': size, 'status': 'creating',
        'availability_zone': _zone(runtime, wanted.get('availability_zone'), snapshot, source, conn, volume_type),
        'volume_type_id': volume_type['id'], 'multiattach': is_multiattach(volume_type, source),
        'bootable': bool(source and source['bootable']), 'metadata': wanted.get('metadata') or {},
        'snapshot_id': snapshot and snapshot['id'], 'source_volid': source and source['id'],
        'group_id': wanted.get('group_id'), 'image_metadata': source and source['image_metadata']})
    runtime.operations.start(conn, context, 'create_volume', volume['id'], {
        'image_id': image and image['id'], 'snapshot_id': snapshot and snapshot['id'],
        'source_id': source and source['id'], 'extra_specs': volume_type['extra_specs'],
        'same_host': wanted.get('same_host'), 'different_host': wanted.get('different_host'),
        'host': _source_host(conn, snapshot, source)}, deadline=runtime.options.copy_timeout)
    return volume


def type_of(runtime, conn, context, asked, snapshot=None, source=None, image=None):
    """The one asked for, else the source's, else the one that the image names, else the default.  NotFound."""
    inherited = (source or snapshot or {}).get('volume_type_id')
    named = not (source or snapshot) and ((image or {}).get('properties') or {}).get(TYPE_OF_IMAGE)
    found = asked or (inherited and types.find(conn, inherited)) or (named and types.named(
        conn, context, named)) or types.default(conn, context, runtime.options.default_type)
    if found is None:
        raise common.BadRequest(f'The default volume type {runtime.options.default_type} does not exist; '
                                f'name a volume_type')
    if found['encryption']:
        raise common.BadRequest(f'The volume type {found["name"]} asks for encryption, which no back end here offers')
    return found


def _check_sources(size, image, snapshot, source):
    if not size or size < 1:
        raise common.BadRequest(f"Invalid input received: 'size' must be an integer greater than 0, not {size}")
    if snapshot and snapshot['status'] != 'available':
        raise errors.InvalidSnapshot(f'snapshot {snapshot["id"]} is {snapshot["status"]}; it must be available')
    if source and source['status'] not in states.CLONABLE:
        raise errors.InvalidVolume(f'source volume {source["id"]} is {source["status"]}; it must be '
                                   f'{" or ".join(states.CLONABLE)}')
    for name, thing in (('snapshot', snapshot), ('source volume', source)):
        if thing and size < thing['size']:
            raise common.BadRequest(f"Invalid input received: size {size} GiB is smaller than the {name}'s "
                                    f"{thing['size']} GiB")
    if image:
        check_image(size, image)


def check_image(size, image):
    """BadRequest when a volume of that size cannot take the image."""
    if image['status'] != 'active':
        raise common.BadRequest(f'Invalid image identifier: image {image["id"]} is {image["status"]}, not active')
    for name in ('size', 'virtual_size'):
        if math.ceil((image.get(name) or 0) / GIB) > size:
            raise common.BadRequest(f'Invalid input received: image {image["id"]} holds {image[name]} bytes, '
                                    f'more than the volume of {size} GiB')
    if (image.get('min_disk') or 0) > size:
        raise common.BadRequest(f'Invalid input received: image {image["id"]} asks for a disk of at least '
                                f'{image["min_disk"]} GiB, the volume has {size} GiB')


def _zone(runtime, asked, snapshot, source, conn, volume_type):
    """The one asked for, else the source's, else the default, if the type is for it; else the type's first."""
    inherited = source or (snapshot and volumes.find(conn, snapshot['volume_id'])) or {}
    found = asked or inherited.get('availability_zone') or runtime.options.availability_zone
    if asked:
        require_zone(runtime, conn, asked)
    offered = placement.zones(volume_type['extra_specs'])
    if not offered or found in offered:
        return found
    known = services.zones(conn, runtime.options.availability_zone)
    there = [zone for zone in offered if known.get(zone)]
    if asked or not there:
        raise common.BadRequest(f'Volume type {volume_type["name"]} is for the availability zones '
                                f'{", ".join(offered)}, not for {found}')
    return there[0]


def require_zone(runtime, conn, zone):
    """BadRequest for one that no enabled back end is in."""
    if not services.zones(conn, runtime.options.availability_zone).get(zone):
        raise common.BadRequest(f"Availability zone '{zone}' is invalid: it must be one of those that "
                                f'os-availability-zone lists as available')


def is_multiattach(volume_type, source=None):
    asked = str(volume_type['extra_specs'].get('multiattach', '')).replace('<is>', '').strip().lower() == 'true'
    return asked or bool(source and source['multiattach'])


def _source_host(conn, snapshot, source):
    """A copy is made by the back end that holds its source."""
    if snapshot:
        return (volumes.find(conn, snapshot['volume_id']) or {}).get('host')
    return source and source['host']


def image_properties(image):
    """What a volume remembers of the image it was made from."""
    kept = {name: str(image[name]) for name in COPIED_IMAGE_FIELDS if image.get(name) is not None}
    kept.update({name: str(value) for name, value in (image.get('properties') or {}).items()})
    return kept | {'image_id': image['id'], 'image_name': image.get('name') or ''}


def delete(runtime, conn, context, volume, cascade=False, force=False, with_group=False):
    """Start deleting.  InvalidVolume when the volume is used, or has snapshots that do not go with it."""
    standing.require_thawed(conn, volume)
    taken = require_unused(conn, volume, cascade, force, with_group)
    stuck = [snapshot for snapshot in taken if snapshot['status'] not in states.SNAPSHOT_DELETABLE]
    if stuck:
        raise errors.InvalidVolume(f'snapshot {stuck[0]["id"]} of volume {volume["id"]} is {stuck[0]["status"]}')
    if not volumes.save(conn, volume['id'], None if force else states.DELETABLE, status='deleting',
                        previous_status=volume['status']):
        raise errors.InvalidVolume(f'volume {volume["id"]} is {volume["status"]}; to be deleted it must be '
                                   f'{" or ".join(states.DELETABLE)}')
    for snapshot in taken:
        snapshots.save(conn, snapshot['id'], status='deleting')
    runtime.operations.cancel(conn, volume['id'])
    if not volume['host'] and volume['status'] == 'error':
        # No back end took it: there is nothing to wait for, and its type and group are free at once.
        volumes.delete(conn, volume['id'])
        groups.follow(conn, volume['group_id'])
        return
    runtime.operations.start(conn, context, 'delete_volume', volume['id'],
                             {'snapshots': [snapshot['id'] for snapshot in taken]})


def require_unused(conn, volume, cascade=False, force=False, with_group=False):
    """The volume's snapshots, which `cascade` lets it have.  InvalidVolume when something else depends on it."""
    if volume['attach_status'] == 'attached':
        raise errors.InvalidVolume(f'volume {volume["id"]} is attached; detach it first')
    if volume['group_id'] and not with_group:
        raise errors.InvalidVolume(f'volume {volume["id"]} belongs to group {volume["group_id"]}')
    if transfers.of_volume(conn, volume['id']) and not force:
        raise errors.InvalidVolume(f'volume {volume["id"]} awaits a transfer; delete the transfer first')
    taken = snapshots.of_volume(conn, volume['id'])
    if taken and not cascade:
        raise errors.InvalidVolume(f'volume {volume["id"]} still has {len(taken)} dependent snapshots')
    return taken


def extend(runtime, conn, context, volume, size, in_use=False):
    """Start growing the volume to `size` GiB; `in_use`: also while a server has it."""
    allowed = states.EXTENDABLE_IN_USE if in_use else states.EXTENDABLE
    if volume['status'] not in allowed:
        raise errors.InvalidVolume(f'volume {volume["id"]} is {volume["status"]}; to be extended it must be '
                                   f'{" or ".join(allowed)}')
    if size <= volume['size']:
        raise common.BadRequest(f'Invalid input received: the new size must be greater than the current '
                                f'{volume["size"]} GiB, not {size}')
    type_row = volume['volume_type_id'] and types.find(conn, volume['volume_type_id'])
    quota.require(conn, runtime.conf, volume['project_id'], type_row and type_row['name'],
                  gigabytes=size - volume['size'], volume_size=size)
    _move(conn, volume, allowed, 'extending')
    runtime.operations.start(conn, context, 'extend_volume', volume['id'], {'size': size})


def upload(runtime, conn, context, volume, image_id, disk_format, container_format, force=False):
    """Start copying the volume to an image that waits for it."""
    _move(conn, volume, states.UPLOADABLE_BY_FORCE if force else states.UPLOADABLE, 'uploading')
    runtime.operations.start(conn, context, 'upload_volume', volume['id'], {
        'image_id': image_id, 'disk_format': disk_format, 'container_format': container_format},
        deadline=runtime.options.copy_timeout)


def revert(runtime, conn, context, volume, snapshot):
    """Start bringing back the content of the volume's latest snapshot."""
    _move(conn, volume, ('available',), 'reverting')
    snapshots.save(conn, snapshot['id'], status='restoring')
    runtime.operations.start(conn, context, 'revert_volume', volume['id'], {'snapshot_id': snapshot['id']},
                             deadline=runtime.options.copy_timeout)


def reimage(runtime, conn, context, volume, image, reserved=False):
    """Start writing another image over the volume."""
    if len(volume['attachments']) > 1:
        raise common.Conflict(f'volume {volume["id"]} is attached to more than one server; it cannot be re-imaged')
    check_image(volume['size'], image)
    _move(conn, volume, states.REIMAGEABLE_RESERVED if reserved else states.REIMAGEABLE, 'downloading')
    runtime.operations.start(conn, context, 'reimage_volume', volume['id'], {'image_id': image['id']},
                             deadline=runtime.options.copy_timeout)


def _move(conn, volume, allowed, status):
    if not volumes.save(conn, volume['id'], allowed, status=status, previous_status=volume['status']):
        raise errors.InvalidVolume(f'volume {volume["id"]} is {volume["status"]}; it must be {" or ".join(allowed)}')


def check_uploadable(volume, force):
    """InvalidVolume before an image is made for nothing."""
    allowed = states.UPLOADABLE_BY_FORCE if force else states.UPLOADABLE
    if volume['status'] not in allowed:
        raise errors.InvalidVolume(f'volume {volume["id"]} is {volume["status"]}; to be uploaded it must be '
                                   f'{" or ".join(allowed)}')


def uploaded_properties(volume):
    """What the image of a volume inherits from the image the volume was made from."""
    kept = volume['image_metadata'] or {}
    return {name: value for name, value in kept.items()
            if name not in COPIED_IMAGE_FIELDS and name not in ('image_id', 'image_name')}
