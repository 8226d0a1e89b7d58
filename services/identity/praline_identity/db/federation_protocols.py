# SPDX-License-Identifier: Apache-2.0
"""The protocols of an identity provider: which mapping reads its assertions."""
import sqlalchemy as sa

from praline_common.db import engine
from praline_identity import errors
from praline_identity.db import federated_users
from praline_identity.db import identity_providers
from praline_identity.db import models
from praline_identity.db import revision
from praline_identity.db import rows

KIND = 'federation_protocol'
_P = models.federation_protocols


def get(conn, provider_id, protocol_id):
    found = engine.one(conn, sa.select(_P).where(*_this(provider_id, protocol_id)))
    if found is None:
        raise errors.NotFound('Could not find federated protocol %s for Identity Provider: %s.'
                              % (protocol_id, provider_id))
    return found


def list(conn, provider_id):
    return engine.rows(conn, sa.select(_P).where(_P.c.identity_provider_id == provider_id).order_by(_P.c.id))


def named(conn, protocol_id):
    """The protocols of this id, of whichever provider."""
    return engine.rows(conn, sa.select(_P).where(_P.c.id == protocol_id).order_by(_P.c.identity_provider_id))


def create(conn, values):
    identity_providers.get(conn, values['identity_provider_id'])
    rows.create(conn, _P, values, KIND)


def save(conn, provider_id, protocol_id, values):
    conn.execute(sa.update(_P).where(*_this(provider_id, protocol_id)).values(**values))


def delete(conn, provider_id, protocol_id):
    """The protocol, and the users that nothing else knows."""
    users = federated_users.through(conn, provider_id, protocol_id)
    conn.execute(sa.delete(_P).where(*_this(provider_id, protocol_id)))
    federated_users.delete_orphans(conn, users)
    revision.bump(conn)


def _this(provider_id, protocol_id):
    return _P.c.identity_provider_id == provider_id, _P.c.id == protocol_id
