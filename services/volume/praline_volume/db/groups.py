# SPDX-License-Identifier: Apache-2.0
"""Rows of groups and group snapshots; their states follow those of the volumes and snapshots in them."""
import sqlalchemy as sa

from praline_common import errors
from praline_common.db import engine
from praline_common.db import query
from praline_volume.db import clock
from praline_volume.db import models

TABLE, SNAPSHOTS = models.GROUPS, models.GROUP_SNAPSHOTS
SORT_KEYS = ('id', 'name', 'status', 'created_at', 'updated_at', 'description')
UNFINISHED = ('creating', 'downloading')


def get(conn, context, group_id):
    return _get(conn, context, TABLE, group_id, 'Group')


def get_snapshot(conn, context, group_snapshot_id):
    return _get(conn, context, SNAPSHOTS, group_snapshot_id, 'GroupSnapshot')


def list(conn, context, page, everyone=False, wanted=(), table=TABLE):
    statement = sa.select(table).where(*wanted)
    if not everyone:
        statement = statement.where(table.c.project_id == context.project_id)
    return query.page(conn, statement, table, page)


def count(conn, project_id):
    return conn.execute(sa.select(sa.func.count()).select_from(TABLE)
                        .where(TABLE.c.project_id == project_id)).scalar()


def create(conn, row, table=TABLE):
    conn.execute(table.insert().values(created_at=clock.now(), **row))
    return engine.one(conn, sa.select(table).where(table.c.id == row['id']))


def save(conn, row_id, expected=None, table=TABLE, **values):
    statement = table.update().where(table.c.id == row_id)
    if expected is not None:
        statement = statement.where(table.c.status.in_(expected))
    return bool(conn.execute(statement.values(updated_at=clock.now(), **values)).rowcount)


def volume_ids(conn, group_ids):
    """`{group id: [ids of its volumes]}`."""
    found = {group_id: [] for group_id in group_ids}
    volumes = models.VOLUMES
    for group_id, volume_id in conn.execute(sa.select(volumes.c.group_id, volumes.c.id).where(
            volumes.c.group_id.in_(group_ids)).order_by(volumes.c.created_at)):
        found[group_id].append(volume_id)
    return found


def snapshots_of(conn, group_id):
    return engine.rows(conn, sa.select(SNAPSHOTS).where(SNAPSHOTS.c.group_id == group_id))


def members(conn, group_snapshot_id):
    """The snapshots that were taken together."""
    snapshots = models.SNAPSHOTS
    return engine.rows(conn, sa.select(snapshots).where(snapshots.c.group_snapshot_id == group_snapshot_id)
                       .order_by(snapshots.c.created_at))


def follow(conn, group_id):
    """Let the group's state follow its volumes': it is there when they are, gone when they are."""
    _follow(conn, TABLE, group_id, models.VOLUMES.c.group_id, models.VOLUMES)


def follow_snapshot(conn, group_snapshot_id):
    _follow(conn, SNAPSHOTS, group_snapshot_id, models.SNAPSHOTS.c.group_snapshot_id, models.SNAPSHOTS)


def _follow(conn, table, row_id, owner, things):
    row = row_id and engine.one(conn, sa.select(table).where(table.c.id == row_id))
    if not row or row['status'] not in ('creating', 'deleting'):
        return
    found = set(conn.execute(sa.select(things.c.status).where(owner == row_id)).scalars())
    if row['status'] == 'deleting' and not found:
        conn.execute(table.delete().where(table.c.id == row_id))
    elif found & {'error', 'error_deleting'}:
        save(conn, row_id, table=table, status='error')
    elif row['status'] == 'creating' and not found & set(UNFINISHED):
        save(conn, row_id, table=table, status='available')


def _get(conn, context, table, row_id, name):
    row = engine.one(conn, sa.select(table).where(table.c.id == row_id))
    if row is None or not (context.is_admin or row['project_id'] == context.project_id):
        raise errors.NotFound(f'{name} {row_id} could not be found.')
    return row
