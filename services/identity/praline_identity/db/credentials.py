# SPDX-License-Identifier: Apache-2.0
"""Credentials: secrets that users keep here (EC2 keys, TOTP seeds, certificates), sealed."""
import hashlib

import sqlalchemy as sa

from praline_common.db import engine
from praline_identity.db import filters
from praline_identity.db import models
from praline_identity.db import rows

KIND = 'credential'
FILTERS = ('user_id', 'type')
_C = models.credentials


def ec2_id(access):
    """EC2 credentials are found by their access key."""
    return hashlib.sha256(access.encode()).hexdigest()


def get(conn, credential_id):
    return rows.get(conn, _C, credential_id, KIND)


def list(conn, asked, user_id=None):
    """user_id: only this user's."""
    statement = filters.apply(sa.select(_C), _C, asked, FILTERS)
    if user_id is not None:
        statement = statement.where(_C.c.user_id == user_id)
    return engine.rows(conn, statement.order_by(_C.c.id))


def of_user(conn, user_id, kind):
    return engine.rows(conn, sa.select(_C).where(_C.c.user_id == user_id, _C.c.type == kind).order_by(_C.c.id))


def create(conn, values):
    rows.create(conn, _C, values, KIND)


def save(conn, credential_id, values):
    rows.save(conn, _C, credential_id, values, KIND)


def delete(conn, credential_id):
    rows.delete(conn, _C, credential_id, KIND)
