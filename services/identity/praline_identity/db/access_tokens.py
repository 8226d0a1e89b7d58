# SPDX-License-Identifier: Apache-2.0
"""OAuth 1 access tokens: a consumer's right to act for a user in a project with some of the roles there."""
import sqlalchemy as sa

from praline_common.db import engine
from praline_identity.db import models
from praline_identity.db import revision
from praline_identity.db import rows

KIND = 'Access token'
_T = models.access_tokens
_BY_ID = sa.select(_T).where(_T.c.id == sa.bindparam('token_id'))


def find(conn, token_id):
    """The row, or None."""
    return engine.one(conn, _BY_ID, token_id=token_id)


def get(conn, token_id):
    return rows.get(conn, _T, token_id, KIND)


def list(conn, user_id):
    return engine.rows(conn, sa.select(_T).where(_T.c.user_id == user_id).order_by(_T.c.id))


def create(conn, values):
    rows.create(conn, _T, values, KIND)


def delete(conn, token_id):
    """The identity tokens made from it end with it."""
    rows.delete(conn, _T, token_id, KIND)
    revision.bump(conn)
