# SPDX-License-Identifier: Apache-2.0
"""Key pairs, each a user's own; private keys are never kept."""
import sqlalchemy as sa

from praline_common.db import engine, query
from praline_compute import errors
from praline_compute.db.columns import now
from praline_compute.db.models import KEYPAIRS


def get(conn, user_id, name):
    """The user's key pair of this name.  KeypairNotFound."""
    found = engine.one(conn, sa.select(KEYPAIRS).where(KEYPAIRS.c.user_id == user_id, KEYPAIRS.c.name == name))
    if found is None:
        raise errors.KeypairNotFound('Keypair %s not found for user %s' % (name, user_id))
    return found


def list(conn, user_id, page):
    return query.page(conn, sa.select(KEYPAIRS).where(KEYPAIRS.c.user_id == user_id), KEYPAIRS, page, key='name')


def create(conn, user_id, name, type, public_key, fingerprint, limit):
    """A new key pair; its row.  AlreadyExists; QuotaExceeded when the user has `limit` already."""
    owned = KEYPAIRS.c.user_id == user_id
    if engine.scalar(conn, sa.select(KEYPAIRS.c.id).where(owned, KEYPAIRS.c.name == name)) is not None:
        raise errors.AlreadyExists("Key pair '%s' already exists." % name)
    used = engine.scalar(conn, sa.select(sa.func.count()).select_from(KEYPAIRS).where(owned))
    if limit >= 0 and used >= limit:
        raise errors.QuotaExceeded('Quota exceeded, too many key pairs.', resource='key_pairs', used=used,
                                   limit=limit, asked=1)
    conn.execute(KEYPAIRS.insert().values(user_id=user_id, name=name, type=type, public_key=public_key,
                                          fingerprint=fingerprint, created_at=now()))
    return get(conn, user_id, name)


def delete(conn, user_id, name):
    gone = conn.execute(KEYPAIRS.delete().where(KEYPAIRS.c.user_id == user_id, KEYPAIRS.c.name == name)).rowcount
    if not gone:
        raise errors.KeypairNotFound('Keypair %s not found for user %s' % (name, user_id))
