# SPDX-License-Identifier: Apache-2.0
"""The back ends as placement wants them: what they reported, and what was promised of them."""
import sqlalchemy as sa

from praline_volume.db import models
from praline_volume.db import services

VOLUMES = models.VOLUMES


def list(conn, options):
    """One dict for each back end that ever reported; see placement.choose."""
    counted = sa.select(VOLUMES.c.host, sa.func.sum(VOLUMES.c.size)).group_by(VOLUMES.c.host)
    promised = dict(conn.execute(counted).all())
    return [_backend(row, options, promised) for row in services.list(conn, binary=services.VOLUME)]


def _backend(row, options, promised):
    report = row['report']
    host = f'{row["host"]}#{report["backend_name"]}'
    return {'host': host, 'service_uuid': row['id'], 'name': report['backend_name'], 'zone': row['availability_zone'],
            'up': services.is_up(row, options.service_down_time), 'disabled': row['disabled'], 'frozen': row['frozen'],
            'trouble': report['trouble'], 'total_gb': report['total_gb'], 'free_gb': report['free_gb'],
            'oversubscription': report['oversubscription'], 'promised_gb': int(promised.get(host) or 0),
            'heard_at': row['updated_at']}
