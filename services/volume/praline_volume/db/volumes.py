# SPDX-License-Identifier: Apache-2.0
"""Rows of volumes; each travels with `attachments`, those that a server has."""
import sqlalchemy as sa

from praline_common import errors
from praline_common.db import engine
from praline_common.db import query
from praline_common.db.prepared import Prepared
from praline_volume.db import clock
from praline_volume.db import models

TABLE = models.VOLUMES
ATTACHMENTS, TYPES = models.ATTACHMENTS, models.TYPES
# The name of the type comes along: every view shows it.
SELECT = sa.select(TABLE, TYPES.c.name.label('volume_type')).select_from(
    TABLE.outerjoin(TYPES, TYPES.c.id == TABLE.c.volume_type_id))
_ALL = Prepared(SELECT)
_OF_PROJECT = query.Standing(TABLE.c.project_id == sa.bindparam('project_id'))
_BY_ID = SELECT.where(TABLE.c.id == sa.bindparam('volume_id'))
_ANY, _OWN = Prepared(_BY_ID), Prepared(_BY_ID.where(TABLE.c.project_id == sa.bindparam('project_id')))
_ATTACHED = Prepared(sa.select(ATTACHMENTS).where(
    ATTACHMENTS.c.volume_id.in_(sa.bindparam('volume_ids', expanding=True)), ATTACHMENTS.c.status == 'attached').order_by(
    ATTACHMENTS.c.created_at))
SORT_KEYS = ('id', 'status', 'size', 'availability_zone', 'name', 'bootable', 'created_at', 'updated_at', 'user_id',
             'project_id', 'host', 'description')


def get(conn, context, volume_id):
    """The volume that this context may see, with its attachments.  NotFound."""
    if context.is_admin:
        row = engine.one(conn, _ANY, volume_id=volume_id)
    else:
        row = engine.one(conn, _OWN, volume_id=volume_id, project_id=context.project_id)
    if row is None:
        raise errors.NotFound(f'Volume {volume_id} could not be found.')
    _add_attachments(conn, [row])
    return row


def find(conn, volume_id):
    """The volume whoever it belongs to, without attachments; None when there is none."""
    return engine.one(conn, _ANY, volume_id=volume_id)


def list(conn, context, page, everyone=False, wanted=()):
    """The volumes on this page, in two statements (three with a marker).

    `everyone`: of all projects, for an administrator; `wanted`: further conditions.
    """
    clauses = wanted if everyone else (_OF_PROJECT, *wanted)
    rows = query.page(conn, _ALL, TABLE, page, clauses=clauses, project_id=context.project_id)
    _add_attachments(conn, rows)
    return rows


def count(conn, context, filters, everyone=False, wanted=()):
    """`(how many, how many GiB)` match."""
    statement = sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(TABLE.c.size), 0)).select_from(TABLE)
    for name, value in filters.items():
        statement = statement.where(query.match(TABLE.c[name], value))
    found = conn.execute(_scoped(statement, context, everyone).where(*wanted)).one()
    return int(found[0]), int(found[1])


def metadata(conn, context, everyone=False):
    """Every metadata dict in use, for the summary."""
    return conn.execute(_scoped(sa.select(TABLE.c.metadata), context, everyone)).scalars().all()


def create(conn, volume):
    values = {'attach_status': 'detached', 'bootable': False, 'multiattach': False, 'consumes_quota': True,
              'metadata': {}, 'admin_metadata': {}, 'created_at': clock.now(), **volume}
    conn.execute(TABLE.insert().values(**values))
    return find(conn, values['id']) | {'attachments': []}


def save(conn, volume_id, expected=None, **values):
    """Write these columns if the volume's status is one of `expected`; whether it was."""
    statement = TABLE.update().where(TABLE.c.id == volume_id)
    if expected is not None:
        statement = statement.where(TABLE.c.status.in_(expected))
    return bool(conn.execute(statement.values(updated_at=clock.now(), **values)).rowcount)


def delete(conn, volume_id):
    """The row and everything that is only about it."""
    for table in (models.ATTACHMENTS, models.TRANSFERS):
        conn.execute(table.delete().where(table.c.volume_id == volume_id))
    conn.execute(TABLE.delete().where(TABLE.c.id == volume_id))


def of_host(conn, host):
    return engine.rows(conn, sa.select(TABLE).where(TABLE.c.host == host))


def _scoped(statement, context, everyone):
    return statement if everyone else statement.where(TABLE.c.project_id == context.project_id)


def _add_attachments(conn, rows):
    for row in rows:
        row['attachments'] = []
    by_id = {row['id']: row['attachments'] for row in rows if row['attach_status'] == 'attached'}
    if by_id:
        for attachment in engine.rows(conn, _ATTACHED, volume_ids=[*by_id]):
            by_id[attachment['volume_id']].append(attachment)
