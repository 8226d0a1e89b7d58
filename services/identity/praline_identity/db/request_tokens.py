# SPDX-License-Identifier: Apache-2.0
"""OAuth 1 request tokens: what a consumer asks a user to authorize, once."""
import sqlalchemy as sa

from praline_identity import clock
from praline_identity.db import models
from praline_identity.db import rows

KIND = 'Request token'
_T = models.request_tokens


def get(conn, token_id):
    return rows.get(conn, _T, token_id, KIND)


def create(conn, values):
    rows.create(conn, _T, values, KIND)


def save(conn, token_id, values):
    rows.save(conn, _T, token_id, values, KIND)


def take(conn, token_id, sealed_verifier):
    """Remove it to make an access token of it; False when it was used or authorized anew since it was read."""
    return bool(rows.remove(conn, _T, id=token_id, sealed_verifier=sealed_verifier))


def forget(conn):
    """Drop those that ran out."""
    return conn.execute(sa.delete(_T).where(_T.c.expires_at < clock.now())).rowcount
