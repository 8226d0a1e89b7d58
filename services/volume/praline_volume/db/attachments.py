# SPDX-License-Identifier: Apache-2.0
"""Rows of attachments: who holds which volume, and how they reach it."""
import sqlalchemy as sa

from praline_common import errors
from praline_common.db import engine
from praline_common.db import query
from praline_volume.db import clock
from praline_volume.db import models

TABLE = models.ATTACHMENTS
SORT_KEYS = ('id', 'volume_id', 'status', 'created_at', 'updated_at', 'server_id')


def get(conn, context, attachment_id):
    """The attachment that this context may see.  NotFound."""
    row = engine.one(conn, _scoped(sa.select(TABLE), context, context.is_admin).where(TABLE.c.id == attachment_id))
    if row is None:
        raise errors.NotFound(f'Volume attachment could not be found with filter: attachment_id = {attachment_id}.')
    return row


def find(conn, attachment_id):
    return engine.one(conn, sa.select(TABLE).where(TABLE.c.id == attachment_id))


def list(conn, context, page, everyone=False, wanted=()):
    return query.page(conn, _scoped(sa.select(TABLE), context, everyone).where(*wanted), TABLE, page)


def of_volume(conn, volume_id):
    return engine.rows(conn, sa.select(TABLE).where(TABLE.c.volume_id == volume_id).order_by(TABLE.c.created_at))


def of_server(conn, server_id=None):
    """Those of a server, or all."""
    statement = sa.select(TABLE)
    return engine.rows(conn, statement if server_id is None else statement.where(TABLE.c.server_id == server_id))


def create(conn, attachment):
    conn.execute(TABLE.insert().values(created_at=clock.now(), **attachment))
    return find(conn, attachment['id'])


def save(conn, attachment_id, **values):
    return bool(conn.execute(TABLE.update().where(TABLE.c.id == attachment_id)
                             .values(updated_at=clock.now(), **values)).rowcount)


def delete(conn, attachment_id):
    conn.execute(TABLE.delete().where(TABLE.c.id == attachment_id))


def _scoped(statement, context, everyone):
    return statement if everyone else statement.where(TABLE.c.project_id == context.project_id)
