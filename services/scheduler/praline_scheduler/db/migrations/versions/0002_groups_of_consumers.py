# SPDX-License-Identifier: Apache-2.0
"""The server group of a consumer, so that a claim can look at its other members."""
from alembic import op
import sqlalchemy as sa

revision = '0002'
down_revision = '0001'


def upgrade():
    with op.batch_alter_table('consumers', schema=None) as batch_op:
        batch_op.add_column(sa.Column('group_id', sa.String(length=36), nullable=True))
        batch_op.create_index(batch_op.f('ix_consumers_group_id'), ['group_id'], unique=False)
