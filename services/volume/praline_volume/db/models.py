# SPDX-License-Identifier: Apache-2.0
"""The tables of the volume service."""
import sqlalchemy as sa
from sqlalchemy.dialects import mysql

from praline_common import operations
from praline_common import periodic
from praline_common.db import engine

METADATA = engine.new_metadata()
OPERATIONS, JOURNAL = operations.declare(METADATA)

UUID = sa.String(36)
NAME = sa.String(255)
# MariaDB keeps fractions of a second only when told so.
MOMENT = sa.DateTime().with_variant(mysql.DATETIME(fsp=6), 'mysql')


def _times():
    return sa.Column('created_at', MOMENT, nullable=False), sa.Column('updated_at', MOMENT)


VOLUMES = sa.Table(
    'volumes', METADATA,
    sa.Column('id', UUID, primary_key=True),
    sa.Column('project_id', NAME, nullable=False),
    sa.Column('user_id', NAME, nullable=False),
    sa.Column('name', NAME),
    sa.Column('description', NAME),
    sa.Column('size', sa.Integer, nullable=False),
    sa.Column('status', sa.String(32), nullable=False),
    sa.Column('previous_status', sa.String(32)),
    sa.Column('attach_status', sa.String(32), nullable=False),
    sa.Column('migration_status', sa.String(32)),
    sa.Column('availability_zone', NAME),
    sa.Column('host', NAME),
    sa.Column('service_uuid', UUID),
    sa.Column('volume_type_id', UUID),
    sa.Column('snapshot_id', UUID),
    sa.Column('source_volid', UUID),
    sa.Column('group_id', UUID, index=True),
    sa.Column('bootable', sa.Boolean, nullable=False),
    sa.Column('multiattach', sa.Boolean, nullable=False),
    sa.Column('consumes_quota', sa.Boolean, nullable=False),
    sa.Column('metadata', sa.JSON, nullable=False),
    sa.Column('admin_metadata', sa.JSON, nullable=False),
    sa.Column('image_metadata', sa.JSON),
    *_times(),
    sa.Index('ix_volumes_project_created', 'project_id', 'created_at', 'id'),
    sa.Index('ix_volumes_created', 'created_at', 'id'))

SNAPSHOTS = sa.Table(
    'snapshots', METADATA,
    sa.Column('id', UUID, primary_key=True),
    sa.Column('volume_id', UUID, nullable=False, index=True),
    sa.Column('project_id', NAME, nullable=False),
    sa.Column('user_id', NAME, nullable=False),
    sa.Column('name', NAME),
    sa.Column('description', NAME),
    sa.Column('size', sa.Integer, nullable=False),
    sa.Column('status', sa.String(32), nullable=False),
    sa.Column('progress', sa.String(16), nullable=False),
    sa.Column('volume_type_id', UUID),
    sa.Column('group_snapshot_id', UUID, index=True),
    sa.Column('consumes_quota', sa.Boolean, nullable=False),
    sa.Column('metadata', sa.JSON, nullable=False),
    *_times(),
    sa.Index('ix_snapshots_project_created', 'project_id', 'created_at', 'id'))

ATTACHMENTS = sa.Table(
    'attachments', METADATA,
    sa.Column('id', UUID, primary_key=True),
    sa.Column('volume_id', UUID, nullable=False, index=True),
    sa.Column('project_id', NAME, nullable=False),
    sa.Column('server_id', UUID, index=True),
    sa.Column('host', NAME),
    sa.Column('mountpoint', NAME),
    sa.Column('attach_mode', sa.String(16)),
    sa.Column('status', sa.String(32), nullable=False),
    sa.Column('connector', sa.JSON),
    sa.Column('connection_info', sa.JSON),
    sa.Column('attached_at', MOMENT),
    *_times())

TYPES = sa.Table(
    'volume_types', METADATA,
    sa.Column('id', UUID, primary_key=True),
    sa.Column('name', NAME, nullable=False, unique=True),
    sa.Column('description', NAME),
    sa.Column('is_public', sa.Boolean, nullable=False),
    sa.Column('qos_specs_id', UUID),
    sa.Column('extra_specs', sa.JSON, nullable=False),
    sa.Column('encryption', sa.JSON),
    *_times())

TYPE_ACCESS = sa.Table(
    'volume_type_access', METADATA,
    sa.Column('volume_type_id', UUID, primary_key=True),
    sa.Column('project_id', NAME, primary_key=True))

DEFAULT_TYPES = sa.Table(
    'default_volume_types', METADATA,
    sa.Column('project_id', NAME, primary_key=True),
    sa.Column('volume_type_id', UUID, nullable=False))

QOS_SPECS = sa.Table(
    'qos_specs', METADATA,
    sa.Column('id', UUID, primary_key=True),
    sa.Column('name', NAME, nullable=False, unique=True),
    sa.Column('consumer', sa.String(16), nullable=False),
    sa.Column('specs', sa.JSON, nullable=False),
    *_times())

QUOTAS = sa.Table(
    'quotas', METADATA,
    sa.Column('project_id', NAME, primary_key=True),
    sa.Column('resource', NAME, primary_key=True),
    sa.Column('limit', sa.Integer, nullable=False))

QUOTA_CLASSES = sa.Table(
    'quota_classes', METADATA,
    sa.Column('name', NAME, primary_key=True),
    sa.Column('resource', NAME, primary_key=True),
    sa.Column('limit', sa.Integer, nullable=False))

# One row a project: whoever counts its usage before adding to it holds this row.
QUOTA_LOCKS = sa.Table(
    'quota_locks', METADATA,
    sa.Column('project_id', NAME, primary_key=True),
    sa.Column('turn', sa.Integer, nullable=False))

SERVICES = sa.Table(
    'services', METADATA,
    sa.Column('id', UUID, primary_key=True),
    sa.Column('host', NAME, nullable=False),
    sa.Column('binary', NAME, nullable=False),
    sa.Column('availability_zone', NAME, nullable=False),
    sa.Column('disabled', sa.Boolean, nullable=False),
    sa.Column('disabled_reason', NAME),
    sa.Column('frozen', sa.Boolean, nullable=False),
    sa.Column('report', sa.JSON, nullable=False),
    *_times(),
    sa.UniqueConstraint('host', 'binary'))

TRANSFERS = sa.Table(
    'transfers', METADATA,
    sa.Column('id', UUID, primary_key=True),
    sa.Column('volume_id', UUID, nullable=False, unique=True),
    sa.Column('project_id', NAME, nullable=False),
    sa.Column('name', NAME),
    sa.Column('salt', sa.String(64), nullable=False),
    sa.Column('digest', sa.String(64), nullable=False),
    sa.Column('no_snapshots', sa.Boolean, nullable=False),
    *_times())

MESSAGES = sa.Table(
    'messages', METADATA,
    sa.Column('id', UUID, primary_key=True),
    sa.Column('project_id', NAME, nullable=False),
    sa.Column('request_id', NAME),
    sa.Column('resource_type', sa.String(36)),
    sa.Column('resource_uuid', UUID),
    sa.Column('event_id', sa.String(64), nullable=False),
    sa.Column('level', sa.String(16), nullable=False),
    sa.Column('text', sa.Text, nullable=False),
    sa.Column('expires_at', MOMENT, nullable=False),
    *_times(),
    sa.Index('ix_messages_project_created', 'project_id', 'created_at', 'id'))

GROUP_TYPES = sa.Table(
    'group_types', METADATA,
    sa.Column('id', UUID, primary_key=True),
    sa.Column('name', NAME, nullable=False, unique=True),
    sa.Column('description', NAME),
    sa.Column('is_public', sa.Boolean, nullable=False),
    sa.Column('group_specs', sa.JSON, nullable=False),
    *_times())

GROUPS = sa.Table(
    'groups', METADATA,
    sa.Column('id', UUID, primary_key=True),
    sa.Column('project_id', NAME, nullable=False, index=True),
    sa.Column('user_id', NAME, nullable=False),
    sa.Column('name', NAME),
    sa.Column('description', NAME),
    sa.Column('status', sa.String(32), nullable=False),
    sa.Column('availability_zone', NAME),
    sa.Column('group_type_id', UUID, nullable=False),
    sa.Column('volume_types', sa.JSON, nullable=False),
    sa.Column('group_snapshot_id', UUID),
    sa.Column('source_group_id', UUID),
    *_times())

GROUP_SNAPSHOTS = sa.Table(
    'group_snapshots', METADATA,
    sa.Column('id', UUID, primary_key=True),
    sa.Column('group_id', UUID, nullable=False, index=True),
    sa.Column('project_id', NAME, nullable=False, index=True),
    sa.Column('user_id', NAME, nullable=False),
    sa.Column('name', NAME),
    sa.Column('description', NAME),
    sa.Column('status', sa.String(32), nullable=False),
    sa.Column('group_type_id', UUID, nullable=False),
    *_times())

periodic.declare(METADATA)
