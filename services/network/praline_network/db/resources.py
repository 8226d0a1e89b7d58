# SPDX-License-Identifier: Apache-2.0
"""What the rows of every resource have in common: ids, times, revisions, tags, who may see them."""
import functools
import json
import time
import uuid

import sqlalchemy as sa

from praline_common.db import engine
from praline_common.db.prepared import Prepared
from praline_network import errors


def now():
    return time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime())


def insert(conn, table, values):
    """Write a new resource; the whole row, with its id unless `values` has one."""
    moment = now()
    row = {'id': str(uuid.uuid4()), 'name': '', 'description': '', 'tags': [], 'revision_number': 1,
           'created_at': moment, 'updated_at': moment, **values}
    row = {name: row.get(name) for name in engine.names(table)}
    conn.execute(table.insert(), row)
    return row


def update(conn, table, row, changes):
    """Write the changed columns and a new revision; the row as it is now (`row` stays as it was)."""
    names = engine.names(table)
    changes = {name: value for name, value in changes.items() if name in names}
    changes['updated_at'] = now()
    conn.execute(table.update().where(table.c.id == row['id']).values(
        revision_number=table.c.revision_number + 1, **changes))
    return {**row, **changes, 'revision_number': row['revision_number'] + 1}


def touch(conn, table, item_id):
    """Something that the resource shows has changed elsewhere: a new revision."""
    conn.execute(table.update().where(table.c.id == item_id).values(
        revision_number=table.c.revision_number + 1, updated_at=now()))


def remove(conn, table, item_id):
    """Whether there was such a row; now there is none."""
    return conn.execute(table.delete().where(table.c.id == item_id)).rowcount > 0


def fetch(conn, table, resource, item_id, visible=None):
    """The row of this id that `visible` admits; `resource` names the NotFound."""
    statement = _by_id(table)
    if visible is not None:
        statement = statement.statement.where(visible)
    row = engine.one(conn, statement, item_id=item_id)
    if row is None:
        raise errors.missing(resource, item_id)
    return row


@functools.cache
def _by_id(table):
    return Prepared(sa.select(table).where(table.c.id == sa.bindparam('item_id')))


def owned(table, context):
    """The clause for one's own rows; None for who sees all."""
    return None if context.is_admin else table.c.project_id == context.project_id


def shared_or_owned(table, context):
    """The clause for one's own rows and those shared with everybody; None for who sees all."""
    if context.is_admin:
        return None
    return sa.or_(table.c.project_id == context.project_id, table.c.shared.is_(True))


def group_by(rows, key):
    """{value of key: [rows]}."""
    grouped = {}
    for row in rows:
        grouped.setdefault(row[key], []).append(row)
    return grouped


def tagged(table, asked):
    """The clauses of a list's tag filters.

    asked: {'tags': all of, 'tags-any': one of, 'not-tags': not all of, 'not-tags-any': none of}, each a list.
    """
    clauses = []
    for word, join, negate in (('tags', sa.and_, False), ('tags-any', sa.or_, False),
                               ('not-tags', sa.and_, True), ('not-tags-any', sa.or_, True)):
        if word in asked:
            clause = join(*(_has_tag(table, tag) for tag in asked[word]))
            clauses.append(sa.not_(clause) if negate else clause)
    return clauses


def _has_tag(table, tag):
    text = json.dumps(tag)
    for special in '\\%_':
        text = text.replace(special, '\\' + special)
    return sa.cast(table.c.tags, sa.Text).like('%' + text + '%', escape='\\')
