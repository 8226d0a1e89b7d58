# SPDX-License-Identifier: Apache-2.0
"""One service's database: oslo.db makes the engine, we hand out connections.

One write at a time a database: a transaction may look (quota, free address, oldest operation) and then
write what follows from it, and writers cannot deadlock.  On SQLite that is BEGIN IMMEDIATE under one lock
a process, because a snapshot that turns into a write cannot wait in WAL mode and fails with "database
is locked"; on MariaDB and PostgreSQL it is the lock on the one row of alembic's table.
"""
import contextlib
import functools
import os
import threading
import time

from oslo_db import exception
from oslo_db.sqlalchemy import enginefacade
from oslo_db.sqlalchemy import exc_filters
import orjson
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy import pool

from praline_common import errors
from praline_common.db import patterns
from praline_common.db.prepared import DRIVER, Prepared

_TURN = sa.text('SELECT version_num FROM alembic_version FOR UPDATE')
# Without that row nothing would be locked, and writers would not wait for each other.
_NO_SCHEMA = 'the database %s has no schema: alembic_version is empty; run `praline db upgrade`'
# Held by another for longer than busy_timeout; or the file or its disk cannot be used.
_AWAY = ('SQLITE_BUSY', 'SQLITE_LOCKED', 'SQLITE_CANTOPEN', 'SQLITE_IOERR', 'SQLITE_FULL')
_POOL = {'pool_size': 20, 'max_overflow': 20, 'pool_recycle': 3000}
_USED, _FRESH_SECONDS = 'praline.used', 1
_DRIVERS = ('pymysql', 'psycopg')
_PRAGMAS = ('busy_timeout=10000', 'journal_mode=WAL', 'synchronous=NORMAL', 'foreign_keys=ON', 'cache_size=-512')


class Database:
    """`read()` and `write()` give a SQLAlchemy Core connection.

    write() is one transaction: it commits at the end of the block and rolls back on any error; `after(conn, fn)`
    calls fn once that commit has happened (the place for RPC wake-ups).
    """

    def __init__(self, url):
        self.url = url
        self.sqlite = url.startswith('sqlite')
        if self.sqlite:
            os.makedirs(os.path.dirname(sa.make_url(url).database or '') or '.', mode=0o700, exist_ok=True)
        facade = enginefacade.transaction_context()
        settings = {'connection': url}
        if not self.sqlite:
            settings.update(mysql_sql_mode='TRADITIONAL', max_pool_size=_POOL['pool_size'],
                            max_overflow=_POOL['max_overflow'], connection_recycle_time=_POOL['pool_recycle'])
        else:
            settings.update(thread_checkin=False)
        facade.configure(**settings)
        self.engine = facade.writer.get_engine()
        # What create_engine(json_deserializer=) sets; oslo.db does not pass it on.  Lists decode twice as fast.
        self.engine.dialect._json_deserializer = orjson.loads
        self._lock = threading.RLock() if self.sqlite else contextlib.nullcontext()
        if self.sqlite:
            self._tune_sqlite()
        self._reader, self._mine = self._reading_engine(), threading.local()

    def _tune_sqlite(self):
        old = self.engine.pool
        self.engine.dispose()
        self.engine.pool = pool.QueuePool(old._creator, pool_size=20, max_overflow=40, recycle=-1,
                                          pre_ping=False, _dispatch=old.dispatch, dialect=old._dialect)

        event.listen(self.engine, 'connect', _set_pragmas)

        @event.listens_for(self.engine, 'before_cursor_execute', retval=True)
        def immediate(conn, _cursor, statement, parameters, _context, _many):
            if statement == 'BEGIN' and conn.get_execution_options().get('praline_write'):
                statement = 'BEGIN IMMEDIATE'
            return statement, parameters

    def _reading_engine(self):
        """Reads need no transaction of their own: without BEGIN, ROLLBACK and listeners they cost a third."""
        if self.sqlite:
            engine = sa.create_engine(self.url, isolation_level='AUTOCOMMIT', poolclass=pool.NullPool,
                                      json_deserializer=orjson.loads)
            event.listen(engine, 'connect', _set_pragmas)
            event.listen(engine, 'connect', patterns.serve)
            return engine
        # A pool of its own: on the writers', each checkout would set AUTOCOMMIT and each return unset it.
        engine = sa.create_engine(self.url, isolation_level='AUTOCOMMIT', skip_autocommit_rollback=True,
                                  json_deserializer=orjson.loads, **_POOL)
        exc_filters.register_engine(engine)
        event.listen(engine, 'checkout', functools.partial(_ping, engine.dialect))
        return engine

    @contextlib.contextmanager
    def read(self):
        """A connection outside transactions; on SQLite it belongs to the thread and stays open."""
        if not self.sqlite:
            with self._reader.connect() as conn:
                yield conn
            return
        conn = getattr(self._mine, 'conn', None)
        if conn is None:
            conn = self._mine.conn = self._reader.connect()
            conn.info[DRIVER] = conn.connection.driver_connection
        try:
            yield conn
        except sa.exc.DBAPIError:
            self._mine.conn = None
            conn.close()
            raise

    @property
    def engines(self):
        """Every engine whose statements count."""
        return [self.engine, self._reader]

    @contextlib.contextmanager
    def write(self):
        afterwards = []
        with self._lock:
            with self.engine.connect() as conn:
                conn = conn.execution_options(praline_write=True)
                conn.info['after'] = afterwards
                with conn.begin():
                    if not self.sqlite and conn.execute(_TURN).first() is None:
                        raise errors.Error(_NO_SCHEMA % self.engine.url.database)
                    yield conn
        for call in afterwards:
            call()

    def close(self):
        self._mine = threading.local()
        for engine in self.engines:
            engine.dispose()


def _ping(dialect, driver, record, _proxy):
    """pool_pre_ping, but for a connection that has just worked: asking costs as much as a small read."""
    now = time.monotonic()
    if now - record.info.get(_USED, now) > _FRESH_SECONDS:
        try:
            dialect.do_ping(driver)
        except dialect.loaded_dbapi.Error as error:
            raise sa.exc.DisconnectionError() from error
    record.info[_USED] = now


def _set_pragmas(connection, _record):
    for pragma in _PRAGMAS:
        connection.execute('PRAGMA ' + pragma)


def is_away(error):
    """Whether an error means that the database cannot be had now, and the same statement may succeed later."""
    if isinstance(error, (exception.DBConnectionError, exception.DBDeadlock)) or _is_drivers_own(error):
        return True
    for cause in (error, getattr(error, 'orig', None), getattr(getattr(error, 'inner_exception', None), 'orig', None)):
        if getattr(cause, 'sqlite_errorname', '').startswith(_AWAY):
            return True
    return False


def _is_drivers_own(error):
    """SQLAlchemy and oslo.db translate what a statement raises, but not all that happens between two."""
    return any(kind.__name__ in ('OperationalError', 'InterfaceError') and kind.__module__.startswith(_DRIVERS)
               for kind in type(error).__mro__)


def after(conn, call):
    """Run call() once the transaction of this write() connection is committed."""
    conn.info['after'].append(call)


def names(table):
    """The column names as plain str: SQLAlchemy's quoted_name is refused by orjson."""
    return [''.join(list(str(column.name))) for column in table.columns]


def one(conn, statement, **values):
    """The first row as a dict with plain keys, or None.  values: of the statement's bind parameters."""
    if type(statement) is Prepared:
        found = rows(conn, statement, **values)
        return found[0] if found else None
    result = conn.execute(statement, values or None)
    row = result.first()
    return None if row is None else dict(zip(_keys(result), row))


def rows(conn, statement, **values):
    """All rows as dicts with plain keys.  values: of the statement's bind parameters."""
    if type(statement) is Prepared:
        found = statement.fetch(conn, values)
        if found is not None:
            return found
        statement = statement.statement
    result = conn.execute(statement, values or None)
    keys = _keys(result)
    return [dict(zip(keys, row)) for row in result.all()]


def tuples(conn, statement, **values):
    """All rows as plain tuples, which can be keys: what is JSON must be selected as text; a boolean may be a number."""
    if type(statement) is Prepared:
        found = statement.fetch_tuples(conn, values)
        if found is not None:
            return found
        statement = statement.statement
    return [tuple(row) for row in conn.execute(statement, values or None)]


def scalar(conn, statement, **values):
    return conn.execute(statement, values or None).scalar()


_plain = {}


def _keys(result):
    keys = tuple(result.keys())
    plain = _plain.get(keys)
    if plain is None:
        plain = _plain[keys] = tuple(''.join(list(str(key))) for key in keys)
    return plain


metadata_naming = {
    'ix': 'ix_%(table_name)s_%(column_0_N_name)s', 'uq': 'uq_%(table_name)s_%(column_0_N_name)s',
    'fk': 'fk_%(table_name)s_%(column_0_name)s', 'pk': 'pk_%(table_name)s',
}


def new_metadata():
    """A MetaData whose constraints have predictable names, so that migrations can name them."""
    return sa.MetaData(naming_convention=metadata_naming)
