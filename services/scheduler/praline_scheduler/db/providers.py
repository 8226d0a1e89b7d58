# SPDX-License-Identifier: Apache-2.0
"""Providers: whatever has something to allocate, in trees.

Each has a generation, which its clients quote to prove that they saw the newest state, and a
revision, by which mirrors learn of a change.  Writers call revisions.advance first.
"""
import datetime
import uuid

from oslo_db import exception as db_errors
import sqlalchemy as sa

from praline_common import errors as common
from praline_common.db import engine
from praline_scheduler import errors
from praline_scheduler.db import revisions
from praline_scheduler.db.models import allocations, hosts, inventories, provider_aggregates, provider_traits
from praline_scheduler.db.models import providers

_TOUCH = providers.update().where(providers.c.id == sa.bindparam('which')).values(
    revision=revisions.CURRENT, updated_at=sa.bindparam('now'),
    generation=providers.c.generation + sa.bindparam('step'))
_GET = sa.select(providers).where(providers.c.id == sa.bindparam('which'))


def now():
    return datetime.datetime.now(datetime.UTC).replace(tzinfo=None, microsecond=0)


def get(conn, provider_id):
    """The row; ProviderNotFound."""
    row = conn.execute(_GET, {'which': provider_id}).mappings().first()
    if row is None:
        raise errors.ProviderNotFound(provider_id)
    return dict(row)


def create(conn, name, provider_id=None, parent_id=None):
    """A new provider of generation 0; the row.  DuplicateName; BadRequest without such a parent."""
    revisions.advance(conn)
    provider_id = provider_id or str(uuid.uuid4())
    _refuse_duplicate(conn, name, provider_id)
    root_id = _root(conn, parent_id, provider_id)
    at = now()
    conn.execute(providers.insert().values(
        id=provider_id, name=name, generation=0, parent_id=parent_id, root_id=root_id,
        revision=revisions.CURRENT, shape_revision=revisions.CURRENT, created_at=at, updated_at=at))
    return get(conn, provider_id)


def _refuse_duplicate(conn, name, provider_id):
    for row in conn.execute(sa.select(providers.c.id, providers.c.name).where(
            sa.or_(providers.c.name == name, providers.c.id == provider_id))):
        what = 'uuid: %s' % provider_id if row.id == provider_id else 'name: %s' % name
        raise errors.DuplicateName('Conflicting resource provider %s already exists.' % what)


def _root(conn, parent_id, provider_id):
    if parent_id is None:
        return provider_id
    if parent_id == provider_id:
        raise common.BadRequest('Unable to create resource provider %s: parent provider UUID cannot be '
                                'same as UUID' % provider_id)
    try:
        return get(conn, parent_id)['root_id']
    except errors.ProviderNotFound:
        raise common.BadRequest('parent_provider_uuid: there is no provider %s' % parent_id) from None


def rename(conn, row, name):
    """DuplicateName when another provider has it."""
    revisions.advance(conn)
    try:
        conn.execute(providers.update().where(providers.c.id == row['id']).values(
            name=name, revision=revisions.CURRENT, updated_at=now()))
    except db_errors.DBDuplicateEntry:
        raise errors.DuplicateName('Conflicting resource provider %s already exists.' % name) from None


def move(conn, row, parent_id, anywhere):
    """Hang the provider and all below it under another parent, or make it a root with None.

    BadRequest when the parent is missing or inside the moved tree; unless `anywhere`, when it has a parent.
    """
    if parent_id == row['parent_id']:
        return
    if row['parent_id'] is not None and not anywhere:
        raise common.BadRequest('Unable to save resource provider %s: re-parenting a provider is not '
                                'currently allowed.' % row['id'])
    revisions.advance(conn)
    below = _below(conn, row)
    if parent_id in below:
        raise common.BadRequest('Unable to save resource provider %s: creating loop in the provider tree is '
                                'not allowed.' % row['id'])
    root_id = _root(conn, parent_id, row['id'])
    conn.execute(providers.update().where(providers.c.id == row['id']).values(parent_id=parent_id))
    conn.execute(providers.update().where(providers.c.id.in_(below)).values(
        root_id=root_id, revision=revisions.CURRENT, updated_at=now()))


def _below(conn, row):
    """Ids of the provider and everything under it."""
    tree = conn.execute(sa.select(providers.c.id, providers.c.parent_id).where(
        providers.c.root_id == row['root_id'])).all()
    found, grown = {row['id']}, True
    while grown:
        more = {item.id for item in tree if item.parent_id in found} - found
        found |= more
        grown = bool(more)
    return found


def delete(conn, provider_id):
    """ProviderNotFound, ProviderHasChildren, ProviderInUse."""
    revisions.advance(conn, removed=1)
    get(conn, provider_id)
    if engine.scalar(conn, sa.select(providers.c.id).where(providers.c.parent_id == provider_id).limit(1)):
        raise errors.ProviderHasChildren('Unable to delete parent resource provider %s: It has child resource '
                                         'providers.' % provider_id)
    if engine.scalar(conn, sa.select(allocations.c.used).where(allocations.c.provider_id == provider_id).limit(1)):
        raise errors.ProviderInUse('Unable to delete resource provider %s: Resource provider has allocations.'
                                   % provider_id)
    for table in (inventories, provider_traits, provider_aggregates, hosts):
        conn.execute(table.delete().where(table.c.provider_id == provider_id))
    conn.execute(providers.delete().where(providers.c.id == provider_id))


def touch(conn, provider_ids, generation=True):
    """Mark what these providers have as changed; with generation, their clients must read again."""
    at, step = now(), int(generation)
    if provider_ids:
        conn.execute(_TOUCH, [{'which': provider_id, 'now': at, 'step': step} for provider_id in provider_ids])


def touch_shape(conn, provider_id, generation=True):
    """Mark its traits, aggregates or host as changed."""
    conn.execute(providers.update().where(providers.c.id == provider_id).values(
        revision=revisions.CURRENT, shape_revision=revisions.CURRENT, updated_at=now(),
        generation=providers.c.generation + int(generation)))


def check_generation(row, generation, message):
    """ConcurrentUpdate unless the client quoted the newest generation.  Ask after revisions.advance."""
    if generation != row['generation']:
        raise errors.ConcurrentUpdate(message)


def generations(conn, provider_ids):
    """{id: generation}."""
    return dict(conn.execute(sa.select(providers.c.id, providers.c.generation).where(
        providers.c.id.in_(provider_ids))).all()) if provider_ids else {}
