# SPDX-License-Identifier: Apache-2.0
"""Identity's tables.

A domain is a project with is_domain; its own domain_id is ''.  Roles of no domain have domain_id ''.
Times are whole microseconds since 1970.  `extra` holds the attributes that clients add of their own.
mirrored_at: None for users and groups that live here; for those of a directory, when they were last read from
it, and 0 when it has them no more.
"""
import sqlalchemy as sa

from praline_common import operations as durable
from praline_common.db import engine

METADATA = engine.new_metadata()

_ID = sa.String(64)


def _table(name, *columns, **kwargs):
    return sa.Table(name, METADATA, *columns, mysql_charset='utf8mb4', **kwargs)


def _id(**kwargs):
    return sa.Column('id', _ID, primary_key=True, **kwargs)


def _ref(name, target=None, **kwargs):
    kwargs.setdefault('nullable', False)
    ties = [sa.ForeignKey(target, ondelete='CASCADE')] if target else []
    return sa.Column(name, _ID, *ties, **kwargs)


def _extra():
    return sa.Column('extra', sa.JSON, nullable=False, default=dict)


def _options():
    return sa.Column('options', sa.JSON, nullable=False, default=dict)


def _flag(name, default=True):
    return sa.Column(name, sa.Boolean, nullable=False, default=default)


def _text(name):
    return sa.Column(name, sa.Text)


def _time(name, nullable=True):
    return sa.Column(name, sa.BigInteger, nullable=nullable)


def _name(length=255, **kwargs):
    kwargs.setdefault('nullable', False)
    return sa.Column('name', sa.String(length), **kwargs)


revision = _table('revision', sa.Column('id', sa.Integer, primary_key=True, autoincrement=False),
                  sa.Column('value', sa.BigInteger, nullable=False))

# key: 'user:<id>', 'project:<id>', 'domain:<id>', 'audit:<audit id>', 'chain:<audit id>', 'trust:<id>', ...
revocations = _table('revocations', sa.Column('key', sa.String(128), primary_key=True),
                     _time('issued_before', nullable=False), _time('revoked_at', nullable=False),
                     sa.Column('expires_at', sa.BigInteger, nullable=False, index=True),
                     sa.Column('revision', sa.BigInteger))

projects = _table('projects', _id(), _name(64), _ref('domain_id'), _ref('parent_id', nullable=True, index=True),
                  _flag('is_domain', False), _flag('enabled'), _text('description'), _options(), _extra(),
                  sa.UniqueConstraint('domain_id', 'name', 'is_domain'))
project_tags = _table('project_tags', _ref('project_id', 'projects.id', primary_key=True),
                      sa.Column('name', sa.String(255), primary_key=True))
config_options = _table('config_options', _ref('domain_id', 'projects.id', primary_key=True),
                        sa.Column('group', sa.String(255), primary_key=True),
                        sa.Column('option', sa.String(255), primary_key=True),
                        sa.Column('value', sa.JSON))

# A project that waits for its deletion; enabled: {id of it and of each below it: whether it was before}.
project_deletions = _table('project_deletions', _ref('project_id', 'projects.id', primary_key=True),
                           _time('requested_at', nullable=False), _time('due_at', nullable=False),
                           _ref('user_id', nullable=True), sa.Column('request_id', sa.String(64)),
                           sa.Column('operation_id', sa.String(36)), _text('cause'),
                           sa.Column('enabled', sa.JSON, nullable=False))

# federated_name: what a federated user is called; its `name` is its own id then, which nobody else's can be.
users = _table('users', _id(), _ref('domain_id', 'projects.id'), _name(),
               sa.Column('federated_name', sa.String(255), index=True), _flag('enabled'),
               _ref('default_project_id', nullable=True, index=True), _options(), _extra(),
               _time('created_at'), _time('last_active_at'),
               sa.Column('failed_logins', sa.Integer, nullable=False, default=0), _time('failed_at'),
               _time('mirrored_at'),
               sa.UniqueConstraint('domain_id', 'name'))
passwords = _table('passwords', sa.Column('id', sa.Integer, primary_key=True),
                   _ref('user_id', 'users.id', index=True), sa.Column('hash', sa.String(255)),
                   _time('created_at', nullable=False), _time('expires_at'), _flag('self_service', False))
groups = _table('groups', _id(), _ref('domain_id', 'projects.id'), _name(64), _text('description'), _extra(),
                _time('mirrored_at'),
                sa.UniqueConstraint('domain_id', 'name'))
group_members = _table('group_members', _ref('group_id', 'groups.id', primary_key=True),
                       _ref('user_id', 'users.id', primary_key=True, index=True))
# What a directory calls the users and groups (kind: user | group) that the API knows by public_id.
id_mappings = _table('id_mappings', sa.Column('public_id', _ID, primary_key=True), _ref('domain_id', 'projects.id'),
                     sa.Column('kind', sa.String(8), nullable=False),
                     sa.Column('local_id', sa.String(255), nullable=False),
                     sa.UniqueConstraint('domain_id', 'kind', 'local_id'))

roles = _table('roles', _id(), _name(), _ref('domain_id'), _text('description'), _options(), _extra(),
               sa.UniqueConstraint('domain_id', 'name'))
implied_roles = _table('implied_roles', _ref('prior_role_id', 'roles.id', primary_key=True),
                       _ref('implied_role_id', 'roles.id', primary_key=True))
# actor_kind: user | group; target_kind: project | domain | system (target_id 'system')
assignments = _table('assignments', sa.Column('actor_kind', sa.String(8), primary_key=True),
                     _ref('actor_id', primary_key=True, index=True),
                     sa.Column('target_kind', sa.String(8), primary_key=True),
                     _ref('target_id', primary_key=True, index=True),
                     _ref('role_id', 'roles.id', primary_key=True),
                     sa.Column('inherited', sa.Boolean, primary_key=True))

regions = _table('regions', sa.Column('id', sa.String(255), primary_key=True), _text('description'),
                 sa.Column('parent_region_id', sa.String(255)), _extra())
services = _table('services', _id(), sa.Column('type', sa.String(255)), _flag('enabled'), _extra())
endpoints = _table('endpoints', _id(), _ref('service_id', 'services.id', index=True),
                   sa.Column('region_id', sa.String(255)), sa.Column('interface', sa.String(8), nullable=False),
                   sa.Column('url', sa.Text, nullable=False), _flag('enabled'), _extra())
endpoint_groups = _table('endpoint_groups', _id(), _name(), _text('description'),
                         sa.Column('filters', sa.Text, nullable=False))
endpoint_group_projects = _table('endpoint_group_projects',
                                 _ref('endpoint_group_id', 'endpoint_groups.id', primary_key=True),
                                 _ref('project_id', 'projects.id', primary_key=True))
project_endpoints = _table('project_endpoints', _ref('endpoint_id', 'endpoints.id', primary_key=True),
                           _ref('project_id', 'projects.id', primary_key=True))

credentials = _table('credentials', _id(), _ref('user_id', index=True), _ref('project_id', nullable=True),
                     sa.Column('type', sa.String(255), nullable=False),
                     sa.Column('sealed_blob', sa.Text, nullable=False), _extra())
policies = _table('policies', _id(), sa.Column('type', sa.String(255), nullable=False),
                  sa.Column('blob', sa.JSON, nullable=False), _extra())
policy_associations = _table('policy_associations', _id(), _ref('policy_id', 'policies.id', index=True),
                             _ref('endpoint_id', nullable=True), _ref('service_id', nullable=True),
                             sa.Column('region_id', sa.String(255)),
                             sa.UniqueConstraint('endpoint_id', 'service_id', 'region_id'))

trusts = _table('trusts', _id(), _ref('trustor_user_id', index=True), _ref('trustee_user_id', index=True),
                _ref('project_id', nullable=True, index=True), _flag('impersonation', False), _time('expires_at'),
                sa.Column('remaining_uses', sa.Integer),
                sa.Column('redelegation_count', sa.Integer, nullable=False, default=0),
                _ref('redelegated_trust_id', nullable=True), _extra())
trust_roles = _table('trust_roles', _ref('trust_id', 'trusts.id', primary_key=True),
                     _ref('role_id', 'roles.id', primary_key=True))

application_credentials = _table(
    'application_credentials', _id(), _ref('user_id', 'users.id'), _ref('project_id', 'projects.id', index=True),
    _name(), _text('description'), sa.Column('secret_hash', sa.String(255), nullable=False), _time('expires_at'),
    _flag('unrestricted', False), sa.UniqueConstraint('user_id', 'name'))
application_credential_roles = _table(
    'application_credential_roles',
    _ref('application_credential_id', 'application_credentials.id', primary_key=True),
    _ref('role_id', 'roles.id', primary_key=True))
access_rules = _table('access_rules', _id(), _ref('user_id', 'users.id', index=True),
                      sa.Column('service', sa.String(64), nullable=False),
                      sa.Column('path', sa.String(128), nullable=False),
                      sa.Column('method', sa.String(16), nullable=False),
                      sa.UniqueConstraint('user_id', 'service', 'path', 'method'))
application_credential_rules = _table(
    'application_credential_rules',
    _ref('application_credential_id', 'application_credentials.id', primary_key=True),
    _ref('access_rule_id', 'access_rules.id', primary_key=True))

registered_limits = _table('registered_limits', _id(), _ref('service_id', 'services.id'),
                           sa.Column('region_id', sa.String(255)),
                           sa.Column('resource_name', sa.String(255), nullable=False),
                           sa.Column('default_limit', sa.Integer, nullable=False), _text('description'))
limits = _table('limits', _id(), _ref('registered_limit_id', 'registered_limits.id', index=True),
                _ref('project_id', nullable=True), _ref('domain_id', nullable=True),
                sa.Column('resource_limit', sa.Integer, nullable=False), _text('description'))

consumers = _table('consumers', _id(), _text('description'), sa.Column('sealed_secret', sa.Text, nullable=False),
                   _extra())
# user_id and sealed_verifier are there once a user has authorized it; role_ids: [role id].
request_tokens = _table('oauth1_request_tokens', _id(), _ref('consumer_id', 'consumers.id', index=True),
                        _ref('project_id', index=True), _ref('user_id', nullable=True),
                        sa.Column('sealed_secret', sa.Text, nullable=False), _text('sealed_verifier'),
                        sa.Column('role_ids', sa.JSON, nullable=False, default=list), _time('expires_at'))
access_tokens = _table('oauth1_access_tokens', _id(), _ref('consumer_id', 'consumers.id', index=True),
                       _ref('project_id', index=True), _ref('user_id', index=True),
                       sa.Column('sealed_secret', sa.Text, nullable=False),
                       sa.Column('role_ids', sa.JSON, nullable=False, default=list), _time('expires_at'))
nonces = _table('oauth1_nonces', sa.Column('digest', sa.String(64), primary_key=True),
                sa.Column('expires_at', sa.BigInteger, nullable=False, index=True))

operations, operation_journal = durable.declare(METADATA)

identity_providers = _table('identity_providers', _id(), _ref('domain_id', 'projects.id', index=True),
                            _flag('enabled', False), _text('description'),
                            sa.Column('authorization_ttl', sa.Integer))
identity_provider_remote_ids = _table('identity_provider_remote_ids',
                                      sa.Column('remote_id', sa.String(255), primary_key=True),
                                      _ref('identity_provider_id', 'identity_providers.id', index=True))
federation_protocols = _table('federation_protocols',
                              _ref('identity_provider_id', 'identity_providers.id', primary_key=True),
                              _id(), _ref('mapping_id'), sa.Column('remote_id_attribute', sa.String(64)))
mappings = _table('mappings', _id(), sa.Column('rules', sa.JSON, nullable=False),
                  sa.Column('schema_version', sa.String(5), nullable=False))
service_providers = _table('service_providers', _id(), _flag('enabled', False), _text('description'),
                           sa.Column('auth_url', sa.String(256), nullable=False),
                           sa.Column('sp_url', sa.String(256), nullable=False),
                           sa.Column('relay_state_prefix', sa.String(256), nullable=False))
# Whom a user is to an identity provider: unique_id there.
federated_users = _table('federated_users',
                         _ref('identity_provider_id', primary_key=True),
                         _ref('protocol_id', primary_key=True),
                         sa.Column('unique_id', sa.String(255), primary_key=True),
                         _ref('user_id', 'users.id', index=True),
                         sa.ForeignKeyConstraint(('identity_provider_id', 'protocol_id'),
                                                 ('federation_protocols.identity_provider_id',
                                                  'federation_protocols.id'), ondelete='CASCADE',
                                                 name='fk_federated_users_protocol'))
# What an assertion said at verified_at; a member until expires_at.
expiring_group_members = _table('expiring_group_members', _ref('user_id', 'users.id', primary_key=True),
                                _ref('group_id', 'groups.id', primary_key=True),
                                _ref('identity_provider_id', 'identity_providers.id', primary_key=True),
                                _time('verified_at', nullable=False),
                                sa.Column('expires_at', sa.BigInteger, nullable=False, index=True))
