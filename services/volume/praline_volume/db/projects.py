# SPDX-License-Identifier: Apache-2.0
"""What a whole project has in volume."""
import sqlalchemy as sa

from praline_common import emptying
from praline_common.db import engine
from praline_volume.db import models

VOLUMES, SNAPSHOTS = models.VOLUMES, models.SNAPSHOTS
_COUNTED = (('groups', models.GROUPS), ('group_snapshots', models.GROUP_SNAPSHOTS), ('transfers', models.TRANSFERS))
# Rows that say something of the project and own nothing.
_RECORDS = (models.QUOTAS, models.DEFAULT_TYPES, models.TYPE_ACCESS, models.MESSAGES, models.QUOTA_LOCKS)


def resources(conn, project_id):
    """Entries of project_resources; see contracts/projects.py."""
    found = []
    for kind, table in (('volumes', VOLUMES), ('snapshots', SNAPSHOTS)):
        found += emptying.count(conn, kind, table, table.c.project_id == project_id, size=table.c.size, unit='GiB')
    for kind, table in _COUNTED:
        found += emptying.count(conn, kind, table, table.c.project_id == project_id)
    return found + emptying.count(conn, 'quotas', models.QUOTAS, models.QUOTAS.c.project_id == project_id, identity='')


def volumes(conn, project_id):
    """[{'id', 'name', 'status', 'busy', 'parts': ids of its snapshots, 'foreign': other projects' among them}]."""
    found = _things(conn, VOLUMES, VOLUMES.c.project_id == project_id)
    by_id = {row['id']: row for row in found}
    for row in found:
        row.update(parts=[], foreign=[])
    for snapshot in engine.rows(conn, sa.select(SNAPSHOTS.c.id, SNAPSHOTS.c.volume_id, SNAPSHOTS.c.project_id).join(
            VOLUMES, VOLUMES.c.id == SNAPSHOTS.c.volume_id).where(VOLUMES.c.project_id == project_id)):
        volume = by_id[snapshot['volume_id']]
        volume['parts'].append(snapshot['id'])
        if snapshot['project_id'] != project_id:
            volume['foreign'].append(snapshot['id'])
    return found


def lone_snapshots(conn, project_id):
    """The project's snapshots of volumes that are other projects', as `volumes` answers."""
    mine = sa.select(VOLUMES.c.id).where(VOLUMES.c.project_id == project_id)
    return _things(conn, SNAPSHOTS, SNAPSHOTS.c.project_id == project_id, SNAPSHOTS.c.volume_id.not_in(mine))


def _things(conn, table, *where):
    return engine.rows(conn, sa.select(
        table.c.id, table.c.name, table.c.status, (table.c.status == 'deleting').label('busy')).where(*where).order_by(
            table.c.created_at, table.c.id))


def forget(conn, project_id):
    """Groups without volumes, transfers, quotas, messages: what is left once volumes and snapshots are gone."""
    for table in (*(table for _, table in _COUNTED), *_RECORDS):
        conn.execute(table.delete().where(table.c.project_id == project_id))
