# SPDX-License-Identifier: Apache-2.0
"""Metadata definitions: namespaces, and what is defined in each, all of one shape.

A definition is a dict: kind ('object', 'property', 'tag' or 'resource_type'), name, body (as the
client gave it), created_at, updated_at.
"""
from oslo_db import exception as db_errors
import sqlalchemy as sa

from praline_common import errors
from praline_common.db import engine
from praline_common.db import query
from praline_image.db.images import now
from praline_image.db.models import definitions, namespaces


def get_namespace(conn, context, name):
    """NotFound also when it is private to another project."""
    row = engine.one(conn, sa.select(namespaces).where(namespaces.c.namespace == name))
    if row is None or not (context.is_admin or row['visibility'] == 'public' or row['owner'] == context.project_id):
        raise errors.NotFound('The metadata definition namespace=%s could not be found.' % name)
    return row | {'project_id': row['owner']}


def list_namespaces(conn, context, page, visibility=None, resource_types=None):
    statement = sa.select(namespaces)
    if not context.is_admin:
        statement = statement.where(sa.or_(namespaces.c.visibility == 'public',
                                           namespaces.c.owner == context.project_id))
    if visibility is not None:
        statement = statement.where(namespaces.c.visibility == visibility)
    if resource_types is not None:
        statement = statement.where(namespaces.c.namespace.in_(sa.select(definitions.c.namespace).where(
            definitions.c.kind == 'resource_type', definitions.c.name.in_(resource_types))))
    return query.page(conn, statement, namespaces, page, key='namespace')


def create_namespace(conn, values):
    """Conflict when there is one of that name."""
    try:
        conn.execute(namespaces.insert().values(created_at=now(), updated_at=now(), **values))
    except db_errors.DBDuplicateEntry:
        raise errors.Conflict('The metadata definition namespace=%s already exists.' % values['namespace']) from None


def save_namespace(conn, name, values):
    """Write the columns; what is defined in it follows a new name.  Conflict when that is taken."""
    try:
        conn.execute(namespaces.update().where(namespaces.c.namespace == name).values(updated_at=now(), **values))
    except db_errors.DBDuplicateEntry:
        raise errors.Conflict('The metadata definition namespace=%s already exists.' % values['namespace']) from None
    if values.get('namespace', name) != name:
        conn.execute(definitions.update().where(definitions.c.namespace == name).values(
            namespace=values['namespace']))


def delete_namespace(conn, name):
    clear(conn, name)
    conn.execute(namespaces.delete().where(namespaces.c.namespace == name))


def list_(conn, names, kind=None):
    """Definitions of these namespaces, of one kind or of all, by name."""
    statement = sa.select(definitions).where(definitions.c.namespace.in_(names))
    if kind is not None:
        statement = statement.where(definitions.c.kind == kind)
    return engine.rows(conn, statement.order_by(definitions.c.name))


def get(conn, namespace, kind, name):
    row = engine.one(conn, sa.select(definitions).where(_is(namespace, kind, name)))
    if row is None:
        raise errors.NotFound('The metadata definition %s with name=%s was not found in namespace=%s.'
                              % (kind, name, namespace))
    return row


def names(conn, kind):
    """The names that definitions of this kind have anywhere."""
    return conn.execute(sa.select(definitions.c.name).where(definitions.c.kind == kind).distinct()).scalars().all()


def create(conn, namespace, kind, name, body):
    """Conflict when it is defined already."""
    try:
        conn.execute(definitions.insert().values(namespace=namespace, kind=kind, name=name, body=body,
                                                 created_at=now(), updated_at=now()))
    except db_errors.DBDuplicateEntry:
        raise _taken(namespace, kind, name) from None
    return get(conn, namespace, kind, name)


def save(conn, namespace, kind, name, body, new_name):
    """Conflict when the new name is defined already."""
    try:
        conn.execute(definitions.update().where(_is(namespace, kind, name)).values(
            name=new_name, body=body, updated_at=now()))
    except db_errors.DBDuplicateEntry:
        raise _taken(namespace, kind, new_name) from None
    return get(conn, namespace, kind, new_name)


def delete(conn, namespace, kind, name):
    get(conn, namespace, kind, name)
    conn.execute(definitions.delete().where(_is(namespace, kind, name)))


def clear(conn, namespace, kind=None):
    """Delete all that is defined in a namespace, of one kind or at all."""
    statement = definitions.delete().where(definitions.c.namespace == namespace)
    if kind is not None:
        statement = statement.where(definitions.c.kind == kind)
    conn.execute(statement)


def _is(namespace, kind, name):
    return sa.and_(definitions.c.namespace == namespace, definitions.c.kind == kind, definitions.c.name == name)


def _taken(namespace, kind, name):
    return errors.Conflict('A metadata definition %s with name=%s already exists in namespace=%s.'
                           % (kind, name, namespace))
