# SPDX-License-Identifier: Apache-2.0
"""The compute services, a row of `hosts` each: whether they live, and whether they may get new servers."""
import datetime
import time

import sqlalchemy as sa

from praline_common import errors
from praline_common.db import engine
from praline_common.db.prepared import Prepared
from praline_compute.db.columns import now, stamp
from praline_compute.db.models import AGGREGATE_HOSTS, HOSTS, MIGRATIONS, SERVERS

BINARY = 'nova-compute'
MISSED = 6
IN_PROGRESS = ('accepted', 'pre-migrating', 'queued', 'preparing', 'running', 'migrating', 'post-migrating', 'finished')


_OF_HOST = Prepared(sa.select(HOSTS).where(HOSTS.c.host == sa.bindparam('of_host')))


def list(conn, host=None):
    """Every service in the order of its number, or that of one host."""
    if host:
        return engine.rows(conn, _OF_HOST, of_host=host)
    return engine.rows(conn, sa.select(HOSTS).order_by(HOSTS.c.id))


def of_hosts(conn, hosts):
    """The services of these hosts."""
    if len(hosts) == 1:
        return list(conn, next(iter(hosts)))
    return engine.rows(conn, sa.select(HOSTS).where(HOSTS.c.host.in_(hosts))) if hosts else []


def get(conn, service_id):
    """The service of this number (an int) or uuid.  NotFound."""
    column = HOSTS.c.id if isinstance(service_id, int) else HOSTS.c.service_id
    return _found(engine.one(conn, sa.select(HOSTS).where(column == service_id)),
                  'Service %s could not be found.' % service_id)


def get_of_host(conn, host):
    """The compute service of a host.  NotFound."""
    return _found(engine.one(conn, _OF_HOST, of_host=host),
                  "Host '%s' is not mapped to any cell" % host)


def save(conn, host, **values):
    conn.execute(HOSTS.update().where(HOSTS.c.host == host).values(updated_at=now(), **values))


def check_unused(conn, host):
    """Conflict while servers or migrations still need the host."""
    if conn.execute(sa.select(SERVERS.c.id).where(
            SERVERS.c.host == host, SERVERS.c.deleted.is_(False)).limit(1)).first():
        raise errors.Conflict('Unable to delete compute service that is hosting instances. Migrate or delete the '
                              'instances first.')
    if conn.execute(sa.select(MIGRATIONS.c.id).where(
            sa.or_(MIGRATIONS.c.source_host == host, MIGRATIONS.c.dest_host == host),
            MIGRATIONS.c.status.in_(IN_PROGRESS)).limit(1)).first():
        raise errors.Conflict('Unable to delete compute service that has in-progress migrations. Complete the '
                              'migrations or delete the instances first.')


def delete(conn, host):
    """Forget the host, and take it out of every aggregate."""
    conn.execute(AGGREGATE_HOSTS.delete().where(AGGREGATE_HOSTS.c.host == host))
    conn.execute(HOSTS.delete().where(HOSTS.c.host == host))


def is_up(row, options):
    """Whether its agent has reported lately and nobody forced it down."""
    return not row['forced_down'] and time.time() - row['seen_at'] <= MISSED * options.report_interval


def seen(row):
    """When its agent last reported, as the API writes it."""
    return stamp(datetime.datetime.fromtimestamp(row['seen_at'], datetime.timezone.utc))


def _found(row, sentence):
    if row is None:
        raise errors.NotFound(sentence)
    return row
