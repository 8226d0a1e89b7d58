# SPDX-License-Identifier: Apache-2.0
"""Put a server away as an image, and bring it back."""
from praline_common.objects.guest import SHUTDOWN
from praline_compute import states
from praline_compute.db import devices, servers
from praline_compute.flows import nics
from praline_compute.flows.base import LONG, ServerFlow
from praline_compute.flows.create_server import CreateServer


class OffloadServer(ServerFlow):
    """The guest leaves its host; ports and volumes stay the server's, unbound."""

    kind, deadline = 'offload_server', 1800
    steps = ('destroy', 'disconnect', 'release')

    def destroy(self):
        if self.server['host']:
            self.agent('destroy_guest', timeout=LONG, uuid=self.resource_id)
            self.set_ports(up=False)

    def disconnect(self):
        """The volumes stay reserved for the server, exported to nobody: a new attachment under the same id."""
        with self.db.read() as conn:
            found = [device for device in devices.list(conn, self.resource_id) if device['volume_id']]
        for device in found:
            self.contracts.volume.detach(self.context, device['id'])
            self.contracts.volume.reserve(self.context, device['id'], device['volume_id'], self.resource_id)

    def release(self):
        self.contracts.scheduler.release(self.context, self.resource_id)

    def finished(self, conn):
        self.after = {'vm_state': states.OFFLOADED, 'power_state': SHUTDOWN, 'host': None, 'agent': None,
                      'availability_zone': ''}
        super().finished(conn)


class ShelveServer(OffloadServer):
    """arguments: image_id (queued), or None for a server on volumes."""

    kind = 'shelve_server'
    steps = ('stop', 'keep', 'destroy', 'disconnect', 'release')

    def stop(self):
        self.agent('stop', timeout=120, uuid=self.resource_id, seconds=60)

    def keep(self):
        if self.arguments['image_id']:
            self.save(task_state='shelving_image_uploading')
            self.agent('snapshot', timeout=1800, uuid=self.resource_id, image_id=self.arguments['image_id'])
        self.save(task_state='shelving_offloading')

    def undo_keep(self):
        if self.arguments['image_id']:
            self.contracts.image.fail_upload(self.context, self.arguments['image_id'], 'the server was not shelved')

    def undo_stop(self):
        self.agent('start', uuid=self.resource_id)

    def failed(self, conn, cause):
        servers.save(conn, self.resource_id, vm_state=states.ACTIVE, shelved_image_id=None)
        super().failed(conn, cause)


class UnshelveServer(CreateServer):
    """arguments: host to go to, or None.  What fails is undone: the server is shelved as before."""

    kind, deadline = 'unshelve_server', 1800
    steps = ('place', 'connect', 'plug', 'build', 'forget')
    on_failure = {'vm_state': states.OFFLOADED}

    def place(self):
        self.server['requested_host'] = self.arguments.get('host') or self.server['requested_host']
        return super().place()

    def undo_connect(self):
        for device in self._volumes():
            self.contracts.volume.detach(self.context, device['id'])
            self.contracts.volume.reserve(self.context, device['id'], device['volume_id'], self.resource_id)

    def plug(self):
        server = self.server
        self.contracts.network.bind_ports(self.context, server['id'], server['host'])
        kept = []
        for port in server['network_info']['ports']:
            plugged = self.contracts.network.plug(self.context, server['host'], port['id'])
            kept.append({**port, **{name: plugged.get(name) for name in ('tap', 'bridge', 'mtu')}})
        groups = [group['name'] for group in server['network_info']['security_groups']]
        self.save(task_state='spawning', **nics.columns(kept, groups))

    def undo_plug(self):
        """The ports stay the server's."""

    def _disks(self, server):
        if server['shelved_image_id'] and server['image']:
            image = {**server['image'], 'id': server['shelved_image_id'], 'disk_format': 'qcow2', 'checksum': None,
                     'os_hash_value': server['shelved_image_id']}
            server = {**server, 'image': image}
        return super()._disks(server)

    def forget(self):
        """The picture has served; failing to delete it harms nothing."""
        if self.server['shelved_image_id']:
            self.contracts.image.api(self.context, 'DELETE', '/v2/images/' + self.server['shelved_image_id'])

    def finished(self, conn):
        super().finished(conn)
        servers.save(conn, self.resource_id, shelved_image_id=None, old_vm_state=None)
