# SPDX-License-Identifier: Apache-2.0
"""Compares what compute believes with what there is: guests on hosts, claims, volume attachments.

A server with a live operation is left alone: it is about to change.  A host whose agent does not answer is
skipped; `detail` says so.
"""
import sqlalchemy as sa

from praline_common import errors
from praline_common.context import Context
from praline_common.db import engine
from praline_common.objects.guest import RUNNING
from praline_common.operations.models import LIVE
from praline_compute import states
from praline_compute.db import servers
from praline_compute.db.models import BLOCK_DEVICES, HOSTS, MIGRATIONS, OPERATIONS, SERVERS
from praline_compute.flows.base import fault


def audit(runtime, repair):
    """[{'kind', 'id', 'host', 'detail', 'repaired'}] of all that differs; with `repair` it is put right."""
    return Audit(runtime, repair).run()


class Audit:

    def __init__(self, runtime, repair):
        self.runtime, self.db, self.repair = runtime, runtime.db, repair
        self.ctx, self.drift = Context.internal(), []

    def run(self):
        with self.db.read() as conn:
            self.servers = {row['id']: row for row in engine.rows(conn, sa.select(
                *(SERVERS.c[name] for name in ('id', 'host', 'agent', 'vm_state', 'task_state', 'old_host'))
            ).where(SERVERS.c.deleted.is_(False)))}
            self.hosts = engine.rows(conn, sa.select(HOSTS.c.host, HOSTS.c.agent))
            self.busy = set(conn.execute(sa.select(OPERATIONS.c.resource_id).where(
                OPERATIONS.c.state.in_(LIVE))).scalars())
            self.migrations = {row[0]: row[1] for row in conn.execute(sa.select(
                MIGRATIONS.c.uuid, MIGRATIONS.c.server_id).where(
                MIGRATIONS.c.status.not_in(('confirmed', 'reverted', 'error', 'completed', 'failed'))))}
        for host in self.hosts:
            self._guests(host['host'], host['agent'])
        self._claims()
        self._attachments()
        self._stuck()
        return self.drift

    def _found(self, kind, some_id, host, detail, mend=None):
        repaired = False
        if self.repair and mend is not None:
            try:
                mend()
                repaired = True
            except errors.Error as error:
                detail = '%s; mending it failed: %s' % (detail, error.message)
        self.drift.append({'kind': kind, 'id': some_id, 'host': host, 'detail': detail, 'repaired': repaired})

    def _settled(self, server_id):
        """(the row now or None, whether nothing works on it): what was read first may have changed since."""
        with self.db.read() as conn:
            busy = conn.execute(sa.select(OPERATIONS.c.id).where(
                OPERATIONS.c.resource_id == server_id, OPERATIONS.c.state.in_(LIVE))).first()
            return servers.find(conn, server_id), busy is None

    def _ask(self, agent, verb, host, **arguments):
        return self.runtime.agents.call(self.ctx, verb, server=agent, host=host, timeout=30, **arguments)

    def _guests(self, host, agent):
        try:
            there = self._ask(agent, 'guests', host)
        except errors.Error as error:
            self.drift.append({'kind': 'host', 'id': host, 'host': host, 'repaired': False,
                               'detail': 'its guests are not known: %s' % error.message})
            return
        for uuid in there:
            row = self.servers.get(uuid)
            if row is None or host not in (row['host'], row['old_host']):
                row, settled = self._settled(uuid)
                if not settled or row and host in (row['host'], row['old_host']):
                    continue
                self._found('guest', uuid, host, 'a guest without a server',
                            lambda uuid=uuid: self._ask(agent, 'destroy_guest', host, uuid=uuid))
        for row in self.servers.values():
            if row['host'] == host and row['id'] not in self.busy and row['task_state'] is None:
                self._server(row, there)

    def _server(self, row, there):
        if row['vm_state'] in (states.ERROR, states.BUILDING):
            return
        if row['id'] not in there:
            now, settled = self._settled(row['id'])
            if not settled or now is None or now['host'] != row['host']:
                return
            self._found('server', row['id'], row['host'], 'its guest is not on the host',
                        lambda: self._fail(row['id'], 'Its guest is no longer on %s.' % row['host']))
        elif (row['vm_state'] == states.ACTIVE) != (there[row['id']].power_state == RUNNING) and row['vm_state'] in (
                states.ACTIVE, states.STOPPED):
            self._found('server', row['id'], row['host'], 'it is %s and its guest is in power state %d' % (
                row['vm_state'], there[row['id']].power_state))

    def _fail(self, server_id, cause):
        with self.db.write() as conn:
            conn.execute(SERVERS.update().where(SERVERS.c.id == server_id).values(
                vm_state=states.ERROR, fault=fault(cause, 'audit')))

    def _claims(self):
        held = self.runtime.contracts.scheduler.allocations(self.ctx)
        known = set(self.servers) | set(self.migrations)
        for consumer_id, claim in held.items():
            if consumer_id not in known and self._settled(consumer_id) == (None, True):
                self._found('claim', consumer_id, claim['host'], 'resources held for nothing that compute knows',
                            lambda consumer_id=consumer_id: self.runtime.contracts.scheduler.release(
                                self.ctx, consumer_id))
        for row in self.servers.values():
            if row['host'] and row['id'] not in held and row['id'] not in self.busy:
                self._found('server', row['id'], row['host'], 'it is on a host and holds no resources there')

    def _attachments(self):
        with self.db.read() as conn:
            devices = {row['id']: row for row in engine.rows(conn, sa.select(BLOCK_DEVICES).where(
                BLOCK_DEVICES.c.volume_id.is_not(None)))}
        try:
            there = {item['id']: item for item in self.runtime.contracts.volume.attachments(self.ctx)}
        except errors.Unavailable:
            return
        for device_id, device in devices.items():
            if device_id not in there and device['server_id'] not in self.busy and device['state'] == 'attached':
                self._found('attachment', device_id, None, 'volume %s of server %s has no attachment' % (
                    device['volume_id'], device['server_id']))
        for attachment_id, item in there.items():
            server_id = item.get('server_id')
            if attachment_id not in devices and server_id and self._settled(server_id)[1]:
                self._found('attachment', attachment_id, item.get('host'), 'volume %s is attached to server %s, which '
                            'does not know it' % (item['volume_id'], server_id),
                            lambda attachment_id=attachment_id: self.runtime.contracts.volume.detach(
                                self.ctx, attachment_id))

    def _stuck(self):
        """A task without an operation never ends."""
        for row in self.servers.values():
            if row['task_state'] and row['id'] not in self.busy and self._idle_task(row):
                self._found('server', row['id'], row['host'], 'task %s, and no operation does it' % row['task_state'],
                            lambda row=row: self._end_task(row['id']))

    def _idle_task(self, row):
        now, settled = self._settled(row['id'])
        return settled and now is not None and now['task_state'] == row['task_state']

    def _end_task(self, server_id):
        with self.db.write() as conn:
            conn.execute(SERVERS.update().where(SERVERS.c.id == server_id).values(task_state=None))
