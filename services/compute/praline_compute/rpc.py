# SPDX-License-Identifier: Apache-2.0
"""What others may ask of compute, and what its worker does by itself; see praline_common.contracts.compute."""
import base64
import datetime
import threading
import time

from praline_common import rpc
from praline_common.context import Context
from praline_common.objects.guest import PAUSED, RUNNING, SHUTDOWN, SUSPENDED
from praline_common.service import Worker
from praline_compute import errors, flows, projects, states
from praline_compute.db import actions, devices, hosts, quotas, servers, services
from praline_compute.db.columns import stamp
from praline_compute.flows import guests, nics
from praline_compute.metadata import tree

LOOK = 5
RECLAIM = 60
_STATE_OF_POWER = {RUNNING: states.ACTIVE, PAUSED: states.PAUSED, SHUTDOWN: states.STOPPED, SUSPENDED: states.SUSPENDED}
# While a guest has these its ports are there.
_HAS_TAPS = (RUNNING, PAUSED)
_WATCHED = (states.ACTIVE, states.STOPPED, states.PAUSED, states.SUSPENDED)


def worker(runtime):
    endpoint = Endpoint(runtime)
    return Worker(endpoints=[endpoint, projects.Projects(runtime)], flows=flows.all_flows(), periodics=[
        (LOOK, endpoint.look_at_hosts), (RECLAIM, endpoint.reclaim)])


class Endpoint:

    def __init__(self, runtime):
        self.runtime, self.db, self.contracts, self.options = (
            runtime, runtime.db, runtime.contracts, runtime.options)
        self._told, self._lock = None, threading.Lock()

    @rpc.method
    def report_agent_hosts(self, ctx, agent, reports):
        with self.db.write() as conn:
            changed = hosts.record(conn, agent, [report.as_dict() for report in reports])
        if changed:
            self.tell_scheduler(ctx)

    @rpc.method
    def hosts_changed(self, ctx):
        """A service was enabled, disabled or forced down, or an aggregate changed."""
        self.tell_scheduler(ctx)

    def tell_scheduler(self, ctx):
        """Send what the scheduler should know of the hosts, unless it was told the same before."""
        with self._lock:
            with self.db.read() as conn:
                known = hosts.for_scheduler(conn, self.options)
            if known and known != self._told:
                self.contracts.scheduler.report_hosts(ctx, known)
                self._told = known

    def look_at_hosts(self):
        """Hosts that went silent are down; whatever the API changed reaches the scheduler."""
        with self.db.read() as conn:
            before = time.time() - services.MISSED * self.options.report_interval
            late = any(row['up'] and row['seen_at'] < before for row in services.list(conn))
        if late:
            with self.db.write() as conn:
                hosts.silent(conn, before)
        self.tell_scheduler(Context.internal())

    def reclaim(self):
        """Servers that were deleted long enough ago are deleted for good."""
        seconds = self.options.soft_delete_seconds
        if not seconds:
            return
        before = stamp(datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(seconds=seconds))
        with self.db.read() as conn:
            waiting = servers.soft_deleted(conn, before)
        if not waiting:
            return
        with self.db.write() as conn:       # read again: another process may have taken them
            for server_id in servers.soft_deleted(conn, before):
                servers.save(conn, server_id, task_state='deleting')
                self.runtime.operations.start(conn, Context.internal(), 'delete_server', server_id)

    @rpc.method
    def report_power(self, ctx, host, states):
        """Guests that changed by themselves; what a flow is changing is the flow's to write.

        A server that moved leaves a guest that is off where it was until the move is confirmed: not its own any more.
        """
        ports = {True: [], False: []}
        with self.db.write() as conn:
            for row in servers.with_ids(conn, states):
                power = states[row['id']].power_state
                if row['host'] != host or row['power_state'] == power:
                    continue
                values = {'power_state': power}
                state = _STATE_OF_POWER.get(power)
                if row['task_state'] is None and row['vm_state'] in _WATCHED and state:
                    values['vm_state'] = state
                    ports[power in _HAS_TAPS] += [kept['id'] for kept in row['network_info']['ports']]
                servers.note(conn, row['id'], **values)
        for up, ids in ports.items():
            if ids:
                self.contracts.network.port_up(ctx, ids, up=up)

    @rpc.method
    def desired_guests(self, ctx, host):
        with self.db.read() as conn:
            return {row['id']: 'running' if row['vm_state'] in (states.ACTIVE, states.RESCUED) else 'stopped'
                    for row in servers.of_host(conn, host)}

    @rpc.method
    def ports_changed(self, ctx, server_ids):
        ports = self.contracts.network.ports(ctx, server_ids)
        for server_id in server_ids:
            with self.db.read() as conn:
                row = servers.find(conn, server_id)
            if row is None or row['vm_state'] == states.BUILDING:
                continue
            groups = self.contracts.network.security_groups(ctx, server_id)
            with self.db.write() as conn:
                row = servers.find(conn, server_id)
                if row and row['vm_state'] != states.BUILDING:
                    kept = nics.refreshed(row['network_info']['ports'], ports.get(server_id) or [])
                    servers.note(conn, server_id, **nics.columns(kept, nics.names_of_groups(groups)))

    @rpc.method
    def metadata(self, ctx, server_id, path):
        with self.db.read() as conn:
            server = servers.find(conn, server_id)
            found = devices.list(conn, server_id) if server else []
        if server is None:
            raise errors.ServerNotFound(server_id=server_id)
        disks = [guests.disk(device) for device in found if device['volume_id']]
        try:
            kind, data = tree.answer(server, disks, self.options.dhcp_domain, path)
        except tree.Missing:
            return {'status': 404, 'content_type': 'text/plain', 'data': ''}
        return {'status': 200, 'content_type': kind, 'data': base64.b64encode(data).decode()}

    @rpc.method
    def attachment_of(self, ctx, server_id, volume_id):
        with self.db.read() as conn:
            found = devices.find(conn, server_id, volume_id)
        return found['id'] if found else None

    @rpc.method
    def keep_metadata(self, ctx, server_id, path, data):
        with self.db.write() as conn:
            server = servers.find(conn, server_id)
            if server is None:
                raise errors.ServerNotFound(server_id=server_id)
            status, text = tree.keep(server, path, base64.b64decode(data))
            if status == 200:
                servers.note(conn, server_id, guest_password=text)
        return {'status': status, 'content_type': 'text/plain', 'data': base64.b64encode(
            b'' if status == 200 else text.encode()).decode()}

    @rpc.method
    def volume_extended(self, ctx, server_id, volume_id, size):
        with self.db.read() as conn:
            server = servers.find(conn, server_id)
            device = devices.find(conn, server_id, volume_id)
        if server and device and server['host']:
            with self.db.write() as conn:
                operation_id = self.runtime.operations.start(conn, ctx, 'extend_volume', server_id, {
                    'device_id': device['id'], 'volume_id': volume_id, 'size': size})
                actions.create(conn, ctx, server_id, 'extend_volume', operation_id)

    @rpc.method
    def external_events(self, ctx, events):
        """What /os-server-external-events accepted: addresses are looked up again, grown volumes are told to guests."""
        moved = {event['server_uuid'] for event in events if event['name'].startswith('network-')}
        if moved:
            self.ports_changed(ctx, sorted(moved))
        for event in events:
            if event['name'] == 'volume-extended':
                size = self.contracts.volume.get(ctx.elevated(), event['tag'])['size']
                self.volume_extended(ctx, event['server_uuid'], event['tag'], size)

    @rpc.method
    def project_usage(self, ctx, project_id):
        with self.db.read() as conn:
            return quotas.usage(conn, project_id)
