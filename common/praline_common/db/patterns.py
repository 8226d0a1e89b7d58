# SPDX-License-Identifier: Apache-2.0
"""Regular expressions that users send: RE2's language, on every database, in time that grows with the text only.

Databases and Python try one way after the other through a pattern, and some patterns have as many ways as there are
atoms.  RE2 has no back-references and no looking around, which is what makes that needless.
"""
import functools

import re2
import sqlalchemy as sa

from praline_common import errors

_OPTIONS = re2.Options()
_OPTIONS.log_errors = False


@functools.lru_cache(maxsize=64)
def compile(text):
    """An object with search(text).  BadRequest for what is no expression."""
    try:
        return re2.compile(text, _OPTIONS)
    except (re2.error, UnicodeEncodeError) as error:
        reason = error.args[0].decode(errors='replace') if isinstance(error, re2.error) else 'it is not text'
        raise errors.BadRequest('%r is not a regular expression: %s' % (text, reason)) from None


class Fits:
    """The clause for query.page: an expression is found in the column.  BadRequest when it is none."""

    def __init__(self, column, text):
        self.column, self._text, self._pattern = column, text, compile(text)

    def clause(self, conn, others, values):
        """Of SQLAlchemy; others: the other clauses of the select, values: of their bind parameters.

        SQLite calls RE2 row by row; of another database the different values are looked at first.
        """
        if conn.dialect.name == 'sqlite':
            return self.column.regexp_match(self._text)
        statement = sa.select(self.column).where(self.column.is_not(None), *others).distinct()
        return self.column.in_([one for one in conn.execute(statement, values).scalars() if self._pattern.search(one)])


def serve(connection, _record=None):
    """Let REGEXP of this SQLite connection be RE2, in the place of SQLAlchemy's Python."""
    connection.create_function('regexp', 2, _regexp, deterministic=True)


def _regexp(pattern, value):
    return value is not None and compile(pattern).search(str(value)) is not None
