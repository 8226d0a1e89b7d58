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
    """When the verb fails, the server is what its guest is then.  ports_up: what its ports are afterwards, if they change."""

    deadline = 600
    steps = ('act', 'tell_network')
    verb = ports_up = None

    def act(self):
        self.agent(self.verb, uuid=self.resource_id)

    def tell_network(self):
        if self.ports_up is not None:
            self.set_ports(self.ports_up)

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
    kind, steps = 'start_server', ('plug', 'act', 'tell_network')
    verb, ports_up, after = 'start', True, {'vm_state': states.ACTIVE, 'power_state': RUNNING}

    def plug(self):
        """The host may have been restarted since: its bridges come first."""
        server = self.server
        for kept in server['network_info']['ports']:
            self.contracts.network.plug(self.context, server['host'], kept['id'])


class StopServer(PowerFlow):
    kind, ports_up, after = 'stop_server', False, {'vm_state': states.STOPPED, 'power_state': SHUTDOWN}

    def act(self):
        self.agent('stop', timeout=SOFT_SECONDS + 60, uuid=self.resource_id, seconds=SOFT_SECONDS)


class RebootServer(StartServer):
    kind, after = 'reboot_server', {'vm_state': states.ACTIVE, 'power_state': RUNNING}

    def act(self):
        self.agent('reboot', timeout=SOFT_SECONDS + 60, uuid=self.resource_id, hard=self.arguments['hard'],
                   seconds=SOFT_SECONDS)


class PauseServer(PowerFlow):
    kind, verb, after = 'pause_server', 'pause', {'vm_state': states.PAUSED, 'power_state': PAUSED}


class TriggerCrashDump(PowerFlow):
    """What the guest's kernel makes of it shows in its power state, if anywhere."""

    kind, verb = 'trigger_crash_dump', 'trigger_crash_dump'


class UnpauseServer(PowerFlow):
    kind, verb, after = 'unpause_server', 'unpause', {'vm_state': states.ACTIVE, 'power_state': RUNNING}


class SuspendServer(PowerFlow):
    kind, verb, ports_up = 'suspend_server', 'suspend', False
    after = {'vm_state': states.SUSPENDED, 'power_state': SHUTDOWN}


class ResumeServer(PowerFlow):
    kind, verb, ports_up, after = 'resume_server', 'resume', True, {'vm_state': states.ACTIVE, 'power_state': RUNNING}


class RestoreServer(PowerFlow):
    """A soft-deleted server runs again."""

    kind, verb, ports_up, after = 'restore_server', 'start', True, {'vm_state': states.ACTIVE, 'power_state': RUNNING}
