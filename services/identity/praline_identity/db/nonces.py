# SPDX-License-Identifier: Apache-2.0
"""The nonces of signed requests, kept as long as their timestamps would still pass, so that none passes twice."""
import hashlib

from oslo_db import exception
import sqlalchemy as sa

from praline_identity import clock
from praline_identity.db import models

_N = models.nonces


def use(conn, parts, expires_at):
    """Note a nonce, named by the texts that it is unique among; False when it was noted before."""
    digest = hashlib.sha256('\n'.join(parts).encode()).hexdigest()
    try:
        with conn.begin_nested():
            conn.execute(sa.insert(_N).values(digest=digest, expires_at=expires_at))
    except exception.DBDuplicateEntry:
        return False
    return True


def forget(conn):
    """Drop those whose timestamps no longer pass."""
    return conn.execute(sa.delete(_N).where(_N.c.expires_at < clock.now())).rowcount
