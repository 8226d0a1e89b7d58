# SPDX-License-Identifier: Apache-2.0
"""One number that grows with every change that may change what a token says or whether it is good.

Every process keeps what it knows of tokens, roles and the catalog as long as the number stands.
"""
import sqlalchemy as sa

from praline_common import errors
from praline_common.db import engine
from praline_common.db.prepared import Prepared
from praline_identity.db import models

_READ = Prepared(sa.select(models.revision.c.value).where(models.revision.c.id == 1))


def bump(conn):
    """Call in the transaction of the change, after the first write of it."""
    table = models.revision
    if not conn.execute(sa.update(table).values(value=table.c.value + 1).where(table.c.id == 1)).rowcount:
        conn.execute(sa.insert(table).values(id=1, value=1))


def of(conn):
    """The number as this connection sees it; 0 on a new database."""
    found = engine.one(conn, _READ)
    return found['value'] if found else 0


class Reader:
    """read() -> the number as committed now.  Unavailable when the database does not answer."""

    def __init__(self, db):
        self._db = db

    def read(self):
        try:
            with self._db.read() as conn:
                return of(conn)
        except Exception as error:
            if not engine.is_away(error):
                raise
            raise errors.Unavailable("Identity's database does not answer; ask again") from error
