# SPDX-License-Identifier: Apache-2.0
"""Users and groups that a domain's own directory keeps; revocations count by revision."""
from alembic import op
import sqlalchemy as sa

revision = '0004'
down_revision = '0003'


def upgrade():
    op.create_table('id_mappings',
        sa.Column('public_id', sa.String(length=64), nullable=False),
        sa.Column('domain_id', sa.String(length=64), nullable=False),
        sa.Column('kind', sa.String(length=8), nullable=False),
        sa.Column('local_id', sa.String(length=255), nullable=False),
        sa.ForeignKeyConstraint(['domain_id'], ['projects.id'], name=op.f('fk_id_mappings_domain_id'),
                                ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('public_id', name=op.f('pk_id_mappings')),
        sa.UniqueConstraint('domain_id', 'kind', 'local_id', name=op.f('uq_id_mappings_domain_id_kind_local_id')),
        mysql_charset='utf8mb4')
    for table in ('users', 'groups'):
        op.add_column(table, sa.Column('mirrored_at', sa.BigInteger(), nullable=True))
    op.add_column('revocations', sa.Column('revision', sa.BigInteger(), nullable=True))
