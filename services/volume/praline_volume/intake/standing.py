# SPDX-License-Identifier: Apache-2.0
"""Whether a volume, as it stands, may be changed: what is asked before something is written to its row alone."""
from praline_common import errors as common
from praline_volume import errors
from praline_volume import states
from praline_volume.db import services


def require_changeable(volume):
    """InvalidVolume while an operator keeps the volume for himself."""
    _refuse(volume, states.UNCHANGEABLE, 'it cannot be changed')


def require_metadata_changeable(volume):
    """InvalidVolume also while an image is made of it: the image takes the metadata along."""
    _refuse(volume, states.METADATA_UNCHANGEABLE, 'its metadata cannot be changed')


def require_connectable(volume):
    """InvalidVolume while nobody may connect to the volume or let go of it."""
    _refuse(volume, states.UNCHANGEABLE, 'it can neither be attached nor detached')


def require_thawed(conn, volume):
    """BadRequest while an operator keeps the volume's back end as it is: nothing is made there and nothing removed."""
    if services.is_frozen(conn, volume['host']):
        raise common.BadRequest(f'Invalid input received: the back end {volume["host"]} is frozen')


def _refuse(volume, refused, what):
    if volume['status'] in refused:
        raise errors.InvalidVolume(f'volume {volume["id"]} is {volume["status"]}; {what} meanwhile')
