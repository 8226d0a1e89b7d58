# SPDX-License-Identifier: Apache-2.0
"""Endpoints of the catalog."""
import sqlalchemy as sa

from praline_common.db import engine
from praline_common.db import query
from praline_identity.db import filters
from praline_identity.db import models
from praline_identity.db import policies
from praline_identity.db import revision
from praline_identity.db import rows

KIND = 'endpoint'
FILTERS = ('interface', 'service_id', 'region_id')
_E = models.endpoints


def get(conn, endpoint_id):
    return rows.get(conn, _E, endpoint_id, KIND)


def list(conn, asked, wanted):
    return query.page(conn, filters.apply(sa.select(_E), _E, asked, FILTERS), _E, wanted)


def matching(conn, wanted):
    """Those that fit an endpoint group's filters {service_id, region_id, interface}."""
    return engine.rows(conn, sa.select(_E).where(*(_E.c[name] == value for name, value in wanted.items())))


def create(conn, values):
    rows.create(conn, _E, values, KIND)
    revision.bump(conn)


def save(conn, endpoint_id, values):
    rows.save(conn, _E, endpoint_id, values, KIND)
    revision.bump(conn)


def delete(conn, endpoint_id):
    rows.delete(conn, _E, endpoint_id, KIND)
    policies.forget(conn, models.policy_associations.c.endpoint_id == endpoint_id)
    revision.bump(conn)
