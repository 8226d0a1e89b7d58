# SPDX-License-Identifier: Apache-2.0
"""Which errors mean that the database is away, so that the answer is 503 and not 500."""
import psycopg
import pymysql
import pytest

from praline_common.db import engine


@pytest.mark.parametrize('error', [
    pymysql.err.OperationalError(2013, 'Lost connection to MySQL server during query'), pymysql.err.InterfaceError(0, ''),
    psycopg.errors.AdminShutdown(), psycopg.OperationalError('the connection is closed')], ids=repr)
def test_a_drivers_own_word_for_it(error):
    """As it comes when a connection breaks between two statements."""
    assert engine.is_away(error)


@pytest.mark.parametrize('error', [pymysql.err.ProgrammingError(1064, 'syntax'), psycopg.errors.UndefinedTable(),
                                   ConnectionResetError(), ValueError()], ids=repr)
def test_what_asking_again_does_not_mend(error):
    assert not engine.is_away(error)
