# SPDX-License-Identifier: Apache-2.0
"""Which tokens are no longer good, by what they carry: checking costs the same at any number of rows.

A row says: tokens that carry `key` and were issued at this revision or before are revoked.  What counts is the
revision and not the time, because clocks may be set; tokens of a revision that has not been reached (after a
database was put back to an older state), or of none, are revoked by time.
"""
import sqlalchemy as sa

from praline_identity import clock
from praline_identity.db import models
from praline_identity.db import revision
from praline_common.db import engine

_TABLE = models.revocations
_NOW = sa.select(models.revision.c.value).where(models.revision.c.id == 1).scalar_subquery()
_LATEST = sa.select(sa.func.max(_TABLE.c.issued_before), sa.func.max(_TABLE.c.revision), _NOW).where(
    _TABLE.c.key.in_(sa.bindparam('keys', expanding=True)))


def revoke(conn, key, keep_seconds, before=None):
    """Revoke what carries `key` and was issued until `before` (now); forget it after keep_seconds."""
    now = clock.now()
    values = {'issued_before': before or now, 'revoked_at': now, 'expires_at': now + keep_seconds * clock.SECOND,
              'revision': engine.scalar(conn, sa.select(_NOW)) or 0}
    if not conn.execute(sa.update(_TABLE).where(_TABLE.c.key == key).values(**values)).rowcount:
        conn.execute(sa.insert(_TABLE).values(key=key, **values))
    revision.bump(conn)


def revoked(conn, keys, issued_at, issued_in=None):
    """Whether a token that carries these keys, issued then and in that revision, is revoked."""
    moment, revoked_in, reached = conn.execute(_LATEST, {'keys': keys}).one()
    if moment is None:
        return False
    if revoked_in is not None and issued_in is not None and issued_in <= (reached or 0):
        return revoked_in >= issued_in
    return moment >= issued_at


def list(conn, since=None):
    statement = sa.select(_TABLE).order_by(_TABLE.c.revoked_at)
    if since is not None:
        statement = statement.where(_TABLE.c.revoked_at >= since)
    return engine.rows(conn, statement)


def forget(conn):
    """Drop rows that no living token can match."""
    return conn.execute(sa.delete(_TABLE).where(_TABLE.c.expires_at < clock.steady())).rowcount
