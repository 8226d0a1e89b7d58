# SPDX-License-Identifier: Apache-2.0
"""Rows of a service's tables, drawn by hypothesis: NULLs, booleans, any text, JSON, times with and without fractions.

Ids come from one small pool, whatever the table: what names a row of another table mostly finds one, and an id that
was there before comes again with other values, which is how a kept answer that is stale shows.
"""
import datetime

from hypothesis import strategies as st
import sqlalchemy as sa

IDS = ['%08x-aaaa-4aaa-8aaa-%012x' % (number, number) for number in range(1, 6)]
PROJECTS, USERS, HOSTS = ('p1', 'p2'), ('u1', 'u2'), ('h1', 'h2', 'h3')
MOST = 5
PLAIN = st.text('abcxyz019', min_size=1, max_size=4)
TEXT = st.one_of(st.just(''), PLAIN, st.text(st.one_of(st.sampled_from('aB _%,.-"\\\'<&é'), st.characters(
    exclude_categories=('Cs', 'Cc'))), min_size=1, max_size=6))
PAIRS = st.dictionaries(PLAIN, TEXT, max_size=2)
_MOMENTS = st.sampled_from([datetime.datetime(2026, 1, 2, 3, 4, 5), datetime.datetime(2026, 1, 2, 3, 4, 5, 678901),
                            datetime.datetime(2025, 12, 31, 23, 59, 59, 999999), datetime.datetime(2026, 7, 1)])
_SPELLED = {20: '%Y-%m-%dT%H:%M:%SZ', 26: '%Y-%m-%dT%H:%M:%S.%f'}
_NAMED = {'project_id': st.sampled_from(('p1', 'p1', 'p2')), 'user_id': st.sampled_from(USERS), 'host': st.sampled_from(HOSTS),
          'owner': st.sampled_from(PROJECTS), 'tags': st.lists(PLAIN, max_size=2, unique=True),
          'deleted': st.sampled_from((False, False, False, True))}


def drawn(tables, special):
    """A strategy of {table: [row]} for these tables; special: {'table.column' or 'column': strategy}."""
    return st.fixed_dictionaries({table: st.lists(_row(table, special), min_size=2, max_size=MOST, unique_by=_key(table))
                                  for table in tables})


def _key(table):
    keys = [column.name for column in table.primary_key]
    return lambda row: tuple(row[key] for key in keys)


def _row(table, special):
    columns = {}
    for column in table.columns:
        strategy = special.get('%s.%s' % (table.name, column.name), special.get(column.name))
        if strategy is None:
            strategy = _value(column)
            if column.nullable:
                strategy = st.one_of(st.none(), strategy, strategy)
        columns[str(column.name)] = strategy
    return st.fixed_dictionaries(columns)


def _value(column):
    kind, name = column.type, column.name
    if name in _NAMED:
        return _NAMED[name]
    if isinstance(kind, sa.Boolean):
        return st.booleans()
    if isinstance(kind, sa.BigInteger) and name.endswith(('_at', '_before')):
        return _MOMENTS.map(lambda moment: int(moment.timestamp() * 1000000))
    if isinstance(kind, sa.Integer):
        return st.integers(0, 40)
    if isinstance(kind, sa.Float):
        return st.sampled_from((0.0, 1.0, 1.5, 1767323045.0))
    if isinstance(kind, sa.DateTime):
        return _MOMENTS
    if isinstance(kind, sa.JSON) or type(kind).__name__ == 'Json':
        return PAIRS
    if getattr(kind, 'length', None) in _SPELLED and not name.endswith('id'):
        return _MOMENTS.map(lambda moment: moment.strftime(_SPELLED[kind.length]))
    if name == 'id' or name == 'uuid' or name.endswith(('_id', '_uuid')):
        return st.sampled_from(IDS)
    return PLAIN if column.primary_key or column.unique else TEXT


def write(conn, tables, rows):
    """Put exactly these rows there, less those that a key or a reference refuses; {table: rows written}.

    tables: all that are emptied, parents first.
    """
    for table in reversed(tables):
        conn.execute(table.delete())
    written = {}
    for table in tables:
        written[table] = [row for row in rows.get(table, ()) if _fits(conn, table, row)]
    return written


def _fits(conn, table, row):
    try:
        with conn.begin_nested():
            conn.execute(table.insert(), row)
    except Exception as error:
        if 'constraint' not in str(error):
            raise error
        return False
    return True
