# SPDX-License-Identifier: Apache-2.0
"""`/v3/messages`: why work that was accepted failed (3.3)."""
from praline_common.api import rest
from praline_common.policy import MEMBER, READER
from praline_volume.api import history
from praline_volume.api import listing
from praline_volume.db import messages

FILTERS = {'resource_uuid': 'resource_uuid', 'resource_type': 'resource_type', 'event_id': 'event_id',
           'request_id': 'request_id', 'message_level': 'level'}


class Messages(rest.Controller):

    @rest.operation('message:get_all', policy=READER, since='3.3')
    def get_all(self, req):
        wanted, offset = listing.page(req, self.conf, (*messages.SORT_KEYS, 'message_level'),
                                      aliases={'message_level': 'level'})
        conditions = listing.conditions(req, messages.TABLE, FILTERS) if req.version >= history.MESSAGE_PAGES else []
        with self.db.read() as conn:
            rows = messages.list(conn, req.context, wanted, conditions)[offset:]
        return listing.answer(req, 'messages', [view(req, row) for row in rows], wanted, offset)

    @rest.operation('message:get', policy=READER, item=messages.get, since='3.3')
    def get_one(self, req, message):
        return {'message': view(req, message)}

    @rest.operation('message:delete', policy=MEMBER, item=messages.get, status=204, since='3.3')
    def delete(self, req, message):
        with self.db.write() as conn:
            messages.delete(conn, message['id'])


def view(req, row):
    return {'id': row['id'], 'event_id': row['event_id'], 'user_message': row['text'], 'message_level': row['level'],
            'created_at': row['created_at'], 'guaranteed_until': row['expires_at'], 'request_id': row['request_id'],
            'resource_type': row['resource_type'], 'resource_uuid': row['resource_uuid'],
            'links': listing.links(req, 'messages', row['id'])}
