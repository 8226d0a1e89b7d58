# SPDX-License-Identifier: Apache-2.0
"""The two tables that every service with asynchronous work keeps: operations and their journal."""
import sqlalchemy as sa

# MySQL's plain FLOAT would keep seconds since the epoch to the nearest two minutes.
TIME = sa.Float(53)
LIVE = ('pending', 'running', 'undoing')
ENDED = ('done', 'failed', 'cancelled')


def declare(metadata):
    """Add the tables to a service's metadata; (operations, journal)."""
    operations = sa.Table(
        'operations', metadata,
        sa.Column('id', sa.String(36), primary_key=True),
        sa.Column('kind', sa.String(64), nullable=False),
        sa.Column('resource_id', sa.String(64), nullable=False, index=True),
        sa.Column('request_id', sa.String(64), index=True),
        sa.Column('project_id', sa.String(64)),
        sa.Column('user_id', sa.String(64)),
        sa.Column('context', sa.JSON, nullable=False),
        sa.Column('arguments', sa.JSON, nullable=False),
        sa.Column('state', sa.String(16), nullable=False),
        sa.Column('step', sa.String(64)),
        sa.Column('cause', sa.Text),
        sa.Column('cancelled', sa.Boolean, nullable=False, default=False),
        sa.Column('attempts', sa.Integer, nullable=False, default=0),
        sa.Column('owner', sa.String(128)),
        sa.Column('lease_until', TIME, nullable=False, default=0),
        sa.Column('deadline', TIME, nullable=False),
        sa.Column('sequence', TIME, nullable=False),
        sa.Column('created_at', TIME, nullable=False),
        sa.Column('ended_at', TIME),
        sa.Index('ix_operations_state_lease', 'state', 'lease_until'))
    journal = sa.Table(
        'operation_journal', metadata,
        sa.Column('id', sa.Integer, primary_key=True, autoincrement=True),
        sa.Column('operation_id', sa.String(36), nullable=False, index=True),
        sa.Column('at', TIME, nullable=False),
        sa.Column('step', sa.String(64), nullable=False),
        sa.Column('event', sa.String(16), nullable=False),
        sa.Column('data', sa.JSON))
    return operations, journal
