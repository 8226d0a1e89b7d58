# SPDX-License-Identifier: Apache-2.0
"""Selects that are asked all the time, worked out once.

What SQLAlchemy does for each execution (cache key, parameters, cursor result) costs four times what SQLite needs to
find a row by its key.  Nothing here changes what a statement means: with another database, in a transaction,
or while somebody listens to statements, it takes SQLAlchemy's way.
"""
import sqlite3

DRIVER = 'praline.driver'


class Prepared:
    """A select for engine.one, engine.rows and query.page; its values are bind parameters.  IN makes it SQLAlchemy's."""

    def __init__(self, statement):
        self.statement = statement
        self._direct, self._derived = None, {}

    def fetch(self, conn, values):
        """Its rows as dicts, straight from SQLite's driver; None where only SQLAlchemy may execute it."""
        driver = conn.info.get(DRIVER)
        if driver is None or conn.engine.dispatch.before_cursor_execute:
            return None
        direct = self._direct
        if direct is None:
            direct = self._direct = _Direct(self.statement, conn.dialect)
        try:
            return direct.fetch(driver, values) if direct.possible else None
        except sqlite3.Error:
            return None

    def derived(self, key, build):
        """The Prepared of build(statement); the same one each time for this key."""
        found = self._derived.get(key)
        if found is None:
            found = self._derived[key] = Prepared(build(self.statement))
        return found


class _Direct:
    """The text of a statement for SQLite, the order of its values, and what makes Python values of its columns."""

    def __init__(self, statement, dialect):
        compiled = statement.compile(dialect=dialect)
        self.possible = not compiled.post_compile_params
        self._text, self._order = compiled.string, compiled.positiontup
        self._fixed = {name: value for name, value in compiled.params.items() if value is not None}
        self._inward = {name: process for name, bind in compiled.binds.items()
                        if (process := bind.type.dialect_impl(dialect).bind_processor(dialect))}
        columns = list(statement.selected_columns)
        # Plain str: SQLAlchemy's quoted_name is refused by orjson.
        self._keys = [''.join(column.name) for column in columns]
        self._outward = [(key, process) for key, column in zip(self._keys, columns)
                         if (process := column.type.dialect_impl(dialect).result_processor(dialect, None))]

    def fetch(self, driver, values):
        given = {**self._fixed, **values}
        for name, process in self._inward.items():
            given[name] = process(given[name])
        keys, outward, found = self._keys, self._outward, []
        for row in driver.execute(self._text, [given[name] for name in self._order]):
            row = dict(zip(keys, row))
            for key, process in outward:
                row[key] = process(row[key])
            found.append(row)
        return found
