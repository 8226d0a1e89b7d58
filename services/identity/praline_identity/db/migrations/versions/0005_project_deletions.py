# SPDX-License-Identifier: Apache-2.0
"""Projects that wait for their deletion, identity's durable operations; deleted trusts are gone."""
from alembic import op
import sqlalchemy as sa

revision = '0005'
down_revision = '0004'


def upgrade():
    op.execute('DELETE FROM trusts WHERE deleted_at IS NOT NULL')
    op.drop_column('trusts', 'deleted_at')
    op.create_table('project_deletions',
        sa.Column('project_id', sa.String(length=64), nullable=False),
        sa.Column('requested_at', sa.BigInteger(), nullable=False),
        sa.Column('due_at', sa.BigInteger(), nullable=False),
        sa.Column('user_id', sa.String(length=64), nullable=True),
        sa.Column('request_id', sa.String(length=64), nullable=True),
        sa.Column('operation_id', sa.String(length=36), nullable=True),
        sa.Column('cause', sa.Text(), nullable=True),
        sa.Column('enabled', sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(['project_id'], ['projects.id'],
                                name=op.f('fk_project_deletions_project_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('project_id', name=op.f('pk_project_deletions')),
        mysql_charset='utf8mb4')
    op.create_table('operation_journal',
        sa.Column('id', sa.Integer(), autoincrement=True, nullable=False),
        sa.Column('operation_id', sa.String(length=36), nullable=False),
        sa.Column('at', sa.Float(precision=53), nullable=False),
        sa.Column('step', sa.String(length=64), nullable=False),
        sa.Column('event', sa.String(length=16), nullable=False),
        sa.Column('data', sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_operation_journal')))
    with op.batch_alter_table('operation_journal') as batch_op:
        batch_op.create_index(batch_op.f('ix_operation_journal_operation_id'), ['operation_id'], unique=False)
    op.create_table('operations',
        sa.Column('id', sa.String(length=36), nullable=False),
        sa.Column('kind', sa.String(length=64), nullable=False),
        sa.Column('resource_id', sa.String(length=64), nullable=False),
        sa.Column('request_id', sa.String(length=64), nullable=True),
        sa.Column('project_id', sa.String(length=64), nullable=True),
        sa.Column('user_id', sa.String(length=64), nullable=True),
        sa.Column('context', sa.JSON(), nullable=False),
        sa.Column('arguments', sa.JSON(), nullable=False),
        sa.Column('state', sa.String(length=16), nullable=False),
        sa.Column('step', sa.String(length=64), nullable=True),
        sa.Column('cause', sa.Text(), nullable=True),
        sa.Column('cancelled', sa.Boolean(), nullable=False),
        sa.Column('attempts', sa.Integer(), nullable=False),
        sa.Column('owner', sa.String(length=128), nullable=True),
        sa.Column('lease_until', sa.Float(precision=53), nullable=False),
        sa.Column('deadline', sa.Float(precision=53), nullable=False),
        sa.Column('sequence', sa.Float(precision=53), nullable=False),
        sa.Column('created_at', sa.Float(precision=53), nullable=False),
        sa.Column('ended_at', sa.Float(precision=53), nullable=True),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_operations')))
    with op.batch_alter_table('operations') as batch_op:
        batch_op.create_index(batch_op.f('ix_operations_request_id'), ['request_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_operations_resource_id'), ['resource_id'], unique=False)
        batch_op.create_index('ix_operations_state_lease', ['state', 'lease_until'], unique=False)
