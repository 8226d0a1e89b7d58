# SPDX-License-Identifier: Apache-2.0
"""What happens to servers step by step, each step with its undo."""
from praline_compute.flows.attach_interface import AttachInterface
from praline_compute.flows.attach_volume import AttachVolume
from praline_compute.flows.create_server import CreateServer
from praline_compute.flows.delete_server import DeleteServer, SoftDeleteServer
from praline_compute.flows.detach_interface import DetachInterface
from praline_compute.flows.detach_volume import DetachVolume


def all_flows():
    return [CreateServer, DeleteServer, SoftDeleteServer, AttachVolume, DetachVolume, AttachInterface,
            DetachInterface]
