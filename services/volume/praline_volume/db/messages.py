# SPDX-License-Identifier: Apache-2.0
"""Rows of messages: what users are told about work that failed after it was accepted."""
import datetime
import uuid

import sqlalchemy as sa

from praline_common import errors
from praline_common.db import engine
from praline_common.db import query
from praline_volume.db import clock
from praline_volume.db import models

TABLE = models.MESSAGES
SORT_KEYS = ('id', 'request_id', 'resource_type', 'resource_uuid', 'event_id', 'level', 'created_at')
KEPT = datetime.timedelta(days=30)


def get(conn, context, message_id):
    row = engine.one(conn, _visible(context).where(TABLE.c.id == message_id))
    if row is None:
        raise errors.NotFound(f'Message {message_id} could not be found.')
    return row


def list(conn, context, page, wanted=()):
    return query.page(conn, _visible(context).where(*wanted), TABLE, page)


def create(conn, context, project_id, resource_type, resource_uuid, event_id, text):
    conn.execute(TABLE.insert().values(
        id=str(uuid.uuid4()), project_id=project_id, request_id=context.request_id, resource_type=resource_type,
        resource_uuid=resource_uuid, event_id=event_id, level='ERROR', text=text, created_at=clock.now(),
        expires_at=clock.now() + KEPT))


def delete(conn, message_id):
    conn.execute(TABLE.delete().where(TABLE.c.id == message_id))


def forget_expired(conn):
    conn.execute(TABLE.delete().where(TABLE.c.expires_at < clock.now()))


def _visible(context):
    statement = sa.select(TABLE)
    return statement if context.is_admin else statement.where(TABLE.c.project_id == context.project_id)
