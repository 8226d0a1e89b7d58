# SPDX-License-Identifier: Apache-2.0
"""Rows of group types."""
import sqlalchemy as sa

from praline_common import errors
from praline_common.db import engine
from praline_common.db import query
from praline_volume.db import clock
from praline_volume.db import models

TABLE = models.GROUP_TYPES
SORT_KEYS = ('id', 'name', 'is_public', 'created_at', 'updated_at', 'description')


def get(conn, context, name_or_id):
    """By id or name.  NotFound, also for private ones unless the context is an administrator's."""
    row = engine.one(conn, _visible(context).where(sa.or_(TABLE.c.id == name_or_id, TABLE.c.name == name_or_id)))
    if row is None:
        raise errors.NotFound(f'Group type {name_or_id} could not be found.')
    return row


def list(conn, context, page, wanted=()):
    return query.page(conn, _visible(context).where(*wanted), TABLE, page)


def create(conn, row):
    _refuse_taken_name(conn, row['name'])
    conn.execute(TABLE.insert().values(created_at=clock.now(), **row))


def save(conn, type_id, **values):
    if values.get('name'):
        _refuse_taken_name(conn, values['name'], but=type_id)
    conn.execute(TABLE.update().where(TABLE.c.id == type_id).values(updated_at=clock.now(), **values))


def delete(conn, type_id):
    """BadRequest while groups are of this type."""
    groups = models.GROUPS
    if conn.execute(sa.select(groups.c.id).where(groups.c.group_type_id == type_id).limit(1)).first():
        raise errors.BadRequest('Target group type is still in use.')
    conn.execute(TABLE.delete().where(TABLE.c.id == type_id))


def _visible(context):
    statement = sa.select(TABLE)
    return statement if context.is_admin else statement.where(TABLE.c.is_public)


def _refuse_taken_name(conn, name, but=None):
    taken = conn.execute(sa.select(TABLE.c.id).where(TABLE.c.name == name)).scalar()
    if taken and taken != but:
        raise errors.Conflict(f'Group Type {name} already exists.')
