# SPDX-License-Identifier: Apache-2.0
"""Rows of the service's processes: where volumes can live, and who was heard of last when."""
import uuid

import sqlalchemy as sa

from praline_common.db import engine
from praline_volume.db import clock
from praline_volume.db import models

TABLE = models.SERVICES
VOLUME, SCHEDULER = 'cinder-volume', 'cinder-scheduler'


def list(conn, host=None, binary=None):
    """A host may be asked for with or without its back end's name."""
    statement = sa.select(TABLE).order_by(TABLE.c.binary, TABLE.c.host)
    if binary:
        statement = statement.where(TABLE.c.binary == binary)
    rows = engine.rows(conn, statement)
    return [row for row in rows if host is None or host in (row['host'], row['host'].partition('@')[0])]


def heard(conn, host, binary, zone, report):
    """Write the sign of life of one process; its row."""
    known = TABLE.update().where(TABLE.c.host == host, TABLE.c.binary == binary)
    if not conn.execute(known.values(report=report, availability_zone=zone, updated_at=clock.now())).rowcount:
        conn.execute(TABLE.insert().values(
            id=str(uuid.uuid4()), host=host, binary=binary, availability_zone=zone, disabled=False, frozen=False,
            report=report, created_at=clock.now(), updated_at=clock.now()))
    return engine.one(conn, sa.select(TABLE).where(TABLE.c.host == host, TABLE.c.binary == binary))


def save(conn, service_id, **values):
    """Changes what an operator sets; it is no sign of life, so `updated_at` stays."""
    conn.execute(TABLE.update().where(TABLE.c.id == service_id).values(**values))


def zones(conn, default):
    """`{availability zone: whether a back end in it is enabled}`; the default one is always there."""
    found = {default: True}
    for zone, disabled in conn.execute(sa.select(TABLE.c.availability_zone, TABLE.c.disabled)
                                       .where(TABLE.c.binary == VOLUME)):
        found[zone] = found.get(zone, False) or not disabled
    return found


def is_frozen(conn, host):
    """Whether an operator froze the back end `host@backend#pool`."""
    return bool(conn.execute(sa.select(TABLE.c.frozen).where(
        TABLE.c.host == (host or '').partition('#')[0], TABLE.c.binary == VOLUME)).scalar())


def is_up(row, seconds):
    """Whether it was heard of within so many seconds."""
    return (clock.now() - (row['updated_at'] or row['created_at'])).total_seconds() <= seconds
