# SPDX-License-Identifier: Apache-2.0
"""One number that grows with every change that may change what a token says or whether it is good.

Every process keeps what it knows of tokens, roles and the catalog as long as the number stands.
"""
import contextlib

from oslo_db import exception
import sqlalchemy as sa

from praline_common import errors
from praline_identity.db import models

_READ = 'SELECT value FROM revision WHERE id = 1'


def bump(conn):
    """Call in the transaction of the change, after the first write of it."""
    table = models.revision
    if not conn.execute(sa.update(table).values(value=table.c.value + 1).where(table.c.id == 1)).rowcount:
        conn.execute(sa.insert(table).values(id=1, value=1))


class Reader:
    """read() -> the number as committed now, for about 10 us on SQLite; 0 on a new database.

    Unavailable when the database does not answer.

    It goes past SQLAlchemy's execution on purpose: this is the one statement of every check.
    """

    def __init__(self, db):
        self._engine, self._failures = db.engine, db.engine.dialect.dbapi.OperationalError

    def read(self):
        try:
            return self._fetch()
        except (self._failures, sa.exc.OperationalError, exception.DBConnectionError) as error:
            raise errors.Unavailable("Identity's database does not answer; ask again") from error

    def _fetch(self):
        connection = self._engine.raw_connection()
        try:
            with contextlib.closing(connection.cursor()) as cursor:
                cursor.execute(_READ)
                found = cursor.fetchone()
                return found[0] if found else 0
        finally:
            connection.close()
