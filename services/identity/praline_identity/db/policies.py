# SPDX-License-Identifier: Apache-2.0
"""Policies: documents that identity only keeps, and which endpoints, services or regions they are meant for."""
import sqlalchemy as sa

from praline_common.db import engine
from praline_identity.db import filters
from praline_identity.db import models
from praline_identity.db import rows

KIND = 'policy'
_P, _A = models.policies, models.policy_associations
_NOWHERE = {'endpoint_id': None, 'service_id': None, 'region_id': None}


def get(conn, policy_id):
    return rows.get(conn, _P, policy_id, KIND)


def list(conn, asked):
    return engine.rows(conn, filters.apply(sa.select(_P), _P, asked, ('type',)).order_by(_P.c.id))


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


def of_endpoint(conn, endpoint, above):
    """The policy row meant for an endpoint: its own, its service's in its region or one above, its service's."""
    places = [{'endpoint_id': endpoint['id']}]
    places += [{'service_id': endpoint['service_id'], 'region_id': region_id} for region_id in above]
    places.append({'service_id': endpoint['service_id']})
    for place in places:
        place = {**_NOWHERE, **place}
        found = engine.one(conn, sa.select(_P).join(_A, _A.c.policy_id == _P.c.id).where(
            *(_A.c[name].is_(None) if value is None else _A.c[name] == value for name, value in place.items())))
        if found:
            return found
    return None
