# SPDX-License-Identifier: Apache-2.0
"""Give a server another network card: a port on its host, its bridge, the card in the guest."""
from praline_compute.db import actions, servers
from praline_compute.flows import nics
from praline_compute.flows.base import LONG, ServerFlow


class AttachInterface(ServerFlow):
    """Arguments: request, {'network_id', 'port_id', 'fixed_ip', 'tag'} as check_networks answered it."""

    kind, deadline = 'attach_interface', 300
    steps = ('allocate', 'insert', 'note')

    def allocate(self):
        server, request = self.server, {**self.arguments['request'], 'key': self.row['id']}
        port = self.contracts.network.allocate_ports(
            self.context, server['id'], server['host'], [request], [], server['hostname'], server['project_id'],
            availability_zone=server['availability_zone'])[0]
        return {'port_id': port['id']}

    def undo_allocate(self):
        """Every port of the server that its row does not name is ours: operations on a server wait for each other."""
        named = {kept['id'] for kept in self.reload()['network_info']['ports']}
        found = self.contracts.network.ports(self.context, [self.resource_id]).get(self.resource_id, [])
        stray = [port['id'] for port in found if port['id'] not in named]
        if stray:
            self.contracts.network.release_ports(self.context, self.resource_id, stray)

    def insert(self):
        port_id = self.recall('port_id')
        plugged = self.contracts.network.plug(self.context, self.server['host'], port_id)
        port = next(port for port in self.contracts.network.ports(self.context, [self.resource_id])[self.resource_id]
                    if port['id'] == port_id)
        kept = nics.entry(port, plugged, self.arguments['request'].get('tag'))
        self.agent('attach_nic', timeout=LONG, uuid=self.resource_id, nic=nics.nic(kept, model_of(self.server)))
        self.contracts.network.port_up(self.context, [port_id])
        return {'kept': kept}

    def undo_insert(self):
        if self.recall('port_id'):
            self.agent('detach_nic', timeout=LONG, uuid=self.resource_id, port_id=self.recall('port_id'))

    def note(self):
        """What the API shows of its addresses and groups, as it will be with the new card."""
        kept, known = self.recall('kept'), self.reload()['network_info']['ports']
        ports = [*(port for port in known if port['id'] != kept['id']), kept]
        return {'columns': nics.columns(ports, group_names(self))}

    def finished(self, conn):
        servers.note(conn, self.resource_id, **self.recall('columns'))
        actions.finish(conn, self.row['id'], host=self._host())

    def failed(self, conn, cause):
        actions.finish(conn, self.row['id'], host=self._host(), message='Error')

    def cancelled(self, conn):
        self.failed(conn, None)


def model_of(server):
    return ((server['image'] or {}).get('properties') or {}).get('hw_vif_model')


def group_names(flow):
    return nics.names_of_groups(flow.contracts.network.security_groups(flow.context, flow.resource_id))
