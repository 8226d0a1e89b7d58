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
    """The object must be the asker's own.  A policy for all projects is what `shared` and `external` show."""
    rows = OBJECTS[values['object_type']]
    item = rows.get(conn, context, values['object_id'])
    if not context.is_admin and item['project_id'] != context.project_id:
        raise errors.missing(values['object_type'], values['object_id'])
    where = [TABLE.c[name] == values[name] for name in ('object_id', 'action', 'target_tenant')]
    if conn.execute(sa.select(TABLE.c.id).where(*where)).first():
        raise errors.conflict('DuplicatedRbacPolicy', 'An RBAC policy already exists with those values.')
    _show(conn, values, True)
    row = {'id': str(uuid.uuid4()), **{name: values[name] for name in (
        'project_id', 'object_type', 'object_id', 'action', 'target_tenant')}}
    conn.execute(TABLE.insert().values(row))
    return row


def _show(conn, values, on):
    if values['object_type'] == 'network' and values['target_tenant'] == '*':
        column = 'shared' if values['action'] == SHARED else 'external'
        conn.execute(networks.TABLE.update().where(networks.TABLE.c.id == values['object_id']).values({column: on}))


def save(conn, row, changes):
    """Another target; Conflict while the old one uses the object."""
    if changes.get('target_tenant', row['target_tenant']) != row['target_tenant']:
        _refuse_in_use(conn, row)
        _show(conn, row, False)
        row = {**row, **changes}
        _show(conn, row, True)
        conn.execute(TABLE.update().where(TABLE.c.id == row['id']).values(target_tenant=row['target_tenant']))
    return row


def delete(conn, row):
    _refuse_in_use(conn, row)
    _show(conn, row, False)
    resources.remove(conn, TABLE, row['id'])


def _refuse_in_use(conn, row):
    """A project that has ports there would lose the network under them."""
    if row['object_type'] != 'network' or row['action'] != SHARED:
        return
    ports = models.ports
    owner = engine.scalar(conn, sa.select(networks.TABLE.c.project_id).where(
        networks.TABLE.c.id == row['object_id']))
    users = sa.select(ports.c.id).where(ports.c.network_id == row['object_id'], ports.c.project_id.not_in([owner, '']))
    if row['target_tenant'] != '*':
        users = users.where(ports.c.project_id == row['target_tenant'])
    if conn.execute(users.limit(1)).first():
        raise errors.conflict('RbacPolicyInUse', 'RBAC policy on object %s cannot be removed because other objects '
                                                 'depend on it.' % row['object_id'])
