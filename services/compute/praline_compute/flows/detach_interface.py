# SPDX-License-Identifier: Apache-2.0
"""Take a network card from a server: out of the guest, then its port is deleted, or unbound if it was the user's."""
from praline_compute.db import actions, servers
from praline_compute.flows import nics
from praline_compute.flows.attach_interface import group_names, model_of
from praline_compute.flows.base import LONG, ServerFlow


class DetachInterface(ServerFlow):
    """Arguments: port_id."""

    kind, deadline = 'detach_interface', 300
    steps = ('unplug', 'release', 'note')

    def unplug(self):
        self.agent('detach_nic', timeout=LONG, uuid=self.resource_id, port_id=self.arguments['port_id'])

    def undo_unplug(self):
        """The guest gets it back while its port is there."""
        found = self.contracts.network.ports(self.context, [self.resource_id]).get(self.resource_id, [])
        kept = self._kept()
        if kept and any(port['id'] == kept['id'] for port in found):
            self.agent('attach_nic', timeout=LONG, uuid=self.resource_id, nic=nics.nic(kept, model_of(self.server)))

    def release(self):
        self.contracts.network.release_ports(self.context, self.resource_id, [self.arguments['port_id']])

    def note(self):
        left = [port for port in self.reload()['network_info']['ports'] if port['id'] != self.arguments['port_id']]
        return {'columns': nics.columns(left, group_names(self) if left else [])}

    def finished(self, conn):
        servers.note(conn, self.resource_id, **self.recall('columns'))
        actions.finish(conn, self.row['id'], host=self._host())

    def failed(self, conn, cause):
        actions.finish(conn, self.row['id'], host=self._host(), message='Error')

    def cancelled(self, conn):
        self.failed(conn, None)

    def _kept(self):
        return next((port for port in self.reload()['network_info']['ports']
                     if port['id'] == self.arguments['port_id']), None)
