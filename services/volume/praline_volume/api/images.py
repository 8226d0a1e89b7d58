# SPDX-License-Identifier: Apache-2.0
"""Images that requests name, asked of the image service."""
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
