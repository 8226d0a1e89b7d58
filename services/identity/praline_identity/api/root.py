# SPDX-License-Identifier: Apache-2.0
"""Every collection of identity's API, by its path."""
from praline_common.api import faults
from praline_common.api.app import Api
from praline_identity.api import auth_scopes
from praline_identity.api import domain_config
from praline_identity.api import endpoint_filter
from praline_identity.api import federated_auth
from praline_identity.api import grants
from praline_identity.api import groups
from praline_identity.api import implied_roles
from praline_identity.api import policy_associations
from praline_identity.api import saml
from praline_identity.api import system_grants
from praline_identity.api.access_rules import AccessRules
from praline_identity.api.access_tokens import AccessTokenRoles, AccessTokens, UserAccessTokens
from praline_identity.api.application_credentials import ApplicationCredentials
from praline_identity.api.consumers import Consumers
from praline_identity.api.credentials import Credentials
from praline_identity.api.domains import Domains
from praline_identity.api.ec2_credentials import Ec2Credentials
from praline_identity.api.endpoints import Endpoints
from praline_identity.api.federation_protocols import FederationProtocols
from praline_identity.api.identity_providers import IdentityProviders
from praline_identity.api.limits import LimitModel, Limits
from praline_identity.api.mappings import Mappings
from praline_identity.api.oauth2_tokens import OAuth2Tokens
from praline_identity.api.policies import Policies
from praline_identity.api.project_deletions import Deletions, ProjectResources
from praline_identity.api.project_tags import ProjectTags
from praline_identity.api.projects import Projects
from praline_identity.api.regions import Regions
from praline_identity.api.registered_limits import RegisteredLimits
from praline_identity.api.request_tokens import Authorize, RequestTokens
from praline_identity.api.revocations import RevocationEvents
from praline_identity.api.role_assignments import RoleAssignments
from praline_identity.api.roles import Roles
from praline_identity.api.service_providers import ServiceProviders
from praline_identity.api.services import Services
from praline_identity.api.signed_requests import Ec2Tokens, S3Tokens
from praline_identity.api.tokens import AuthTokens
from praline_identity.api.trusts import TrustRoles, Trusts
from praline_identity.api.users import UserPassword, Users
from praline_identity.api.v2 import routes as v2
from praline_identity.api.versions import Version3, Versions
from praline_identity.notifications import observer
from praline_identity.tokens.issuer import Tokens

ROUTES = (
    ('/', Versions),
    ('/v3', Version3),
    ('/v3/auth/tokens', AuthTokens),
    ('/v3/auth/projects', auth_scopes.AuthProjects),
    ('/v3/auth/domains', auth_scopes.AuthDomains),
    ('/v3/auth/system', auth_scopes.AuthSystem),
    ('/v3/auth/catalog', auth_scopes.AuthCatalog),
    ('/v3/domains', Domains),
    ('/v3/domains/{domain_id}/config', domain_config.DomainConfig),
    ('/v3/domains/{domain_id}/config/{group}', domain_config.DomainConfigGroup),
    ('/v3/domains/config/default', domain_config.ConfigDefaults),
    ('/v3/domains/config/{group}/default', domain_config.ConfigDefaults),
    ('/v3/domains/config/{group}/{option}/default', domain_config.ConfigDefaults),
    ('/v3/projects', Projects),
    ('/v3/projects/{project_id}/tags', ProjectTags),
    ('/v3/users', Users),
    ('/v3/users/{user_id}/password', UserPassword),
    ('/v3/users/{user_id}/groups', groups.UserGroups),
    ('/v3/users/{user_id}/projects', auth_scopes.UserProjects),
    ('/v3/users/{user_id}/credentials/OS-EC2', Ec2Credentials),
    ('/v3/users/{user_id}/application_credentials', ApplicationCredentials),
    ('/v3/users/{user_id}/access_rules', AccessRules),
    ('/v3/groups', groups.Groups),
    ('/v3/groups/{group_id}/users', groups.GroupUsers),
    ('/v3/roles', Roles),
    ('/v3/roles/{role_id}/implies', implied_roles.ImpliedRoles),
    ('/v3/role_inferences', implied_roles.RoleInferences),
    ('/v3/role_assignments', RoleAssignments),
    ('/v3/projects/{project_id}/users/{user_id}/roles', grants.ProjectUsers),
    ('/v3/projects/{project_id}/groups/{group_id}/roles', grants.ProjectGroups),
    ('/v3/domains/{domain_id}/users/{user_id}/roles', grants.DomainUsers),
    ('/v3/domains/{domain_id}/groups/{group_id}/roles', grants.DomainGroups),
    ('/v3/system/users/{user_id}/roles', system_grants.SystemUsers),
    ('/v3/system/groups/{group_id}/roles', system_grants.SystemGroups),
    *grants.inherited('/v3/OS-INHERIT'),
    ('/v3/regions', Regions),
    ('/v3/services', Services),
    ('/v3/endpoints', Endpoints),
    ('/v3/OS-EP-FILTER/endpoint_groups', endpoint_filter.EndpointGroups),
    ('/v3/OS-EP-FILTER/endpoint_groups/{group_id}/endpoints', endpoint_filter.GroupEndpoints),
    ('/v3/OS-EP-FILTER/endpoint_groups/{group_id}/projects', endpoint_filter.GroupProjects),
    ('/v3/OS-EP-FILTER/projects/{project_id}/endpoints', endpoint_filter.ProjectEndpoints),
    ('/v3/OS-EP-FILTER/projects/{project_id}/endpoint_groups', endpoint_filter.ProjectEndpointGroups),
    ('/v3/OS-EP-FILTER/endpoints/{endpoint_id}/projects', endpoint_filter.EndpointProjects),
    ('/v3/credentials', Credentials),
    ('/v3/policies', Policies),
    ('/v3/policies/{policy_id}/OS-ENDPOINT-POLICY/endpoints', policy_associations.PolicyEndpoints),
    ('/v3/policies/{policy_id}/OS-ENDPOINT-POLICY/services', policy_associations.PolicyServices),
    ('/v3/policies/{policy_id}/OS-ENDPOINT-POLICY/services/{service_id}/regions', policy_associations.PolicyRegions),
    ('/v3/endpoints/{endpoint_id}/OS-ENDPOINT-POLICY/policy', policy_associations.EndpointPolicy),
    ('/v3/ec2tokens', Ec2Tokens),
    ('/v3/s3tokens', S3Tokens),
    ('/v3/OS-TRUST/trusts', Trusts),
    ('/v3/OS-TRUST/trusts/{trust_id}/roles', TrustRoles),
    ('/v3/OS-OAUTH1/consumers', Consumers),
    ('/v3/OS-OAUTH1/request_token', RequestTokens),
    ('/v3/OS-OAUTH1/authorize', Authorize),
    ('/v3/OS-OAUTH1/access_token', AccessTokens),
    ('/v3/users/{user_id}/OS-OAUTH1/access_tokens', UserAccessTokens),
    ('/v3/users/{user_id}/OS-OAUTH1/access_tokens/{access_token_id}/roles', AccessTokenRoles),
    ('/v3/OS-OAUTH2/token', OAuth2Tokens),
    ('/v3/OS-FEDERATION/identity_providers', IdentityProviders),
    ('/v3/OS-FEDERATION/identity_providers/{provider_id}/protocols', FederationProtocols),
    ('/v3/OS-FEDERATION/identity_providers/{provider_id}/protocols/{protocol_id}/auth', federated_auth.FederatedAuth),
    ('/v3/auth/OS-FEDERATION/identity_providers/{provider_id}/protocols/{protocol_id}/websso',
     federated_auth.ProviderWebSso),
    ('/v3/auth/OS-FEDERATION/websso', federated_auth.WebSso),
    ('/v3/auth/OS-FEDERATION/saml2', saml.SamlAssertion),
    ('/v3/auth/OS-FEDERATION/saml2/ecp', saml.SamlEcp),
    ('/v3/OS-FEDERATION/saml2/metadata', saml.SamlMetadata),
    ('/v3/OS-FEDERATION/mappings', Mappings),
    ('/v3/OS-FEDERATION/service_providers', ServiceProviders),
    ('/v3/OS-FEDERATION/projects', auth_scopes.AuthProjects),
    ('/v3/OS-FEDERATION/domains', auth_scopes.AuthDomains),
    ('/v3/OS-REVOKE/events', RevocationEvents),
    ('/v3/registered_limits', RegisteredLimits),
    ('/v3/limits', Limits),
    ('/v3/limits/model', LimitModel),
    ('/praline/deletions', Deletions),
    ('/praline/projects/{project_id}/resources', ProjectResources),
)


def api(runtime):
    routes = (*ROUTES, *v2.ROUTES) if runtime.options.v2_enabled else ROUTES
    return Api(routes, fault=faults.identity, token_checker=runtime.shared(Tokens),
               observe=runtime.shared(observer.of))
