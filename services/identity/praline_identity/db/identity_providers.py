# SPDX-License-Identifier: Apache-2.0
"""Identity providers, with the remote ids that they assert under."""
from oslo_db import exception
import sqlalchemy as sa

from praline_common import errors
from praline_common.db import engine
from praline_identity.db import federated_users
from praline_identity.db import filters
from praline_identity.db import models
from praline_identity.db import revision
from praline_identity.db import rows

KIND = 'Identity Provider'
_I, _R = models.identity_providers, models.identity_provider_remote_ids


def get(conn, provider_id):
    """The row with its sorted remote_ids."""
    return _complete(conn, [rows.get(conn, _I, provider_id, KIND)])[0]


def list(conn, asked):
    return _complete(conn, engine.rows(conn, filters.apply(sa.select(_I), _I, asked, ('id', 'enabled')).order_by(
        _I.c.id)))


def by_remote_id(conn, remote_id):
    """The provider that asserts under this id."""
    found = engine.scalar(conn, sa.select(_R.c.identity_provider_id).where(_R.c.remote_id == remote_id))
    if found is None:
        raise rows.missing(KIND, remote_id)
    return get(conn, found)


def create(conn, values, remote_ids):
    try:
        conn.execute(sa.insert(_I).values(**values))
    except exception.DBDuplicateEntry:
        raise _conflict('entry', values['id']) from None
    _set_remote_ids(conn, values['id'], remote_ids)


def save(conn, provider_id, values, remote_ids=None):
    """remote_ids: all of them from now on; None leaves them as they are."""
    if values:
        conn.execute(sa.update(_I).where(_I.c.id == provider_id).values(**values))
    if remote_ids is not None:
        conn.execute(sa.delete(_R).where(_R.c.identity_provider_id == provider_id))
        _set_remote_ids(conn, provider_id, remote_ids)


def delete(conn, provider_id):
    """The provider with its protocols, and the users that nothing else knows."""
    users = federated_users.through(conn, provider_id)
    rows.delete(conn, _I, provider_id, KIND)
    federated_users.delete_orphans(conn, users)
    revision.bump(conn)


def delete_of_domain(conn, domain_id):
    for provider_id in conn.execute(sa.select(_I.c.id).where(_I.c.domain_id == domain_id)).scalars().all():
        delete(conn, provider_id)


def _set_remote_ids(conn, provider_id, remote_ids):
    for remote_id in remote_ids:
        try:
            conn.execute(sa.insert(_R).values(remote_id=remote_id, identity_provider_id=provider_id))
        except exception.DBDuplicateEntry:
            raise _conflict('remote ID', remote_id) from None


def _conflict(what, value):
    return errors.Conflict('Conflict occurred attempting to store identity_provider - Duplicate %s: %s.'
                           % (what, value))


def _complete(conn, found):
    ids = {row['id']: [] for row in found}
    if ids:
        for provider_id, remote_id in conn.execute(sa.select(_R.c.identity_provider_id, _R.c.remote_id).where(
                _R.c.identity_provider_id.in_(ids.keys())).order_by(_R.c.remote_id)):
            ids[provider_id].append(remote_id)
    return [{**row, 'remote_ids': ids[row['id']]} for row in found]
