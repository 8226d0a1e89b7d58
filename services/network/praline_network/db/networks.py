# SPDX-License-Identifier: Apache-2.0
"""Networks: the segment each gets, and who sees them."""
import uuid

import sqlalchemy as sa

from praline_common.db import engine
from praline_common.db.prepared import Prepared
from praline_network import errors
from praline_network.db import models
from praline_network.db import resources

TABLE = models.networks
# Ports that the system made for itself; they go with their network.
AUTOMATIC = ('network:dhcp',)
# The columns that follow from RBAC policies, and the action of those.
ACTIONS = {'shared': 'access_as_shared', 'external': 'access_as_external'}
_SUBNETS = Prepared(sa.select(models.subnets.c.id, models.subnets.c.network_id).where(
    models.subnets.c.network_id.in_(sa.bindparam('network_ids', expanding=True))).order_by(models.subnets.c.created_at))


def visible(context):
    """Clause for the networks that this context sees: its own, and those that RBAC policies open to it."""
    if context.is_admin:
        return None
    return sa.or_(TABLE.c.project_id == context.project_id, TABLE.c.shared.is_(True), TABLE.c.id.in_(granted(context)))


def granted(context):
    """Ids of the networks that RBAC policies open to this project."""
    table = models.rbac_policies
    return sa.select(table.c.object_id).where(
        table.c.object_type == 'network', table.c.target_tenant.in_([context.project_id, '*']))


def complete(conn, rows, context):
    """Add `subnets` and what is shared with this project; two statements for any number of rows."""
    ids = [row['id'] for row in rows]
    subnets = resources.group_by(engine.rows(conn, _SUBNETS, network_ids=ids), 'network_id')
    mine = set() if context.is_admin else set(conn.execute(
        granted(context).where(models.rbac_policies.c.action == 'access_as_shared')).scalars())
    for row in rows:
        row['subnets'] = [subnet['id'] for subnet in subnets.get(row['id'], ())]
        row['shared'] = row['shared'] or row['id'] in mine
    return rows


def get(conn, context, network_id):
    return complete(conn, [bare(conn, context, network_id)], context)[0]


def bare(conn, context, network_id):
    """The row alone, without its subnets."""
    return resources.fetch(conn, TABLE, 'network', network_id, visible(context))


def create(conn, values, options):
    """values: columns; a network without a type gets the next segment of the configured one."""
    row = resources.insert(conn, TABLE, {**values, **_segment(conn, values, options)})
    for column in ACTIONS:
        if row[column]:
            _open(conn, row, column)
    return {**row, 'subnets': []}


def _open(conn, row, column):
    """The RBAC policy for all projects that `shared` or `external` stands for, unless it is there."""
    table = models.rbac_policies
    values = {'object_type': 'network', 'object_id': row['id'], 'action': ACTIONS[column], 'target_tenant': '*'}
    if not conn.execute(sa.select(table.c.id).where(*(table.c[name] == value for name, value in values.items()))).first():
        conn.execute(table.insert().values(id=str(uuid.uuid4()), project_id=row['project_id'], **values))


def _close(conn, row, column):
    """Without `external` nobody's policy is left; without `shared` single projects keep theirs."""
    table = models.rbac_policies
    statement = table.delete().where(table.c.object_id == row['id'], table.c.action == ACTIONS[column])
    conn.execute(statement if column == 'external' else statement.where(table.c.target_tenant == '*'))


def follow_policies(conn, network_id):
    """Make `shared` and `external` what the RBAC policies say now; a new revision."""
    table = models.rbac_policies
    found = set(conn.execute(sa.select(table.c.action, table.c.target_tenant).where(table.c.object_id == network_id)))
    conn.execute(TABLE.update().where(TABLE.c.id == network_id).values(
        shared=(ACTIONS['shared'], '*') in found, external=any(action == ACTIONS['external'] for action, _ in found)))
    resources.touch(conn, TABLE, network_id)


def _segment(conn, values, options):
    kind = values.get('network_type') or ('flat' if values.get('external') else options.tenant_network_type)
    physical, number = values.get('physical_network') or '', values.get('segmentation_id')
    if kind == 'vxlan':
        number = number or _free_segment(conn, options)
        if physical:
            raise errors.invalid('provider:physical_network cannot be given for a vxlan network')
    elif number is not None:
        raise errors.invalid('provider:segmentation_id cannot be given for a %s network' % kind)
    if kind == 'flat':
        physical = physical or 'external-%s' % uuid.uuid4()
    _refuse_taken(conn, kind, physical, number)
    return {'network_type': kind, 'physical_network': physical, 'segmentation_id': number}


def _free_segment(conn, options):
    """The number after the highest in use, or the first gap when that is past the end."""
    where = (TABLE.c.network_type == 'vxlan', TABLE.c.segmentation_id.between(options.vxlan_first, options.vxlan_last))
    highest = engine.scalar(conn, sa.select(sa.func.max(TABLE.c.segmentation_id)).where(*where))
    if highest is None:
        return options.vxlan_first
    if highest < options.vxlan_last:
        return highest + 1
    used = set(conn.execute(sa.select(TABLE.c.segmentation_id).where(*where)).scalars())
    for number in range(options.vxlan_first, options.vxlan_last + 1):
        if number not in used:
            return number
    raise errors.conflict('NoNetworkAvailable', 'Unable to create the network. No tenant network is available for '
                                                'allocation.')


def _refuse_taken(conn, kind, physical, number):
    if kind == 'local':
        return
    same = sa.select(TABLE.c.id).where(TABLE.c.network_type == kind, TABLE.c.physical_network == physical)
    if number is not None:
        same = same.where(TABLE.c.segmentation_id == number)
    if conn.execute(same.limit(1)).first() is None:
        return
    if kind == 'flat':
        raise errors.conflict('FlatNetworkInUse', 'Unable to create the flat network. Physical network %s is in use.'
                              % physical)
    raise errors.conflict('TunnelIdInUse', 'Unable to create the network. The tunnel ID %d is in use.' % number)


def save(conn, row, changes):
    """Write changes; Conflict when users of the network would lose it."""
    if row['external'] and changes.get('external') is False:
        _refuse_external_in_use(conn, row)
    if row['shared'] and changes.get('shared') is False:
        _refuse_shared_in_use(conn, row)
    if changes.get('is_default'):
        conn.execute(TABLE.update().where(TABLE.c.is_default.is_(True)).values(is_default=False))
    if 'mtu' in changes:
        for version in sorted({subnet['ip_version'] for subnet in _subnets_of(conn, row['id'])}):
            check_mtu({**row, **changes}, version)
    for column in ACTIONS:
        if changes.get(column, row[column]) != row[column]:
            (_open if changes[column] else _close)(conn, row, column)
    return resources.update(conn, TABLE, row, changes)


def _subnets_of(conn, network_id):
    table = models.subnets
    return engine.rows(conn, sa.select(table.c.ip_version).where(table.c.network_id == network_id))


def check_mtu(network, ip_version):
    """Conflict when the network's packets are too small for a subnet of this version."""
    least = 68 if ip_version == 4 else 1280
    if network['mtu'] < least:
        raise errors.conflict('NetworkMTUSubnetConflict', 'Unable to complete operation on network %s: its MTU of %d is '
                              'below %d, the least for IPv%d.' % (network['id'], network['mtu'], least, ip_version))


def _refuse_external_in_use(conn, row):
    table = models.routers
    if conn.execute(sa.select(table.c.id).where(table.c.gateway_network_id == row['id']).limit(1)).first():
        raise errors.conflict('ExternalNetworkInUse', 'External network %s cannot be updated to be made non-external, '
                                                      'since it has existing gateway ports.' % row['id'])


def _refuse_shared_in_use(conn, row):
    table = models.ports
    other = conn.execute(sa.select(table.c.id).where(
        table.c.network_id == row['id'], table.c.project_id.not_in([row['project_id'], '']),
        table.c.device_owner.not_like('network:%')).limit(1)).first()
    if other:
        raise errors.conflict('InvalidSharedSetting', 'Unable to reconfigure sharing settings for network %s. '
                                                      'Multiple tenants are using it.' % row['id'])


def delete(conn, row):
    """Remove the network, its subnets and the system's own ports on it; Conflict while others use it."""
    ports, addresses = models.ports, models.addresses
    if row['external']:
        _drop_free_floating(conn, row)
    users = list(conn.execute(sa.select(ports.c.id).where(
        ports.c.network_id == row['id'], ports.c.device_owner.not_in(AUTOMATIC)).limit(20)).scalars())
    if users:
        raise errors.conflict('NetworkInUse', 'Unable to complete operation on network %s. There are one or more '
                                              'ports still in use on the network, id for these ports is %s.'
                              % (row['id'], ','.join(users)))
    conn.execute(addresses.delete().where(addresses.c.network_id == row['id']))
    conn.execute(ports.delete().where(ports.c.network_id == row['id']))
    conn.execute(models.subnets.delete().where(models.subnets.c.network_id == row['id']))
    conn.execute(models.rbac_policies.delete().where(models.rbac_policies.c.object_id == row['id']))
    resources.remove(conn, TABLE, row['id'])


def _drop_free_floating(conn, row):
    """Floating IPs that lead nowhere do not keep their network."""
    table, ports = models.floatingips, models.ports
    free = engine.rows(conn, sa.select(table.c.id, table.c.floating_port_id).where(
        table.c.floating_network_id == row['id'], table.c.port_id.is_(None)))
    conn.execute(table.delete().where(table.c.id.in_([item['id'] for item in free])))
    port_ids = [item['floating_port_id'] for item in free]
    conn.execute(models.addresses.delete().where(models.addresses.c.port_id.in_(port_ids)))
    conn.execute(ports.delete().where(ports.c.id.in_(port_ids)))
