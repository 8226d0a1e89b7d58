# SPDX-License-Identifier: Apache-2.0
"""What can go wrong with volumes, beside the common errors.

praline_common.errors
|-- BadRequest
|   |-- ImageRefused          400  the image is not what it claims, or does not fit
|   |-- InvalidVolume         400  the volume is not in a state for this
|   `-- InvalidSnapshot       400  the snapshot is not in a state for this
|-- OverQuota
|   `-- VolumeOverQuota       413  as this API answers it; details: resource, used, limit, asked
|-- NotFound
|   `-- VolumeMissing         404  a back end has no volume or snapshot of that id
|-- Conflict
|   `-- VolumeExported        409  the volume is still reachable; take its export away first
|-- NoCapacity
|   `-- BackendFull           409  no room left where the volumes live
|-- DriverError
|   `-- BackendFailed         500  a program answered with an error: its own words are kept
`-- Unavailable
    `-- BackendUnavailable    503  a program, daemon or directory is missing: says which and what to do
"""
from praline_common import errors


class ImageRefused(errors.BadRequest):
    """The image was looked at and will not be written to a volume."""


class InvalidVolume(errors.BadRequest):
    """What this API answers where others say 409."""

    def __init__(self, reason, **details):
        super().__init__(reason if reason.startswith('Invalid') else f'Invalid volume: {reason}', **details)


class InvalidSnapshot(errors.BadRequest):
    """What this API answers where others say 409."""

    def __init__(self, reason, **details):
        super().__init__(reason if reason.startswith('Invalid') else f'Invalid snapshot: {reason}', **details)


class VolumeOverQuota(errors.OverQuota):
    """More than the project may have."""

    status, title = 413, 'Over Limit'


class VolumeMissing(errors.NotFound):
    """Nothing of that id exists in the back end."""


class VolumeExported(errors.Conflict):
    """The volume is exported."""


class BackendFull(errors.NoCapacity):
    """The back end has no room left."""


class BackendFailed(errors.DriverError):
    """A program failed for a reason of its own, quoted in the message."""


class BackendUnavailable(errors.Unavailable):
    """The back end cannot work until somebody does what the message says."""
