# SPDX-License-Identifier: Apache-2.0
"""Periodic work that one process does for all."""
from alembic import op
import sqlalchemy as sa

revision = '0003'
down_revision = '0002'


def upgrade():
    op.create_table(
        'periodic_work',
        sa.Column('name', sa.String(length=64), nullable=False),
        sa.Column('at', sa.Float(precision=53), nullable=False),
        sa.Column('result', sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint('name', name=op.f('pk_periodic_work')))
