# SPDX-License-Identifier: Apache-2.0
"""Service providers: other clouds that take our word for who someone is."""
import sqlalchemy as sa

from praline_common.db import engine
from praline_identity.db import filters
from praline_identity.db import models
from praline_identity.db import revision
from praline_identity.db import rows

KIND = 'service_provider'
_S = models.service_providers


def get(conn, provider_id):
    return rows.get(conn, _S, provider_id, 'Service Provider')


def list(conn, asked):
    return engine.rows(conn, filters.apply(sa.select(_S), _S, asked, ('id', 'enabled')).order_by(_S.c.id))


def enabled(conn):
    """[{'id', 'auth_url', 'sp_url'}], as tokens show them."""
    return engine.rows(conn, sa.select(_S.c.auth_url, _S.c.id, _S.c.sp_url).where(_S.c.enabled.is_(True)).order_by(
        _S.c.id))


def create(conn, values):
    rows.create(conn, _S, values, KIND)
    revision.bump(conn)


def save(conn, provider_id, values):
    rows.save(conn, _S, provider_id, values, KIND)
    revision.bump(conn)


def delete(conn, provider_id):
    rows.delete(conn, _S, provider_id, 'Service Provider')
    revision.bump(conn)
