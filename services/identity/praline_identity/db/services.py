# SPDX-License-Identifier: Apache-2.0
"""Services of the catalog."""
import dataclasses

import sqlalchemy as sa

from praline_common.db import query
from praline_identity.db import filters
from praline_identity.db import models
from praline_identity.db import policies
from praline_identity.db import revision
from praline_identity.db import rows

KIND = 'service'
_S = models.services


def get(conn, service_id):
    return rows.get(conn, _S, service_id, KIND)


def list(conn, asked, wanted):
    """The name of a service is one of its extra attributes, so it is looked for in what the others leave."""
    statement = filters.apply(sa.select(_S), _S, asked, ('type',))
    named = {key: value for key, value in asked.items() if key.partition('__')[0] == 'name'}
    if not named:
        return query.page(conn, statement, _S, wanted)
    found = query.page(conn, statement, _S, dataclasses.replace(wanted, limit=None))
    return [row for row in found if filters.fits((row['extra'] or {}).get('name', ''), named)][:wanted.limit]


def create(conn, values):
    rows.create(conn, _S, values, KIND)
    revision.bump(conn)


def save(conn, service_id, values):
    rows.save(conn, _S, service_id, values, KIND)
    revision.bump(conn)


def delete(conn, service_id):
    """The service with its endpoints, registered limits and what is said of their policies."""
    mine = sa.select(models.endpoints.c.id).where(models.endpoints.c.service_id == service_id)
    policies.forget(conn, models.policy_associations.c.endpoint_id.in_(mine))
    policies.forget(conn, models.policy_associations.c.service_id == service_id)
    rows.delete(conn, _S, service_id, KIND)
    revision.bump(conn)
