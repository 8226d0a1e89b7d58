# SPDX-License-Identifier: Apache-2.0
"""The counter that every writer advances first: it orders writers and marks what they changed."""
import sqlalchemy as sa

from praline_scheduler.db.models import revisions

_ADVANCE = revisions.update().where(revisions.c.id == 1).values(
    value=revisions.c.value + 1, removals=revisions.c.removals + sa.bindparam('removed'))
_READ = sa.select(revisions.c.value, revisions.c.removals).where(revisions.c.id == 1)
CURRENT = sa.select(revisions.c.value).where(revisions.c.id == 1).scalar_subquery()


def advance(conn, removed=0):
    """Take the turn among writers until this transaction ends; removed: providers that will go."""
    if not conn.execute(_ADVANCE, {'removed': removed}).rowcount:
        conn.execute(revisions.insert().values(id=1, value=1, removals=removed))


def read(conn):
    """(revision, removals): anything committed later has a greater revision."""
    return conn.execute(_READ).first() or (0, 0)
