# SPDX-License-Identifier: Apache-2.0
"""The tables of network: one a resource, and what ties a port to addresses and groups."""
import sqlalchemy as sa

from praline_common import periodic
from praline_common.db import engine

METADATA = engine.new_metadata()


def _resource(name, *columns):
    """A table with what every resource has; times are ISO 8601 text in UTC, which sorts as it reads."""
    return sa.Table(
        name, METADATA,
        sa.Column('id', sa.String(36), primary_key=True),
        sa.Column('project_id', sa.String(255), nullable=False, index=True),
        sa.Column('name', sa.String(255), nullable=False, default=''),
        sa.Column('description', sa.String(255), nullable=False, default=''),
        sa.Column('tags', sa.JSON, nullable=False),
        sa.Column('revision_number', sa.Integer, nullable=False),
        sa.Column('created_at', sa.String(20), nullable=False),
        sa.Column('updated_at', sa.String(20), nullable=False),
        *columns)


def _reference(name, table, **options):
    return sa.Column(name, sa.String(36), sa.ForeignKey(table + '.id', ondelete='CASCADE'), **options)


networks = _resource(
    'networks',
    sa.Column('admin_state_up', sa.Boolean, nullable=False),
    sa.Column('status', sa.String(16), nullable=False),
    sa.Column('shared', sa.Boolean, nullable=False),
    sa.Column('external', sa.Boolean, nullable=False),
    sa.Column('is_default', sa.Boolean, nullable=False),
    sa.Column('mtu', sa.Integer, nullable=False),
    sa.Column('port_security_enabled', sa.Boolean, nullable=False),
    sa.Column('dns_domain', sa.String(255), nullable=False),
    sa.Column('availability_zone_hints', sa.JSON, nullable=False),
    sa.Column('network_type', sa.String(16), nullable=False),
    # Empty, not NULL: a unique constraint lets NULLs repeat.
    sa.Column('physical_network', sa.String(64), nullable=False),
    sa.Column('segmentation_id', sa.Integer),
    sa.UniqueConstraint('network_type', 'physical_network', 'segmentation_id'))

subnets = _resource(
    'subnets',
    _reference('network_id', 'networks', nullable=False, index=True),
    sa.Column('ip_version', sa.Integer, nullable=False),
    sa.Column('cidr', sa.String(64), nullable=False),
    sa.Column('gateway_ip', sa.String(64)),
    sa.Column('enable_dhcp', sa.Boolean, nullable=False),
    sa.Column('ipv6_ra_mode', sa.String(16)),
    sa.Column('ipv6_address_mode', sa.String(16)),
    sa.Column('subnetpool_id', sa.String(36), index=True),
    sa.Column('dns_nameservers', sa.JSON, nullable=False),
    sa.Column('host_routes', sa.JSON, nullable=False),
    sa.Column('allocation_pools', sa.JSON, nullable=False),
    sa.Column('service_types', sa.JSON, nullable=False),
    sa.Column('dns_publish_fixed_ip', sa.Boolean, nullable=False),
    # Where the search for a free address goes on, so that a released one rests a while.
    sa.Column('last_given', sa.String(64)))

ports = _resource(
    'ports',
    _reference('network_id', 'networks', nullable=False, index=True),
    sa.Column('mac_address', sa.String(17), nullable=False),
    sa.Column('admin_state_up', sa.Boolean, nullable=False),
    sa.Column('status', sa.String(16), nullable=False),
    sa.Column('device_id', sa.String(255), nullable=False, index=True),
    sa.Column('device_owner', sa.String(255), nullable=False),
    sa.Column('host', sa.String(255), nullable=False, index=True),
    # The second host that holds the port while its guest moves there, or empty.
    sa.Column('moving_to', sa.String(255), nullable=False),
    sa.Column('vnic_type', sa.String(32), nullable=False),
    sa.Column('profile', sa.JSON, nullable=False),
    sa.Column('port_security_enabled', sa.Boolean, nullable=False),
    sa.Column('allowed_address_pairs', sa.JSON, nullable=False),
    sa.Column('extra_dhcp_opts', sa.JSON, nullable=False),
    sa.Column('dns_name', sa.String(255), nullable=False),
    sa.Column('dns_domain', sa.String(255), nullable=False),
    # Which of a server's requests compute made this port for; None for a port that a user made.
    sa.Column('request_key', sa.String(64)),
    sa.UniqueConstraint('network_id', 'mac_address'),
    sa.UniqueConstraint('device_id', 'request_key'))

addresses = sa.Table(
    'addresses', METADATA,
    sa.Column('id', sa.Integer, primary_key=True, autoincrement=True),
    _reference('port_id', 'ports', nullable=False, index=True),
    sa.Column('network_id', sa.String(36), nullable=False),
    # No cascade: a subnet with addresses must not go.
    sa.Column('subnet_id', sa.String(36), sa.ForeignKey('subnets.id'), nullable=False),
    sa.Column('ip_address', sa.String(64), nullable=False),
    sa.UniqueConstraint('subnet_id', 'ip_address'),
    sa.Index('ix_addresses_ip', 'ip_address'))

security_groups = _resource(
    'security_groups',
    sa.Column('stateful', sa.Boolean, nullable=False),
    # The project's id for its default group, else NULL: one default a project.
    sa.Column('default_of', sa.String(255), unique=True))

security_group_rules = _resource(
    'security_group_rules',
    _reference('security_group_id', 'security_groups', nullable=False, index=True),
    sa.Column('direction', sa.String(8), nullable=False),
    sa.Column('ethertype', sa.String(8), nullable=False),
    sa.Column('protocol', sa.String(40)),
    sa.Column('port_range_min', sa.Integer),
    sa.Column('port_range_max', sa.Integer),
    sa.Column('remote_ip_prefix', sa.String(64)),
    _reference('remote_group_id', 'security_groups', index=True))

port_groups = sa.Table(
    'port_groups', METADATA,
    _reference('port_id', 'ports', primary_key=True),
    sa.Column('security_group_id', sa.String(36), sa.ForeignKey('security_groups.id'), primary_key=True, index=True))

routers = _resource(
    'routers',
    sa.Column('admin_state_up', sa.Boolean, nullable=False),
    sa.Column('status', sa.String(16), nullable=False),
    sa.Column('gateway_port_id', sa.String(36), index=True),
    sa.Column('gateway_network_id', sa.String(36), index=True),
    sa.Column('enable_snat', sa.Boolean, nullable=False),
    sa.Column('routes', sa.JSON, nullable=False),
    sa.Column('availability_zone_hints', sa.JSON, nullable=False),
    sa.Column('host', sa.String(255), nullable=False, index=True))

floatingips = _resource(
    'floatingips',
    sa.Column('floating_network_id', sa.String(36), nullable=False, index=True),
    sa.Column('floating_ip_address', sa.String(64), nullable=False, index=True),
    sa.Column('floating_port_id', sa.String(36), nullable=False),
    sa.Column('port_id', sa.String(36), index=True),
    sa.Column('fixed_ip_address', sa.String(64)),
    sa.Column('router_id', sa.String(36), index=True),
    sa.Column('status', sa.String(16), nullable=False),
    sa.Column('dns_name', sa.String(255), nullable=False),
    sa.Column('dns_domain', sa.String(255), nullable=False),
    sa.UniqueConstraint('port_id', 'fixed_ip_address', 'floating_network_id'))

address_scopes = _resource(
    'address_scopes',
    sa.Column('ip_version', sa.Integer, nullable=False),
    sa.Column('shared', sa.Boolean, nullable=False))

subnetpools = _resource(
    'subnetpools',
    sa.Column('ip_version', sa.Integer, nullable=False),
    sa.Column('prefixes', sa.JSON, nullable=False),
    sa.Column('default_prefixlen', sa.Integer, nullable=False),
    sa.Column('min_prefixlen', sa.Integer, nullable=False),
    sa.Column('max_prefixlen', sa.Integer, nullable=False),
    sa.Column('default_quota', sa.Integer),
    sa.Column('shared', sa.Boolean, nullable=False),
    sa.Column('is_default', sa.Boolean, nullable=False),
    sa.Column('address_scope_id', sa.String(36), index=True))

rbac_policies = sa.Table(
    'rbac_policies', METADATA,
    sa.Column('id', sa.String(36), primary_key=True),
    sa.Column('project_id', sa.String(255), nullable=False, index=True),
    sa.Column('object_type', sa.String(32), nullable=False),
    sa.Column('object_id', sa.String(36), nullable=False),
    sa.Column('action', sa.String(32), nullable=False),
    sa.Column('target_tenant', sa.String(255), nullable=False),
    sa.UniqueConstraint('object_id', 'action', 'target_tenant'))

agents = sa.Table(
    'agents', METADATA,
    sa.Column('id', sa.String(36), primary_key=True),
    sa.Column('agent_type', sa.String(64), nullable=False),
    sa.Column('binary', sa.String(64), nullable=False),
    sa.Column('topic', sa.String(64), nullable=False),
    sa.Column('host', sa.String(255), nullable=False),
    sa.Column('description', sa.String(255), nullable=False),
    sa.Column('admin_state_up', sa.Boolean, nullable=False),
    sa.Column('availability_zone', sa.String(64)),
    sa.Column('configurations', sa.JSON, nullable=False),
    sa.Column('created_at', sa.String(20), nullable=False),
    sa.Column('started_at', sa.String(20), nullable=False),
    sa.Column('heartbeat', sa.Float(53), nullable=False),
    sa.UniqueConstraint('host', 'agent_type'))

quotas = sa.Table(
    'quotas', METADATA,
    sa.Column('project_id', sa.String(255), primary_key=True),
    sa.Column('resource', sa.String(64), primary_key=True),
    sa.Column('limit', sa.Integer, nullable=False))

periodic.declare(METADATA)
