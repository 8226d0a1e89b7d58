# SPDX-License-Identifier: Apache-2.0
"""`/v3/attachments`: reserve a volume, connect it to a host, complete, and undo all that (3.27)."""
import uuid

from praline_common import errors
from praline_common.api import rest
from praline_common.api.rest import Since, action
from praline_common.policy import MEMBER, READER
from praline_volume.api import forms
from praline_volume.api import holders
from praline_volume.api import listing
from praline_volume.api.forms import fields, only
from praline_volume.db import attachments
from praline_volume.db import volumes
from praline_volume.intake import attachments as intake

_CREATE = {'instance_uuid': forms.UUID, 'connector': {'type': ['object', 'null']}, 'volume_uuid': forms.UUID}
CREATE = Since(v3_27=only('attachment', fields(_CREATE, ['volume_uuid'])),
               v3_54=only('attachment', fields({**_CREATE, 'mode': {'enum': ['rw', 'ro']}}, ['volume_uuid'])))
UPDATE = only('attachment', fields({'connector': {'type': 'object', 'minProperties': 1}}, ['connector']))
COMPLETE = only('os-complete', {})
FILTERS = {'volume_id': 'volume_id', 'status': 'status', 'instance_id': 'server_id', 'attach_status': 'status'}


class Attachments(rest.Controller):

    views = {'detail': 'detail'}

    @rest.operation('volume:attachment_create', policy=MEMBER, body=CREATE, since='3.27')
    def post(self, req, body):
        wanted, attachment_id = body['attachment'], str(uuid.uuid4())
        with self.db.write() as conn:
            volume = volumes.get(conn, req.context, wanted['volume_uuid'])
            self.policy.require(req.context, 'volume:attachment_create', volume)
            row = intake.reserve(conn, req.context, attachment_id, volume, wanted.get('instance_uuid'),
                                 wanted.get('mode'))
        if wanted.get('connector'):
            self._connect(req, row, wanted['connector'], wanted.get('mode'))
        return self._answer(req, attachment_id)

    @rest.operation('volume:attachment_get_all', policy=READER, since='3.27')
    def get_all(self, req):
        return self._list(req, brief)

    @rest.operation('volume:attachment_get_all', policy=READER, since='3.27')
    def detail_get(self, req):
        return self._list(req, detail)

    @rest.operation('volume:attachment_get', policy=READER, item=attachments.get, since='3.27')
    def get_one(self, req, attachment):
        return {'attachment': detail(attachment)}

    @rest.operation('volume:attachment_update', policy=MEMBER, body=UPDATE, item=attachments.get, since='3.27')
    def put(self, req, attachment, body):
        connector = body['attachment']['connector']
        if attachment['server_id']:
            self._refuse_twice(attachment, connector)
        self._connect(req, attachment, connector)
        return self._answer(req, attachment['id'])

    @rest.operation('volume:attachment_delete', policy=MEMBER, item=attachments.get, since='3.27')
    def delete(self, req, attachment):
        holders.require_free(self.runtime, req, attachment)
        self.runtime.own.call(req.context, 'delete_attachment', attachment_id=attachment['id'])
        with self.db.read() as conn:
            left = attachments.of_volume(conn, attachment['volume_id'])
        return {'attachments': [brief(row) for row in left]}

    def _connect(self, req, attachment, connector, mode=None):
        self.runtime.own.call(req.context, 'connect_attachment', attachment_id=attachment['id'],
                              connector=connector, mode=mode)

    def _answer(self, req, attachment_id):
        with self.db.read() as conn:
            return {'attachment': detail(attachments.get(conn, req.context, attachment_id))}

    def _refuse_twice(self, attachment, connector):
        with self.db.read() as conn:
            others = attachments.of_volume(conn, attachment['volume_id'])
        for other in others:
            if (other['id'] != attachment['id'] and other['server_id'] == attachment['server_id']
                    and other['host'] == connector.get('host') and other['connection_info']):
                raise errors.BadRequest(f'Invalid volume: server {attachment["server_id"]} has volume '
                                        f'{attachment["volume_id"]} by attachment {other["id"]} already')

    def _list(self, req, view):
        wanted, offset = listing.page(req, self.conf, attachments.SORT_KEYS)
        conditions = listing.conditions(req, attachments.TABLE, FILTERS)
        with self.db.read() as conn:
            if wanted.marker:
                attachments.get(conn, req.context, wanted.marker)
            rows = attachments.list(conn, req.context, wanted, listing.everyone(req), conditions)[offset:]
        return {'attachments': [view(row) for row in rows]}


class AttachmentActions(rest.Actions):

    @action('os-complete', 'volume:attachment_complete', policy=MEMBER, body=COMPLETE, item=attachments.get,
            status=204, since='3.44')
    def complete(self, req, attachment, body):
        with self.db.write() as conn:
            intake.complete(conn, attachment)


def brief(row):
    return {'id': row['id'], 'status': row['status'], 'instance': row['server_id'], 'volume_id': row['volume_id']}


def detail(row):
    info = row['connection_info'] or {}
    flat = {'driver_volume_type': info['driver_volume_type'], 'attachment_id': row['id'], **info['data'],
            'enforce_multipath': (row['connector'] or {}).get('enforce_multipath', False)} if info else {}
    return {**brief(row), 'attached_at': row['attached_at'] or '', 'detached_at': '',
            'attach_mode': row['attach_mode'], 'connection_info': flat}
