# SPDX-License-Identifier: Apache-2.0
"""What can go wrong with images, beside the common errors.

praline_common.errors
|-- NotFound
|   `-- ImageNotFound      404
|-- Conflict
|   `-- WrongStatus        409  the image is not in a status for this
|-- TooLarge
|   `-- StoreFull          413  no room left where images are kept
|-- UnsupportedMedia
|   `-- FormatRefused      415  the data is not what the image claims, or refers to something outside itself
`-- Gone                   410  the image was deleted while its data came in
"""
from praline_common import errors


class ImageNotFound(errors.NotFound):
    def __init__(self, image_id=None, **details):
        super().__init__(image_id if ' ' in str(image_id) else 'No image found with ID %s' % image_id, **details)


class WrongStatus(errors.Conflict):
    """The image is not in a status for this."""


class StoreFull(errors.TooLarge):
    """No room left where images are kept."""


class FormatRefused(errors.UnsupportedMedia):
    """The data is not what the image claims to be."""


class Gone(errors.Error):
    status, title = 410, 'Gone'
