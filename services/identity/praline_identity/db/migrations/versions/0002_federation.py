# SPDX-License-Identifier: Apache-2.0
"""Federation: identity providers, protocols, mappings, service providers, and the users that come through them."""
from alembic import op
import sqlalchemy as sa

revision = '0002'
down_revision = '0001'


def upgrade():
    op.create_table('mappings',
        sa.Column('id', sa.String(length=64), nullable=False),
        sa.Column('rules', sa.JSON(), nullable=False),
        sa.Column('schema_version', sa.String(length=5), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_mappings')),
        mysql_charset='utf8mb4')
    op.create_table('service_providers',
        sa.Column('id', sa.String(length=64), nullable=False),
        sa.Column('enabled', sa.Boolean(), nullable=False),
        sa.Column('description', sa.Text(), nullable=True),
        sa.Column('auth_url', sa.String(length=256), nullable=False),
        sa.Column('sp_url', sa.String(length=256), nullable=False),
        sa.Column('relay_state_prefix', sa.String(length=256), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_service_providers')),
        mysql_charset='utf8mb4')
    op.create_table('identity_providers',
        sa.Column('id', sa.String(length=64), nullable=False),
        sa.Column('domain_id', sa.String(length=64), nullable=False),
        sa.Column('enabled', sa.Boolean(), nullable=False),
        sa.Column('description', sa.Text(), nullable=True),
        sa.Column('authorization_ttl', sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(['domain_id'], ['projects.id'], name=op.f('fk_identity_providers_domain_id'),
            ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_identity_providers')),
        mysql_charset='utf8mb4')
    op.create_index(op.f('ix_identity_providers_domain_id'), 'identity_providers', ['domain_id'])
    op.create_table('identity_provider_remote_ids',
        sa.Column('remote_id', sa.String(length=255), nullable=False),
        sa.Column('identity_provider_id', sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(['identity_provider_id'], ['identity_providers.id'],
            name=op.f('fk_identity_provider_remote_ids_identity_provider_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('remote_id', name=op.f('pk_identity_provider_remote_ids')),
        mysql_charset='utf8mb4')
    op.create_index(op.f('ix_identity_provider_remote_ids_identity_provider_id'), 'identity_provider_remote_ids',
        ['identity_provider_id'])
    op.create_table('federation_protocols',
        sa.Column('identity_provider_id', sa.String(length=64), nullable=False),
        sa.Column('id', sa.String(length=64), nullable=False),
        sa.Column('mapping_id', sa.String(length=64), nullable=False),
        sa.Column('remote_id_attribute', sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(['identity_provider_id'], ['identity_providers.id'],
            name=op.f('fk_federation_protocols_identity_provider_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('identity_provider_id', 'id', name=op.f('pk_federation_protocols')),
        mysql_charset='utf8mb4')
    op.create_table('federated_users',
        sa.Column('identity_provider_id', sa.String(length=64), nullable=False),
        sa.Column('protocol_id', sa.String(length=64), nullable=False),
        sa.Column('unique_id', sa.String(length=255), nullable=False),
        sa.Column('user_id', sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(['identity_provider_id', 'protocol_id'],
            ['federation_protocols.identity_provider_id', 'federation_protocols.id'],
            name='fk_federated_users_protocol', ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_federated_users_user_id'),
            ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('identity_provider_id', 'protocol_id', 'unique_id', name=op.f('pk_federated_users')),
        mysql_charset='utf8mb4')
    op.create_index(op.f('ix_federated_users_user_id'), 'federated_users', ['user_id'])
    op.create_table('expiring_group_members',
        sa.Column('user_id', sa.String(length=64), nullable=False),
        sa.Column('group_id', sa.String(length=64), nullable=False),
        sa.Column('identity_provider_id', sa.String(length=64), nullable=False),
        sa.Column('verified_at', sa.BigInteger(), nullable=False),
        sa.Column('expires_at', sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(['group_id'], ['groups.id'], name=op.f('fk_expiring_group_members_group_id'),
            ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['identity_provider_id'], ['identity_providers.id'],
            name=op.f('fk_expiring_group_members_identity_provider_id'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_expiring_group_members_user_id'),
            ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('user_id', 'group_id', 'identity_provider_id',
            name=op.f('pk_expiring_group_members')),
        mysql_charset='utf8mb4')
    op.create_index(op.f('ix_expiring_group_members_expires_at'), 'expiring_group_members', ['expires_at'])
    op.add_column('users', sa.Column('federated_name', sa.String(length=255), nullable=True))
    op.create_index(op.f('ix_users_federated_name'), 'users', ['federated_name'])
