# SPDX-License-Identifier: Apache-2.0
"""Ports: places on a network, with addresses and security groups."""
import secrets

import sqlalchemy as sa

from praline_common.db import engine
from praline_network import errors
from praline_network.db import addresses
from praline_network.db import models
from praline_network.db import resources
from praline_network.db import security_groups

TABLE = models.ports
DHCP, FLOATING = 'network:dhcp', 'network:floatingip'
_SAME_MAC = sa.select(TABLE.c.id).where(TABLE.c.network_id == sa.bindparam('network'),
                                        TABLE.c.mac_address == sa.bindparam('mac'))
_DEFAULTS = {'admin_state_up': True, 'status': 'DOWN', 'device_id': '', 'device_owner': '', 'host': '', 'moving_to': '',
             'vnic_type': 'normal', 'profile': {}, 'port_security_enabled': True, 'allowed_address_pairs': [],
             'extra_dhcp_opts': [], 'dns_name': '', 'dns_domain': ''}


def visible(context):
    """Clause for one's own ports and those on one's own networks."""
    if context.is_admin:
        return None
    networks = models.networks
    return sa.or_(TABLE.c.project_id == context.project_id, TABLE.c.network_id.in_(
        sa.select(networks.c.id).where(networks.c.project_id == context.project_id)))


def complete(conn, rows, context=None):
    """Add `fixed_ips` and `security_groups`: two statements for any number of rows."""
    if not rows:
        return rows
    ids = [row['id'] for row in rows]
    fixed = addresses.of_ports(conn, ids)
    groups = security_groups.of_ports(conn, ids)
    for row in rows:
        row['fixed_ips'] = fixed.get(row['id'], [])
        row['security_groups'] = groups.get(row['id'], [])
    return rows


def get(conn, context, port_id):
    return complete(conn, [resources.fetch(conn, TABLE, 'port', port_id, visible(context))])[0]


def find(conn, *where):
    """Complete rows of the ports that all these clauses admit, oldest first."""
    return complete(conn, engine.rows(conn, sa.select(TABLE).where(*where).order_by(TABLE.c.created_at, TABLE.c.id)))


def on_router(conn, router_id):
    """Complete rows of the router's interfaces, not its gateway."""
    return find(conn, TABLE.c.device_id == router_id, TABLE.c.device_owner == 'network:router_interface')


def create(conn, values, options, fixed_ips=None, groups=None):
    """A port with addresses; the complete row.

    values: columns, network_id and project_id at least.  fixed_ips: None for the usual ones, else
    [{'subnet_id', 'ip_address'}] as in addresses.choose.  groups: ids, None for the project's default.
    """
    values = {**_DEFAULTS, **values}
    values['mac_address'] = _mac(conn, values, options)
    subnets = addresses.subnets_of(conn, values['network_id'], values['device_owner'])
    if groups is None:
        groups = _usual_groups(conn, values)
    chosen = addresses.choose(conn, values, subnets, fixed_ips)
    row = resources.insert(conn, TABLE, values)
    addresses.keep(conn, row, chosen, asked=fixed_ips is not None)
    security_groups.join(conn, row['id'], groups)
    row['fixed_ips'], row['security_groups'] = chosen, sorted(set(groups))
    return row


def _usual_groups(conn, values):
    if not values['port_security_enabled'] or values['device_owner'].startswith('network:'):
        return []
    default = security_groups.ensure_default(conn, values['project_id'])
    return [default] if default else []


def _mac(conn, values, options):
    given = values.get('mac_address')
    for _ in range(1 if given else 16):
        raw = secrets.token_bytes(3)
        mac = given.lower() if given else '%s:%02x:%02x:%02x' % (options.mac_prefix, *raw)
        if not conn.execute(_SAME_MAC, {'network': values['network_id'], 'mac': mac}).first():
            return mac
    if given:
        raise mac_taken(values['network_id'], mac)
    raise errors.conflict('MacAddressGenerationFailure', 'Unable to generate unique mac on network %s.'
                          % values['network_id'])


def mac_taken(network_id, mac):
    return errors.AddressTaken('Unable to complete operation for network %s. The mac address %s is in use.'
                               % (network_id, mac), kind='MacAddressInUse')


def save(conn, row, changes):
    """Write changes, `fixed_ips` and `security_groups` among them; the complete row."""
    changes = dict(changes)
    fixed_ips, groups = changes.pop('fixed_ips', None), changes.pop('security_groups', None)
    mac = changes.get('mac_address')
    if mac and mac.lower() != row['mac_address']:
        _change_mac(conn, row, changes)
    after = resources.update(conn, TABLE, row, changes)
    if fixed_ips is not None:
        subnets = addresses.subnets_of(conn, row['network_id'], after['device_owner'])
        after['fixed_ips'] = addresses.replace(conn, after, subnets, fixed_ips)
        _free_floating(conn, row['id'], [entry['ip_address'] for entry in after['fixed_ips']])
    if groups is not None:
        security_groups.assign(conn, row['id'], groups)
        after['security_groups'] = sorted(set(groups))
    return after


def _change_mac(conn, row, changes):
    changes['mac_address'] = changes['mac_address'].lower()
    if conn.execute(_SAME_MAC, {'network': row['network_id'], 'mac': changes['mac_address']}).first():
        raise mac_taken(row['network_id'], changes['mac_address'])
    if row['host'] and not row['device_owner'].startswith('network:'):
        raise errors.conflict('PortBound', 'Unable to complete operation on port %s, port is already bound, port type: '
                                           'bridge, old_mac %s, new_mac %s.' % (row['id'], row['mac_address'],
                                                                               changes['mac_address']))


def delete(conn, row):
    """Remove the port; addresses go with it, floating IPs on it are set free."""
    _free_floating(conn, row['id'])
    conn.execute(models.addresses.delete().where(models.addresses.c.port_id == row['id']))
    conn.execute(models.port_groups.delete().where(models.port_groups.c.port_id == row['id']))
    resources.remove(conn, TABLE, row['id'])


def _free_floating(conn, port_id, but=()):
    """Floating IPs of the port lead nowhere, but for those to addresses that it keeps."""
    table = models.floatingips
    conn.execute(table.update().where(table.c.port_id == port_id, table.c.fixed_ip_address.not_in(but)).values(
        port_id=None, fixed_ip_address=None, router_id=None, status='DOWN', updated_at=resources.now(),
        revision_number=table.c.revision_number + 1))


def set_status(conn, port_ids, status):
    """Only ports that have another status change."""
    if port_ids:
        conn.execute(TABLE.update().where(TABLE.c.id.in_(port_ids), TABLE.c.status != status).values(
            status=status, updated_at=resources.now(), revision_number=TABLE.c.revision_number + 1))


def bind(conn, port_ids, host):
    """These ports are on this host now ('': on none), and nowhere else."""
    conn.execute(TABLE.update().where(TABLE.c.id.in_(port_ids), TABLE.c.moving_to != '').values(moving_to=''))
    conn.execute(TABLE.update().where(TABLE.c.id.in_(port_ids), TABLE.c.host != host).values(
        host=host, status='DOWN', updated_at=resources.now(), revision_number=TABLE.c.revision_number + 1))


def hold(conn, row, host):
    """This host holds the port too, while its guest moves there."""
    if host not in (row['host'], row['moving_to']):
        conn.execute(TABLE.update().where(TABLE.c.id == row['id']).values(moving_to=host))


def hosts_of_networks(conn, network_ids):
    """Hosts on which a port of these networks is."""
    if not network_ids:
        return []
    return list(conn.execute(sa.select(TABLE.c.host).distinct().where(
        TABLE.c.network_id.in_(network_ids), TABLE.c.host != '')).scalars())


def hosts_naming(conn, group_ids):
    """Hosts with a port in a group whose rules admit the members of one of these."""
    if not group_ids:
        return []
    table, rules = models.port_groups, models.security_group_rules
    naming = sa.select(rules.c.security_group_id).where(rules.c.remote_group_id.in_(group_ids))
    return list(conn.execute(sa.select(TABLE.c.host).distinct().join(table, table.c.port_id == TABLE.c.id).where(
        TABLE.c.host != '', table.c.security_group_id.in_(naming))).scalars())


def hosts_of_groups(conn, group_ids):
    """Hosts whose filters name these groups: a port is in one, or in a group whose rule names one."""
    if not group_ids:
        return []
    table, rules = models.port_groups, models.security_group_rules
    naming = sa.select(rules.c.security_group_id).where(rules.c.remote_group_id.in_(group_ids))
    return list(conn.execute(
        sa.select(TABLE.c.host).distinct().join(table, table.c.port_id == TABLE.c.id).where(
            TABLE.c.host != '', sa.or_(table.c.security_group_id.in_(group_ids),
                                       table.c.security_group_id.in_(naming)))).scalars())
