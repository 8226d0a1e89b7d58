# SPDX-License-Identifier: Apache-2.0
"""The first tables of the compute service."""
from alembic import op
import sqlalchemy as sa

revision = '0001'
down_revision = None


def upgrade():
    _servers()
    _block_devices()
    _instance_actions()
    _migrations()
    _console_tokens()
    _flavors()
    _flavor_access()
    _keypairs()
    _server_groups()
    _hosts()
    _aggregates()
    _aggregate_hosts()
    _quotas()
    _quota_classes()
    _operations()
    _operation_journal()


def _servers():
    op.create_table(
        'servers',
        sa.Column('id', sa.String(36), nullable=False), sa.Column('project_id', sa.String(64), nullable=False),
        sa.Column('user_id', sa.String(64)), sa.Column('name', sa.String(255), nullable=False),
        sa.Column('description', sa.String(255)), sa.Column('hostname', sa.String(255)),
        sa.Column('reservation_id', sa.String(16)), sa.Column('launch_index', sa.Integer(), nullable=False),
        sa.Column('vm_state', sa.String(32), nullable=False), sa.Column('task_state', sa.String(32)),
        sa.Column('power_state', sa.Integer(), nullable=False), sa.Column('progress', sa.Integer(), nullable=False),
        sa.Column('host', sa.String(255)), sa.Column('agent', sa.String(255)),
        sa.Column('availability_zone', sa.String(255)), sa.Column('requested_zone', sa.String(255)),
        sa.Column('requested_host', sa.String(255)), sa.Column('hints', sa.Text()),
        sa.Column('server_group_id', sa.String(36)), sa.Column('flavor_id', sa.String(255)),
        sa.Column('flavor', sa.Text(), nullable=False), sa.Column('vcpus', sa.Integer(), nullable=False),
        sa.Column('ram', sa.Integer(), nullable=False), sa.Column('old_flavor', sa.Text()),
        sa.Column('image_id', sa.String(36)), sa.Column('image', sa.Text()), sa.Column('key_name', sa.String(255)),
        sa.Column('key', sa.Text()), sa.Column('user_data', sa.Text()),
        sa.Column('config_drive', sa.String(8), nullable=False),
        sa.Column('auto_disk_config', sa.Boolean(), nullable=False), sa.Column('access_ip_v4', sa.String(39)),
        sa.Column('access_ip_v6', sa.String(39)), sa.Column('metadata', sa.Text(), nullable=False),
        sa.Column('tags', sa.Text(), nullable=False), sa.Column('network_info', sa.Text(), nullable=False),
        sa.Column('shown_addresses', sa.Text()), sa.Column('shown_groups', sa.Text()),
        sa.Column('addresses', sa.Text(), nullable=False), sa.Column('fault', sa.Text()),
        sa.Column('locked_by', sa.String(8)), sa.Column('locked_reason', sa.String(255)),
        sa.Column('root_device_name', sa.String(64)), sa.Column('admin_password', sa.Text()),
        sa.Column('guest_password', sa.Text()), sa.Column('trusted_certs', sa.Text()),
        sa.Column('old_vm_state', sa.String(32)), sa.Column('old_host', sa.String(255)),
        sa.Column('shelved_image_id', sa.String(36)), sa.Column('rescue_image_id', sa.String(36)),
        sa.Column('generation', sa.Integer(), nullable=False), sa.Column('deleted', sa.Boolean(), nullable=False),
        sa.Column('created_at', sa.String(26), nullable=False), sa.Column('updated_at', sa.String(26)),
        sa.Column('launched_at', sa.String(26)), sa.Column('terminated_at', sa.String(26)),
        sa.Column('deleted_at', sa.String(26)), sa.PrimaryKeyConstraint('id', name='pk_servers'))
    op.create_index('ix_servers_host', 'servers', ['host', 'deleted'])
    op.create_index('ix_servers_page', 'servers', ['deleted', 'created_at', 'id'])
    op.create_index('ix_servers_project', 'servers', ['project_id', 'deleted', 'created_at', 'id'])
    op.create_index('ix_servers_reservation', 'servers', ['reservation_id'])
    op.create_index('ix_servers_server_group_id', 'servers', ['server_group_id'])
    op.create_index('ix_servers_updated', 'servers', ['updated_at'])
    op.create_index('ix_servers_usage', 'servers', ['project_id', 'deleted', 'user_id', 'vm_state', 'vcpus', 'ram'])


def _block_devices():
    op.create_table(
        'block_devices',
        sa.Column('id', sa.String(36), nullable=False), sa.Column('server_id', sa.String(36), nullable=False),
        sa.Column('volume_id', sa.String(36)), sa.Column('source_type', sa.String(16), nullable=False),
        sa.Column('destination_type', sa.String(16), nullable=False), sa.Column('source_id', sa.String(64)),
        sa.Column('volume_size', sa.Integer()), sa.Column('volume_type', sa.String(255)),
        sa.Column('device_name', sa.String(64)), sa.Column('disk_bus', sa.String(32)),
        sa.Column('device_type', sa.String(32)), sa.Column('guest_format', sa.String(32)),
        sa.Column('boot_index', sa.Integer()), sa.Column('delete_on_termination', sa.Boolean(), nullable=False),
        sa.Column('tag', sa.String(60)), sa.Column('state', sa.String(16), nullable=False),
        sa.Column('created_at', sa.String(26), nullable=False),
        sa.PrimaryKeyConstraint('id', name='pk_block_devices'))
    op.create_index('ix_block_devices_server_id', 'block_devices', ['server_id'])
    op.create_index('ix_block_devices_volume_id', 'block_devices', ['volume_id'])


def _instance_actions():
    op.create_table(
        'instance_actions',
        sa.Column('id', sa.Integer(), autoincrement=True, nullable=False),
        sa.Column('server_id', sa.String(36), nullable=False), sa.Column('action', sa.String(64), nullable=False),
        sa.Column('request_id', sa.String(64)), sa.Column('user_id', sa.String(64)),
        sa.Column('project_id', sa.String(64)), sa.Column('operation_id', sa.String(36)),
        sa.Column('host', sa.String(255)), sa.Column('message', sa.Text()),
        sa.Column('started_at', sa.String(26), nullable=False), sa.Column('finished_at', sa.String(26)),
        sa.Column('updated_at', sa.String(26), nullable=False),
        sa.PrimaryKeyConstraint('id', name='pk_instance_actions'))
    op.create_index('ix_instance_actions_operation_id', 'instance_actions', ['operation_id'])
    op.create_index('ix_instance_actions_request', 'instance_actions', ['server_id', 'request_id'])
    op.create_index('ix_instance_actions_server', 'instance_actions', ['server_id', 'started_at'])


def _migrations():
    op.create_table(
        'migrations',
        sa.Column('id', sa.Integer(), autoincrement=True, nullable=False),
        sa.Column('uuid', sa.String(36), nullable=False), sa.Column('server_id', sa.String(36), nullable=False),
        sa.Column('migration_type', sa.String(16), nullable=False),
        sa.Column('status', sa.String(32), nullable=False), sa.Column('source_host', sa.String(255)),
        sa.Column('dest_host', sa.String(255)), sa.Column('old_flavor_id', sa.String(255)),
        sa.Column('new_flavor_id', sa.String(255)), sa.Column('user_id', sa.String(64)),
        sa.Column('project_id', sa.String(64)), sa.Column('progress', sa.Text()),
        sa.Column('created_at', sa.String(26), nullable=False), sa.Column('updated_at', sa.String(26)),
        sa.PrimaryKeyConstraint('id', name='pk_migrations'), sa.UniqueConstraint('uuid', name='uq_migrations_uuid'))
    op.create_index('ix_migrations_server_id', 'migrations', ['server_id'])


def _console_tokens():
    op.create_table(
        'console_tokens',
        sa.Column('token_hash', sa.String(64), nullable=False), sa.Column('server_id', sa.String(36), nullable=False),
        sa.Column('console_type', sa.String(16), nullable=False), sa.Column('host', sa.String(255), nullable=False),
        sa.Column('port', sa.Integer(), nullable=False), sa.Column('expires_at', sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint('token_hash', name='pk_console_tokens'))
    op.create_index('ix_console_tokens_server_id', 'console_tokens', ['server_id'])


def _flavors():
    op.create_table(
        'flavors',
        sa.Column('id', sa.Integer(), autoincrement=True, nullable=False),
        sa.Column('flavor_id', sa.String(255), nullable=False), sa.Column('name', sa.String(255), nullable=False),
        sa.Column('vcpus', sa.Integer(), nullable=False), sa.Column('ram', sa.Integer(), nullable=False),
        sa.Column('disk', sa.Integer(), nullable=False), sa.Column('ephemeral', sa.Integer(), nullable=False),
        sa.Column('swap', sa.Integer(), nullable=False), sa.Column('rxtx_factor', sa.Float(), nullable=False),
        sa.Column('is_public', sa.Boolean(), nullable=False), sa.Column('disabled', sa.Boolean(), nullable=False),
        sa.Column('description', sa.Text()), sa.Column('extra_specs', sa.Text(), nullable=False),
        sa.Column('created_at', sa.String(26), nullable=False), sa.Column('updated_at', sa.String(26)),
        sa.PrimaryKeyConstraint('id', name='pk_flavors'),
        sa.UniqueConstraint('flavor_id', name='uq_flavors_flavor_id'),
        sa.UniqueConstraint('name', name='uq_flavors_name'))


def _flavor_access():
    op.create_table(
        'flavor_access',
        sa.Column('flavor_id', sa.String(255), nullable=False),
        sa.Column('project_id', sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint('flavor_id', 'project_id', name='pk_flavor_access'))


def _keypairs():
    op.create_table(
        'keypairs',
        sa.Column('id', sa.Integer(), autoincrement=True, nullable=False),
        sa.Column('user_id', sa.String(64), nullable=False), sa.Column('name', sa.String(255), nullable=False),
        sa.Column('type', sa.String(8), nullable=False), sa.Column('public_key', sa.Text(), nullable=False),
        sa.Column('fingerprint', sa.String(255), nullable=False),
        sa.Column('created_at', sa.String(26), nullable=False), sa.PrimaryKeyConstraint('id', name='pk_keypairs'),
        sa.UniqueConstraint('user_id', 'name', name='uq_keypairs_user_id_name'))


def _server_groups():
    op.create_table(
        'server_groups',
        sa.Column('id', sa.String(36), nullable=False), sa.Column('project_id', sa.String(64), nullable=False),
        sa.Column('user_id', sa.String(64)), sa.Column('name', sa.String(255), nullable=False),
        sa.Column('policy', sa.String(32), nullable=False), sa.Column('rules', sa.Text(), nullable=False),
        sa.Column('created_at', sa.String(26), nullable=False),
        sa.PrimaryKeyConstraint('id', name='pk_server_groups'))
    op.create_index('ix_server_groups_project_id', 'server_groups', ['project_id'])


def _hosts():
    op.create_table(
        'hosts',
        sa.Column('id', sa.Integer(), autoincrement=True, nullable=False),
        sa.Column('uuid', sa.String(36), nullable=False), sa.Column('service_id', sa.String(36), nullable=False),
        sa.Column('host', sa.String(255), nullable=False), sa.Column('agent', sa.String(255), nullable=False),
        sa.Column('report', sa.Text(), nullable=False), sa.Column('seen_at', sa.Double(), nullable=False),
        sa.Column('up', sa.Boolean(), nullable=False), sa.Column('disabled', sa.Boolean(), nullable=False),
        sa.Column('disabled_reason', sa.String(255)), sa.Column('forced_down', sa.Boolean(), nullable=False),
        sa.Column('created_at', sa.String(26), nullable=False), sa.Column('updated_at', sa.String(26)),
        sa.PrimaryKeyConstraint('id', name='pk_hosts'), sa.UniqueConstraint('host', name='uq_hosts_host'),
        sa.UniqueConstraint('service_id', name='uq_hosts_service_id'),
        sa.UniqueConstraint('uuid', name='uq_hosts_uuid'))


def _aggregates():
    op.create_table(
        'aggregates',
        sa.Column('id', sa.Integer(), autoincrement=True, nullable=False),
        sa.Column('uuid', sa.String(36), nullable=False), sa.Column('name', sa.String(255), nullable=False),
        sa.Column('metadata', sa.Text(), nullable=False), sa.Column('created_at', sa.String(26), nullable=False),
        sa.Column('updated_at', sa.String(26)), sa.PrimaryKeyConstraint('id', name='pk_aggregates'),
        sa.UniqueConstraint('name', name='uq_aggregates_name'),
        sa.UniqueConstraint('uuid', name='uq_aggregates_uuid'))


def _aggregate_hosts():
    op.create_table(
        'aggregate_hosts',
        sa.Column('aggregate_id', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('host', sa.String(255), nullable=False),
        sa.PrimaryKeyConstraint('aggregate_id', 'host', name='pk_aggregate_hosts'))
    op.create_index('ix_aggregate_hosts_host', 'aggregate_hosts', ['host'])


def _quotas():
    op.create_table(
        'quotas',
        sa.Column('project_id', sa.String(64), nullable=False), sa.Column('user_id', sa.String(64), nullable=False),
        sa.Column('resource', sa.String(64), nullable=False), sa.Column('hard_limit', sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint('project_id', 'user_id', 'resource', name='pk_quotas'))


def _quota_classes():
    op.create_table(
        'quota_classes',
        sa.Column('class_name', sa.String(64), nullable=False), sa.Column('resource', sa.String(64), nullable=False),
        sa.Column('hard_limit', sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint('class_name', 'resource', name='pk_quota_classes'))


def _operations():
    op.create_table(
        'operations',
        sa.Column('id', sa.String(36), nullable=False), sa.Column('kind', sa.String(64), nullable=False),
        sa.Column('resource_id', sa.String(64), nullable=False), sa.Column('request_id', sa.String(64)),
        sa.Column('project_id', sa.String(64)), sa.Column('user_id', sa.String(64)),
        sa.Column('context', sa.JSON(), nullable=False), sa.Column('arguments', sa.JSON(), nullable=False),
        sa.Column('state', sa.String(16), nullable=False), sa.Column('step', sa.String(64)),
        sa.Column('cause', sa.Text()), sa.Column('cancelled', sa.Boolean(), nullable=False),
        sa.Column('attempts', sa.Integer(), nullable=False), sa.Column('owner', sa.String(128)),
        sa.Column('lease_until', sa.Float(precision=53), nullable=False),
        sa.Column('deadline', sa.Float(precision=53), nullable=False),
        sa.Column('sequence', sa.Float(precision=53), nullable=False),
        sa.Column('created_at', sa.Float(precision=53), nullable=False),
        sa.Column('ended_at', sa.Float(precision=53)), sa.PrimaryKeyConstraint('id', name='pk_operations'))
    op.create_index('ix_operations_request_id', 'operations', ['request_id'])
    op.create_index('ix_operations_resource_id', 'operations', ['resource_id'])
    op.create_index('ix_operations_state_lease', 'operations', ['state', 'lease_until'])


def _operation_journal():
    op.create_table(
        'operation_journal',
        sa.Column('id', sa.Integer(), autoincrement=True, nullable=False),
        sa.Column('operation_id', sa.String(36), nullable=False),
        sa.Column('at', sa.Float(precision=53), nullable=False), sa.Column('step', sa.String(64), nullable=False),
        sa.Column('event', sa.String(16), nullable=False), sa.Column('data', sa.JSON()),
        sa.PrimaryKeyConstraint('id', name='pk_operation_journal'))
    op.create_index('ix_operation_journal_operation_id', 'operation_journal', ['operation_id'])
