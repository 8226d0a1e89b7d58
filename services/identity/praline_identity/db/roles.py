# SPDX-License-Identifier: Apache-2.0
"""Roles, global or of one domain, and which role implies which."""
import sqlalchemy as sa

from praline_common.db import engine
from praline_common.db import query
from praline_identity.db import filters
from praline_identity.db import models
from praline_identity.db import revision
from praline_identity.db import rows

KIND = 'role'
_R, _I = models.roles, models.implied_roles


def get(conn, role_id):
    return rows.get(conn, _R, role_id, KIND)


def list(conn, asked, wanted):
    """Those of the domain that `asked` names, or the global ones."""
    statement = filters.apply(sa.select(_R), _R, asked, ('name',))
    statement = statement.where(_R.c.domain_id == (asked.get('domain_id') or ''))
    return query.page(conn, statement, _R, wanted)


def by_name(conn, name):
    """The global roles of this name, at most one."""
    return engine.rows(conn, sa.select(_R).where(_R.c.name == name, _R.c.domain_id == ''))


def all_named(conn, name):
    """The roles of this name, global and of domains."""
    return engine.rows(conn, sa.select(_R).where(_R.c.name == name))


def several(conn, role_ids):
    return engine.rows(conn, sa.select(_R).where(_R.c.id.in_(role_ids)).order_by(_R.c.id)) if role_ids else []


def create(conn, values):
    rows.create(conn, _R, values, KIND)


def save(conn, role_id, values):
    rows.save(conn, _R, role_id, values, KIND)
    revision.bump(conn)


def delete(conn, role_id):
    """The role with its assignments and implications."""
    rows.delete(conn, _R, role_id, KIND)
    revision.bump(conn)


def imply(conn, prior_id, implied_id):
    rows.add(conn, _I, prior_role_id=prior_id, implied_role_id=implied_id)
    revision.bump(conn)


def unimply(conn, prior_id, implied_id):
    """False when there was no such rule."""
    gone = rows.remove(conn, _I, prior_role_id=prior_id, implied_role_id=implied_id)
    revision.bump(conn)
    return bool(gone)


def implies(conn, prior_id, implied_id):
    return rows.has(conn, _I, prior_role_id=prior_id, implied_role_id=implied_id)


def implied(conn, prior_id=None):
    """[(prior role row, implied role row)], of one prior role or all."""
    prior, after = _R.alias('prior'), _R.alias('implied')
    columns = prior.c.id.label('prior_id'), prior.c.name.label('prior_name'), after.c.id, after.c.name
    statement = sa.select(*columns).join(
        _I, _I.c.prior_role_id == prior.c.id).join(after, after.c.id == _I.c.implied_role_id)
    if prior_id is not None:
        statement = statement.where(prior.c.id == prior_id)
    return [({'id': row['prior_id'], 'name': row['prior_name']}, {'id': row['id'], 'name': row['name']})
            for row in engine.rows(conn, statement.order_by(prior.c.id, after.c.id))]
