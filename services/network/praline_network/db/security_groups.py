# SPDX-License-Identifier: Apache-2.0
"""Security groups with their rules, and the default group that every project has."""
import sqlalchemy as sa

from praline_common.db import engine
from praline_common.db.prepared import Prepared
from praline_network import errors
from praline_network.db import models
from praline_network.db import resources
from praline_network.db import security_group_rules

TABLE = models.security_groups
DEFAULT = 'default'
FIRST_RULES = 2     # of every new group: security_group_rules.first_rules
_MEMBER = models.port_groups
_OF_PORTS = Prepared(sa.select(_MEMBER.c.port_id, _MEMBER.c.security_group_id).where(
    _MEMBER.c.port_id.in_(sa.bindparam('port_ids', expanding=True))).order_by(_MEMBER.c.security_group_id))
_DEFAULT_OF = sa.select(TABLE.c.id).where(TABLE.c.default_of == sa.bindparam('project'))


def visible(context):
    if context.is_admin:
        return None
    policies = models.rbac_policies
    return sa.or_(TABLE.c.project_id == context.project_id, TABLE.c.id.in_(
        sa.select(policies.c.object_id).where(policies.c.object_type == 'security_group',
                                              policies.c.target_tenant.in_([context.project_id, '*']))))


def complete(conn, rows, context):
    """Add each group's `security_group_rules`: one statement."""
    rules = security_group_rules.of_groups(conn, [row['id'] for row in rows])
    policies = models.rbac_policies
    shared = set(conn.execute(sa.select(policies.c.object_id).where(
        policies.c.object_type == 'security_group', policies.c.object_id.in_([row['id'] for row in rows]),
        policies.c.target_tenant.in_([context.project_id, '*']))).scalars())
    for row in rows:
        row['security_group_rules'] = rules.get(row['id'], [])
        row['shared'] = row['id'] in shared
    return rows


def get(conn, context, group_id):
    return complete(conn, [resources.fetch(conn, TABLE, 'security_group', group_id, visible(context))], context)[0]


def create(conn, values):
    """A group that lets everything out and nothing in."""
    if values.get('name', '').lower() == DEFAULT and not values.get('default_of'):
        ensure_default(conn, values['project_id'])
        raise errors.conflict('SecurityGroupDefaultAlreadyExists', 'Default security group already exists.')
    row = resources.insert(conn, TABLE, {'stateful': True, **values})
    rules = security_group_rules.first_rules(row)
    row['security_group_rules'] = [resources.insert(conn, models.security_group_rules, rule) for rule in rules]
    row['shared'] = False
    return row


def has_default(conn, project_id):
    return engine.scalar(conn, _DEFAULT_OF, project=project_id) is not None


def ensure_default(conn, project_id):
    """The id of the project's default group, made now if it has none; its members may talk to each other."""
    if not project_id:
        return None
    found = engine.scalar(conn, _DEFAULT_OF, project=project_id)
    if found is not None:
        return found
    row = create(conn, {'project_id': project_id, 'name': DEFAULT, 'description': 'Default security group',
                        'default_of': project_id})
    for rule in security_group_rules.inner_rules(row):
        resources.insert(conn, models.security_group_rules, rule)
    return row['id']


def find(conn, context, wanted, project_id):
    """Ids of the groups with these names or ids.  NotFound; Conflict when a name stands for several.

    A project's default group is there as soon as somebody names it.
    """
    if DEFAULT in wanted:
        ensure_default(conn, project_id)
    rows = engine.rows(conn, sa.select(TABLE.c.id, TABLE.c.name).where(
        TABLE.c.project_id == project_id, sa.or_(TABLE.c.id.in_(wanted), TABLE.c.name.in_(wanted))))
    found = []
    for word in wanted:
        same = [row['id'] for row in rows if row['id'] == word] or [row['id'] for row in rows if row['name'] == word]
        if not same:
            raise errors.missing('security_group', word)
        if len(same) > 1:
            raise errors.conflict('NoUniqueMatch', "Multiple security groups found matching '%s'. Use an ID to be "
                                                   "more specific." % word)
        found.append(same[0])
    return found


def check_usable(conn, context, group_ids):
    """NotFound when one of them is not there or another project's."""
    statement = sa.select(TABLE.c.id).where(TABLE.c.id.in_(group_ids))
    clause = visible(context)
    found = set(conn.execute(statement if clause is None else statement.where(clause)).scalars())
    for group_id in group_ids:
        if group_id not in found:
            raise errors.missing('security_group', group_id)


def save(conn, row, changes):
    name = changes.get('name')
    if name is not None and name != row['name']:
        if row['default_of']:
            raise errors.conflict('SecurityGroupCannotUpdateDefault', 'Updating default security group not allowed.')
        if name.lower() == DEFAULT:
            raise errors.conflict('SecurityGroupDefaultAlreadyExists', 'Default security group already exists.')
    if changes.get('stateful', row['stateful']) != row['stateful']:
        _refuse_in_use(conn, row)
    return resources.update(conn, TABLE, row, changes)


def delete(conn, row, by_admin=False):
    """Conflict while a port is in it; the default group only goes when an admin asks."""
    if row['default_of'] and not by_admin:
        raise errors.conflict('SecurityGroupCannotRemoveDefault', 'Insufficient rights for removing default security '
                                                                  'group.')
    _refuse_in_use(conn, row)
    resources.remove(conn, TABLE, row['id'])


def _refuse_in_use(conn, row):
    table = models.port_groups
    if conn.execute(sa.select(table.c.port_id).where(table.c.security_group_id == row['id']).limit(1)).first():
        raise errors.conflict('SecurityGroupInUse', 'Security Group %s in use.' % row['id'])


def of_ports(conn, port_ids):
    """{port id: [group ids]}"""
    found = {}
    for port_id, group_id in engine.tuples(conn, _OF_PORTS, port_ids=port_ids):
        found.setdefault(port_id, []).append(group_id)
    return found


def assign(conn, port_id, group_ids):
    """The port is in these groups and no others."""
    conn.execute(_MEMBER.delete().where(_MEMBER.c.port_id == port_id))
    join(conn, port_id, group_ids)


def join(conn, port_id, group_ids):
    """A port that was in none of these groups is."""
    if group_ids:
        conn.execute(_MEMBER.insert(), [{'port_id': port_id, 'security_group_id': group_id}
                                        for group_id in dict.fromkeys(group_ids)])
