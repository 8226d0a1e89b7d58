# SPDX-License-Identifier: Apache-2.0
"""Regions of the catalog, nested."""
import sqlalchemy as sa

from praline_common.db import query
from praline_identity.db import filters
from praline_identity.db import models
from praline_identity.db import policies
from praline_identity.db import revision
from praline_identity.db import rows

KIND = 'region'
_R = models.regions


def get(conn, region_id):
    return rows.get(conn, _R, region_id, KIND)


def list(conn, asked, wanted):
    return query.page(conn, filters.apply(sa.select(_R), _R, asked, ('parent_region_id',)), _R, wanted)


def create(conn, values):
    rows.create(conn, _R, values, KIND)


def save(conn, region_id, values):
    rows.save(conn, _R, region_id, values, KIND)


def in_use(conn, region_id):
    """What is of this region, 'endpoints' or 'registered limits'; None when nothing is."""
    for words, table in (('endpoints', models.endpoints), ('registered limits', models.registered_limits)):
        if rows.has(conn, table, region_id=region_id):
            return words
    return None


def delete(conn, region_id):
    """The region and those below it."""
    rows.delete(conn, _R, region_id, KIND)
    policies.forget(conn, models.policy_associations.c.region_id == region_id)
    for child in conn.execute(sa.select(_R.c.id).where(_R.c.parent_region_id == region_id)).scalars().all():
        delete(conn, child)
    revision.bump(conn)
