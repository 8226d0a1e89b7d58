# SPDX-License-Identifier: Apache-2.0
"""RBAC policies: networks and security groups that are open to one project, or to all."""
import uuid

import sqlalchemy as sa

from praline_common.db import engine
from praline_network import errors
from praline_network.db import models
from praline_network.db import networks
from praline_network.db import resources
from praline_network.db import security_groups

TABLE = models.rbac_policies
OBJECTS = {'network': networks, 'security_group': security_groups}
SHARED, EXTERNAL = 'access_as_shared', 'access_as_external'


def visible(context):
    return resources.owned(TABLE, context)


def complete(conn, rows, context=None):
    return rows


def get(conn, context, policy_id):
    return resources.fetch(conn, TABLE, 'rbac_policy', policy_id, visible(context))


def create(conn, context, values):
    """The object must be the asker's own."""
    rows = OBJECTS[values['object_type']]
    item = rows.get(conn, context, values['object_id'])
    if not context.is_admin and item['project_id'] != context.project_id:
        raise errors.invalid('only the owner of %s %s may share it' % (values['object_type'], values['object_id']))
    where = [TABLE.c[name] == values[name] for name in ('object_id', 'action', 'target_tenant')]
    if conn.execute(sa.select(TABLE.c.id).where(*where)).first():
        raise errors.conflict('DuplicatedRbacPolicy', 'An RBAC policy already exists with those values.')
    row = {'id': str(uuid.uuid4()), **{name: values[name] for name in (
        'project_id', 'object_type', 'object_id', 'action', 'target_tenant')}}
    conn.execute(TABLE.insert().values(row))
    _follow(conn, row)
    return row


def _follow(conn, row):
    """The object has changed: what it shows follows from its policies, and its revision says so."""
    if row['object_type'] == 'network':
        networks.follow_policies(conn, row['object_id'])
    else:
        resources.touch(conn, OBJECTS[row['object_type']].TABLE, row['object_id'])


def save(conn, row, changes):
    """Another target; Conflict while somebody uses the object by the old one."""
    if changes.get('target_tenant', row['target_tenant']) != row['target_tenant']:
        _refuse_in_use(conn, row, changes['target_tenant'])
        row = {**row, **changes}
        conn.execute(TABLE.update().where(TABLE.c.id == row['id']).values(target_tenant=row['target_tenant']))
        _follow(conn, row)
    return row


def delete(conn, row):
    _refuse_in_use(conn, row)
    resources.remove(conn, TABLE, row['id'])
    _follow(conn, row)


def _refuse_in_use(conn, row, instead=None):
    """RbacPolicyInUse when a project would lose what it uses; instead: the target that the policy gets."""
    if row['object_type'] != 'network' or instead == '*':
        return
    network = engine.one(conn, sa.select(networks.TABLE).where(networks.TABLE.c.id == row['object_id']))
    if row['action'] == EXTERNAL and row['target_tenant'] == '*' and network['is_default'] and instead is None:
        raise errors.conflict('RbacPolicyInUse', 'RBAC policy on object %s cannot be removed: it is the default external '
                                                 'network.' % row['object_id'])
    kept = {network['project_id'], instead, '', *conn.execute(sa.select(TABLE.c.target_tenant).where(
        TABLE.c.object_id == row['object_id'], TABLE.c.action == row['action'], TABLE.c.id != row['id'])).scalars()}
    users = _users(conn, row)
    losers = users - kept if row['target_tenant'] == '*' else users & {row['target_tenant']} - kept
    if losers and '*' not in kept:
        raise errors.conflict('RbacPolicyInUse', 'RBAC policy on object %s cannot be removed because other objects '
                                                 'depend on it.' % row['object_id'])


def _users(conn, row):
    """The projects that have what the policy's action allows: gateways and floating IPs, or ports."""
    if row['action'] == EXTERNAL:
        tables = ((models.routers, 'gateway_network_id'), (models.floatingips, 'floating_network_id'))
    else:
        tables = ((models.ports, 'network_id'),)
    return {project_id for table, column in tables for project_id in conn.execute(
        sa.select(table.c.project_id).distinct().where(table.c[column] == row['object_id'])).scalars()}
