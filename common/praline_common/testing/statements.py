# SPDX-License-Identifier: Apache-2.0
"""Counts the SQL statements that a block of a test costs a service's database."""
import contextlib
import threading

from sqlalchemy import event


@contextlib.contextmanager
def counted(db):
    """The list of statements this thread executed on a Database inside the block, without BEGIN."""
    seen, thread = [], threading.get_ident()

    def note(_conn, _cursor, statement, _parameters, _context, _many):
        if threading.get_ident() == thread and not statement.startswith('BEGIN'):
            seen.append(statement)
    for engine in db.engines:
        event.listen(engine, 'before_cursor_execute', note)
    try:
        yield seen
    finally:
        for engine in db.engines:
            event.remove(engine, 'before_cursor_execute', note)
