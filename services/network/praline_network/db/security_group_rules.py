# SPDX-License-Identifier: Apache-2.0
"""The rules of security groups."""
import sqlalchemy as sa

from praline_common.db import engine
from praline_network import errors
from praline_network.db import models
from praline_network.db import resources

TABLE = models.security_group_rules
_SAME = ('direction', 'ethertype', 'protocol', 'port_range_min', 'port_range_max', 'remote_ip_prefix',
         'remote_group_id')


def visible(context):
    """Clause for the rules of one's own groups."""
    if context.is_admin:
        return None
    groups = models.security_groups
    return sa.or_(TABLE.c.project_id == context.project_id, TABLE.c.security_group_id.in_(
        sa.select(groups.c.id).where(groups.c.project_id == context.project_id)))


def complete(conn, rows, context):
    """Say which rules belong to a default group: one statement."""
    groups = models.security_groups
    defaults = set(conn.execute(sa.select(groups.c.id).where(
        groups.c.id.in_({row['security_group_id'] for row in rows}), groups.c.default_of.is_not(None))).scalars())
    for row in rows:
        row['belongs_to_default_sg'] = row['security_group_id'] in defaults
    return rows


def get(conn, context, rule_id):
    return complete(conn, [resources.fetch(conn, TABLE, 'security_group_rule', rule_id, visible(context))], context)[0]


def of_groups(conn, group_ids):
    """{group id: [rules]}"""
    rows = engine.rows(conn, sa.select(TABLE).where(TABLE.c.security_group_id.in_(group_ids))
                       .order_by(TABLE.c.created_at, TABLE.c.id))
    return resources.group_by(rows, 'security_group_id')


def first_rules(group):
    """What every new group has: anything may go out."""
    return [_rule(group, 'egress', ethertype) for ethertype in ('IPv4', 'IPv6')]


def inner_rules(group):
    """What the default group has besides: its members may reach each other."""
    return [_rule(group, 'ingress', ethertype, remote_group_id=group['id']) for ethertype in ('IPv4', 'IPv6')]


def _rule(group, direction, ethertype, **values):
    return {'project_id': group['project_id'], 'security_group_id': group['id'], 'direction': direction,
            'ethertype': ethertype, **values}


def create(conn, values):
    """Conflict when the group has the very same rule."""
    same = sa.select(TABLE.c.id).where(TABLE.c.security_group_id == values['security_group_id'])
    for name in _SAME:
        value = values.get(name)
        same = same.where(TABLE.c[name].is_(None) if value is None else TABLE.c[name] == value)
    found = conn.execute(same.limit(1)).scalar()
    if found:
        raise errors.conflict('SecurityGroupRuleExists', 'Security group rule already exists. Rule id is %s.' % found)
    resources.touch(conn, models.security_groups, values['security_group_id'])
    return resources.insert(conn, TABLE, values)


def delete(conn, row):
    resources.touch(conn, models.security_groups, row['security_group_id'])
    resources.remove(conn, TABLE, row['id'])
