# SPDX-License-Identifier: Apache-2.0
"""Expressions that users send: one language on every database, and no pattern for which it takes long."""
import pytest
import sqlalchemy as sa

from praline_common import errors
from praline_common.db import engine, patterns, query

TABLE = sa.Table('named', engine.new_metadata(), sa.Column('id', sa.Integer, primary_key=True),
                 sa.Column('name', sa.String(300)))
NAMES = ['web', 'WEB', 'böse', 'b' * 250 + '!', '', None]
HARD = ('(b+)+$', '(b|b)*$', '(b*)*c', '([b-z]+)*z$')


@pytest.fixture
def conn(tmp_path):
    made = engine.Database('sqlite:///%s/named.sqlite' % tmp_path)
    TABLE.metadata.create_all(made.engine)
    with made.write() as conn:
        conn.execute(TABLE.insert(), [{'name': name} for name in NAMES])
    with made.read() as conn:
        yield conn
    made.close()


def found(conn, pattern, *clauses):
    page = query.Page()
    return [row['name'] for row in query.page(conn, sa.select(TABLE), TABLE, page, clauses=(
        patterns.Fits(TABLE.c.name, pattern), *clauses))]


@pytest.fixture(params=['sqlite', 'mysql', 'postgresql'])
def dialect(request, conn, monkeypatch):
    """What another database is asked is asked of SQLite here: it has no expression in it."""
    monkeypatch.setattr(conn.dialect, 'name', request.param)


def test_it_means_the_same_on_every_database(conn, dialect):
    assert found(conn, '^w') == ['web']
    assert found(conn, '(?i)^w') == ['web', 'WEB']
    assert found(conn, 'ö.e$') == ['böse']
    assert found(conn, '^$') == ['']
    assert found(conn, 'b', TABLE.c.id < 3) == ['web']


@pytest.mark.parametrize('pattern', HARD)
def test_no_pattern_takes_long(conn, dialect, pattern):
    """Who tries one way after the other is not done with one of these before the machine is."""
    assert found(conn, pattern) is not None


@pytest.mark.parametrize('pattern', ['(', '[', '*', r'(a)\1', '(?=a)', '((a{999}){999}){999}', '\ud800'])
def test_what_is_no_expression_is_refused(pattern):
    with pytest.raises(errors.BadRequest):
        patterns.Fits(TABLE.c.name, pattern)
