# SPDX-License-Identifier: Apache-2.0
"""The users here that stand for the users of identity providers."""
from oslo_db import exception
import sqlalchemy as sa

from praline_common.db import engine
from praline_identity import clock
from praline_identity.db import models
from praline_identity.db import revision
from praline_identity.db import rows
from praline_identity.db import users

_F, _U, _E = models.federated_users, models.users, models.expiring_group_members
_MINUTE = 60 * clock.SECOND


def find(conn, provider_id, protocol_id, unique_id):
    """The user row (users.get) of that provider's user, or None."""
    user_id = engine.scalar(conn, sa.select(_F.c.user_id).where(
        _F.c.identity_provider_id == provider_id, _F.c.protocol_id == protocol_id, _F.c.unique_id == unique_id))
    return None if user_id is None else users.get(conn, user_id)


def create(conn, provider_id, protocol_id, unique_id, user_id):
    """Conflict when that user of the provider is somebody here already."""
    try:
        conn.execute(sa.insert(_F).values(identity_provider_id=provider_id, protocol_id=protocol_id,
                                          unique_id=unique_id, user_id=user_id))
    except exception.DBDuplicateEntry:
        raise rows.conflict('federated_user', {'id': unique_id}) from None


def of(conn, user_id):
    """[{'idp_id', 'protocols': [{'protocol_id', 'unique_id'}]}], as users are shown with them."""
    found = {}
    for row in engine.rows(conn, sa.select(_F).where(_F.c.user_id == user_id).order_by(
            _F.c.identity_provider_id, _F.c.protocol_id)):
        provider_id = row['identity_provider_id']
        entry = found.setdefault(provider_id, {'idp_id': provider_id, 'protocols': []})
        entry['protocols'].append({'protocol_id': row['protocol_id'], 'unique_id': row['unique_id']})
    return [*found.values()]


def forget(conn, user_id):
    conn.execute(sa.delete(_F).where(_F.c.user_id == user_id))


def through(conn, provider_id, protocol_id=None):
    """Ids of the users that come through this provider (and protocol)."""
    statement = sa.select(_F.c.user_id).distinct().where(_F.c.identity_provider_id == provider_id)
    if protocol_id is not None:
        statement = statement.where(_F.c.protocol_id == protocol_id)
    return conn.execute(statement).scalars().all()


def delete_orphans(conn, user_ids):
    """Delete those of these users who came from a provider, and have neither another one nor a name of their own."""
    for user_id in user_ids:
        statement = sa.select(_U.c.id).where(_U.c.id == user_id, _U.c.federated_name.is_not(None),
                                             _U.c.id.not_in(sa.select(_F.c.user_id)))
        if engine.scalar(conn, statement) is not None:
            users.delete(conn, user_id)


def set_groups(conn, provider_id, user_id, group_ids, minutes):
    """What the provider said now: in these groups, and no longer in others of its saying.  True when that is news."""
    known = set(conn.execute(sa.select(_E.c.group_id).where(*_said(provider_id, user_id))).scalars())
    now, wanted = clock.now(), set(group_ids)
    times = {'verified_at': now, 'expires_at': now + minutes * _MINUTE}
    if known - wanted:
        conn.execute(sa.delete(_E).where(*_said(provider_id, user_id), _E.c.group_id.not_in(wanted)))
    if known & wanted:
        conn.execute(sa.update(_E).where(*_said(provider_id, user_id)).values(**times))
    if wanted - known:
        conn.execute(sa.insert(_E), [{'identity_provider_id': provider_id, 'user_id': user_id, 'group_id': group_id,
                                      **times} for group_id in wanted - known])
    return known != wanted


def _said(provider_id, user_id):
    return _E.c.identity_provider_id == provider_id, _E.c.user_id == user_id


def set_expiry(conn, provider_id, minutes):
    """Memberships that the provider's assertions made end so many minutes after they were last asserted."""
    conn.execute(sa.update(_E).where(_E.c.identity_provider_id == provider_id).values(
        expires_at=_E.c.verified_at + minutes * _MINUTE))
    revision.bump(conn)


def ended_since(conn, since):
    """(whether a membership ended after that moment, the moment now)."""
    now = clock.now()
    ended = sa.select(sa.literal(1)).where(_E.c.expires_at > since, _E.c.expires_at <= now,
                                           _E.c.expires_at != _E.c.verified_at).limit(1)
    return engine.scalar(conn, ended) is not None, now
