# SPDX-License-Identifier: Apache-2.0
"""Rows of users and groups that a directory keeps: what was last read of them, for everything that joins.

Roles, trusts and tokens of such users are worked out from these rows like anybody's.  A row of something that
its directory has no more stays, disabled and with mirrored_at 0: it may come back, and has its id then.
"""
import sqlalchemy as sa

from praline_common.db import engine
from praline_identity import clock
from praline_identity.db import models
from praline_identity.db import revision

GONE = 0
# Read so long ago that it has to be read again.
_OLD = 1
_TABLES = {'user': models.users, 'group': models.groups}
_M = models.group_members


def seen(conn, public_id):
    """(whether there is a row, its mirrored_at) of a user or group."""
    found = conn.execute(sa.union_all(*(sa.select(table.c.mirrored_at).where(table.c.id == public_id)
                                        for table in _TABLES.values()))).first()
    return found is not None, found and found[0]


def save(conn, kind, public_id, domain_id, values):
    """Keep what a directory says of one user or group now; tokens are worked out anew when it is something new."""
    table = _TABLES[kind]
    row = engine.one(conn, sa.select(table).where(table.c.id == public_id))
    name = _fitting(table, values['name'], public_id)
    if row is None or row['name'] != name:
        name = _free(conn, table, domain_id, name, public_id)
    values = {**values, 'name': name}
    if row is None:
        conn.execute(sa.insert(table).values(id=public_id, domain_id=domain_id, mirrored_at=clock.now(), **values))
        return
    changed = {column: value for column, value in values.items() if row[column] != value}
    conn.execute(sa.update(table).where(table.c.id == public_id).values(mirrored_at=clock.now(), **changed))
    if changed or row['mirrored_at'] == GONE:
        revision.bump(conn)


def gone(conn, kind, public_id):
    """The directory has it no more."""
    table = _TABLES[kind]
    values = {'mirrored_at': GONE}
    if kind == 'user':
        values['enabled'] = False
    else:
        conn.execute(sa.delete(_M).where(_M.c.group_id == public_id))
    if conn.execute(sa.update(table).where(table.c.id == public_id, table.c.mirrored_at > GONE).values(**values)).rowcount:
        revision.bump(conn)


def set_groups(conn, user_id, group_ids):
    """Exactly these groups have the user as a member."""
    held = set(conn.execute(sa.select(_M.c.group_id).where(_M.c.user_id == user_id)).scalars())
    wanted = set(group_ids)
    if held == wanted:
        return
    for group_id in held - wanted:
        conn.execute(sa.delete(_M).where(_M.c.user_id == user_id, _M.c.group_id == group_id))
    for group_id in wanted - held:
        conn.execute(sa.insert(_M).values(user_id=user_id, group_id=group_id))
    revision.bump(conn)


def _fitting(table, name, public_id):
    length = table.c.name.type.length
    return name if len(name) <= length else '%s~%s' % (name[:length - 9], public_id[:8])


def _free(conn, table, domain_id, name, public_id):
    """The name, taken from a mirrored row that has it no more; the id when one that lives here has it."""
    holder = _holder(conn, table, domain_id, name)
    if holder is None or holder['id'] == public_id:
        return name
    if holder['mirrored_at'] is None:
        return public_id
    conn.execute(sa.update(table).where(table.c.id == holder['id']).values(name=holder['id'], mirrored_at=_OLD))
    return name


def _holder(conn, table, domain_id, name):
    return engine.one(conn, sa.select(table.c.id, table.c.mirrored_at).where(
        table.c.domain_id == domain_id, table.c.name == name))
