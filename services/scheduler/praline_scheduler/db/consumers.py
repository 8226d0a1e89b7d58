# SPDX-License-Identifier: Apache-2.0
"""Who holds allocations, for which project and user.  A consumer is there exactly while it holds some."""
import sqlalchemy as sa

from praline_common.db import engine
from praline_scheduler.db import providers
from praline_scheduler.db.models import allocations, consumers


def get(conn, consumer_id):
    """The row or None."""
    return engine.one(conn, sa.select(consumers).where(consumers.c.id == consumer_id))


def create(conn, consumer_id, project_id, user_id, consumer_type=None, group_id=None):
    """A consumer of generation 1.  DBDuplicateEntry when there is one."""
    conn.execute(consumers.insert().values(
        id=consumer_id, project_id=project_id, user_id=user_id, consumer_type=consumer_type, group_id=group_id,
        generation=1, updated_at=providers.now()))


def update(conn, consumer_id, **values):
    """Write these columns and raise the generation."""
    conn.execute(consumers.update().where(consumers.c.id == consumer_id).values(
        generation=consumers.c.generation + 1, updated_at=providers.now(), **values))


def delete(conn, consumer_id):
    """Whether there was one."""
    return bool(conn.execute(consumers.delete().where(consumers.c.id == consumer_id)).rowcount)


def providers_of_group(conn, group_id, without):
    """[provider id of each member]: those that hold something, but for the consumers `without`."""
    return [provider_id for _, provider_id in conn.execute(
        sa.select(consumers.c.id, allocations.c.provider_id).distinct()
        .join(allocations, allocations.c.consumer_id == consumers.c.id)
        .where(consumers.c.group_id == group_id, consumers.c.id.not_in(without)))]


def of_project(conn, project_id):
    """Ids of the project's consumers."""
    return conn.execute(sa.select(consumers.c.id).where(consumers.c.project_id == project_id)).scalars().all()


def usages(conn, project_id, user_id=None, consumer_type=None):
    """[{consumer_type, resource_class, used}]: sums over a project's consumers, by their type."""
    return engine.rows(conn, _of_project(
        sa.select(consumers.c.consumer_type, allocations.c.resource_class,
                  sa.func.sum(allocations.c.used).label('used'))
        .join(allocations, allocations.c.consumer_id == consumers.c.id), project_id, user_id, consumer_type)
        .group_by(consumers.c.consumer_type, allocations.c.resource_class))


def count_by_type(conn, project_id, user_id=None, consumer_type=None):
    """{type: number of consumers} of a project."""
    return dict(conn.execute(_of_project(
        sa.select(consumers.c.consumer_type, sa.func.count()), project_id, user_id, consumer_type)
        .group_by(consumers.c.consumer_type)).all())


def _of_project(query, project_id, user_id, consumer_type):
    query = query.where(consumers.c.project_id == project_id)
    if user_id is not None:
        query = query.where(consumers.c.user_id == user_id)
    if consumer_type == 'unknown':
        query = query.where(consumers.c.consumer_type.is_(None))
    elif consumer_type not in (None, 'all'):
        query = query.where(consumers.c.consumer_type == consumer_type)
    return query
