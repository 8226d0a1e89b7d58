# SPDX-License-Identifier: Apache-2.0
"""Rows of QoS specs."""
import sqlalchemy as sa

from praline_common import errors
from praline_common.db import engine
from praline_common.db import query
from praline_volume.db import clock
from praline_volume.db import models

TABLE = models.QOS_SPECS
SORT_KEYS = ('id', 'name', 'consumer', 'created_at', 'updated_at')


def get(conn, context, qos_id):
    row = engine.one(conn, sa.select(TABLE).where(TABLE.c.id == qos_id))
    if row is None:
        raise errors.NotFound(f'No such qos spec {qos_id}.')
    return row


def list(conn, page, wanted=()):
    return query.page(conn, sa.select(TABLE).where(*wanted), TABLE, page)


def create(conn, qos):
    if conn.execute(sa.select(TABLE.c.id).where(TABLE.c.name == qos['name'])).first():
        raise errors.Conflict(f'QoS specs {qos["name"]} already exists.')
    conn.execute(TABLE.insert().values(created_at=clock.now(), **qos))


def save(conn, qos_id, **values):
    conn.execute(TABLE.update().where(TABLE.c.id == qos_id).values(updated_at=clock.now(), **values))


def delete(conn, qos_id):
    conn.execute(TABLE.delete().where(TABLE.c.id == qos_id))
