# SPDX-License-Identifier: Apache-2.0
"""The claim: choose a host by the mirror, take the room in the database, in one transaction.

The mirror may be a moment old; the database decides.  When somebody else was faster, the
transaction is rolled back and the choice made again from what is left.  So it is when the other
members of its server group have moved in a way that makes the choice wrong.
"""
from oslo_db import exception as db_errors

from praline_common import errors
from praline_scheduler import members
from praline_scheduler import mirror
from praline_scheduler import snapshot
from praline_scheduler import weighers
from praline_scheduler.db import allocations, consumers, hosts, providers, revisions
from praline_scheduler.schedule import schedule

ATTEMPTS = 100
CONSUMER_TYPE = 'INSTANCE'


class Lost(Exception):
    """Another worker took the room, or the consumer changed, since the choice was made."""


class Claims:
    """Claims and releases on one database."""

    def __init__(self, runtime):
        self.db = runtime.db
        self.mirror = mirror.of(runtime)
        self.weighers = weighers.make(runtime.options)

    def claim(self, consumer_id, project_id, user_id, replace=False, affinity=None, **asked):
        """The snapshot.Provider that the consumer now holds `asked['resources']` on.  NoCapacity."""
        asked['resources'] = {name: amount for name, amount in asked['resources'].items() if amount}
        if not asked['resources']:
            raise errors.BadRequest('resources must ask for something')
        group = members.group(affinity)
        for _ in range(ATTEMPTS):
            known, held, others = self._state(consumer_id, group)
            request = snapshot.Request(held=held, affinity=group.rule(others, known), **asked)
            found = self._present(known, request, replace)
            if found:
                return found
            best, reasons = schedule(request, known.values(), self.weighers)
            if best is None:
                raise errors.NoCapacity('No valid host was found. %s' % '; '.join(reasons), reasons=reasons)
            try:
                self._write(consumer_id, project_id, user_id, best, request, group)
                return best
            except (Lost, db_errors.DBDuplicateEntry, db_errors.DBDeadlock):
                continue
        raise errors.Unavailable('%d claims in a row were taken by others first; ask again' % ATTEMPTS)

    def _state(self, consumer_id, group):
        with self.db.read() as conn:
            held = allocations.held(conn, consumer_id)
            others = group.of_providers(conn, consumer_id)
            return self.mirror.refresh(conn), held, others

    @staticmethod
    def _present(known, request, replace):
        """The provider that the consumer holds already, when that answers the request."""
        for provider_id, resources in request.held.items():
            found = known.get(provider_id)
            if found is None or found.host is None:
                continue
            if not replace or (resources == request.resources and request.host in (None, found.host.name)
                               and found.host.name not in request.exclude_hosts):
                return found
        return None

    def _write(self, consumer_id, project_id, user_id, best, request, group):
        with self.db.write() as conn:
            revisions.advance(conn)
            if not group.allows(group.of_providers(conn, consumer_id), best):
                raise Lost()
            if request.held:
                if allocations.held(conn, consumer_id) != request.held:
                    raise Lost()
                allocations.give_back(conn, request.held)
                allocations.forget(conn, consumer_id)
                consumers.update(conn, consumer_id, project_id=project_id, user_id=user_id, group_id=group.id)
            else:
                consumers.create(conn, consumer_id, project_id, user_id, CONSUMER_TYPE, group.id)
            if not allocations.take(conn, best.id, request.resources):
                raise Lost()
            allocations.write(conn, consumer_id, {best.id: request.resources})
            providers.touch(conn, {best.id, *request.held})

    def release(self, consumer_id):
        """Give back all that the consumer holds; nothing when it holds nothing."""
        with self.db.write() as conn:
            revisions.advance(conn)
            held = allocations.held(conn, consumer_id)
            if not held:
                return
            allocations.give_back(conn, held)
            allocations.forget(conn, consumer_id)
            consumers.delete(conn, consumer_id)
            providers.touch(conn, held)

    def move(self, from_consumer, to_consumer):
        """What one consumer holds, another holds instead; what the other held is given back.

        Nothing when from_consumer holds nothing (asked twice).
        """
        with self.db.write() as conn:
            revisions.advance(conn)
            held = allocations.held(conn, from_consumer)
            if not held:
                return
            replaced = allocations.held(conn, to_consumer)
            source = consumers.get(conn, from_consumer)
            allocations.give_back(conn, replaced)
            allocations.forget(conn, to_consumer)
            consumers.delete(conn, to_consumer)
            consumers.create(conn, to_consumer, source['project_id'], source['user_id'], source['consumer_type'],
                             source['group_id'])
            allocations.forget(conn, from_consumer)
            consumers.delete(conn, from_consumer)
            allocations.write(conn, to_consumer, held)
            providers.touch(conn, {*held, *replaced})

    def report(self, reports):
        with self.db.read() as conn:
            known = hosts.last_reports(conn)
        if all(known.get(item['host']) == item for item in reports):
            return
        with self.db.write() as conn:
            hosts.change_all(conn, reports)

    def forget_host(self, host):
        with self.db.write() as conn:
            row = hosts.by_name(conn, host)
            if row:
                hosts.forget(conn, row['provider_id'])
