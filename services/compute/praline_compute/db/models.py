# SPDX-License-Identifier: Apache-2.0
"""The tables of compute.  What a list of servers shows is in the server's own row, so that a page is one select."""
import sqlalchemy as sa

from praline_common import operations
from praline_common import periodic
from praline_common.db import engine
from praline_compute.db.columns import Json, number_column, time_column, uuid_column

METADATA = engine.new_metadata()


def _text(name, length=255, **given):
    return sa.Column(name, sa.String(length), **given)


def _flag(name, default=False):
    return sa.Column(name, sa.Boolean, nullable=False, default=default)


def _number(name, **given):
    return sa.Column(name, sa.Integer, **given)


def _of_flavor(name):
    """The default of a column that repeats a number of the inserted row's flavor, for sums in SQL."""
    return lambda context: context.get_current_parameters()['flavor'][name]


# flavor, old_flavor: flavor rows as they were; vcpus, ram: the flavor's, written again whenever flavor is;
# image: the image's dict when it was booted;
# key: {'name', 'type', 'public_key'}; tags: ',first,second,' (a tag holds no comma); addresses: ',ip,ip,';
# network_info: {'ports': [as flows/nics.py keeps them], 'addresses', 'security_groups'}; its last two stand once more,
# as the API shows them, in shown_addresses and shown_groups, which a list passes on unread; fault: {code, message, created, details};
# admin_password: only from the request until the guest is built; guest_password: what the guest posted, encrypted;
# locked_by: 'owner', 'admin' or None;
# availability_zone: where it is; requested_zone: what the user asked for, it stays there when it moves.
SERVERS = sa.Table(
    'servers', METADATA,
    uuid_column('id', primary_key=True),
    _text('project_id', 64, nullable=False),
    _text('user_id', 64),
    _text('name', nullable=False),
    _text('description'),
    _text('hostname'),
    _text('reservation_id', 16),
    _number('launch_index', nullable=False, default=0),
    _text('vm_state', 32, nullable=False),
    _text('task_state', 32),
    _number('power_state', nullable=False, default=0),
    _number('progress', nullable=False, default=0),
    _text('host'),
    _text('agent'),
    _text('availability_zone'),
    _text('requested_zone'),
    _text('requested_host'),
    sa.Column('hints', Json),
    uuid_column('server_group_id', index=True),
    _text('flavor_id'),
    sa.Column('flavor', Json, nullable=False),
    _number('vcpus', nullable=False, default=_of_flavor('vcpus')),
    _number('ram', nullable=False, default=_of_flavor('ram')),
    sa.Column('old_flavor', Json),
    uuid_column('image_id'),
    sa.Column('image', Json),
    _text('key_name'),
    sa.Column('key', Json),
    sa.Column('user_data', sa.Text),
    _text('config_drive', 8, nullable=False, default=''),
    _flag('auto_disk_config'),
    _text('access_ip_v4', 39),
    _text('access_ip_v6', 39),
    sa.Column('metadata', Json, nullable=False),
    sa.Column('tags', sa.Text, nullable=False, default=''),
    sa.Column('network_info', Json, nullable=False),
    sa.Column('shown_addresses', Json),
    sa.Column('shown_groups', Json),
    sa.Column('addresses', sa.Text, nullable=False, default=''),
    sa.Column('fault', Json),
    _text('locked_by', 8),
    _text('locked_reason'),
    _text('root_device_name', 64),
    sa.Column('admin_password', sa.Text),
    sa.Column('guest_password', sa.Text),
    sa.Column('trusted_certs', Json),
    _text('old_vm_state', 32),
    _text('old_host'),
    uuid_column('shelved_image_id'),
    uuid_column('rescue_image_id'),
    _number('generation', nullable=False, default=0),
    _flag('deleted'),
    time_column('created_at', nullable=False),
    time_column('updated_at'),
    time_column('launched_at'),
    time_column('terminated_at'),
    time_column('deleted_at'),
    sa.Index('ix_servers_project', 'project_id', 'deleted', 'created_at', 'id'),
    sa.Index('ix_servers_usage', 'project_id', 'deleted', 'user_id', 'vm_state', 'vcpus', 'ram'),
    sa.Index('ix_servers_page', 'deleted', 'created_at', 'id'),
    sa.Index('ix_servers_host', 'host', 'deleted'),
    sa.Index('ix_servers_reservation', 'reservation_id'),
    sa.Index('ix_servers_updated', 'updated_at'))

# Volumes and local disks that a server was asked to have; state: 'new', 'attaching', 'attached', 'detaching'.
# id is the attachment's id in the volume service too.  source_id: the image, snapshot or volume it is made from.
BLOCK_DEVICES = sa.Table(
    'block_devices', METADATA,
    uuid_column('id', primary_key=True),
    uuid_column('server_id', nullable=False, index=True),
    uuid_column('volume_id', index=True),
    _text('source_type', 16, nullable=False),
    _text('destination_type', 16, nullable=False),
    _text('source_id', 64),
    _number('volume_size'),
    _text('volume_type'),
    _text('device_name', 64),
    _text('disk_bus', 32),
    _text('device_type', 32),
    _text('guest_format', 32),
    _number('boot_index'),
    _flag('delete_on_termination'),
    _text('tag', 60),
    _text('state', 16, nullable=False),
    time_column('created_at', nullable=False))

ACTIONS = sa.Table(
    'instance_actions', METADATA,
    number_column(),
    uuid_column('server_id', nullable=False),
    _text('action', 64, nullable=False),
    _text('request_id', 64),
    _text('user_id', 64),
    _text('project_id', 64),
    uuid_column('operation_id', index=True),
    _text('host'),
    sa.Column('message', sa.Text),
    time_column('started_at', nullable=False),
    time_column('finished_at'),
    time_column('updated_at', nullable=False),
    sa.Index('ix_instance_actions_server', 'server_id', 'started_at'),
    sa.Index('ix_instance_actions_request', 'server_id', 'request_id'))

MIGRATIONS = sa.Table(
    'migrations', METADATA,
    number_column(),
    uuid_column('uuid', nullable=False, unique=True),
    uuid_column('server_id', nullable=False, index=True),
    _text('migration_type', 16, nullable=False),
    _text('status', 32, nullable=False),
    _text('source_host'),
    _text('dest_host'),
    _text('old_flavor_id'),
    _text('new_flavor_id'),
    _text('user_id', 64),
    _text('project_id', 64),
    sa.Column('progress', Json),
    time_column('created_at', nullable=False),
    time_column('updated_at'))

FLAVORS = sa.Table(
    'flavors', METADATA,
    number_column(),
    _text('flavor_id', nullable=False, unique=True),
    _text('name', nullable=False, unique=True),
    _number('vcpus', nullable=False),
    _number('ram', nullable=False),
    _number('disk', nullable=False),
    _number('ephemeral', nullable=False, default=0),
    _number('swap', nullable=False, default=0),
    sa.Column('rxtx_factor', sa.Float, nullable=False, default=1.0),
    _flag('is_public', True),
    _flag('disabled'),
    sa.Column('description', sa.Text),
    sa.Column('extra_specs', Json, nullable=False),
    time_column('created_at', nullable=False),
    time_column('updated_at'))

FLAVOR_ACCESS = sa.Table(
    'flavor_access', METADATA,
    _text('flavor_id', primary_key=True),
    _text('project_id', 64, primary_key=True))

KEYPAIRS = sa.Table(
    'keypairs', METADATA,
    number_column(),
    _text('user_id', 64, nullable=False),
    _text('name', nullable=False),
    _text('type', 8, nullable=False, default='ssh'),
    sa.Column('public_key', sa.Text, nullable=False),
    _text('fingerprint', nullable=False),
    time_column('created_at', nullable=False),
    sa.UniqueConstraint('user_id', 'name'))

# Members are the servers whose server_group_id this is.  rules: {'max_server_per_host': 2}.
SERVER_GROUPS = sa.Table(
    'server_groups', METADATA,
    uuid_column('id', primary_key=True),
    _text('project_id', 64, nullable=False, index=True),
    _text('user_id', 64),
    _text('name', nullable=False),
    _text('policy', 32, nullable=False),
    sa.Column('rules', Json, nullable=False),
    time_column('created_at', nullable=False))

# One row is a nova-compute service and its hypervisor.  uuid: the hypervisor's and the resource provider's;
# service_id: the service's; agent: the agent process that serves this host; report: its last HostReport as a dict;
# seen_at: seconds since the epoch.
HOSTS = sa.Table(
    'hosts', METADATA,
    number_column(),
    uuid_column('uuid', nullable=False, unique=True),
    uuid_column('service_id', nullable=False, unique=True),
    _text('host', nullable=False, unique=True),
    _text('agent', nullable=False),
    sa.Column('report', Json, nullable=False),
    sa.Column('seen_at', sa.Double, nullable=False),
    _flag('up', True),
    _flag('disabled'),
    _text('disabled_reason'),
    _flag('forced_down'),
    time_column('created_at', nullable=False),
    time_column('updated_at'))

# metadata holds availability_zone too.
AGGREGATES = sa.Table(
    'aggregates', METADATA,
    number_column(),
    uuid_column('uuid', nullable=False, unique=True),
    _text('name', nullable=False, unique=True),
    sa.Column('metadata', Json, nullable=False),
    time_column('created_at', nullable=False),
    time_column('updated_at'))

AGGREGATE_HOSTS = sa.Table(
    'aggregate_hosts', METADATA,
    _number('aggregate_id', primary_key=True, autoincrement=False),
    _text('host', primary_key=True, index=True))

# user_id '' is the project's own limit.
QUOTAS = sa.Table(
    'quotas', METADATA,
    _text('project_id', 64, primary_key=True),
    _text('user_id', 64, primary_key=True, default=''),
    _text('resource', 64, primary_key=True),
    _number('hard_limit', nullable=False))

QUOTA_CLASSES = sa.Table(
    'quota_classes', METADATA,
    _text('class_name', 64, primary_key=True),
    _text('resource', 64, primary_key=True),
    _number('hard_limit', nullable=False))

# Only a hash of the token is kept.
CONSOLE_TOKENS = sa.Table(
    'console_tokens', METADATA,
    _text('token_hash', 64, primary_key=True),
    uuid_column('server_id', nullable=False, index=True),
    _text('console_type', 16, nullable=False),
    _text('host', nullable=False),
    _number('port', nullable=False),
    sa.Column('expires_at', sa.Double, nullable=False))

OPERATIONS, JOURNAL = operations.declare(METADATA)
periodic.declare(METADATA)
