# SPDX-License-Identifier: Apache-2.0
"""Rows of snapshots."""
import sqlalchemy as sa

from praline_common import errors
from praline_common.db import engine
from praline_common.db import query
from praline_volume.db import clock
from praline_volume.db import models

TABLE = models.SNAPSHOTS
SORT_KEYS = ('id', 'status', 'size', 'name', 'created_at', 'updated_at', 'volume_id', 'user_id', 'description')


def get(conn, context, snapshot_id):
    """The snapshot that this context may see.  NotFound."""
    row = engine.one(conn, _scoped(sa.select(TABLE), context, context.is_admin).where(TABLE.c.id == snapshot_id))
    if row is None:
        raise errors.NotFound(f'Snapshot {snapshot_id} could not be found.')
    return row


def find(conn, snapshot_id):
    """The snapshot whoever it belongs to, or None."""
    return engine.one(conn, sa.select(TABLE).where(TABLE.c.id == snapshot_id))


def list(conn, context, page, everyone=False, wanted=()):
    return query.page(conn, _scoped(sa.select(TABLE), context, everyone).where(*wanted), TABLE, page)


def count(conn, context, filters, everyone=False, wanted=()):
    statement = _scoped(sa.select(sa.func.count()).select_from(TABLE), context, everyone).where(*wanted)
    for name, value in filters.items():
        statement = statement.where(query.match(TABLE.c[name], value))
    return conn.execute(statement).scalar()


def of_volume(conn, volume_id):
    """The volume's snapshots, oldest first."""
    return engine.rows(conn, sa.select(TABLE).where(TABLE.c.volume_id == volume_id).order_by(TABLE.c.created_at))


def of_host(conn, host):
    """The snapshots of all volumes on a back end."""
    volumes = models.VOLUMES
    return engine.rows(conn, sa.select(TABLE).join(volumes, volumes.c.id == TABLE.c.volume_id)
                       .where(volumes.c.host == host))


def create(conn, snapshot):
    values = {'progress': '0%', 'consumes_quota': True, 'metadata': {}, 'created_at': clock.now(), **snapshot}
    conn.execute(TABLE.insert().values(**values))
    return find(conn, values['id'])


def save(conn, snapshot_id, expected=None, **values):
    """Write these columns if the snapshot's status is one of `expected`; whether it was."""
    statement = TABLE.update().where(TABLE.c.id == snapshot_id)
    if expected is not None:
        statement = statement.where(TABLE.c.status.in_(expected))
    return bool(conn.execute(statement.values(updated_at=clock.now(), **values)).rowcount)


def delete(conn, snapshot_id):
    conn.execute(TABLE.delete().where(TABLE.c.id == snapshot_id))


def _scoped(statement, context, everyone):
    return statement if everyone else statement.where(TABLE.c.project_id == context.project_id)
