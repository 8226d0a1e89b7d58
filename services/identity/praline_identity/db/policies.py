# SPDX-License-Identifier: Apache-2.0
"""Policies: documents that identity only keeps, and which endpoints, services or regions they are meant for."""
import sqlalchemy as sa

from praline_common.db import engine
from praline_common.db import query
from praline_identity.db import filters
from praline_identity.db import models
from praline_identity.db import rows

KIND = 'policy'
_P, _A = models.policies, models.policy_associations
_NOWHERE = {'endpoint_id': None, 'service_id': None, 'region_id': None}


def get(conn, policy_id):
    return rows.get(conn, _P, policy_id, KIND)


def list(conn, asked, wanted):
    return query.page(conn, filters.apply(sa.select(_P), _P, asked, ('type',)), _P, wanted)


def create(conn, values):
    rows.create(conn, _P, values, KIND)


def save(conn, policy_id, values):
    rows.save(conn, _P, policy_id, values, KIND)


def delete(conn, policy_id):
    rows.delete(conn, _P, policy_id, KIND)


def associate(conn, policy_id, **place):
    """place: endpoint_id, or service_id with or without region_id; it has one policy at most."""
    place = {**_NOWHERE, **place}
    rows.remove(conn, _A, **place)
    conn.execute(sa.insert(_A).values(id=rows.new_id(), policy_id=policy_id, **place))


def associated(conn, policy_id, **place):
    return rows.has(conn, _A, policy_id=policy_id, **{**_NOWHERE, **place})


def dissociate(conn, policy_id, **place):
    place = {**_NOWHERE, **place}
    return rows.remove(conn, _A, policy_id=policy_id, **place)


def forget(conn, clause):
    """Drop the associations with places that are gone; clause: on policy_associations."""
    conn.execute(sa.delete(_A).where(clause))


def meant(conn):
    """A function from an endpoint row to the id of the policy meant for it, or None; two statements.

    That is its own, else its service's in its region or the nearest one above, else its service's.
    """
    regions = models.regions
    parents = dict(conn.execute(sa.select(regions.c.id, regions.c.parent_region_id)).all())
    by_place = {(row['endpoint_id'], row['service_id'], row['region_id']): row['policy_id']
                for row in engine.rows(conn, sa.select(_A))}

    def find(endpoint):
        places, region_id = [(endpoint['id'], None, None)], endpoint['region_id']
        while region_id:
            places.append((None, endpoint['service_id'], region_id))
            region_id = parents.get(region_id)
        places.append((None, endpoint['service_id'], None))
        return next((by_place[place] for place in places if place in by_place), None)
    return find
