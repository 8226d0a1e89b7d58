# SPDX-License-Identifier: Apache-2.0
"""Whether an image can be booted with a flavor."""
from praline_common import errors as common_errors
from praline_compute import errors

_KEPT = ('id', 'name', 'min_disk', 'min_ram', 'size', 'disk_format', 'container_format', 'checksum', 'os_hash_value',
         'properties', 'owner')


def get(contracts, context, image_id):
    """What a server keeps of the image, once it is known to be active.  BadRequest."""
    try:
        image = contracts.image.get(context, image_id)
    except common_errors.NotFound:
        raise errors.ImageNotUsable('Can not find requested image') from None
    if image['status'] != 'active':
        raise errors.ImageNotUsable('Image %s is not active.' % image_id)
    kept = {name: image.get(name) for name in _KEPT}
    kept['properties'] = kept['properties'] or {}
    return kept


def of_volume(volume):
    """What the image that a bootable volume holds asks of a server; users may have changed its words."""
    held = volume.get('image_metadata') or {}
    least = str(held.get('min_ram') or 0)
    if not (least.isascii() and least.isdigit()):
        raise errors.ImageNotUsable('The image metadata of volume %s has a min_ram that is no number: %s'
                                    % (volume.get('id'), least))
    return {'properties': held, 'min_ram': int(least)}


def check_fits(image, flavor, root_is_volume=False):
    """BadRequest when the flavor is too small for the image."""
    if flavor['ram'] < (image.get('min_ram') or 0):
        raise errors.ImageNotUsable("Flavor's memory is too small for requested image: the image needs %d MB, the "
                                    'flavor has %d.' % (image['min_ram'], flavor['ram']))
    if root_is_volume or not flavor['disk']:
        return
    available = flavor['disk'] * 1024 ** 3
    if (image.get('size') or 0) > available:
        raise errors.ImageNotUsable("Flavor's disk is too small for requested image. Flavor disk is %d bytes, image "
                                    'is %d bytes.' % (available, image['size']))
    if (image.get('min_disk') or 0) > flavor['disk']:
        raise errors.ImageNotUsable("Flavor's disk is smaller than the minimum size specified in image metadata. "
                                    'Flavor disk is %d bytes, minimum size is %d bytes.'
                                    % (available, image['min_disk'] * 1024 ** 3))
