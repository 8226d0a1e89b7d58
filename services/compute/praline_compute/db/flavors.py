# SPDX-License-Identifier: Apache-2.0
"""Flavors: who may see which, their extra specs and their access lists."""
import uuid

import sqlalchemy as sa

from praline_common.db import engine, query
from praline_common.db.prepared import Prepared
from praline_compute import errors
from praline_compute.db.columns import now
from praline_compute.db.models import FLAVOR_ACCESS, FLAVORS

_ALL = sa.select(FLAVORS)


_MINE = sa.select(FLAVOR_ACCESS.c.flavor_id).where(FLAVOR_ACCESS.c.project_id == sa.bindparam('project_id'))
_OPEN = sa.or_(FLAVORS.c.is_public, FLAVORS.c.flavor_id.in_(_MINE))
_BY_ID = _ALL.where(FLAVORS.c.flavor_id == sa.bindparam('wanted'))
_ANY, _USABLE = Prepared(_BY_ID), Prepared(_BY_ID.where(_OPEN))
_LARGE_ENOUGH = _ALL.where(FLAVORS.c.ram >= sa.bindparam('min_ram'), FLAVORS.c.disk >= sa.bindparam('min_disk'))
_LISTED = {'all': Prepared(_LARGE_ENOUGH), 'private': Prepared(_LARGE_ENOUGH.where(sa.not_(FLAVORS.c.is_public))),
           'open': Prepared(_LARGE_ENOUGH.where(_OPEN)),
           'usable': Prepared(_LARGE_ENOUGH.where(_OPEN, sa.not_(FLAVORS.c.disabled)))}


def get(conn, context, flavor_id):
    """The flavor of this id that the context may use.  FlavorNotFound."""
    if context.is_admin:
        found = engine.one(conn, _ANY, wanted=str(flavor_id))
    else:
        found = engine.one(conn, _USABLE, wanted=str(flavor_id), project_id=context.project_id)
    if found is None:
        raise errors.FlavorNotFound('Flavor %s could not be found.' % flavor_id)
    return found


def list(conn, context, page, is_public=True, min_ram=0, min_disk=0, name=None):
    """One page of flavors.  is_public True: the public ones and the project's own; False: private; None: all."""
    which = 'open' if is_public else 'all' if is_public is None else 'private'
    if not context.is_admin:
        which = 'usable'
    values = {'project_id': context.project_id} if which in ('open', 'usable') else {}
    named = [] if name is None else [FLAVORS.c.name == name]
    return query.page(conn, _LISTED[which], FLAVORS, page, key='flavor_id', clauses=named, min_ram=min_ram,
                      min_disk=min_disk, **values)


def create(conn, values):
    """A new flavor; its row.  AlreadyExists when id or name is taken."""
    values = {'flavor_id': str(uuid.uuid4()), 'extra_specs': {}, 'created_at': now(), **values}
    for column, word in ((FLAVORS.c.flavor_id, 'ID'), (FLAVORS.c.name, 'name')):
        if engine.scalar(conn, sa.select(FLAVORS.c.id).where(column == values[column.name])) is not None:
            raise errors.AlreadyExists('Flavor with %s %s already exists.' % (word, values[column.name]))
    conn.execute(FLAVORS.insert().values(**values))
    return engine.one(conn, _ALL.where(FLAVORS.c.flavor_id == values['flavor_id']))


def save(conn, flavor_id, **values):
    conn.execute(FLAVORS.update().where(FLAVORS.c.flavor_id == flavor_id).values(updated_at=now(), **values))


def delete(conn, flavor_id):
    conn.execute(FLAVOR_ACCESS.delete().where(FLAVOR_ACCESS.c.flavor_id == flavor_id))
    conn.execute(FLAVORS.delete().where(FLAVORS.c.flavor_id == flavor_id))


def access(conn, flavor_id):
    """Ids of the projects that may use a private flavor."""
    statement = sa.select(FLAVOR_ACCESS.c.project_id).where(FLAVOR_ACCESS.c.flavor_id == flavor_id)
    return conn.execute(statement.order_by(FLAVOR_ACCESS.c.project_id)).scalars().all()


def add_access(conn, flavor_id, project_id):
    if project_id in access(conn, flavor_id):
        raise errors.AlreadyExists('Flavor access already exists for flavor %s and project %s combination.'
                                   % (flavor_id, project_id))
    conn.execute(FLAVOR_ACCESS.insert().values(flavor_id=flavor_id, project_id=project_id))


def remove_access(conn, flavor_id, project_id):
    gone = conn.execute(FLAVOR_ACCESS.delete().where(
        FLAVOR_ACCESS.c.flavor_id == flavor_id, FLAVOR_ACCESS.c.project_id == project_id)).rowcount
    if not gone:
        raise errors.FlavorNotFound('Flavor access not found for %s / %s combination.' % (flavor_id, project_id))
