# SPDX-License-Identifier: Apache-2.0
"""The block devices of servers: what each was asked to have, and the volumes that it has."""
import builtins

import sqlalchemy as sa

from praline_common.db import engine
from praline_common.db.prepared import Prepared
from praline_compute.db.models import BLOCK_DEVICES


_ATTACHED = sa.select(
    BLOCK_DEVICES.c.server_id, BLOCK_DEVICES.c.volume_id, BLOCK_DEVICES.c.delete_on_termination).where(
    BLOCK_DEVICES.c.volume_id.is_not(None)).order_by(BLOCK_DEVICES.c.created_at)
_ATTACHED_TO_MANY = Prepared(_ATTACHED.where(BLOCK_DEVICES.c.server_id.in_(
    sa.bindparam('server_ids', expanding=True))))
_ATTACHED_TO_ONE = Prepared(_ATTACHED.where(BLOCK_DEVICES.c.server_id == sa.bindparam('server_id')))


def list(conn, server_id):
    """A server's block devices in the order they were asked for."""
    return engine.rows(conn, sa.select(BLOCK_DEVICES).where(BLOCK_DEVICES.c.server_id == server_id).order_by(
        BLOCK_DEVICES.c.created_at, BLOCK_DEVICES.c.id))


def attached(conn, server_ids):
    """{server id: ((volume id, delete_on_termination), ...)} in one statement."""
    found = {}
    for server_id, volume_id, goes in engine.tuples(conn, _ATTACHED_TO_MANY, server_ids=server_ids):
        found[server_id] = (*found.get(server_id, ()), (volume_id, bool(goes)))
    return found


def attached_to(conn, server_id):
    """[(volume id, delete_on_termination)] of one server."""
    return [(row['volume_id'], row['delete_on_termination'])
            for row in engine.rows(conn, _ATTACHED_TO_ONE, server_id=server_id)]


def get(conn, device_id):
    """The block device of this id, or None."""
    return engine.one(conn, sa.select(BLOCK_DEVICES).where(BLOCK_DEVICES.c.id == device_id))


def find(conn, server_id, volume_id):
    """The server's block device of this volume, or None."""
    return engine.one(conn, sa.select(BLOCK_DEVICES).where(
        BLOCK_DEVICES.c.server_id == server_id, BLOCK_DEVICES.c.volume_id == volume_id))


def create(conn, rows):
    if rows:
        conn.execute(BLOCK_DEVICES.insert(), rows)


def save(conn, device_id, **values):
    conn.execute(BLOCK_DEVICES.update().where(BLOCK_DEVICES.c.id == device_id).values(**values))


def delete(conn, device_id):
    conn.execute(BLOCK_DEVICES.delete().where(BLOCK_DEVICES.c.id == device_id))


def delete_all(conn, server_id):
    conn.execute(BLOCK_DEVICES.delete().where(BLOCK_DEVICES.c.server_id == server_id))
