# SPDX-License-Identifier: Apache-2.0
"""The first tables."""
from alembic import op
import sqlalchemy as sa

revision = '0001'
down_revision = None


def upgrade():
    op.create_table('allocations',
    sa.Column('consumer_id', sa.String(length=36), nullable=False),
    sa.Column('provider_id', sa.String(length=36), nullable=False),
    sa.Column('resource_class', sa.String(length=255), nullable=False),
    sa.Column('used', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('consumer_id', 'provider_id', 'resource_class', name=op.f('pk_allocations'))
    )
    with op.batch_alter_table('allocations', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_allocations_provider_id'), ['provider_id'], unique=False)

    op.create_table('consumers',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('project_id', sa.String(length=255), nullable=False),
    sa.Column('user_id', sa.String(length=255), nullable=False),
    sa.Column('consumer_type', sa.String(length=255), nullable=True),
    sa.Column('generation', sa.BigInteger(), nullable=False),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_consumers'))
    )
    with op.batch_alter_table('consumers', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_consumers_project_id_user_id'), ['project_id', 'user_id'], unique=False)

    op.create_table('hosts',
    sa.Column('provider_id', sa.String(length=36), nullable=False),
    sa.Column('host', sa.String(length=255), nullable=False),
    sa.Column('agent', sa.String(length=255), nullable=True),
    sa.Column('enabled', sa.Boolean(), nullable=False),
    sa.Column('up', sa.Boolean(), nullable=False),
    sa.Column('disabled_reason', sa.String(length=255), nullable=True),
    sa.Column('availability_zone', sa.String(length=255), nullable=True),
    sa.Column('aggregates', sa.JSON(), nullable=False),
    sa.Column('reported', sa.JSON(), nullable=False),
    sa.PrimaryKeyConstraint('provider_id', name=op.f('pk_hosts')),
    sa.UniqueConstraint('host', name=op.f('uq_hosts_host'))
    )
    op.create_table('inventories',
    sa.Column('provider_id', sa.String(length=36), nullable=False),
    sa.Column('resource_class', sa.String(length=255), nullable=False),
    sa.Column('total', sa.BigInteger(), nullable=False),
    sa.Column('reserved', sa.BigInteger(), nullable=False),
    sa.Column('min_unit', sa.BigInteger(), nullable=False),
    sa.Column('max_unit', sa.BigInteger(), nullable=False),
    sa.Column('step_size', sa.BigInteger(), nullable=False),
    sa.Column('allocation_ratio', sa.Float(precision=53), nullable=False),
    sa.Column('capacity', sa.BigInteger(), nullable=False),
    sa.Column('used', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('provider_id', 'resource_class', name=op.f('pk_inventories'))
    )
    with op.batch_alter_table('inventories', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_inventories_resource_class'), ['resource_class'], unique=False)

    op.create_table('provider_aggregates',
    sa.Column('provider_id', sa.String(length=36), nullable=False),
    sa.Column('aggregate_id', sa.String(length=36), nullable=False),
    sa.PrimaryKeyConstraint('provider_id', 'aggregate_id', name=op.f('pk_provider_aggregates'))
    )
    with op.batch_alter_table('provider_aggregates', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_provider_aggregates_aggregate_id'), ['aggregate_id'], unique=False)

    op.create_table('provider_traits',
    sa.Column('provider_id', sa.String(length=36), nullable=False),
    sa.Column('trait', sa.String(length=255), nullable=False),
    sa.PrimaryKeyConstraint('provider_id', 'trait', name=op.f('pk_provider_traits'))
    )
    with op.batch_alter_table('provider_traits', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_provider_traits_trait'), ['trait'], unique=False)

    op.create_table('providers',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('generation', sa.BigInteger(), nullable=False),
    sa.Column('parent_id', sa.String(length=36), nullable=True),
    sa.Column('root_id', sa.String(length=36), nullable=False),
    sa.Column('revision', sa.BigInteger(), nullable=False),
    sa.Column('shape_revision', sa.BigInteger(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_providers')),
    sa.UniqueConstraint('name', name=op.f('uq_providers_name'))
    )
    with op.batch_alter_table('providers', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_providers_parent_id'), ['parent_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_providers_revision'), ['revision'], unique=False)
        batch_op.create_index(batch_op.f('ix_providers_root_id'), ['root_id'], unique=False)

    op.create_table('resource_classes',
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_resource_classes'))
    )
    op.create_table('revisions',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('value', sa.BigInteger(), nullable=False),
    sa.Column('removals', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_revisions'))
    )
    op.create_table('traits',
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_traits'))
    )
