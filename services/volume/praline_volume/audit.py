# SPDX-License-Identifier: Apache-2.0
"""Rows against reality: volumes, snapshots and exports on every host, attachments, states without an operation."""
import sqlalchemy as sa

from praline_common import errors
from praline_common.db import engine
from praline_common.operations.models import LIVE
from praline_volume.db import attachments
from praline_volume.db import clock
from praline_volume.db import models
from praline_volume.db import services
from praline_volume.db import snapshots
from praline_volume.db import volumes
from praline_volume.intake import attachments as attaching

PASSING = ('creating', 'downloading', 'deleting', 'extending', 'uploading', 'reverting', 'managing', 'unmanaging')
FRESH = 30
BUILT = ('available', 'in-use', 'attaching', 'detaching', 'reserved', 'uploading', 'extending', 'awaiting-transfer')


def audit(runtime, repair=False):
    """[{'kind', 'id', 'host', 'detail', 'repaired'}].

    stuck: a state that some operation should end, and none works on it; repair makes it an error state.
    missing: a row says it is built and its host has nothing; a person must decide.
    stray: a host has what no row tells of; repair removes it.
    export: reachable without an attachment, or the other way round; repair takes it away or makes it again.
    unsettled: a volume's state does not fit its attachments; repair settles it.
    """
    # Hosts first, rows after: what appears in between has a row already, so it is not taken for a stray.
    inventories = _inventories(runtime)
    found = _Audit(runtime, repair)
    found.stuck()
    found.unsettled()
    for host, real in inventories.items():
        found.host(host, real)
    return found.drift


def _inventories(runtime):
    """`{host: what is there, or the error that it does not answer with}`."""
    with runtime.db.read() as conn:
        hosts = sorted({row['host'].partition('@')[0] for row in services.list(conn, binary=services.VOLUME)})
    found = {}
    for host in hosts:
        try:
            found[host] = runtime.agents.call(None, 'inventory', server=host)
        except errors.Error as error:
            found[host] = error
    return found


class _Audit:

    def __init__(self, runtime, repair):
        self._runtime, self._db, self._repair, self.drift = runtime, runtime.db, repair, []
        with self._db.read() as conn:
            self._busy = set(conn.execute(sa.select(models.OPERATIONS.c.resource_id).where(
                models.OPERATIONS.c.state.in_(LIVE))).scalars())
            self._volumes = {row['id']: row for row in engine.rows(conn, sa.select(models.VOLUMES))}
            self._snapshots = {row['id']: row for row in engine.rows(conn, sa.select(models.SNAPSHOTS))}
            self._attachments = attachments.of_server(conn)
        self._now = clock.now()

    def stuck(self):
        for kind, rows, table in (('volume', self._volumes, volumes), ('snapshot', self._snapshots, snapshots)):
            for row in rows.values():
                if row['status'] in PASSING and row['id'] not in self._busy and not self._owned(row):
                    self._note('stuck', row['id'], None, f'the {kind} is {row["status"]} and nothing works on it',
                               lambda row=row, table=table: self._fail(table, row))

    def unsettled(self):
        held = {row['volume_id'] for row in self._attachments}
        for row in self._volumes.values():
            if row['status'] in ('in-use', 'reserved') and row['id'] not in held:
                self._note('unsettled', row['id'], row['host'], f'the volume is {row["status"]} without an attachment',
                           lambda row=row: self._settle(row['id']))
        for row in self._attachments:
            if row['volume_id'] not in self._volumes:
                self._note('unsettled', row['id'], row['host'], 'the attachment is of a volume that is gone',
                           lambda row=row: self._forget(row['id']))

    def host(self, host, real):
        if isinstance(real, errors.Error):
            self._note('silent', host, host, real.message, None)
            return
        expected = {row['id'] for row in self._volumes.values() if (row['host'] or '').partition('@')[0] == host}
        self._content(host, 'volume', self._volumes, expected, real['volumes'], 'delete', 'volume_id')
        taken = {row['id'] for row in self._snapshots.values() if row['volume_id'] in expected}
        self._content(host, 'snapshot', self._snapshots, taken, real['snapshots'], 'delete_snapshot', 'snapshot_id')
        self._exports(host, expected, real['exports'])

    def _content(self, host, kind, rows, expected, real, verb, argument):
        for thing_id in sorted(expected - set(real)):
            row = rows[thing_id]
            if row['status'] in BUILT and thing_id not in self._busy and not self._fresh(row):
                self._note('missing', thing_id, host, f'the {kind} is {row["status"]} but not there', None)
        for thing_id in sorted(set(real) - expected):
            if thing_id not in self._busy:
                self._note('stray', thing_id, host, f'a {kind} that no row tells of',
                           lambda thing_id=thing_id: self._ask(host, verb, **{argument: thing_id}))

    def _exports(self, host, expected, real):
        wanted = {row['volume_id'] for row in self._attachments if row['connection_info']} & expected
        fresh = {row['volume_id'] for row in self._attachments if self._fresh(row)}
        for volume_id in sorted(wanted - set(real) - fresh):
            self._note('export', volume_id, host, 'attached, but not exported',
                       lambda volume_id=volume_id: self._ask(host, 'export', volume_id=volume_id))
        held = {row['volume_id'] for row in self._attachments}
        for volume_id in sorted(set(real) - held):
            # The older flow exports without an attachment while it is attaching.
            status = self._volumes.get(volume_id, {}).get('status')
            if volume_id not in self._busy and status not in ('attaching', 'in-use', 'detaching'):
                self._note('export', volume_id, host, f'exported to nobody, with {real[volume_id]} sessions',
                           lambda volume_id=volume_id: self._unexport(host, volume_id))

    def _owned(self, row):
        """A snapshot that goes with its volume is the volume's operation's."""
        return row.get('volume_id') in self._busy or row.get('group_id') in self._busy

    def _fresh(self, row):
        """Changed so lately that the host's answer may be older."""
        return (self._now - (row['updated_at'] or row['created_at'])).total_seconds() < FRESH

    def _note(self, kind, thing_id, host, detail, mend):
        repaired = False
        if self._repair and mend:
            try:
                repaired = mend() is not False
            except errors.Error as error:
                detail = f'{detail}; {error.message}'
        self.drift.append({'kind': kind, 'id': thing_id, 'host': host, 'detail': detail, 'repaired': repaired})

    def _fail(self, table, row):
        with self._db.write() as conn:
            table.save(conn, row['id'], (row['status'],),
                       status='error_deleting' if row['status'] == 'deleting' else 'error')

    def _settle(self, volume_id):
        with self._db.write() as conn:
            attaching.settle(conn, volume_id)

    def _forget(self, attachment_id):
        with self._db.write() as conn:
            attachments.delete(conn, attachment_id)

    def _unexport(self, host, volume_id):
        with self._db.read() as conn:
            if attachments.of_volume(conn, volume_id):
                return False
        self._ask(host, 'unexport', volume_id=volume_id)
        return True

    def _ask(self, host, verb, **arguments):
        self._runtime.agents.call(None, verb, server=host, **arguments)
