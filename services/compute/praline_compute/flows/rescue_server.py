# SPDX-License-Identifier: Apache-2.0
"""Boot a server from a throw-away disk, and back."""
from praline_common.objects.guest import RUNNING
from praline_compute import states
from praline_compute.flows import guests
from praline_compute.flows.base import LONG, ServerFlow
from praline_compute.flows.power import PowerFlow


class RescueServer(ServerFlow):
    """arguments: image, what to boot from."""

    kind, deadline = 'rescue_server', 1800
    steps = ('boot',)
    on_failure = {'vm_state': states.ERROR, 'admin_password': None}

    def boot(self):
        self.agent('rescue', timeout=LONG, uuid=self.resource_id,
                   disk=guests.root_from_image(self.arguments['image']))

    def finished(self, conn):
        self.after = {'vm_state': states.RESCUED, 'power_state': RUNNING, 'admin_password': None}
        super().finished(conn)


class UnrescueServer(PowerFlow):
    kind, verb, after = 'unrescue_server', 'unrescue', {
        'vm_state': states.ACTIVE, 'power_state': RUNNING, 'rescue_image_id': None, 'old_vm_state': None}
