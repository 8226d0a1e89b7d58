# SPDX-License-Identifier: Apache-2.0
"""What can go wrong in compute.

praline_common.errors
|-- BadRequest
|   |-- ImageNotUsable        400  the image is not active, or does not fit the flavor
|   `-- InvalidDevice         400  a block device mapping that cannot be
|-- NotFound
|   |-- ServerNotFound        404
|   |-- FlavorNotFound        404
|   `-- KeypairNotFound       404
|-- Conflict
|   |-- WrongState            409  the server's state does not allow this; says which state
|   |-- ServerLocked          409  only an admin may act on it
|   `-- AlreadyExists         409
|-- OverQuota
|   `-- QuotaExceeded         403  details: resource, used, limit, asked
|-- NotSupported              501  nothing here can do that
`-- Gone                      410  this part of the API was taken away
"""
from praline_common import errors


class ImageNotUsable(errors.BadRequest):
    """The image cannot be booted with what was asked for."""


class InvalidDevice(errors.BadRequest):
    """A block device mapping names something that cannot be."""


class ServerNotFound(errors.NotFound):
    """No server of that id that the asker may see."""

    def __init__(self, message=None, **details):
        if 'server_id' in details:
            message = 'Instance %s could not be found.' % details['server_id']
        super().__init__(message, **details)


class FlavorNotFound(errors.NotFound):
    """No flavor of that id that the asker may see."""


class KeypairNotFound(errors.NotFound):
    """The user has no key pair of that name."""


class WrongState(errors.Conflict):
    """The server is not in a state for this."""


class ServerLocked(errors.Conflict):
    """The server is locked against this user."""


class AlreadyExists(errors.Conflict):
    """The name or id is taken."""


class QuotaExceeded(errors.OverQuota):
    """More than the project may have."""


class NotSupported(errors.Error):
    """No driver can do that."""

    status, title = 501, 'The requested functionality is not supported.'


class Gone(errors.Error):
    """This part of the API exists no more, in any version."""

    status, title = 410, 'This resource is no longer available. No forwarding address is given.'
