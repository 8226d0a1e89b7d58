# SPDX-License-Identifier: Apache-2.0
"""Access rules: the requests (service, path, method) that an application credential is limited to."""
import sqlalchemy as sa

from praline_common.db import engine
from praline_identity.db import filters
from praline_identity.db import models
from praline_identity.db import rows

KIND = 'access rule'
FILTERS = ('service', 'path', 'method')
_A, _TIES = models.access_rules, models.application_credential_rules


def get(conn, user_id, rule_id):
    found = engine.one(conn, sa.select(_A).where(_A.c.id == rule_id, _A.c.user_id == user_id))
    if found is None:
        raise rows.missing(KIND, rule_id)
    return found


def list(conn, user_id, asked):
    statement = filters.apply(sa.select(_A).where(_A.c.user_id == user_id), _A, asked, FILTERS)
    return engine.rows(conn, statement.order_by(_A.c.id))


def ensure(conn, user_id, rule):
    """The id of the user's rule of this service, path and method, made when it is new."""
    found = engine.scalar(conn, sa.select(_A.c.id).where(
        _A.c.user_id == user_id, *(_A.c[name] == rule[name] for name in FILTERS)))
    if found is None:
        found = rows.new_id()
        rows.create(conn, _A, {'id': found, 'user_id': user_id, **{name: rule[name] for name in FILTERS}}, KIND)
    return found


def in_use(conn, rule_id):
    return rows.has(conn, _TIES, access_rule_id=rule_id)


def delete(conn, rule_id):
    rows.delete(conn, _A, rule_id, KIND)
