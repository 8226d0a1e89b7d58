# SPDX-License-Identifier: Apache-2.0
"""The same server on a root disk made anew."""
from praline_common.objects.guest import RUNNING, SHUTDOWN
from praline_compute import states
from praline_compute.db.columns import now
from praline_compute.flows.base import LONG
from praline_compute.flows.create_server import CreateServer


class RebuildServer(CreateServer):
    """arguments: was (vm_state), old_image, old_image_id.  Ports, volumes and the claim stay as they are."""

    kind, deadline = 'rebuild_server', 1800
    steps = ('destroy', 'build')
    on_failure = {'vm_state': states.ERROR, 'admin_password': None}

    def destroy(self):
        self.save(task_state='rebuild_block_device_mapping')
        self.agent('destroy_guest', timeout=LONG, uuid=self.resource_id)

    def build(self):
        self.save(task_state='rebuild_spawning')
        server = self.reload()
        for kept in server['network_info']['ports']:
            self.contracts.network.plug(self.context, server['host'], kept['id'])
        self.agent('ensure_guest', timeout=LONG, guest=self._guest(server, self._disks(server)),
                   power_on=self.arguments['was'] != states.STOPPED)

    def undo_build(self):
        """What was there is gone; the server is left in ERROR on its host, to be rebuilt or deleted."""

    def finished(self, conn):
        stopped = self.arguments['was'] == states.STOPPED
        self.after = {'vm_state': states.STOPPED if stopped else states.ACTIVE, 'launched_at': now(), 'fault': None,
                      'power_state': SHUTDOWN if stopped else RUNNING, 'admin_password': None}
        super(CreateServer, self).finished(conn)
