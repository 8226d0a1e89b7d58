# SPDX-License-Identifier: Apache-2.0
"""Keystone's list filters: `name=x`, `name__contains=x`, `name__icontains=x`, `enabled` and so on."""
import operator

import sqlalchemy as sa

from praline_common.db import query

_PATTERNS = {'contains': '%%%s%%', 'startswith': '%s%%', 'endswith': '%%%s', 'equals': '%s'}
_FALSE = ('0', 'false', 'no', 'off', 'f', 'n')


def apply(statement, table, asked, allowed, shown=None):
    """`statement` narrowed by what `asked` ({query name: text}) says of the `allowed` columns.

    shown: {name: expression} for what is shown otherwise than it is kept.  Names that are not allowed are left alone, as keystone does.
    """
    for key, value in asked.items():
        name, _, how = key.partition('__')
        if name not in allowed:
            continue
        clause = _clause((shown or {}).get(name, table.c[name]), how, value)
        if clause is not None:
            statement = statement.where(clause)
    return statement


def _clause(column, how, value):
    if isinstance(column.type, sa.Boolean):
        return None if how else column.is_(truth(value))
    if not how:
        return query.match(column, value)
    insensitive = how.startswith('i')
    pattern = _PATTERNS.get(how[1:] if insensitive else how)
    if pattern is None:
        return None
    text = pattern % value.replace('\\', '\\\\').replace('%', '\\%').replace('_', '\\_')
    if insensitive:
        return sa.func.lower(column).like(text.lower(), escape='\\')
    return _sensitive(column, how, value) if how != 'equals' else column == value


def _sensitive(column, how, value):
    """LIKE ignores case on some databases; position functions do not."""
    size = sa.func.length(sa.literal(value))
    part = {'contains': None, 'startswith': sa.func.substr(column, 1, size),
            'endswith': sa.func.substr(column, sa.func.length(column) - size + 1, size)}[how]
    if part is None:
        return sa.func.replace(column, value, '') != column
    return part == value


def fits(value, asked):
    """Whether a value that is in no column of its own is what `asked` ({'name' or 'name__contains': text}) wants."""
    for key, wanted in asked.items():
        how, held = key.partition('__')[2], value
        if how[:1] == 'i':
            how, held, wanted = how[1:], value.lower(), wanted.lower()
        if not _FITS.get(how or 'equals', lambda *_: True)(held, wanted):
            return False
    return True


_FITS = {'equals': operator.eq, 'contains': operator.contains, 'startswith': str.startswith, 'endswith': str.endswith}


def truth(value):
    """Keystone's reading of a boolean in a query: anything but an explicit no is yes."""
    return value.strip().lower() not in _FALSE
