# SPDX-License-Identifier: Apache-2.0
"""Move a server to another host: off (cold), while it runs (live), or away from a host that died (evacuation).

The guest on the old host stays, switched off, until the move is confirmed; so taking it back costs nothing.
"""
from praline_common.objects.guest import RUNNING, SHUTDOWN
from praline_compute import states
from praline_compute.db import aggregates, devices
from praline_compute.db import server_migrations as migrations
from praline_compute.flows import guests, nics, volumes
from praline_compute.flows.base import LONG
from praline_compute.flows.create_server import CreateServer, placement_rules

SNAPSHOT_LONG = 1800


class MigrateServer(CreateServer):
    """arguments: migration (uuid, and the claim on the old host), host to go to or None, was (vm_state)."""

    kind, deadline = 'migrate_server', 3600
    steps = ('claim_other', 'stop', 'keep', 'plug', 'build')
    on_failure = {}

    def claim_other(self):
        """Another host holds the room; the migration's own claim keeps what it had."""
        server, scheduler, migration = self.server, self.contracts.scheduler, self.arguments['migration']
        scheduler.move(self.context, server['id'], migration)
        with self.db.read() as conn:
            rules = placement_rules(conn, server, aside=[migration])
        required, forbidden = guests.traits(server)
        found = scheduler.claim(
            self.context, server['id'], guests.resources(server['flavor'], guests.boots_from_volume(self._devices())),
            server['project_id'], server['user_id'], required_traits=required, forbidden_traits=forbidden,
            availability_zone=server['requested_zone'], host=self.arguments.get('host'),
            exclude_hosts=[server['host']],
            aggregate_metadata=guests.aggregate_metadata(server['flavor']) or None, **rules)
        with self.db.write() as conn:
            migrations.create(conn, self.context, migration, server, 'migration', found['host'])
        return {'host': found['host'], 'agent': found['agent']}

    def undo_claim_other(self):
        self.contracts.scheduler.move(self.context, self.arguments['migration'], self.resource_id)
        with self.db.write() as conn:
            migrations.save(conn, self.arguments['migration'], status='error')

    def stop(self):
        self.save(task_state='resize_migrating')
        self.agent('stop', timeout=120, uuid=self.resource_id, seconds=60)

    def undo_stop(self):
        if self.arguments['was'] == states.ACTIVE:
            self.agent('start', uuid=self.resource_id)

    def keep(self):
        """The root disk travels as an image; a root on a volume needs none."""
        server = self.server
        if guests.boots_from_volume(self._devices()):
            return None
        image = self.contracts.image.create(
            self.context, 'migration of %s' % server['id'],
            {'image_type': 'snapshot', 'instance_uuid': server['id']}, id=self.arguments['migration'])
        self.agent('snapshot', timeout=SNAPSHOT_LONG, uuid=server['id'], image_id=image['id'])
        return {'image_id': image['id']}

    def undo_keep(self):
        self.forget_image(self.arguments['migration'])

    def forget_image(self, image_id):
        self.contracts.image.api(self.context, 'DELETE', '/v2/images/' + image_id)

    def plug(self):
        self.save(task_state='resize_finish')
        return {'ports': plug_ports(self, self.recall('host'))}

    def undo_plug(self):
        plug_ports(self, self.server['host'])

    def build(self):
        """The guest on the other host, with its volumes."""
        host, agent = self.recall('host'), self.recall('agent')
        row = {**self.server, 'host': host, 'agent': agent,
               'network_info': {**self.server['network_info'], 'ports': self.recall('ports')}}
        if self.recall('image_id'):
            image_id = self.recall('image_id')
            row['image'] = {**row['image'], 'id': image_id, 'disk_format': 'qcow2', 'checksum': None,
                            'os_hash_value': image_id}
        self.agent('ensure_guest', timeout=LONG, host=host, agent=agent,
                   guest=self._guest(row, volumes.disks(self, row, self._devices(), host=host, agent=agent)),
                   power_on=self.arguments['was'] == states.ACTIVE)

    def undo_build(self):
        host, agent = self.recall('host'), self.recall('agent')
        self.agent('destroy_guest', timeout=LONG, host=host, agent=agent, uuid=self.resource_id)
        reconnect(self, self.server['host'], self.server['agent'])

    def finished(self, conn):
        active = self.arguments['was'] == states.ACTIVE
        migrations.save(conn, self.arguments['migration'], status='finished')
        self.after = {**self._arrived(conn), 'vm_state': states.RESIZED, 'old_vm_state': self.arguments['was'],
                      'old_flavor': self.server['flavor'], 'power_state': RUNNING if active else SHUTDOWN}
        super(CreateServer, self).finished(conn)

    def _arrived(self, conn):
        host = self.recall('host')
        zone = aggregates.zones(conn).get(host, self.runtime.options.default_availability_zone)
        groups = [group['name'] for group in self.server['network_info']['security_groups']]
        return {'host': host, 'agent': self.recall('agent'), 'old_host': self.server['host'],
                'availability_zone': zone, **nics.columns(self.recall('ports'), groups)}


class LiveMigrateServer(MigrateServer):
    """For hypervisors whose guests have no memory to lose; the API refuses it on others."""

    kind = 'live_migrate_server'
    steps = ('claim_other', 'plug', 'build', 'leave')

    def claim_other(self):
        kept = super().claim_other()
        with self.db.write() as conn:
            migrations.save(conn, self.arguments['migration'], migration_type=migrations.LIVE, status='running')
        return kept

    def leave(self):
        self.agent('destroy_guest', timeout=LONG, uuid=self.resource_id)
        self.contracts.scheduler.release(self.context, self.arguments['migration'])

    def finished(self, conn):
        migrations.save(conn, self.arguments['migration'], status='completed')
        self.after = {**self._arrived(conn), 'old_host': None}
        super(CreateServer, self).finished(conn)


class EvacuateServer(MigrateServer):
    """The host died: the server is made anew on another, from its image or its volumes."""

    kind = 'evacuate_server'
    steps = ('claim_other', 'plug', 'build', 'forget')

    def claim_other(self):
        kept = super().claim_other()
        with self.db.write() as conn:
            migrations.save(conn, self.arguments['migration'], migration_type='evacuation', status='accepted')
        return kept

    def forget(self):
        self.contracts.scheduler.release(self.context, self.arguments['migration'])

    def undo_build(self):
        self.agent('destroy_guest', timeout=LONG, host=self.recall('host'), agent=self.recall('agent'),
                   uuid=self.resource_id)

    def finished(self, conn):
        stopped = self.arguments['was'] == states.STOPPED
        migrations.save(conn, self.arguments['migration'], status='done')
        self.after = {**self._arrived(conn), 'old_host': None, 'fault': None, 'admin_password': None,
                      'vm_state': states.STOPPED if stopped else states.ACTIVE,
                      'power_state': SHUTDOWN if stopped else RUNNING}
        super(CreateServer, self).finished(conn)


def plug_ports(flow, host):
    """The server's ports bound and plugged on that host; what the row keeps of them."""
    server, kept = flow.server, []
    if server['network_info']['ports']:
        flow.contracts.network.bind_ports(flow.context, server['id'], host)
    for port in server['network_info']['ports']:
        plugged = flow.contracts.network.plug(flow.context, host, port['id'])
        kept.append({**port, **{name: plugged.get(name) for name in ('tap', 'bridge', 'mtu')}})
    return kept


def reconnect(flow, host, agent):
    """The server's volumes exported to that host again."""
    with flow.db.read() as conn:
        found = [device for device in devices.list(conn, flow.resource_id) if device['volume_id']]
    if found:
        connector = flow.agent('connector', host=host, agent=agent)
        for device in found:
            volumes.attach(flow, device, connector)
