# SPDX-License-Identifier: Apache-2.0
"""Periodic work that one process of a service does for all of them, and what it last found.

However many workers a service has, on one host or several, `take` lets one of them do the work in each
period; what it found is in the row, for whichever process is asked.
"""
import time

import sqlalchemy as sa

from praline_common.db import engine
from praline_common.operations.models import TIME

TABLE = 'periodic_work'


def declare(metadata):
    """Add the table to a service's metadata."""
    return sa.Table(
        TABLE, metadata,
        sa.Column('name', sa.String(64), primary_key=True),
        sa.Column('at', TIME, nullable=False),
        sa.Column('result', sa.JSON))


class Turns:
    """The periodic work of one service."""

    def __init__(self, db, metadata):
        self._db, self._table = db, metadata.tables[TABLE]

    def take(self, name, seconds):
        """Whether this process is to do the work now; everybody else is answered no for most of so many seconds."""
        table, now = self._table, time.time()
        mine = table.c.name == name
        with self._db.write() as conn:
            # A clock that was set back must not stop the work for as long.
            free = sa.or_(table.c.at <= now - seconds * 0.75, table.c.at > now + seconds)
            if conn.execute(table.update().where(mine, free).values(at=now)).rowcount:
                return True
            if engine.one(conn, sa.select(table.c.at).where(mine)):
                return False
            conn.execute(table.insert().values(name=name, at=now))
            return True

    def keep(self, name, result):
        """What the work found, a dict; SQLite would give a bare number back as no JSON."""
        with self._db.write() as conn:
            conn.execute(self._table.update().where(self._table.c.name == name).values(result=result))

    def found(self, conn, name):
        """What it found last, or None before the first time."""
        row = engine.one(conn, sa.select(self._table.c.result).where(self._table.c.name == name))
        return row and row['result']
