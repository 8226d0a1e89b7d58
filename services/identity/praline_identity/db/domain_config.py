# SPDX-License-Identifier: Apache-2.0
"""Options that a domain has of its own, by group."""
import sqlalchemy as sa

from praline_identity.db import models
from praline_identity.db import revision

_C = models.config_options


def get(conn, domain_id):
    """{group: {option: value}}."""
    found = {}
    for group, option, value in conn.execute(sa.select(_C.c.group, _C.c.option, _C.c.value).where(
            _C.c.domain_id == domain_id).order_by(_C.c.group, _C.c.option)):
        found.setdefault(group, {})[option] = value[0]
    return found


def all(conn):
    """{domain id: {group: {option: value}}} of every domain that has some."""
    found = {}
    for domain_id, group, option, value in conn.execute(sa.select(_C.c.domain_id, _C.c.group, _C.c.option, _C.c.value)):
        found.setdefault(domain_id, {}).setdefault(group, {})[option] = value[0]
    return found


def put(conn, domain_id, config):
    """These options, beside what is there."""
    # In a list, because SQLite turns a bare number in a JSON column into one that no JSON reader accepts.
    for group, options in config.items():
        for option, value in options.items():
            delete(conn, domain_id, group, option)
            conn.execute(sa.insert(_C).values(domain_id=domain_id, group=group, option=option, value=[value]))


def delete(conn, domain_id, group=None, option=None):
    """All of a domain, of one of its groups, or one option."""
    statement = sa.delete(_C).where(_C.c.domain_id == domain_id)
    if group is not None:
        statement = statement.where(_C.c.group == group)
    if option is not None:
        statement = statement.where(_C.c.option == option)
    conn.execute(statement)
    revision.bump(conn)
