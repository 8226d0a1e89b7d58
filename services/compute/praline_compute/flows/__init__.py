# SPDX-License-Identifier: Apache-2.0
"""What happens to servers step by step, each step with its undo."""
from praline_compute.flows.attach_interface import AttachInterface
from praline_compute.flows.attach_volume import AttachVolume
from praline_compute.flows.create_image import CreateImage
from praline_compute.flows.create_server import CreateServer
from praline_compute.flows.delete_server import DeleteServer, SoftDeleteServer
from praline_compute.flows.detach_interface import DetachInterface
from praline_compute.flows.detach_volume import DetachVolume
from praline_compute.flows.extend_volume import ExtendVolume
from praline_compute.flows.migrate_server import EvacuateServer, LiveMigrateServer, MigrateServer
from praline_compute.flows.power import (
    PauseServer, RebootServer, RestoreServer, ResumeServer, StartServer, StopServer, SuspendServer, TriggerCrashDump,
    UnpauseServer)
from praline_compute.flows.rebuild_server import RebuildServer
from praline_compute.flows.rescue_server import RescueServer, UnrescueServer
from praline_compute.flows.resize_server import ConfirmResize, ResizeServer, RevertResize
from praline_compute.flows.shelve_server import OffloadServer, ShelveServer, UnshelveServer


def all_flows():
    return [CreateServer, DeleteServer, SoftDeleteServer, RestoreServer, RebuildServer, CreateImage,
            StartServer, StopServer, RebootServer, PauseServer, TriggerCrashDump, UnpauseServer, SuspendServer, ResumeServer,
            ResizeServer, ConfirmResize, RevertResize, MigrateServer, LiveMigrateServer, EvacuateServer,
            RescueServer, UnrescueServer,
            ShelveServer, OffloadServer, UnshelveServer,
            AttachVolume, DetachVolume, ExtendVolume, AttachInterface, DetachInterface]
