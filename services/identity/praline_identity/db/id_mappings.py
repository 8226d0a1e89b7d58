# SPDX-License-Identifier: Apache-2.0
"""The ids under which the API knows the users and groups of directories; once given, they stay.

New ones are keystone's: the SHA-256 of domain, kind (user | group) and local id, in 64 hex digits.
"""
import hashlib

from oslo_db import exception
import sqlalchemy as sa

from praline_common.db import engine
from praline_identity.db import models

SIZE = 64
_M = models.id_mappings
# Beyond so many, all of a domain are read: databases limit the parameters of a statement.
_SEVERAL = 500


def get(conn, public_id):
    """{'public_id', 'domain_id', 'kind', 'local_id'} or None."""
    return engine.one(conn, sa.select(_M).where(_M.c.public_id == public_id))


def known(conn, domain_id, kind, local_ids):
    """{local id: public id} of those that have one."""
    wanted = set(local_ids)
    statement = sa.select(_M.c.local_id, _M.c.public_id).where(_M.c.domain_id == domain_id, _M.c.kind == kind)
    if len(wanted) <= _SEVERAL:
        statement = statement.where(_M.c.local_id.in_(wanted))
    return {local_id: public_id for local_id, public_id in conn.execute(statement) if local_id in wanted}


def ensure(conn, domain_id, kind, local_ids):
    """{local id: public id} of all of them."""
    found = known(conn, domain_id, kind, local_ids)
    for local_id in local_ids:
        if local_id not in found:
            found[local_id] = new_id(domain_id, kind, local_id)
            try:
                with conn.begin_nested():
                    conn.execute(sa.insert(_M).values(public_id=found[local_id], domain_id=domain_id, kind=kind,
                                                      local_id=local_id))
            except exception.DBDuplicateEntry:
                found.update(known(conn, domain_id, kind, [local_id]))
    return found


def new_id(domain_id, kind, local_id):
    return hashlib.sha256((domain_id + kind + local_id).encode()).hexdigest()
