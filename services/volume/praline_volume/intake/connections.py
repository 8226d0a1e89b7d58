# SPDX-License-Identifier: Apache-2.0
"""Exports and unexports as attachments come and go: here the service waits for the volume's host."""
import contextlib
import threading

from praline_common import errors as common
from praline_volume import errors
from praline_volume.db import attachments
from praline_volume.db import volumes
from praline_volume.intake import attachments as attaching

LONG_ENOUGH = 60


class Connections:
    """One change at a time for each volume: the last to leave must not take away what a newcomer just got."""

    def __init__(self, runtime):
        self._db, self._agents = runtime.db, runtime.agents
        self._locks = [threading.Lock() for _ in range(64)]

    def connect(self, ctx, attachment_id, connector, mountpoint=None, mode=None):
        """Export the attachment's volume; {'driver_volume_type', 'data'}.  Asked twice it answers the same."""
        with self._db.read() as conn:
            attachment = attachments.get(conn, ctx, attachment_id)
            volume = volumes.find(conn, attachment['volume_id'])
        mode = mode or _mode(attachment, connector, volume)
        with self._alone(volume['id']):
            info = self._export(ctx, volume, mode)
            with self._db.write() as conn:
                if attachments.find(conn, attachment_id) is None:
                    raise common.Conflict(f'attachment {attachment_id} was deleted meanwhile')
                attaching.connected(conn, attachment, connector, info, mountpoint, mode)
        return info

    def detach(self, ctx, attachment_id, force=False):
        """Unexport if it was the last one, forget the attachment (see attachments.remove).  Nothing when it is gone."""
        with self._db.read() as conn:
            attachment = attachments.find(conn, attachment_id)
        if attachment is None:
            return
        with self._alone(attachment['volume_id']):
            with self._db.read() as conn:
                attachments.get(conn, ctx, attachment_id)
                others = [row for row in attachments.of_volume(conn, attachment['volume_id'])
                          if row['id'] != attachment_id and row['connection_info']]
                volume = volumes.find(conn, attachment['volume_id'])
            # Also without connection info: whoever connected it may have died before writing that down.
            if not others and volume and volume['host']:
                self._ask(ctx, volume, 'unexport')
            with self._db.write() as conn:
                attaching.remove(conn, attachment, force)

    def initialize(self, ctx, volume_id, connector):
        """The older flow's export, which no attachment stands for."""
        with self._db.read() as conn:
            volume = volumes.get(conn, ctx, volume_id)
        with self._alone(volume_id):
            return self._export(ctx, volume, 'rw')

    def terminate(self, ctx, volume_id):
        """The older flow's unexport; an export that an attachment stands for stays."""
        with self._db.read() as conn:
            volume = volumes.get(conn, ctx, volume_id)
            held = [row for row in attachments.of_volume(conn, volume_id) if row['connection_info']]
        if not held:
            with self._alone(volume_id):
                self._ask(ctx, volume, 'unexport')

    def _export(self, ctx, volume, mode):
        data = self._ask(ctx, volume, 'export')
        data.update(volume_id=volume['id'], access_mode=mode, target_discovered=False, encrypted=False,
                    qos_specs=None, cacheable=False)
        return {'driver_volume_type': 'iscsi', 'data': data}

    def _ask(self, ctx, volume, method):
        if not volume['host']:
            raise errors.InvalidVolume(f'volume {volume["id"]} has no back end yet; it is {volume["status"]}')
        return self._agents.call(ctx, method, server=volume['host'].partition('@')[0], timeout=LONG_ENOUGH,
                                 volume_id=volume['id'])

    @contextlib.contextmanager
    def _alone(self, volume_id):
        with self._locks[hash(volume_id) % len(self._locks)]:
            yield


def _mode(attachment, connector, volume):
    if volume['admin_metadata'].get('readonly', '').lower() == 'true':
        return 'ro'
    asked = connector.get('mode') or attachment['attach_mode']
    return asked if asked in ('rw', 'ro') else 'rw'
