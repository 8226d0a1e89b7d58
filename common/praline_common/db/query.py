# SPDX-License-Identifier: Apache-2.0
"""Filter, sort and keyset-page a select: the same cost at row 100 and at row 100,000."""
import dataclasses

import sqlalchemy as sa

from praline_common import errors
from praline_common.db import engine
from praline_common.db.patterns import Fits
from praline_common.db.prepared import Prepared


@dataclasses.dataclass
class Page:
    """What a list request asks for.

    limit: rows at most; marker: id of the last row of the page before, or None;
    sort: [(column name, 'asc' | 'desc')]; filters: {column name: value or list of values};
    reverse: the page before the marker instead of the one after it;
    lost: the error when there is no row of that marker.
    """

    limit: int | None = None
    marker: str | None = None
    sort: list = dataclasses.field(default_factory=list)
    filters: dict = dataclasses.field(default_factory=dict)
    reverse: bool = False
    lost: type = errors.BadRequest


class Standing:
    """A clause that is made once and used by many lists; its values are bind parameters."""

    def __init__(self, clause):
        self.clause = clause


def page(conn, statement, table, wanted, key='id', clauses=(), fetch=engine.rows, **values):
    """Rows of `statement`, where `clauses` hold, on `table` that `wanted` (a Page) asks for.

    Equality filters are applied by column name; the unique column `key` breaks ties.  clauses: of SQLAlchemy,
    Standing, or patterns.Fits.  fetch: engine.rows for dicts, engine.tuples for tuples.  values: of the statement's bind
    parameters.  One statement, two with a marker.  A Prepared one stays so unless the request has clauses of its own.
    """
    order = _order(wanted, key)
    if wanted.marker is None and not wanted.filters and type(statement) is Prepared and all(
            type(clause) is Standing for clause in clauses):
        limit = None if wanted.limit is None else sa.bindparam('page_limit', type_=sa.Integer)
        statement = statement.derived((*clauses, *order, limit is None), lambda select: _cut(
            select.where(*map(_plain, clauses)), table, order, limit))
        values['page_limit'] = wanted.limit
    else:
        select = getattr(statement, 'statement', statement).where(*_plain_all(conn, clauses, values))
        for name, value in wanted.filters.items():
            select = select.where(match(table.c[name], value))
        if wanted.marker is not None:
            select = select.where(_after(conn, table, order, wanted, key))
        statement = _cut(select, table, order, wanted.limit)
    found = fetch(conn, statement, **values)
    return found[::-1] if wanted.reverse else found


def _plain(clause):
    return clause.clause if type(clause) is Standing else clause


def _plain_all(conn, clauses, values):
    """Of SQLAlchemy, all of them."""
    fits = [clause for clause in clauses if type(clause) is Fits]
    plain = [_plain(clause) for clause in clauses if type(clause) is not Fits]
    for fit in fits:
        plain.append(fit.clause(conn, tuple(plain), values))
    return plain


def _cut(statement, table, order, limit):
    statement = statement.order_by(*(_ordered(table.c[name], direction) for name, direction in order))
    return statement if limit is None else statement.limit(limit)


def _order(wanted, key):
    """[(column name, direction)], the unique column last: what would come after it decides nothing."""
    order = list(wanted.sort)
    names = [name for name, _ in order]
    if key in names:
        del order[names.index(key) + 1:]
    else:
        order.append((key, order[-1][1] if order else 'asc'))
    if wanted.reverse:
        order = [(name, 'asc' if direction == 'desc' else 'desc') for name, direction in order]
    return order


def page_of(rows, wanted, key='id'):
    """What page() gives, of rows (dicts) that are not in a table; wanted.filters are not looked at."""
    rows = sorted(rows, key=lambda row: row[key])
    for name, _ in reversed(wanted.sort):
        rows.sort(key=lambda row: (row[name] is not None, row[name]))
    # One direction for the whole order, as sort_dir gives it; page() takes the last one for the key.
    if (wanted.sort[-1][1] if wanted.sort else 'asc') == 'desc':
        rows.reverse()
    if wanted.reverse:
        rows.reverse()
    if wanted.marker is not None:
        places = [place for place, row in enumerate(rows) if row[key] == wanted.marker]
        if not places:
            raise wanted.lost('marker [%s] not found' % wanted.marker)
        rows = rows[places[0] + 1:]
    rows = rows[:wanted.limit]
    return rows[::-1] if wanted.reverse else rows


def match(column, value):
    """column = value, or column in values when value is a list; None is NULL."""
    if isinstance(value, (list, tuple, set, frozenset)):
        return column.in_(list(value))
    return column.is_(None) if value is None else column == value


def _ordered(column, direction):
    value = _sortable(column)
    return value.desc() if direction == 'desc' else value.asc()


def _sortable(column):
    """NULL sorts as the empty value on every database, so that a keyset can pass it; booleans as numbers."""
    if isinstance(column.type, sa.Boolean):
        return sa.func.coalesce(sa.cast(column, sa.Integer), 0)
    if not column.nullable:
        return column
    if isinstance(column.type, sa.DateTime):
        return sa.func.coalesce(column, sa.literal_column("'0001-01-01 00:00:00.000000'"))
    if isinstance(column.type, (sa.Integer, sa.Float)):
        return sa.func.coalesce(column, 0)
    return sa.func.coalesce(column, '')


def _after(conn, table, order, wanted, key):
    columns = [_sortable(table.c[name]).label('k%d' % i) for i, (name, _) in enumerate(order)]
    values = conn.execute(sa.select(*columns).where(table.c[key] == wanted.marker)).first()
    if values is None:
        raise wanted.lost('marker [%s] not found' % wanted.marker)
    clauses, equal = [], []
    for (name, direction), value in zip(order, values):
        column = _sortable(table.c[name])
        beyond = column < value if direction == 'desc' else column > value
        clauses.append(sa.and_(*equal, beyond))
        equal.append(column == value)
    return sa.or_(*clauses)
