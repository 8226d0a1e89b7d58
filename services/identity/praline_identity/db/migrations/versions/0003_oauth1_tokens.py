# SPDX-License-Identifier: Apache-2.0
"""What consumers of OAuth 1 hold: request tokens, access tokens, and the nonces that they have used."""
from alembic import op
import sqlalchemy as sa

revision = '0003'
down_revision = '0002'


def upgrade():
    op.create_table('oauth1_nonces',
        sa.Column('digest', sa.String(length=64), nullable=False),
        sa.Column('expires_at', sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint('digest', name=op.f('pk_oauth1_nonces')),
        mysql_charset='utf8mb4')
    with op.batch_alter_table('oauth1_nonces') as batch_op:
        batch_op.create_index(batch_op.f('ix_oauth1_nonces_expires_at'), ['expires_at'], unique=False)

    op.create_table('oauth1_request_tokens',
        sa.Column('id', sa.String(length=64), nullable=False),
        sa.Column('consumer_id', sa.String(length=64), nullable=False),
        sa.Column('project_id', sa.String(length=64), nullable=False),
        sa.Column('user_id', sa.String(length=64), nullable=True),
        sa.Column('sealed_secret', sa.Text(), nullable=False),
        sa.Column('sealed_verifier', sa.Text(), nullable=True),
        sa.Column('role_ids', sa.JSON(), nullable=False),
        sa.Column('expires_at', sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(['consumer_id'], ['consumers.id'], name=op.f('fk_oauth1_request_tokens_consumer_id'),
            ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_oauth1_request_tokens')),
        mysql_charset='utf8mb4')
    with op.batch_alter_table('oauth1_request_tokens') as batch_op:
        for column in ('consumer_id', 'project_id'):
            batch_op.create_index(batch_op.f('ix_oauth1_request_tokens_' + column), [column], unique=False)

    op.create_table('oauth1_access_tokens',
        sa.Column('id', sa.String(length=64), nullable=False),
        sa.Column('consumer_id', sa.String(length=64), nullable=False),
        sa.Column('project_id', sa.String(length=64), nullable=False),
        sa.Column('user_id', sa.String(length=64), nullable=False),
        sa.Column('sealed_secret', sa.Text(), nullable=False),
        sa.Column('role_ids', sa.JSON(), nullable=False),
        sa.Column('expires_at', sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(['consumer_id'], ['consumers.id'], name=op.f('fk_oauth1_access_tokens_consumer_id'),
            ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_oauth1_access_tokens')),
        mysql_charset='utf8mb4')
    with op.batch_alter_table('oauth1_access_tokens') as batch_op:
        for column in ('consumer_id', 'project_id', 'user_id'):
            batch_op.create_index(batch_op.f('ix_oauth1_access_tokens_' + column), [column], unique=False)
