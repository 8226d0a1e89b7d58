# SPDX-License-Identifier: Apache-2.0
"""Limits and usage: limits are rows, usage is counted from the volumes and snapshots themselves."""
import sqlalchemy as sa

from praline_volume.db import models

LIMITS, CLASSES, LOCKS = models.QUOTAS, models.QUOTA_CLASSES, models.QUOTA_LOCKS
VOLUMES, SNAPSHOTS, TYPES = models.VOLUMES, models.SNAPSHOTS, models.TYPES
DEFAULT_CLASS = 'default'


def hold(conn, project_id):
    """Let nobody else count this project's usage until the transaction ends."""
    held = LOCKS.update().where(LOCKS.c.project_id == project_id).values(turn=LOCKS.c.turn + 1)
    if not conn.execute(held).rowcount:
        conn.execute(LOCKS.insert().values(project_id=project_id, turn=1))


def limits(conn, project_id):
    """`{resource: limit}` set for the project itself."""
    return dict(conn.execute(sa.select(LIMITS.c.resource, LIMITS.c.limit)
                             .where(LIMITS.c.project_id == project_id)).all())


def set_limits(conn, project_id, values):
    _replace(conn, LIMITS, LIMITS.c.project_id, {'project_id': project_id}, values)


def delete_limits(conn, project_id):
    conn.execute(LIMITS.delete().where(LIMITS.c.project_id == project_id))


def class_limits(conn, name=DEFAULT_CLASS):
    return dict(conn.execute(sa.select(CLASSES.c.resource, CLASSES.c.limit).where(CLASSES.c.name == name)).all())


def set_class_limits(conn, name, values):
    _replace(conn, CLASSES, CLASSES.c.name, {'name': name}, values)


def type_names(conn):
    return conn.execute(sa.select(TYPES.c.name).order_by(TYPES.c.created_at)).scalars().all()


def usage(conn, project_id):
    """`{resource: in use}` of the project: volumes, gigabytes, snapshots, and each of them by type.

    Snapshots count towards gigabytes with their volume's size.
    """
    used = {'volumes': 0, 'gigabytes': 0, 'snapshots': 0}
    for resource, table in (('volumes', VOLUMES), ('snapshots', SNAPSHOTS)):
        counted = sa.select(TYPES.c.name, sa.func.count(), sa.func.sum(table.c.size)).select_from(
            table.outerjoin(TYPES, TYPES.c.id == table.c.volume_type_id)).where(
            table.c.project_id == project_id, table.c.consumes_quota).group_by(TYPES.c.name)
        for name, number, size in conn.execute(counted):
            for key in ('', f'_{name}') if name else ('',):
                used[resource + key] = used.get(resource + key, 0) + int(number)
                used['gigabytes' + key] = used.get('gigabytes' + key, 0) + int(size)
    return used


def _replace(conn, table, owner, key, values):
    conn.execute(table.delete().where(owner == next(iter(key.values())), table.c.resource.in_(values)))
    if values:
        conn.execute(table.insert(), [{**key, 'resource': name, 'limit': limit} for name, limit in values.items()])


def usage_of_host(conn, host):
    """`{project: {'volume_count', 'total_volume_gb', 'snapshot_count', 'total_snapshot_gb'}}` of one back end."""
    found = {}
    on_host = sa.select(VOLUMES.c.id).where(VOLUMES.c.host == host)
    for kind, table, key in (('volume', VOLUMES, VOLUMES.c.id), ('snapshot', SNAPSHOTS, SNAPSHOTS.c.volume_id)):
        for project, number, size in conn.execute(
                sa.select(table.c.project_id, sa.func.count(), sa.func.sum(table.c.size))
                .where(key.in_(on_host)).group_by(table.c.project_id)):
            counts = found.setdefault(project, {'volume_count': 0, 'total_volume_gb': 0, 'snapshot_count': 0,
                                                'total_snapshot_gb': 0})
            counts.update({f'{kind}_count': int(number), f'total_{kind}_gb': int(size)})
    return found
