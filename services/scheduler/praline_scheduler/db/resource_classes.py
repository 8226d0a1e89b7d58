# SPDX-License-Identifier: Apache-2.0
"""Resource classes: the standard ones, which are always there, and those that an operator made."""
import os_resource_classes
from oslo_db import exception as db_errors
import sqlalchemy as sa

from praline_common import errors as common
from praline_scheduler import errors
from praline_scheduler.db import providers
from praline_scheduler.db.models import inventories, resource_classes

STANDARD = tuple(os_resource_classes.STANDARDS)
_STANDARD = frozenset(STANDARD)


def list_(conn):
    """All names, the standard ones first."""
    return [*STANDARD, *conn.execute(sa.select(resource_classes.c.name).order_by(resource_classes.c.name)).scalars()]


def require(conn, names):
    """ResourceClassNotFound naming those that do not exist."""
    own = {name for name in names if name not in _STANDARD}
    if own:
        own -= set(conn.execute(sa.select(resource_classes.c.name).where(resource_classes.c.name.in_(own))).scalars())
    if own:
        raise errors.ResourceClassNotFound('No such resource class %s.' % ', '.join(sorted(own)))


def create(conn, name):
    """Conflict when it exists."""
    try:
        require(conn, [name])
    except errors.ResourceClassNotFound:
        try:
            conn.execute(resource_classes.insert().values(name=name, created_at=providers.now()))
            return
        except db_errors.DBDuplicateEntry:
            pass
    raise common.Conflict('Conflicting resource class already exists: %s' % name)


def rename(conn, name, new):
    """BadRequest for a standard class, Conflict when the new name is taken."""
    require(conn, [name])
    if name in _STANDARD:
        raise common.BadRequest('Cannot update standard resource class %s' % name)
    if name != new:
        create(conn, new)
        conn.execute(resource_classes.delete().where(resource_classes.c.name == name))
        conn.execute(inventories.update().where(inventories.c.resource_class == name).values(resource_class=new))


def delete(conn, name):
    """BadRequest for a standard class, Conflict when some provider has inventory of it."""
    require(conn, [name])
    if name in _STANDARD:
        raise common.BadRequest('Error in delete resource class: Cannot delete standard resource class %s.' % name)
    if conn.execute(sa.select(inventories.c.provider_id).where(inventories.c.resource_class == name).limit(1)).first():
        raise common.Conflict('Error in delete resource class: Cannot delete resource class %s. Class is in use in '
                              'inventory.' % name)
    conn.execute(resource_classes.delete().where(resource_classes.c.name == name))
