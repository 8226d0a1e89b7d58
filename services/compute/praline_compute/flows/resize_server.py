# SPDX-License-Identifier: Apache-2.0
"""Another flavor for a server, kept or taken back later."""
from praline_common.objects.guest import RUNNING, SHUTDOWN
from praline_compute import states
from praline_compute.db import devices, servers
from praline_compute.db import server_migrations as migrations
from praline_compute.flows import guests, volumes
from praline_compute.flows.base import LONG, ServerFlow, agent_of
from praline_compute.flows.migrate_server import plug_ports, reconnect


class ResizeServer(ServerFlow):
    """arguments: flavor (the new one), migration (uuid, the claim that keeps the old size), was (vm_state).

    The guest stays on its host: the new size is claimed there while the old one stays claimed by the migration.
    """

    kind, deadline = 'resize_server', 1800
    steps = ('claim', 'stop', 'change', 'start')

    def claim(self):
        server, scheduler = self.server, self.contracts.scheduler
        scheduler.move(self.context, server['id'], self.arguments['migration'])
        scheduler.claim(self.context, server['id'], guests.resources(self.arguments['flavor'], self._from_volume()),
                        server['project_id'], server['user_id'], host=server['host'],
                        affinity={'group': server['server_group_id'], 'policy': None})
        with self.db.write() as conn:
            migrations.create(conn, self.context, self.arguments['migration'], server, 'resize', server['host'],
                              self.arguments['flavor']['flavor_id'])

    def undo_claim(self):
        self.contracts.scheduler.move(self.context, self.arguments['migration'], self.resource_id)
        with self.db.write() as conn:
            migrations.save(conn, self.arguments['migration'], status='error')

    def stop(self):
        self.save(task_state='resize_migrating')
        self.agent('stop', timeout=120, uuid=self.resource_id, seconds=60)

    def undo_stop(self):
        if self.arguments['was'] == states.ACTIVE:
            self.agent('start', uuid=self.resource_id)

    def change(self):
        self.save(task_state='resize_finish')
        self.agent('begin_resize', timeout=LONG, guest=sized(self, self.arguments['flavor']))

    def undo_change(self):
        self.agent('revert_resize', timeout=LONG, guest=sized(self, self.server['flavor']))

    def start(self):
        if self.arguments['was'] == states.ACTIVE:
            self.agent('start', uuid=self.resource_id)

    def finished(self, conn):
        flavor = self.arguments['flavor']
        running = self.arguments['was'] == states.ACTIVE
        migrations.save(conn, self.arguments['migration'], status='finished')
        self.after = {'vm_state': states.RESIZED, 'old_vm_state': self.arguments['was'],
                      'old_flavor': self.server['flavor'], 'flavor': flavor, 'flavor_id': flavor['flavor_id'],
                      'vcpus': flavor['vcpus'], 'ram': flavor['ram'], 'power_state': RUNNING if running else SHUTDOWN}
        super().finished(conn)

    def failed(self, conn, cause):
        servers.save(conn, self.resource_id, vm_state=self.arguments['was'])
        super().failed(conn, cause)

    def _from_volume(self):
        with self.db.read() as conn:
            return guests.boots_from_volume(devices.list(conn, self.resource_id))


class ConfirmResize(ServerFlow):
    kind, deadline = 'confirm_resize', 600
    steps = ('forget', 'release')

    def forget(self):
        old_host = self.server['old_host']
        if old_host and old_host != self.server['host']:
            self.agent('destroy_guest', timeout=LONG, host=old_host, agent=agent_of(self, old_host),
                       uuid=self.resource_id)
        else:
            self.agent('confirm_resize', uuid=self.resource_id)

    def release(self):
        with self.db.read() as conn:
            migration = migrations.latest(conn, self.resource_id)
        if migration:
            self.contracts.scheduler.release(self.context, migration['uuid'])
            if migration['migration_type'] == 'migration':
                self.contracts.image.api(self.context, 'DELETE', '/v2/images/' + migration['uuid'])

    def finished(self, conn):
        server = servers.find(conn, self.resource_id)
        migration = migrations.latest(conn, self.resource_id)
        if migration:
            migrations.save(conn, migration['uuid'], status='confirmed')
        stopped = server['power_state'] == SHUTDOWN
        self.after = {'vm_state': states.STOPPED if stopped else states.ACTIVE, 'old_flavor': None, 'old_host': None,
                      'old_vm_state': None}
        super().finished(conn)


class RevertResize(ServerFlow):
    kind, deadline = 'revert_resize', 1800
    steps = ('stop', 'change', 'claim', 'start')
    on_failure = {'vm_state': states.ERROR}

    @property
    def moved(self):
        return self.server['old_host'] and self.server['old_host'] != self.server['host']

    def stop(self):
        self.agent('stop', timeout=120, uuid=self.resource_id, seconds=0)

    def change(self):
        if self.moved:
            old_host = self.server['old_host']
            self.agent('destroy_guest', timeout=LONG, uuid=self.resource_id)
            plug_ports(self, old_host)
            reconnect(self, old_host, agent_of(self, old_host))
            return
        self.agent('revert_resize', timeout=LONG, guest=sized(self, self.server['old_flavor']))

    def claim(self):
        with self.db.read() as conn:
            migration = migrations.latest(conn, self.resource_id)
        if migration:
            self.contracts.scheduler.move(self.context, migration['uuid'], self.resource_id)
            if self.moved:
                self.contracts.image.api(self.context, 'DELETE', '/v2/images/' + migration['uuid'])

    def start(self):
        host = self.server['old_host'] if self.moved else self.server['host']
        if self.server['old_vm_state'] != states.STOPPED:
            self.agent('start', host=host, agent=agent_of(self, host), uuid=self.resource_id)

    def finished(self, conn):
        server = servers.find(conn, self.resource_id)
        migration = migrations.latest(conn, self.resource_id)
        if migration:
            migrations.save(conn, migration['uuid'], status='reverted')
        flavor, was = server['old_flavor'], server['old_vm_state'] or states.ACTIVE
        back = {'host': server['old_host'], 'agent': agent_of(self, server['old_host'])} if self.moved else {}
        self.after = {**back, 'vm_state': was, 'flavor': flavor, 'flavor_id': flavor['flavor_id'], 'vcpus': flavor['vcpus'],
                      'ram': flavor['ram'], 'old_flavor': None, 'old_vm_state': None, 'old_host': None,
                      'power_state': SHUTDOWN if was == states.STOPPED else RUNNING}
        super().finished(conn)


def sized(flow, flavor):
    """The server's guest in the size of this flavor, with all that it has: the host defines it anew from this."""
    with flow.db.read() as conn:
        found = [device for device in devices.list(conn, flow.resource_id) if device['state'] != 'attaching']
    return guests.guest(flow.server, volumes.disks(flow, flow.server, found), flavor=flavor,
                        domain=flow.runtime.options.dhcp_domain)
