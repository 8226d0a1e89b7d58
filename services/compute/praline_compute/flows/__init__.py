# SPDX-License-Identifier: Apache-2.0
"""What happens to servers step by step, each step with its undo."""
from praline_compute.flows.create_server import CreateServer
from praline_compute.flows.delete_server import DeleteServer, SoftDeleteServer


def all_flows():
    return [CreateServer, DeleteServer, SoftDeleteServer]
