# SPDX-License-Identifier: Apache-2.0
"""Application credentials: a secret that acts as its user in one project, with some of the roles."""
import sqlalchemy as sa

from praline_common.db import engine
from praline_identity.db import models
from praline_identity.db import revision
from praline_identity.db import rows

KIND = 'application credential'
_C, _ROLES = models.application_credentials, models.application_credential_roles
_TIES, _RULES = models.application_credential_rules, models.access_rules


def get(conn, credential_id):
    """The credential with role_ids and access_rules (None when it has no such limit)."""
    found = rows.get(conn, _C, credential_id, KIND)
    return complete(conn, [found])[0]


def by_name(conn, user_id, name):
    found = engine.one(conn, sa.select(_C).where(_C.c.user_id == user_id, _C.c.name == name))
    return found and complete(conn, [found])[0]


def list(conn, user_id, name=None):
    statement = sa.select(_C).where(_C.c.user_id == user_id).order_by(_C.c.id)
    if name is not None:
        statement = statement.where(_C.c.name == name)
    return complete(conn, engine.rows(conn, statement))


def complete(conn, found):
    """The rows with role_ids and access_rules; two statements for all of them."""
    by_id = {row['id']: row for row in found}
    for row in found:
        row['role_ids'], row['access_rules'] = [], None
    if by_id:
        for owner, role_id in conn.execute(sa.select(_ROLES.c.application_credential_id, _ROLES.c.role_id).where(
                _ROLES.c.application_credential_id.in_(by_id))):
            by_id[owner]['role_ids'].append(role_id)
        for row in engine.rows(conn, sa.select(_TIES.c.application_credential_id, _RULES).join(
                _RULES, _RULES.c.id == _TIES.c.access_rule_id).where(_TIES.c.application_credential_id.in_(by_id))):
            owner = by_id[row['application_credential_id']]
            owner['access_rules'] = (owner['access_rules'] or []) + [
                {name: row[name] for name in ('id', 'service', 'path', 'method')}]
    return found


def create(conn, values, role_ids, rule_ids):
    rows.create(conn, _C, values, KIND)
    conn.execute(sa.insert(_ROLES), [{'application_credential_id': values['id'], 'role_id': role_id}
                                     for role_id in role_ids])
    if rule_ids:
        conn.execute(sa.insert(_TIES), [{'application_credential_id': values['id'], 'access_rule_id': rule_id}
                                        for rule_id in rule_ids])


def delete(conn, credential_id):
    rows.delete(conn, _C, credential_id, KIND)
    revision.bump(conn)


def delete_after_revoke(conn, actor_kind, actor_id, project_id):
    """Those in a project of a user, or of every user of a group, that lost a role there."""
    lost = [actor_id]
    if actor_kind == 'group':
        members = models.group_members
        lost = sa.select(members.c.user_id).where(members.c.group_id == actor_id)
    if conn.execute(sa.delete(_C).where(_C.c.project_id == project_id, _C.c.user_id.in_(lost))).rowcount:
        revision.bump(conn)
