# SPDX-License-Identifier: Apache-2.0
"""Column types and clocks of compute's tables: JSON by orjson, times as text that sorts.

A time is 'YYYY-MM-DDTHH:MM:SS.ffffff' in UTC: it needs no parsing on the way to the API and compares as text.
"""
import datetime

import orjson
import sqlalchemy as sa


class Json(sa.types.TypeDecorator):
    """Any JSON value in a text column; NULL is None."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value, dialect):
        return None if value is None else orjson.dumps(value).decode()

    def process_result_value(self, value, dialect):
        return None if value is None else orjson.loads(value)


def uuid_column(name, **given):
    return sa.Column(name, sa.String(36), **given)


def time_column(name, **given):
    return sa.Column(name, sa.String(26), **given)


def number_column():
    """The small integer id that the API shows of some rows."""
    return sa.Column('id', sa.Integer, primary_key=True, autoincrement=True)


def now():
    return stamp(datetime.datetime.now(datetime.timezone.utc))


def stamp(moment):
    """The text of a datetime with a zone."""
    return moment.astimezone(datetime.timezone.utc).strftime('%Y-%m-%dT%H:%M:%S.%f')


def shown(time):
    """'...T10:00:00.123456' -> '...T10:00:00Z', as the API writes times; None stays."""
    return time and time[:19] + 'Z'
