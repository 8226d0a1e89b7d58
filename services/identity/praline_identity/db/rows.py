# SPDX-License-Identifier: Apache-2.0
"""What every resource's rows have in common: ids, extra attributes, conflicts, list filters."""
import functools
import uuid

from oslo_db import exception
import sqlalchemy as sa

from praline_common import errors
from praline_common.db import engine
from praline_common.db import query
from praline_common.db.prepared import Prepared


def new_id():
    return uuid.uuid4().hex


def missing(kind, name):
    return errors.NotFound('Could not find %s: %s.' % (kind, name))


@functools.lru_cache
def _by_id(table):
    return Prepared(sa.select(table).where(table.c.id == sa.bindparam('row_id')))


def get(conn, table, row_id, kind):
    """The row as a dict; NotFound naming the kind."""
    found = engine.one(conn, _by_id(table), row_id=row_id)
    if found is None:
        raise missing(kind, row_id)
    return found


def create(conn, table, values, kind):
    """Insert; Conflict when a row with the same name or id is there already."""
    try:
        conn.execute(sa.insert(table).values(**values))
    except exception.DBDuplicateEntry:
        raise conflict(kind, values) from None
    return values


def save(conn, table, row_id, values, kind):
    """Update; Conflict when the new name is taken."""
    if not values:
        return
    try:
        conn.execute(sa.update(table).where(table.c.id == row_id).values(**values))
    except exception.DBDuplicateEntry:
        raise conflict(kind, values) from None


def delete(conn, table, row_id, kind):
    if not conn.execute(sa.delete(table).where(table.c.id == row_id)).rowcount:
        raise missing(kind, row_id)


def conflict(kind, values):
    return errors.Conflict('Conflict occurred attempting to store %s - Duplicate entry found with %s %s.'
                           % (kind, 'name' if values.get('name') else 'ID', values.get('name') or values.get('id')))


def add(conn, table, **values):
    """Insert a tie between two things; nothing happens when it is there."""
    try:
        with conn.begin_nested():
            conn.execute(sa.insert(table).values(**values))
    except exception.DBDuplicateEntry:
        pass


def remove(conn, table, **values):
    """How many rows with exactly these values were there."""
    return conn.execute(sa.delete(table).where(*_same(table, values))).rowcount


def has(conn, table, **values):
    return engine.scalar(conn, sa.select(sa.literal(1)).select_from(table).where(*_same(table, values)).limit(1)) == 1


def _same(table, values):
    return [query.match(table.c[name], value) for name, value in values.items()]


def split(table, body, properties):
    """{column: value} for a table with `extra`, which takes what has no column of its own.

    properties: the names that the API lets a client set; columns beyond them are not the client's business.
    """
    values = {name: body[name] for name in properties if name in body and name in table.c}
    values['extra'] = {name: value for name, value in body.items()
                       if name not in table.c and name not in ('links', 'id')}
    return values


def merge(row, changes, table, properties):
    """The columns to save for these changes of a row; None removes an option."""
    values = split(table, changes, properties)
    extra = {**(row.get('extra') or {}), **values.pop('extra')}
    if extra != row.get('extra'):
        values['extra'] = extra
    if 'options' in values:
        options = {**row['options'], **values['options']}
        values['options'] = {name: value for name, value in options.items() if value is not None}
    return values
