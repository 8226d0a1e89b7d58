# SPDX-License-Identifier: Apache-2.0
"""Selects that are asked all the time, worked out once.

What SQLAlchemy does for each execution (cache key, parameters, cursor result) costs four times what SQLite needs to
find a row by its key.  Nothing here changes what a statement means: with another database, in a transaction,
or while somebody listens to statements, it takes SQLAlchemy's way.
"""
import sqlite3

from praline_common import shortcuts

DRIVER = 'praline.driver'
# Requests choose the order of a list: without an end somebody could fill the memory with orders.
_MOST_DERIVED = 256


class Prepared:
    """A select for engine.one, rows and tuples, and for query.page; its values are bind parameters, lists with `IN`."""

    def __init__(self, statement):
        self.statement = statement
        self._direct, self._derived = None, {}

    def fetch(self, conn, values):
        """Its rows as dicts, straight from SQLite's driver; None where only SQLAlchemy may execute it."""
        direct = self._direct_for(conn)
        found = direct and direct.fetch(conn.info[DRIVER], values)
        return None if found is None else direct.opened(found)

    def fetch_tuples(self, conn, values):
        """The same rows as the file has them: tuples in which booleans are numbers."""
        direct = self._direct_for(conn)
        return direct and direct.fetch(conn.info[DRIVER], values)

    def _direct_for(self, conn):
        if conn.info.get(DRIVER) is None or conn.engine.dispatch.before_cursor_execute or shortcuts.avoided():
            return None
        if self._direct is None:
            self._direct = _Direct(self.statement, conn.dialect)
        return self._direct

    def derived(self, key, build):
        """The Prepared of build(statement); the same one each time for this key."""
        found = self._derived.get(key)
        if found is None:
            if len(self._derived) >= _MOST_DERIVED:
                self._derived.clear()
            found = self._derived[key] = Prepared(build(self.statement))
        return found


class _Direct:
    """The text of a statement for SQLite, the order of its values, and what makes Python values of its columns."""

    def __init__(self, statement, dialect):
        compiled = statement.compile(dialect=dialect)
        self._text, self._order = compiled.string, compiled.positiontup
        self._lists = {name: '__[POSTCOMPILE_%s]' % name for name, bind in compiled.binds.items() if bind.expanding}
        self._fixed = {name: value for name, value in compiled.params.items() if value is not None}
        self._inward = {name: process for name, bind in compiled.binds.items()
                        if (process := bind.type.dialect_impl(dialect).bind_processor(dialect))}
        columns = list(statement.selected_columns)
        # Plain str: SQLAlchemy's quoted_name is refused by orjson.
        self._keys = [''.join(column.name) for column in columns]
        self._outward = [(key, process) for key, column in zip(self._keys, columns)
                         if (process := column.type.dialect_impl(dialect).result_processor(dialect, None))]

    def fetch(self, driver, values):
        """Tuples; None when the driver refuses, so that SQLAlchemy can say why."""
        given = {**self._fixed, **values}
        for name, process in self._inward.items():
            given[name] = process(given[name])
        text, order = self._text, [given[name] for name in self._order]
        if self._lists:
            text, order = self._spread(given)
        try:
            return driver.execute(text, order).fetchall()
        except sqlite3.Error:
            return None

    def _spread(self, given):
        text, order = self._text, []
        for name in self._order:
            if name in self._lists:
                text = text.replace(self._lists[name], ', '.join('?' * len(given[name])))
                order.extend(given[name])
            else:
                order.append(given[name])
        return text, order

    def opened(self, found):
        keys, outward = self._keys, self._outward
        found = [dict(zip(keys, row)) for row in found]
        for row in found if outward else ():
            for key, process in outward:
                row[key] = process(row[key])
        return found
