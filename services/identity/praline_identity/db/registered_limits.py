# SPDX-License-Identifier: Apache-2.0
"""Registered limits: how much of a resource of a service a project has by default."""
import sqlalchemy as sa

from praline_common.db import engine
from praline_common.db import query
from praline_identity import errors
from praline_identity.db import filters
from praline_identity.db import models
from praline_identity.db import rows

KIND = 'registered limit'
FILTERS = ('service_id', 'region_id', 'resource_name')
_R = models.registered_limits


def get(conn, limit_id):
    found = engine.one(conn, sa.select(_R).where(_R.c.id == limit_id))
    if found is None:
        raise errors.NotFound('Could not find registered limit for %s.' % limit_id)
    return found


def list(conn, asked, wanted):
    return query.page(conn, filters.apply(sa.select(_R), _R, asked, FILTERS), _R, wanted)


def find(conn, service_id, region_id, resource_name):
    """The row of this resource, None when it is not registered."""
    return engine.one(conn, sa.select(_R).where(
        _R.c.service_id == service_id, _R.c.resource_name == resource_name,
        _R.c.region_id.is_(None) if region_id is None else _R.c.region_id == region_id))


def in_use(conn, limit_id):
    return rows.has(conn, models.limits, registered_limit_id=limit_id)


def create(conn, values):
    rows.create(conn, _R, values, KIND)


def save(conn, limit_id, values):
    rows.save(conn, _R, limit_id, values, KIND)


def delete(conn, limit_id):
    rows.delete(conn, _R, limit_id, KIND)
