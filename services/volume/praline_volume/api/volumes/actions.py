# SPDX-License-Identifier: Apache-2.0
"""`POST /v3/volumes/{id}/action`: all actions, in files by theme."""
from praline_common.api import rest
from praline_common.policy import ADMIN, MEMBER
from praline_volume.api.volumes.attaching import Attaching
from praline_volume.api.volumes.changing import EXTEND_ATTACHED, REIMAGE_RESERVED, UPLOAD_PUBLIC, Changing
from praline_volume.api.volumes.operating import Operating


class VolumeActions(Attaching, Changing, Operating, rest.Actions):
    """One method an action; see the bases."""

    def __init__(self, runtime):
        super().__init__(runtime)
        self.policy.register(UPLOAD_PUBLIC, ADMIN)
        self.policy.register(EXTEND_ATTACHED, MEMBER)
        self.policy.register(REIMAGE_RESERVED, MEMBER)
