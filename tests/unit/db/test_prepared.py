# SPDX-License-Identifier: Apache-2.0
"""A prepared select means what it means through SQLAlchemy: same rows, same types, wherever it is asked."""
import datetime

import pytest
import sqlalchemy as sa

from praline_common.db import engine
from praline_common.db import query
from praline_common.db.prepared import Prepared
from praline_common.testing.statements import counted

TABLE = sa.Table('things', engine.new_metadata(), sa.Column('id', sa.Integer, primary_key=True),
                 sa.Column('name', sa.String(20)), sa.Column('good', sa.Boolean), sa.Column('made', sa.DateTime),
                 sa.Column('extra', sa.JSON))
MADE = datetime.datetime(2026, 11, 25, 22, 4, 43, 5)
NAMED = sa.select(TABLE).where(TABLE.c.name == sa.bindparam('wanted'), TABLE.c.id < 4)
ROWS = [{'id': number, 'name': name, 'good': good, 'made': made, 'extra': extra} for number, name, good, made, extra in (
    (1, 'a', True, MADE, {'x': [1]}), (2, 'b', False, None, None), (3, 'b', None, MADE, 'text'), (4, 'b', True, MADE, [7]))]


@pytest.fixture
def db(tmp_path):
    made = engine.Database('sqlite:///%s/things.sqlite' % tmp_path)
    TABLE.metadata.create_all(made.engine)
    with made.write() as conn:
        conn.execute(TABLE.insert(), ROWS)
    yield made
    made.close()


@pytest.fixture
def direct(db, monkeypatch):
    """A connection that fails whoever goes through SQLAlchemy."""
    def refuse(*_args, **_kwargs):
        raise AssertionError('this should have gone straight to the driver')
    with db.read() as conn:
        monkeypatch.setattr(conn, 'execute', refuse)
        yield conn


def test_straight_to_the_driver(direct):
    assert engine.rows(direct, Prepared(NAMED), wanted='b') == ROWS[1:3]
    assert engine.one(direct, Prepared(NAMED), wanted='a') == ROWS[0]
    assert engine.one(direct, Prepared(NAMED), wanted='none') is None


def test_the_same_through_sqlalchemy(db):
    with db.write() as conn:
        assert engine.rows(conn, Prepared(NAMED), wanted='b') == ROWS[1:3]
    with counted(db) as seen, db.read() as conn:
        assert engine.rows(conn, Prepared(NAMED), wanted='b') == ROWS[1:3]
    assert len(seen) == 1


def test_values_are_made_fit_for_the_database(direct):
    found = Prepared(sa.select(TABLE.c.id).where(TABLE.c.made == sa.bindparam('made', type_=sa.DateTime)))
    assert [row['id'] for row in engine.rows(direct, found, made=MADE)] == [1, 3, 4]


def test_lists_of_values(direct):
    """Their text depends on how many there are."""
    some = Prepared(sa.select(TABLE.c.id).where(TABLE.c.name == sa.bindparam('wanted'), TABLE.c.id.in_(
        sa.bindparam('ids', expanding=True)), TABLE.c.id < sa.bindparam('end')))
    for ids, found in (([2, 4], [2]), ([], []), ([1, 2, 3], [2, 3])):
        assert [row['id'] for row in engine.rows(direct, some, wanted='b', ids=ids, end=4)] == found
    fixed = Prepared(sa.select(TABLE.c.id).where(TABLE.c.name == sa.bindparam('wanted'), TABLE.c.id.in_([1, 2, 3])))
    assert [row['id'] for row in engine.rows(direct, fixed, wanted='b')] == [2, 3]


def test_tuples(db):
    """They can be keys, whichever way they came, and are the same key."""
    found = Prepared(sa.select(TABLE.c.id, TABLE.c.good, sa.type_coerce(TABLE.c.extra, sa.Text).label('extra')))
    with db.read() as conn:
        straight = engine.tuples(conn, found)
    with counted(db) as seen, db.read() as conn:
        through = engine.tuples(conn, found)
    assert seen and straight == through and set(map(hash, straight)) == set(map(hash, through))
    assert straight[0] == (1, True, '{"x": [1]}')


def test_standing_clauses(db, monkeypatch):
    """They leave a page prepared; a request's own clause does not."""
    clauses = (query.Standing(TABLE.c.name == sa.bindparam('called')), query.Standing(TABLE.c.good.is_not(None)))
    everything, wanted = Prepared(sa.select(TABLE)), query.Page(limit=9)
    with db.read() as conn:
        assert query.page(conn, everything, TABLE, wanted, clauses=(*clauses, TABLE.c.id > 2), called='b') == ROWS[3:]
        monkeypatch.setattr(conn, 'execute', None)
        assert query.page(conn, everything, TABLE, wanted, clauses=clauses, called='b') == [ROWS[1], ROWS[3]]
        assert query.page(conn, everything, TABLE, wanted, clauses=clauses[1:], called='b') == [
            ROWS[0], ROWS[1], ROWS[3]]


def test_pages_of_it(db):
    everything = Prepared(sa.select(TABLE))
    for sort in ([('name', 'desc'), ('id', 'asc')], [('made', 'asc')], []):
        for limit in (None, 0, 2):
            with db.read() as conn:
                wanted = query.Page(limit=limit, sort=sort)
                assert query.page(conn, everything, TABLE, wanted) == query.page(conn, sa.select(TABLE), TABLE, wanted)
    with db.read() as conn:
        wanted = query.Page(limit=2, marker=2, filters={'name': 'b'})
        assert [row['id'] for row in query.page(conn, everything, TABLE, wanted)] == [3, 4]


def test_a_failure_is_told_as_sqlalchemy_tells_it(db):
    wrong = Prepared(sa.select(sa.Table('nothing', sa.MetaData(), sa.Column('id', sa.Integer))))
    with pytest.raises(sa.exc.OperationalError), db.read() as conn:
        engine.rows(conn, wrong)
