# SPDX-License-Identifier: Apache-2.0
"""The providers in memory, kept in step with the database by its revision counter.

Any number of processes may have one.  `refresh` costs one small read while nothing changed, and
otherwise reads just what changed since; what it returns is a dict that nobody changes afterwards.
"""
import threading
import weakref

import sqlalchemy as sa

from praline_common import shortcuts
from praline_scheduler import snapshot
from praline_scheduler.db import revisions
from praline_scheduler.db.models import hosts, inventories, provider_aggregates, provider_traits, providers

_SINCE = sa.bindparam('since')
_HOST = ('host', 'agent', 'enabled', 'up', 'availability_zone', 'aggregates')
_ROWS = sa.select(providers, *(hosts.c[name] for name in _HOST)).outerjoin(
    hosts, hosts.c.provider_id == providers.c.id).where(providers.c.revision > _SINCE).order_by(providers.c.created_at)
_INVENTORIES = sa.select(
    inventories.c.provider_id, inventories.c.resource_class, inventories.c.total, inventories.c.reserved,
    inventories.c.min_unit, inventories.c.max_unit, inventories.c.step_size, inventories.c.allocation_ratio,
    inventories.c.capacity, inventories.c.used
).join(providers, providers.c.id == inventories.c.provider_id).where(providers.c.revision > _SINCE)
_TRAITS = sa.select(provider_traits.c.provider_id, provider_traits.c.trait).join(
    providers, providers.c.id == provider_traits.c.provider_id).where(
        providers.c.revision > _SINCE, providers.c.shape_revision > _SINCE)
_AGGREGATES = sa.select(provider_aggregates.c.provider_id, provider_aggregates.c.aggregate_id).join(
    providers, providers.c.id == provider_aggregates.c.provider_id).where(
        providers.c.revision > _SINCE, providers.c.shape_revision > _SINCE)
_IDS = sa.select(providers.c.id)
_NOTHING = frozenset()


def of(runtime):
    """This process's mirror of the scheduler's database."""
    with _lock:
        if runtime not in _mirrors:
            _mirrors[runtime] = Mirror(runtime.db)
        return _mirrors[runtime]


_mirrors, _lock = weakref.WeakKeyDictionary(), threading.Lock()


class Mirror:
    """providers: {id: snapshot.Provider} as of the last refresh."""

    def __init__(self, db):
        self.db = db
        self.providers = {}
        self._revision, self._removals = 0, 0
        self._lock = threading.Lock()

    def refresh(self, conn=None):
        """All providers as the database has them now."""
        if conn is None:
            with self.db.read() as conn:
                return self.refresh(conn)
        if shortcuts.avoided():
            return self._whole(conn)
        revision, removals = revisions.read(conn)
        if (revision, removals) == (self._revision, self._removals):
            return self.providers
        with self._lock:
            if revision > self._revision:
                self._catch_up(conn, revision, removals)
            return self.providers

    def _whole(self, conn):
        """All providers as somebody reads them who has read nothing yet."""
        fresh = Mirror(self.db)
        fresh._catch_up(conn, *revisions.read(conn))
        return fresh.providers

    def _catch_up(self, conn, revision, removals):
        known = self.providers
        since = {'since': self._revision}
        rows = [dict(zip(_COLUMNS, row)) for row in conn.execute(_ROWS, since)]
        have = _by_provider(conn.execute(_INVENTORIES, since))
        traits = aggregates = {}
        if any(row['shape_revision'] > self._revision for row in rows):
            traits = _names(conn.execute(_TRAITS, since))
            aggregates = _names(conn.execute(_AGGREGATES, since))
        changed = {}
        for row in rows:
            old = known.get(row['id'])
            if old is not None and old.shape_revision == row['shape_revision']:
                shape = (old.traits, old.aggregates, old.host)
            else:
                shape = (frozenset(traits.get(row['id'], _NOTHING)), frozenset(aggregates.get(row['id'], _NOTHING)),
                         _host(row))
            changed[row['id']] = snapshot.Provider(row, have.get(row['id'], {}), *shape)
        merged = {**known, **changed}
        if removals != self._removals:
            present = set(conn.execute(_IDS).scalars())
            merged = {key: value for key, value in merged.items() if key in present}
        if removals != self._removals or len(merged) > len(known):
            # The same order in every process, whatever each has read when.
            merged = dict(sorted(merged.items(), key=lambda item: (item[1].created_at, item[0])))
        self.providers, self._revision, self._removals = merged, revision, removals


_COLUMNS = tuple(str(column.name) for column in providers.columns) + _HOST


def _by_provider(rows):
    out = {}
    for provider_id, name, *values in rows:
        out.setdefault(provider_id, {})[name] = snapshot.Inventory(*values)
    return out


def _names(rows):
    out = {}
    for provider_id, name in rows:
        out.setdefault(provider_id, []).append(name)
    return out


def _host(row):
    if row['host'] is None:
        return None
    return snapshot.Host(row['host'], row['agent'], row['enabled'], row['up'], row['availability_zone'],
                         [item.get('metadata') or {} for item in row['aggregates']])
