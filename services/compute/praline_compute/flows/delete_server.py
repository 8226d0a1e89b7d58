# SPDX-License-Identifier: Apache-2.0
"""The end of a server: guest, ports, volumes, claim; each may be gone already."""
from praline_common import errors
from praline_compute import states
from praline_compute.db import actions, devices, servers, services
from praline_compute.db import server_migrations as migrations
from praline_compute.flows import volumes
from praline_compute.flows.base import LONG, ServerFlow, agent_of


class DeleteServer(ServerFlow):
    kind, deadline = 'delete_server', 3600
    steps = ('destroy', 'unplug', 'disconnect', 'release')
    on_failure = {'vm_state': states.ERROR}

    def destroy(self):
        """The guest is gone from its host; a host that is down clears it away when it comes back."""
        server = self.server
        for host in {server['host'], server['old_host']} - {None}:
            try:
                self.agent('destroy_guest', timeout=LONG, host=host, agent=agent_of(self, host), uuid=server['id'])
            except errors.Unavailable:
                if self._is_up(host):
                    raise

    def unplug(self):
        self.contracts.network.release_ports(self.context, self.resource_id)

    def disconnect(self):
        with self.db.read() as conn:
            found = devices.list(conn, self.resource_id)
        for device in found:
            volumes.let_go(self, device)

    def release(self):
        self.contracts.scheduler.release(self.context, self.resource_id)
        for migration_id in self._migrations():
            self.contracts.scheduler.release(self.context, migration_id)

    def _migrations(self):
        with self.db.read() as conn:
            return migrations.unfinished(conn, self.resource_id)

    def finished(self, conn):
        devices.delete_all(conn, self.resource_id)
        for migration_id in migrations.unfinished(conn, self.resource_id):
            migrations.save(conn, migration_id, status='cancelled')
        servers.delete(conn, self.resource_id)
        actions.finish(conn, self.row['id'], host=self._host())

    def _is_up(self, host):
        with self.db.read() as conn:
            found = services.list(conn, host)
        return bool(found) and services.is_up(found[0], self.runtime.options)


class SoftDeleteServer(ServerFlow):
    """Power off and keep, so that it can be restored."""

    kind, deadline = 'soft_delete_server', 600
    steps = ('stop',)

    def stop(self):
        self.after = {}
        if self.server['host']:
            self.agent('stop', timeout=120, uuid=self.resource_id, seconds=0)
            self.set_ports(up=False)

    def finished(self, conn):
        from_state = self.server['vm_state']
        self.after = {'vm_state': states.SOFT_DELETED, 'old_vm_state': from_state, 'power_state': 4}
        super().finished(conn)
