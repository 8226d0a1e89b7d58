# SPDX-License-Identifier: Apache-2.0
"""Rows of volume types, who may use the private ones, and each project's default."""
import sqlalchemy as sa

from praline_common import errors
from praline_common.db import engine
from praline_common.db import query
from praline_volume.db import clock
from praline_volume.db import models

TABLE = models.TYPES
ACCESS = models.TYPE_ACCESS
DEFAULTS = models.DEFAULT_TYPES
SORT_KEYS = ('id', 'name', 'is_public', 'created_at', 'updated_at', 'description')


def get(conn, context, type_id):
    """The type, if it is public, the context's own, or the context is an administrator's.  NotFound."""
    row = engine.one(conn, _visible(context).where(TABLE.c.id == type_id))
    if row is None:
        raise errors.NotFound(f'Volume type {type_id} could not be found.')
    return row


def named(conn, context, name_or_id):
    """The same by id or name.  NotFound."""
    row = engine.one(conn, _visible(context).where(sa.or_(TABLE.c.id == name_or_id, TABLE.c.name == name_or_id))
                     .order_by(sa.case((TABLE.c.id == name_or_id, 0), else_=1)).limit(1))
    if row is None:
        raise errors.NotFound(f'Volume type {name_or_id} could not be found.')
    return row


def find(conn, type_id):
    return engine.one(conn, sa.select(TABLE).where(TABLE.c.id == type_id))


def list(conn, context, page, wanted=()):
    return query.page(conn, _visible(context).where(*wanted), TABLE, page)


def names(conn):
    """`{id: name}` of all types: few, and every list of volumes needs them."""
    return dict(conn.execute(sa.select(TABLE.c.id, TABLE.c.name)).all())


def create(conn, volume_type):
    _refuse_taken_name(conn, volume_type['name'])
    conn.execute(TABLE.insert().values(created_at=clock.now(), **volume_type))
    return find(conn, volume_type['id'])


def save(conn, type_id, **values):
    if values.get('name'):
        _refuse_taken_name(conn, values['name'], but=type_id)
    conn.execute(TABLE.update().where(TABLE.c.id == type_id).values(updated_at=clock.now(), **values))


def delete(conn, type_id):
    for table in (ACCESS, DEFAULTS):
        conn.execute(table.delete().where(table.c.volume_type_id == type_id))
    conn.execute(TABLE.delete().where(TABLE.c.id == type_id))


def in_use(conn, type_id):
    volumes = models.VOLUMES
    return conn.execute(sa.select(volumes.c.id).where(volumes.c.volume_type_id == type_id).limit(1)).first() is not None


def of_qos(conn, qos_id):
    return engine.rows(conn, sa.select(TABLE).where(TABLE.c.qos_specs_id == qos_id))


def access(conn, type_id):
    """The ids of the projects that may use this private type."""
    return conn.execute(sa.select(ACCESS.c.project_id).where(ACCESS.c.volume_type_id == type_id)).scalars().all()


def grant(conn, type_id, project_id):
    """Conflict when it is granted already."""
    if project_id in access(conn, type_id):
        raise errors.Conflict(f'Volume type access for {type_id} / {project_id} combination already exists.')
    conn.execute(ACCESS.insert().values(volume_type_id=type_id, project_id=project_id))


def revoke(conn, type_id, project_id):
    """NotFound when it was not granted."""
    if not conn.execute(ACCESS.delete().where(ACCESS.c.volume_type_id == type_id,
                                              ACCESS.c.project_id == project_id)).rowcount:
        raise errors.NotFound(f'Volume type access not found for {type_id} / {project_id} combination.')


def defaults(conn, project_id=None):
    """`{project id: type id}` as projects have set them."""
    statement = sa.select(DEFAULTS.c.project_id, DEFAULTS.c.volume_type_id)
    if project_id is not None:
        statement = statement.where(DEFAULTS.c.project_id == project_id)
    return dict(conn.execute(statement).all())


def set_default(conn, project_id, type_id):
    clear_default(conn, project_id)
    conn.execute(DEFAULTS.insert().values(project_id=project_id, volume_type_id=type_id))


def clear_default(conn, project_id):
    conn.execute(DEFAULTS.delete().where(DEFAULTS.c.project_id == project_id))


def default(conn, context, configured):
    """The type that a volume without one gets: the project's own, else the configured name.  None if neither."""
    own = defaults(conn, context.project_id).get(context.project_id) if context.project_id else None
    if own:
        return find(conn, own)
    return engine.one(conn, sa.select(TABLE).where(TABLE.c.name == configured))


def _visible(context):
    statement = sa.select(TABLE)
    if context.is_admin:
        return statement
    granted = sa.exists().where(ACCESS.c.volume_type_id == TABLE.c.id, ACCESS.c.project_id == context.project_id)
    return statement.where(sa.or_(TABLE.c.is_public, granted))


def _refuse_taken_name(conn, name, but=None):
    taken = conn.execute(sa.select(TABLE.c.id).where(TABLE.c.name == name)).scalar()
    if taken and taken != but:
        raise errors.Conflict(f'Volume Type {name} already exists.')
