# SPDX-License-Identifier: Apache-2.0
"""Tokens that open a server's console for a while; only their hashes are kept."""
import hashlib
import secrets
import time

import sqlalchemy as sa

from praline_common import errors
from praline_common.db import engine
from praline_compute.db.models import CONSOLE_TOKENS


def create(conn, server_id, console_type, host, port, seconds):
    """A new token (text) for the display at host:port, good for so many seconds; old ones go."""
    token = secrets.token_urlsafe(32)
    now = time.time()
    conn.execute(CONSOLE_TOKENS.delete().where(CONSOLE_TOKENS.c.expires_at < now))
    conn.execute(CONSOLE_TOKENS.insert().values(
        token_hash=_hash(token), server_id=server_id, console_type=console_type, host=host, port=port,
        expires_at=now + seconds))
    return token


def get(conn, token):
    """{'server_id', 'console_type', 'host', 'port', ...} of a token that is still good.  NotFound."""
    found = engine.one(conn, sa.select(CONSOLE_TOKENS).where(
        CONSOLE_TOKENS.c.token_hash == _hash(token), CONSOLE_TOKENS.c.expires_at > time.time()))
    if found is None:
        raise errors.NotFound('Token not found')
    return found


def delete_of(conn, server_id):
    """No token opens this server's console any more."""
    conn.execute(CONSOLE_TOKENS.delete().where(CONSOLE_TOKENS.c.server_id == server_id))


def _hash(token):
    return hashlib.sha256(token.encode()).hexdigest()
