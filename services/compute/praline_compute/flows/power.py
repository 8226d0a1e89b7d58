# SPDX-License-Identifier: Apache-2.0
"""Start, stop, reboot, pause, suspend and their like: one verb of the agent each."""
from praline_common import errors
from praline_common.objects.guest import PAUSED, RUNNING, SHUTDOWN, SUSPENDED
from praline_compute import states
from praline_compute.db import actions, servers
from praline_compute.flows.base import ServerFlow, fault

SOFT_SECONDS = 60
_STATES = {RUNNING: states.ACTIVE, PAUSED: states.PAUSED, SHUTDOWN: states.STOPPED, SUSPENDED: states.SUSPENDED}


class PowerFlow(ServerFlow):
    """When the verb fails, the server is what its guest is then."""

    deadline = 600
    steps = ('act',)
    verb = None

    def act(self):
        self.agent(self.verb, uuid=self.resource_id)

    def undo_act(self):
        try:
            self._found = self.agent('state', uuid=self.resource_id).power_state
        except errors.Error:
            self._found = None

    def failed(self, conn, cause):
        power = getattr(self, '_found', None)
        values = {'vm_state': _STATES.get(power, states.ERROR), 'power_state': power or 0}
        servers.save(conn, self.resource_id, task_state=None, fault=fault(cause, self.kind), **values)
        actions.finish(conn, self.row['id'], host=self._host(), message='Error')


class StartServer(PowerFlow):
    kind, steps = 'start_server', ('plug', 'act')
    verb, after = 'start', {'vm_state': states.ACTIVE, 'power_state': RUNNING}

    def plug(self):
        """The host may have been restarted since: its bridges come first."""
        server = self.server
        for kept in server['network_info']['ports']:
            self.contracts.network.plug(self.context, server['host'], kept['id'])


class StopServer(PowerFlow):
    kind, after = 'stop_server', {'vm_state': states.STOPPED, 'power_state': SHUTDOWN}

    def act(self):
        self.agent('stop', timeout=SOFT_SECONDS + 60, uuid=self.resource_id, seconds=SOFT_SECONDS)


class RebootServer(StartServer):
    kind, after = 'reboot_server', {'vm_state': states.ACTIVE, 'power_state': RUNNING}

    def act(self):
        self.agent('reboot', timeout=SOFT_SECONDS + 60, uuid=self.resource_id, hard=self.arguments['hard'],
                   seconds=SOFT_SECONDS)


class PauseServer(PowerFlow):
    kind, verb, after = 'pause_server', 'pause', {'vm_state': states.PAUSED, 'power_state': PAUSED}


class UnpauseServer(PowerFlow):
    kind, verb, after = 'unpause_server', 'unpause', {'vm_state': states.ACTIVE, 'power_state': RUNNING}


class SuspendServer(PowerFlow):
    kind, verb = 'suspend_server', 'suspend'
    after = {'vm_state': states.SUSPENDED, 'power_state': SHUTDOWN}


class ResumeServer(PowerFlow):
    kind, verb, after = 'resume_server', 'resume', {'vm_state': states.ACTIVE, 'power_state': RUNNING}


class RestoreServer(PowerFlow):
    """A soft-deleted server runs again."""

    kind, verb, after = 'restore_server', 'start', {'vm_state': states.ACTIVE, 'power_state': RUNNING}
