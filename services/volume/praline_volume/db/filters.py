# SPDX-License-Identifier: Apache-2.0
"""Query filters of this API as SQL conditions."""
import ast
import datetime

import sqlalchemy as sa

from praline_common import errors

COMPARISONS = {'gt': '__gt__', 'gte': '__ge__', 'lt': '__lt__', 'lte': '__le__', 'eq': '__eq__', 'neq': '__ne__'}
YES, NO = ('true', '1', 'yes', 'on', 't', 'y'), ('false', '0', 'no', 'off', 'f', 'n')


def conditions(table, wanted, columns, like=False, strict=True):
    """Conditions for `wanted` {API name: text}; `columns` {API name: column name}.

    A boolean column takes true and false, a JSON column "{'key': 'value'}", a time 'gt:2026-01-01T00:00:00';
    others are compared as they are, or, where `like` and the name ends in '~', by containment.  Not `strict`: what is
    not false is true.
    """
    return [found for name, text in wanted.items()
            for found in _conditions(table.c[columns[name.rstrip('~')]], name, text, like, strict)]


def _conditions(column, name, text, like, strict):
    if like and name.endswith('~'):
        return [column.contains(text, autoescape=True)]
    if isinstance(column.type, sa.JSON):
        return [column[key].as_string() == str(value) for key, value in literal(name, text, dict).items()]
    if isinstance(column.type, sa.Boolean):
        return [column == (truth(name, text) if strict else text not in ('', 'false', 'False', 'FALSE'))]
    if isinstance(column.type, sa.Integer):
        return [column == number(name, text)]
    if hasattr(column.type, 'timezone'):
        return [_compared(column, name, part) for part in text.split(',')]
    if text.startswith('['):
        return [column.in_([str(value) for value in literal(name, text, list)])]
    return [column == text]


def truth(name, text):
    """BadRequest for what is neither true nor false."""
    if text.strip().lower() in YES:
        return True
    if text.strip().lower() in NO:
        return False
    raise errors.BadRequest(f'Invalid value for {name}: {text!r} is neither true nor false')


def number(name, text):
    if not text.isascii() or not text.isdigit():
        raise errors.BadRequest(f'Invalid value for {name}: {text!r} is not an integer')
    return int(text)


def literal(name, text, kind):
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        value = None
    if not isinstance(value, kind):
        raise errors.BadRequest(f'Invalid value for {name}: {text!r} is not a {kind.__name__}')
    return value


def _compared(column, name, part):
    word, _, moment = part.strip().partition(':')
    if word not in COMPARISONS:
        raise errors.BadRequest(f'Invalid {name} operator: {word!r} is not one of {", ".join(COMPARISONS)}')
    try:
        value = datetime.datetime.fromisoformat(moment)
    except ValueError:
        raise errors.BadRequest(f'Invalid {name} value: {moment!r} is not a time') from None
    if value.tzinfo:
        value = value.astimezone(datetime.timezone.utc).replace(tzinfo=None)
    return getattr(column, COMPARISONS[word])(value)
