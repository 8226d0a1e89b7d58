# SPDX-License-Identifier: Apache-2.0
"""The rules of security groups."""
import ipaddress

import sqlalchemy as sa

from praline_common.db import engine
from praline_network import errors
from praline_network.db import models
from praline_network.db import resources

TABLE = models.security_group_rules
# Names that may be given instead of a number, and the number of each.
PROTOCOLS = {
    'ah': 51, 'dccp': 33, 'egp': 8, 'esp': 50, 'gre': 47, 'hopopt': 0, 'icmp': 1, 'icmpv6': 58, 'ipv6-icmp': 58,
    'igmp': 2, 'ip': 0, 'ipip': 4, 'ipv6-encap': 41, 'ipv6-frag': 44, 'ipv6-nonxt': 59, 'ipv6-opts': 60,
    'ipv6-route': 43, 'ospf': 89, 'pgm': 113, 'rsvp': 46, 'sctp': 132, 'tcp': 6, 'udp': 17, 'udplite': 136, 'vrrp': 112,
}
WITH_PORTS = {6, 17, 33, 132, 136}
_EVERYWHERE = ('0.0.0.0/0', '::/0')


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
    """Conflict when the group has the same rule, in these words or others."""
    wanted = _meaning(values)
    for row in engine.rows(conn, sa.select(TABLE).where(
            TABLE.c.security_group_id == values['security_group_id'], TABLE.c.direction == values['direction'],
            TABLE.c.ethertype == values['ethertype'])):
        if _meaning(row) == wanted:
            raise errors.conflict('SecurityGroupRuleExists', 'Security group rule already exists. Rule id is %s.'
                                  % row['id'])
    resources.touch(conn, models.security_groups, values['security_group_id'])
    return resources.insert(conn, TABLE, values)


def _meaning(rule):
    """What a rule lets through, whatever the words: numbers for names, none for everything."""
    protocol, prefix = rule.get('protocol'), rule.get('remote_ip_prefix')
    number = PROTOCOLS[protocol] if protocol in PROTOCOLS else protocol and int(protocol)
    ports = rule.get('port_range_min'), rule.get('port_range_max')
    if ports == (1, 65535) and number in WITH_PORTS:
        ports = None, None
    prefix = prefix and str(ipaddress.ip_network(prefix, strict=False))
    return number, ports, None if prefix in _EVERYWHERE else prefix, rule.get('remote_group_id')


def delete(conn, row):
    resources.touch(conn, models.security_groups, row['security_group_id'])
    resources.remove(conn, TABLE, row['id'])
