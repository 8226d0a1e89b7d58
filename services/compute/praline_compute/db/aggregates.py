# SPDX-License-Identifier: Apache-2.0
"""Host aggregates: their hosts, their metadata, and the availability zones that they make of it."""
import builtins
import uuid

import sqlalchemy as sa

from praline_common import errors
from praline_common.db import engine
from praline_compute.db.columns import now
from praline_compute.db.models import AGGREGATE_HOSTS, AGGREGATES, HOSTS, SERVERS

ZONE = 'availability_zone'
_REFUSED = 'Cannot %s aggregate %s. Reason: %s.'
_TWO_ZONES = 'One or more hosts already in availability zone(s) %s'
_ZONE_CHANGES = 'The availability zone of host %s would change from %s to %s, but servers run on it'


def list(conn):
    """Every aggregate with its `hosts`, in two statements."""
    found = engine.rows(conn, sa.select(AGGREGATES).order_by(AGGREGATES.c.id))
    return _with_hosts(conn, found, sa.true())


def get(conn, aggregate_id):
    """The aggregate of this number with its `hosts`.  NotFound."""
    found = engine.rows(conn, sa.select(AGGREGATES).where(AGGREGATES.c.id == aggregate_id))
    if not found:
        raise errors.NotFound('Aggregate %s could not be found.' % aggregate_id)
    return _with_hosts(conn, found, AGGREGATE_HOSTS.c.aggregate_id == aggregate_id)[0]


def create(conn, name, zone=None):
    """A new aggregate.  Conflict when the name is taken."""
    _check_name(conn, name)
    conn.execute(AGGREGATES.insert().values(
        uuid=str(uuid.uuid4()), name=name, metadata={ZONE: zone} if zone else {}, created_at=now()))
    return get(conn, engine.scalar(conn, sa.select(AGGREGATES.c.id).where(AGGREGATES.c.name == name)))


def save(conn, aggregate, name=None, metadata=None):
    """Change name or metadata (the whole of it).  Conflict when the name is another's."""
    values = {'updated_at': now()}
    if name is not None and name != aggregate['name']:
        _check_name(conn, name)
        values['name'] = name
    if metadata is not None:
        values['metadata'] = metadata
    conn.execute(AGGREGATES.update().where(AGGREGATES.c.id == aggregate['id']).values(**values))
    return get(conn, aggregate['id'])


def delete(conn, aggregate_id):
    conn.execute(AGGREGATE_HOSTS.delete().where(AGGREGATE_HOSTS.c.aggregate_id == aggregate_id))
    conn.execute(AGGREGATES.delete().where(AGGREGATES.c.id == aggregate_id))


def add_host(conn, aggregate, host):
    """NotFound without such a compute host; Conflict when it is in it, or its zone would change under servers."""
    if engine.scalar(conn, sa.select(HOSTS.c.id).where(HOSTS.c.host == host)) is None:
        raise errors.NotFound('Compute host %s could not be found.' % host)
    if host in aggregate['hosts']:
        raise errors.Conflict('Aggregate %s already has host %s.' % (aggregate['id'], host))
    zone = aggregate['metadata'].get(ZONE)
    if zone:
        other = zones(conn).get(host)
        if other is not None and other != zone:
            raise errors.Conflict(_REFUSED % ('add host to', aggregate['id'], _TWO_ZONES % other))
        if other is None and _has_servers(conn, [host]):
            raise errors.Conflict(_REFUSED % ('add host to', aggregate['id'], _ZONE_CHANGES % (host, other, zone)))
    conn.execute(AGGREGATE_HOSTS.insert().values(aggregate_id=aggregate['id'], host=host))
    return save(conn, aggregate)


def remove_host(conn, aggregate, host):
    """NotFound when it is not in it; Conflict when the zone would change under servers."""
    if host not in aggregate['hosts']:
        raise errors.NotFound('Cannot remove host %s in aggregate %s' % (host, aggregate['id']))
    zone = aggregate['metadata'].get(ZONE)
    if zone and host not in zones(conn, but=aggregate['id']) and _has_servers(conn, [host]):
        raise errors.Conflict(_REFUSED % ('remove host from', aggregate['id'], _ZONE_CHANGES % (host, zone, None)))
    conn.execute(AGGREGATE_HOSTS.delete().where(
        AGGREGATE_HOSTS.c.aggregate_id == aggregate['id'], AGGREGATE_HOSTS.c.host == host))
    return save(conn, aggregate)


def check_zone(conn, aggregate, zone, what):
    """BadRequest when the aggregate cannot take this zone; `what` begins the sentence: 'update'."""
    if not zone:
        raise errors.BadRequest(_REFUSED % (
            what, aggregate['id'], 'Aggregate %s does not support empty named availability zone' % aggregate['name']))
    other = [theirs for host, theirs in zones(conn, but=aggregate['id']).items()
             if host in aggregate['hosts'] and theirs != zone]
    if other:
        raise errors.BadRequest(_REFUSED % (what, aggregate['id'], _TWO_ZONES % ', '.join(sorted(set(other)))))
    if zone != aggregate['metadata'].get(ZONE) and _has_servers(conn, aggregate['hosts']):
        raise errors.BadRequest(_REFUSED % (what, aggregate['id'], 'One or more hosts contain instances in this zone'))


def zones(conn, but=None):
    """{host: zone} of every host that is in an aggregate with a zone."""
    found = conn.execute(sa.select(AGGREGATE_HOSTS.c.host, AGGREGATES.c.metadata).join(
        AGGREGATES, AGGREGATES.c.id == AGGREGATE_HOSTS.c.aggregate_id).where(AGGREGATES.c.id != (but or 0)))
    return {host: metadata[ZONE] for host, metadata in found if metadata.get(ZONE)}


def _has_servers(conn, hosts):
    return conn.execute(sa.select(SERVERS.c.id).where(
        SERVERS.c.host.in_(hosts), SERVERS.c.deleted.is_(False)).limit(1)).first() is not None


def _check_name(conn, name):
    if engine.scalar(conn, sa.select(AGGREGATES.c.id).where(AGGREGATES.c.name == name)) is not None:
        raise errors.Conflict('Aggregate %s already exists.' % name)


def _with_hosts(conn, found, which):
    members = {}
    for aggregate_id, host in conn.execute(sa.select(
            AGGREGATE_HOSTS.c.aggregate_id, AGGREGATE_HOSTS.c.host).where(which).order_by(AGGREGATE_HOSTS.c.host)):
        members.setdefault(aggregate_id, builtins.list()).append(host)
    return [{**row, 'hosts': members.get(row['id'], [])} for row in found]
