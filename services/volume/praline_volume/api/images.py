# SPDX-License-Identifier: Apache-2.0
"""Images that requests name, asked of the image service."""
import json
import uuid

from praline_common import errors


def find(runtime, req, reference):
    """The image of that id (or of a URL that ends in it); None for none.  BadRequest when it is not to be had."""
    if not reference:
        return None
    image_id = reference.rsplit('/', 1)[-1]
    try:
        uuid.UUID(image_id)
        return runtime.contracts.image.get(req.context, image_id)
    except (ValueError, errors.NotFound, errors.Forbidden):
        raise errors.BadRequest(f'Invalid image identifier {reference!r}, or the image cannot be accessed.') from None


def snapshot_of(image):
    """The id of the volume snapshot that an image of a server stands for, whose own data is empty; None for others."""
    text = ((image or {}).get('properties') or {}).get('block_device_mapping')
    try:
        devices = json.loads(text) if isinstance(text, str) else text
    except ValueError:
        return None
    for device in devices if isinstance(devices, list) else ():
        if isinstance(device, dict) and device.get('source_type') == 'snapshot' and device.get('boot_index') == 0:
            return device.get('snapshot_id')
    return None
