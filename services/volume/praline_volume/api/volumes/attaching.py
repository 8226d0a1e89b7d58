# SPDX-License-Identifier: Apache-2.0
"""The actions that hand a volume to a server and take it back: the flow older than attachments."""
import uuid

from praline_common.api.rest import action
from praline_common.policy import ADMIN, MEMBER
from praline_volume.api import holders
from praline_volume.api.volumes import schemas
from praline_volume.db import attachments
from praline_volume.db import volumes
from praline_volume.intake import attachments as intake
from praline_volume.intake import standing

_RULE = 'volume_extension:volume_actions:'


class Attaching:

    @action('os-reserve', _RULE + 'reserve', policy=MEMBER, body=schemas.RESERVE, item=volumes.get, status=202)
    def reserve(self, req, volume, body):
        with self.db.write() as conn:
            intake.reserve_volume(conn, volume)

    @action('os-unreserve', _RULE + 'unreserve', policy=MEMBER, body=schemas.UNRESERVE, item=volumes.get, status=202)
    def unreserve(self, req, volume, body):
        with self.db.write() as conn:
            intake.unreserve_volume(conn, volume)

    @action('os-begin_detaching', _RULE + 'begin_detaching', policy=MEMBER, body=schemas.BEGIN_DETACHING,
            item=volumes.get, status=202)
    def begin_detaching(self, req, volume, body):
        with self.db.write() as conn:
            intake.begin_detaching(conn, volume)

    @action('os-roll_detaching', _RULE + 'roll_detaching', policy=MEMBER, body=schemas.ROLL_DETACHING,
            item=volumes.get, status=202)
    def roll_detaching(self, req, volume, body):
        with self.db.write() as conn:
            intake.roll_detaching(conn, volume)

    @action('os-attach', _RULE + 'attach', policy=MEMBER, body=schemas.ATTACH, item=volumes.get, status=202)
    def attach(self, req, volume, body):
        wanted = body['os-attach']
        with self.db.write() as conn:
            intake.attach(conn, req.context, str(uuid.uuid4()), volume, wanted.get('instance_uuid'),
                          wanted.get('host_name'), wanted['mountpoint'], wanted.get('mode', 'rw'))

    @action('os-detach', _RULE + 'detach', policy=MEMBER, body=schemas.DETACH, item=volumes.get, status=202)
    def detach(self, req, volume, body):
        self._detach(req, volume, (body['os-detach'] or {}).get('attachment_id'))

    @action('os-force_detach', 'volume_extension:volume_admin_actions:force_detach', policy=ADMIN,
            body=schemas.FORCE_DETACH, item=volumes.get, status=202)
    def force_detach(self, req, volume, body):
        self._detach(req, volume, body['os-force_detach'].get('attachment_id'), force=True)

    @action('os-initialize_connection', _RULE + 'initialize_connection', policy=MEMBER, body=schemas.INITIALIZE,
            item=volumes.get)
    def initialize_connection(self, req, volume, body):
        standing.require_connectable(volume)
        connector = body['os-initialize_connection']['connector']
        info = self.runtime.own.call(req.context, 'initialize_connection', volume_id=volume['id'],
                                     connector=connector)
        return {'connection_info': {**info, 'enforce_multipath': connector.get('enforce_multipath', False)}}

    @action('os-terminate_connection', _RULE + 'terminate_connection', policy=MEMBER, body=schemas.TERMINATE,
            item=volumes.get, status=202)
    def terminate_connection(self, req, volume, body):
        with self.db.read() as conn:
            held = attachments.of_volume(conn, volume['id'])
        for attachment in held:
            holders.require_free(self.runtime, req, attachment)
        self.runtime.own.call(req.context, 'terminate_connection', volume_id=volume['id'])
        with self.db.write() as conn:
            intake.unreserve_volume(conn, volume)

    def _detach(self, req, volume, attachment_id, force=False):
        standing.require_connectable(volume)
        with self.db.read() as conn:
            chosen = intake.chosen(conn, volume, attachment_id)
        if chosen:
            holders.require_free(self.runtime, req, chosen)
            self.runtime.own.call(req.context, 'delete_attachment', attachment_id=chosen['id'], force=force)
            return
        # Nobody has it: then it is detached, and saying so again is no error.
        with self.db.write() as conn:
            intake.settle(conn, volume['id'])
