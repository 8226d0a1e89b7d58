# SPDX-License-Identifier: Apache-2.0
"""OAuth 1 consumers: programs that may ask users to act for them."""
import sqlalchemy as sa

from praline_common.db import engine
from praline_identity.db import models
from praline_identity.db import revision
from praline_identity.db import rows

KIND = 'Consumer'
_C = models.consumers


def get(conn, consumer_id):
    return rows.get(conn, _C, consumer_id, KIND)


def find(conn, consumer_id):
    """The row, or None."""
    return engine.one(conn, sa.select(_C).where(_C.c.id == consumer_id))


def list(conn):
    return engine.rows(conn, sa.select(_C).order_by(_C.c.id))


def create(conn, values):
    rows.create(conn, _C, values, KIND)


def save(conn, consumer_id, values):
    rows.save(conn, _C, consumer_id, values, KIND)


def delete(conn, consumer_id):
    """The consumer with its request and access tokens; the identity tokens made from those end."""
    rows.delete(conn, _C, consumer_id, KIND)
    revision.bump(conn)
