# SPDX-License-Identifier: Apache-2.0
"""`POST /v3/volumes/{id}/action`: all actions, in files by theme."""
from praline_common.api import rest
from praline_volume.api.volumes.attaching import Attaching
from praline_volume.api.volumes.changing import Changing
from praline_volume.api.volumes.operating import Operating


class VolumeActions(Attaching, Changing, Operating, rest.Actions):
    """One method an action; see the bases."""
