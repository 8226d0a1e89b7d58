# SPDX-License-Identifier: Apache-2.0
"""Rows of transfers: volumes on their way from one project to another."""
import sqlalchemy as sa

from praline_common import errors
from praline_common.db import engine
from praline_common.db import query
from praline_volume.db import clock
from praline_volume.db import models

TABLE = models.TRANSFERS
SORT_KEYS = ('id', 'name', 'volume_id', 'created_at', 'updated_at')


def get(conn, context, transfer_id):
    row = find(conn, transfer_id)
    if row is None or not (context.is_admin or row['project_id'] == context.project_id):
        raise errors.NotFound(f'Transfer {transfer_id} could not be found.')
    return row


def find(conn, transfer_id):
    """Whoever it belongs to: who accepts it is of another project."""
    return engine.one(conn, sa.select(TABLE).where(TABLE.c.id == transfer_id))


def of_volume(conn, volume_id):
    return engine.one(conn, sa.select(TABLE).where(TABLE.c.volume_id == volume_id))


def list(conn, context, page, everyone=False, wanted=()):
    statement = sa.select(TABLE).where(*wanted)
    if not everyone:
        statement = statement.where(TABLE.c.project_id == context.project_id)
    return query.page(conn, statement, TABLE, page)


def create(conn, transfer):
    conn.execute(TABLE.insert().values(created_at=clock.now(), **transfer))
    return find(conn, transfer['id'])


def delete(conn, transfer_id):
    conn.execute(TABLE.delete().where(TABLE.c.id == transfer_id))
