# SPDX-License-Identifier: Apache-2.0
"""The first tables of the identity service."""
from alembic import op
import sqlalchemy as sa

revision = '0001'
down_revision = None


def upgrade():
    op.create_table('consumers',
        sa.Column('id', sa.String(length=64), nullable=False),
        sa.Column('description', sa.Text(), nullable=True),
        sa.Column('sealed_secret', sa.Text(), nullable=False),
        sa.Column('extra', sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_consumers')),
        mysql_charset='utf8mb4')
    op.create_table('credentials',
        sa.Column('id', sa.String(length=64), nullable=False),
        sa.Column('user_id', sa.String(length=64), nullable=False),
        sa.Column('project_id', sa.String(length=64), nullable=True),
        sa.Column('type', sa.String(length=255), nullable=False),
        sa.Column('sealed_blob', sa.Text(), nullable=False),
        sa.Column('extra', sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_credentials')),
        mysql_charset='utf8mb4')
    with op.batch_alter_table('credentials') as batch_op:
        batch_op.create_index(batch_op.f('ix_credentials_user_id'), ['user_id'], unique=False)

    op.create_table('endpoint_groups',
        sa.Column('id', sa.String(length=64), nullable=False),
        sa.Column('name', sa.String(length=255), nullable=False),
        sa.Column('description', sa.Text(), nullable=True),
        sa.Column('filters', sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_endpoint_groups')),
        mysql_charset='utf8mb4')
    op.create_table('policies',
        sa.Column('id', sa.String(length=64), nullable=False),
        sa.Column('type', sa.String(length=255), nullable=False),
        sa.Column('blob', sa.JSON(), nullable=False),
        sa.Column('extra', sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_policies')),
        mysql_charset='utf8mb4')
    op.create_table('projects',
        sa.Column('id', sa.String(length=64), nullable=False),
        sa.Column('name', sa.String(length=64), nullable=False),
        sa.Column('domain_id', sa.String(length=64), nullable=False),
        sa.Column('parent_id', sa.String(length=64), nullable=True),
        sa.Column('is_domain', sa.Boolean(), nullable=False),
        sa.Column('enabled', sa.Boolean(), nullable=False),
        sa.Column('description', sa.Text(), nullable=True),
        sa.Column('options', sa.JSON(), nullable=False),
        sa.Column('extra', sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_projects')),
        sa.UniqueConstraint('domain_id', 'name', 'is_domain', name=op.f('uq_projects_domain_id_name_is_domain')),
        mysql_charset='utf8mb4')
    with op.batch_alter_table('projects') as batch_op:
        batch_op.create_index(batch_op.f('ix_projects_parent_id'), ['parent_id'], unique=False)

    op.create_table('regions',
        sa.Column('id', sa.String(length=255), nullable=False),
        sa.Column('description', sa.Text(), nullable=True),
        sa.Column('parent_region_id', sa.String(length=255), nullable=True),
        sa.Column('extra', sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_regions')),
        mysql_charset='utf8mb4')
    op.create_table('revision',
        sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('value', sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_revision')),
        mysql_charset='utf8mb4')
    op.create_table('revocations',
        sa.Column('key', sa.String(length=128), nullable=False),
        sa.Column('issued_before', sa.BigInteger(), nullable=False),
        sa.Column('revoked_at', sa.BigInteger(), nullable=False),
        sa.Column('expires_at', sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint('key', name=op.f('pk_revocations')),
        mysql_charset='utf8mb4')
    with op.batch_alter_table('revocations') as batch_op:
        batch_op.create_index(batch_op.f('ix_revocations_expires_at'), ['expires_at'], unique=False)

    op.create_table('roles',
        sa.Column('id', sa.String(length=64), nullable=False),
        sa.Column('name', sa.String(length=255), nullable=False),
        sa.Column('domain_id', sa.String(length=64), nullable=False),
        sa.Column('description', sa.Text(), nullable=True),
        sa.Column('options', sa.JSON(), nullable=False),
        sa.Column('extra', sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_roles')),
        sa.UniqueConstraint('domain_id', 'name', name=op.f('uq_roles_domain_id_name')),
        mysql_charset='utf8mb4')
    op.create_table('services',
        sa.Column('id', sa.String(length=64), nullable=False),
        sa.Column('type', sa.String(length=255), nullable=True),
        sa.Column('enabled', sa.Boolean(), nullable=False),
        sa.Column('extra', sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_services')),
        mysql_charset='utf8mb4')
    op.create_table('trusts',
        sa.Column('id', sa.String(length=64), nullable=False),
        sa.Column('trustor_user_id', sa.String(length=64), nullable=False),
        sa.Column('trustee_user_id', sa.String(length=64), nullable=False),
        sa.Column('project_id', sa.String(length=64), nullable=True),
        sa.Column('impersonation', sa.Boolean(), nullable=False),
        sa.Column('expires_at', sa.BigInteger(), nullable=True),
        sa.Column('deleted_at', sa.BigInteger(), nullable=True),
        sa.Column('remaining_uses', sa.Integer(), nullable=True),
        sa.Column('redelegation_count', sa.Integer(), nullable=False),
        sa.Column('redelegated_trust_id', sa.String(length=64), nullable=True),
        sa.Column('extra', sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_trusts')),
        mysql_charset='utf8mb4')
    with op.batch_alter_table('trusts') as batch_op:
        batch_op.create_index(batch_op.f('ix_trusts_project_id'), ['project_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_trusts_trustee_user_id'), ['trustee_user_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_trusts_trustor_user_id'), ['trustor_user_id'], unique=False)

    op.create_table('assignments',
        sa.Column('actor_kind', sa.String(length=8), nullable=False),
        sa.Column('actor_id', sa.String(length=64), nullable=False),
        sa.Column('target_kind', sa.String(length=8), nullable=False),
        sa.Column('target_id', sa.String(length=64), nullable=False),
        sa.Column('role_id', sa.String(length=64), nullable=False),
        sa.Column('inherited', sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(['role_id'], ['roles.id'], name=op.f('fk_assignments_role_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('actor_kind', 'actor_id', 'target_kind', 'target_id', 'role_id', 'inherited',
            name=op.f('pk_assignments')),
        mysql_charset='utf8mb4')
    with op.batch_alter_table('assignments') as batch_op:
        batch_op.create_index(batch_op.f('ix_assignments_actor_id'), ['actor_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_assignments_target_id'), ['target_id'], unique=False)

    op.create_table('config_options',
        sa.Column('domain_id', sa.String(length=64), nullable=False),
        sa.Column('group', sa.String(length=255), nullable=False),
        sa.Column('option', sa.String(length=255), nullable=False),
        sa.Column('value', sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(['domain_id'], ['projects.id'], name=op.f('fk_config_options_domain_id'),
            ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('domain_id', 'group', 'option', name=op.f('pk_config_options')),
        mysql_charset='utf8mb4')
    op.create_table('endpoint_group_projects',
        sa.Column('endpoint_group_id', sa.String(length=64), nullable=False),
        sa.Column('project_id', sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(['endpoint_group_id'], ['endpoint_groups.id'],
            name=op.f('fk_endpoint_group_projects_endpoint_group_id'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['project_id'], ['projects.id'],
            name=op.f('fk_endpoint_group_projects_project_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('endpoint_group_id', 'project_id', name=op.f('pk_endpoint_group_projects')),
        mysql_charset='utf8mb4')
    op.create_table('endpoints',
        sa.Column('id', sa.String(length=64), nullable=False),
        sa.Column('service_id', sa.String(length=64), nullable=False),
        sa.Column('region_id', sa.String(length=255), nullable=True),
        sa.Column('interface', sa.String(length=8), nullable=False),
        sa.Column('url', sa.Text(), nullable=False),
        sa.Column('enabled', sa.Boolean(), nullable=False),
        sa.Column('extra', sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(['service_id'], ['services.id'], name=op.f('fk_endpoints_service_id'),
            ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_endpoints')),
        mysql_charset='utf8mb4')
    with op.batch_alter_table('endpoints') as batch_op:
        batch_op.create_index(batch_op.f('ix_endpoints_service_id'), ['service_id'], unique=False)

    op.create_table('groups',
        sa.Column('id', sa.String(length=64), nullable=False),
        sa.Column('domain_id', sa.String(length=64), nullable=False),
        sa.Column('name', sa.String(length=64), nullable=False),
        sa.Column('description', sa.Text(), nullable=True),
        sa.Column('extra', sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(['domain_id'], ['projects.id'], name=op.f('fk_groups_domain_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_groups')),
        sa.UniqueConstraint('domain_id', 'name', name=op.f('uq_groups_domain_id_name')),
        mysql_charset='utf8mb4')
    op.create_table('implied_roles',
        sa.Column('prior_role_id', sa.String(length=64), nullable=False),
        sa.Column('implied_role_id', sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(['implied_role_id'], ['roles.id'], name=op.f('fk_implied_roles_implied_role_id'),
            ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['prior_role_id'], ['roles.id'], name=op.f('fk_implied_roles_prior_role_id'),
            ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('prior_role_id', 'implied_role_id', name=op.f('pk_implied_roles')),
        mysql_charset='utf8mb4')
    op.create_table('policy_associations',
        sa.Column('id', sa.String(length=64), nullable=False),
        sa.Column('policy_id', sa.String(length=64), nullable=False),
        sa.Column('endpoint_id', sa.String(length=64), nullable=True),
        sa.Column('service_id', sa.String(length=64), nullable=True),
        sa.Column('region_id', sa.String(length=255), nullable=True),
        sa.ForeignKeyConstraint(['policy_id'], ['policies.id'], name=op.f('fk_policy_associations_policy_id'),
            ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_policy_associations')),
        sa.UniqueConstraint('endpoint_id', 'service_id', 'region_id',
            name=op.f('uq_policy_associations_endpoint_id_service_id_region_id')),
        mysql_charset='utf8mb4')
    with op.batch_alter_table('policy_associations') as batch_op:
        batch_op.create_index(batch_op.f('ix_policy_associations_policy_id'), ['policy_id'], unique=False)

    op.create_table('project_tags',
        sa.Column('project_id', sa.String(length=64), nullable=False),
        sa.Column('name', sa.String(length=255), nullable=False),
        sa.ForeignKeyConstraint(['project_id'], ['projects.id'], name=op.f('fk_project_tags_project_id'),
            ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('project_id', 'name', name=op.f('pk_project_tags')),
        mysql_charset='utf8mb4')
    op.create_table('registered_limits',
        sa.Column('id', sa.String(length=64), nullable=False),
        sa.Column('service_id', sa.String(length=64), nullable=False),
        sa.Column('region_id', sa.String(length=255), nullable=True),
        sa.Column('resource_name', sa.String(length=255), nullable=False),
        sa.Column('default_limit', sa.Integer(), nullable=False),
        sa.Column('description', sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(['service_id'], ['services.id'], name=op.f('fk_registered_limits_service_id'),
            ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_registered_limits')),
        mysql_charset='utf8mb4')
    op.create_table('trust_roles',
        sa.Column('trust_id', sa.String(length=64), nullable=False),
        sa.Column('role_id', sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(['role_id'], ['roles.id'], name=op.f('fk_trust_roles_role_id'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['trust_id'], ['trusts.id'], name=op.f('fk_trust_roles_trust_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('trust_id', 'role_id', name=op.f('pk_trust_roles')),
        mysql_charset='utf8mb4')
    op.create_table('users',
        sa.Column('id', sa.String(length=64), nullable=False),
        sa.Column('domain_id', sa.String(length=64), nullable=False),
        sa.Column('name', sa.String(length=255), nullable=False),
        sa.Column('enabled', sa.Boolean(), nullable=False),
        sa.Column('default_project_id', sa.String(length=64), nullable=True),
        sa.Column('options', sa.JSON(), nullable=False),
        sa.Column('extra', sa.JSON(), nullable=False),
        sa.Column('created_at', sa.BigInteger(), nullable=True),
        sa.Column('last_active_at', sa.BigInteger(), nullable=True),
        sa.Column('failed_logins', sa.Integer(), nullable=False),
        sa.Column('failed_at', sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(['domain_id'], ['projects.id'], name=op.f('fk_users_domain_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_users')),
        sa.UniqueConstraint('domain_id', 'name', name=op.f('uq_users_domain_id_name')),
        mysql_charset='utf8mb4')
    with op.batch_alter_table('users') as batch_op:
        batch_op.create_index(batch_op.f('ix_users_default_project_id'), ['default_project_id'], unique=False)

    op.create_table('access_rules',
        sa.Column('id', sa.String(length=64), nullable=False),
        sa.Column('user_id', sa.String(length=64), nullable=False),
        sa.Column('service', sa.String(length=64), nullable=False),
        sa.Column('path', sa.String(length=128), nullable=False),
        sa.Column('method', sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_access_rules_user_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_access_rules')),
        sa.UniqueConstraint('user_id', 'service', 'path', 'method',
            name=op.f('uq_access_rules_user_id_service_path_method')),
        mysql_charset='utf8mb4')
    with op.batch_alter_table('access_rules') as batch_op:
        batch_op.create_index(batch_op.f('ix_access_rules_user_id'), ['user_id'], unique=False)

    op.create_table('application_credentials',
        sa.Column('id', sa.String(length=64), nullable=False),
        sa.Column('user_id', sa.String(length=64), nullable=False),
        sa.Column('project_id', sa.String(length=64), nullable=False),
        sa.Column('name', sa.String(length=255), nullable=False),
        sa.Column('description', sa.Text(), nullable=True),
        sa.Column('secret_hash', sa.String(length=255), nullable=False),
        sa.Column('expires_at', sa.BigInteger(), nullable=True),
        sa.Column('unrestricted', sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(['project_id'], ['projects.id'],
            name=op.f('fk_application_credentials_project_id'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_application_credentials_user_id'),
            ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_application_credentials')),
        sa.UniqueConstraint('user_id', 'name', name=op.f('uq_application_credentials_user_id_name')),
        mysql_charset='utf8mb4')
    with op.batch_alter_table('application_credentials') as batch_op:
        batch_op.create_index(batch_op.f('ix_application_credentials_project_id'), ['project_id'], unique=False)

    op.create_table('group_members',
        sa.Column('group_id', sa.String(length=64), nullable=False),
        sa.Column('user_id', sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(['group_id'], ['groups.id'], name=op.f('fk_group_members_group_id'),
            ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_group_members_user_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('group_id', 'user_id', name=op.f('pk_group_members')),
        mysql_charset='utf8mb4')
    with op.batch_alter_table('group_members') as batch_op:
        batch_op.create_index(batch_op.f('ix_group_members_user_id'), ['user_id'], unique=False)

    op.create_table('limits',
        sa.Column('id', sa.String(length=64), nullable=False),
        sa.Column('registered_limit_id', sa.String(length=64), nullable=False),
        sa.Column('project_id', sa.String(length=64), nullable=True),
        sa.Column('domain_id', sa.String(length=64), nullable=True),
        sa.Column('resource_limit', sa.Integer(), nullable=False),
        sa.Column('description', sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(['registered_limit_id'], ['registered_limits.id'],
            name=op.f('fk_limits_registered_limit_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_limits')),
        mysql_charset='utf8mb4')
    with op.batch_alter_table('limits') as batch_op:
        batch_op.create_index(batch_op.f('ix_limits_registered_limit_id'), ['registered_limit_id'], unique=False)

    op.create_table('passwords',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('user_id', sa.String(length=64), nullable=False),
        sa.Column('hash', sa.String(length=255), nullable=True),
        sa.Column('created_at', sa.BigInteger(), nullable=False),
        sa.Column('expires_at', sa.BigInteger(), nullable=True),
        sa.Column('self_service', sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_passwords_user_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_passwords')),
        mysql_charset='utf8mb4')
    with op.batch_alter_table('passwords') as batch_op:
        batch_op.create_index(batch_op.f('ix_passwords_user_id'), ['user_id'], unique=False)

    op.create_table('project_endpoints',
        sa.Column('endpoint_id', sa.String(length=64), nullable=False),
        sa.Column('project_id', sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(['endpoint_id'], ['endpoints.id'], name=op.f('fk_project_endpoints_endpoint_id'),
            ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['project_id'], ['projects.id'], name=op.f('fk_project_endpoints_project_id'),
            ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('endpoint_id', 'project_id', name=op.f('pk_project_endpoints')),
        mysql_charset='utf8mb4')
    op.create_table('application_credential_roles',
        sa.Column('application_credential_id', sa.String(length=64), nullable=False),
        sa.Column('role_id', sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(['application_credential_id'], ['application_credentials.id'],
            name=op.f('fk_application_credential_roles_application_credential_id'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['role_id'], ['roles.id'], name=op.f('fk_application_credential_roles_role_id'),
            ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('application_credential_id', 'role_id', name=op.f('pk_application_credential_roles')),
        mysql_charset='utf8mb4')
    op.create_table('application_credential_rules',
        sa.Column('application_credential_id', sa.String(length=64), nullable=False),
        sa.Column('access_rule_id', sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(['access_rule_id'], ['access_rules.id'],
            name=op.f('fk_application_credential_rules_access_rule_id'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['application_credential_id'], ['application_credentials.id'],
            name=op.f('fk_application_credential_rules_application_credential_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('application_credential_id', 'access_rule_id',
            name=op.f('pk_application_credential_rules')),
        mysql_charset='utf8mb4')
