# SPDX-License-Identifier: Apache-2.0
"""Which collections the network API has."""
from praline_common.api import faults
from praline_common.api.app import Api
from praline_network.api import address_scopes
from praline_network.api import agent_schedulers
from praline_network.api import agents
from praline_network.api import extensions
from praline_network.api import floatingips
from praline_network.api import network_ip_availabilities
from praline_network.api import networks
from praline_network.api import ports
from praline_network.api import quotas
from praline_network.api import rbac_policies
from praline_network.api import routers
from praline_network.api import security_group_rules
from praline_network.api import security_groups
from praline_network.api import subnetpools
from praline_network.api import subnets
from praline_network.api import surroundings
from praline_network.api import tags
from praline_network.api import versions

ROUTES = (
    ('/', versions.Versions),
    ('/v2.0', versions.Version2),
    ('/v2.0/extensions', extensions.Extensions),
    ('/v2.0/networks', networks.Networks),
    ('/v2.0/subnets', subnets.Subnets),
    ('/v2.0/ports', ports.Ports),
    ('/v2.0/subnetpools', subnetpools.SubnetPools),
    ('/v2.0/address-scopes', address_scopes.AddressScopes),
    ('/v2.0/routers', routers.Routers),
    ('/v2.0/routers/{id}/add_router_interface', routers.AddInterface),
    ('/v2.0/routers/{id}/remove_router_interface', routers.RemoveInterface),
    ('/v2.0/routers/{id}/add_extraroutes', routers.AddRoutes),
    ('/v2.0/routers/{id}/remove_extraroutes', routers.RemoveRoutes),
    ('/v2.0/floatingips', floatingips.FloatingIps),
    ('/v2.0/security-groups', security_groups.SecurityGroups),
    ('/v2.0/security-group-rules', security_group_rules.SecurityGroupRules),
    ('/v2.0/agents', agents.Agents),
    ('/v2.0/agents/{id}/dhcp-networks', agent_schedulers.DhcpNetworks),
    ('/v2.0/agents/{id}/l3-routers', agent_schedulers.L3Routers),
    ('/v2.0/networks/{id}/dhcp-agents', agent_schedulers.DhcpAgents),
    ('/v2.0/routers/{id}/l3-agents', agent_schedulers.L3Agents),
    ('/v2.0/rbac-policies', rbac_policies.RbacPolicies),
    ('/v2.0/network-ip-availabilities', network_ip_availabilities.NetworkIpAvailabilities),
    ('/v2.0/quotas', quotas.Quotas),
    ('/v2.0/quotas/tenant', quotas.QuotaTenant),
    ('/v2.0/quotas/project', quotas.QuotaTenant),
    ('/v2.0/quotas/{project_id}/default', quotas.QuotaDefaults),
    ('/v2.0/quotas/{project_id}/details', quotas.QuotaDetails),
    ('/v2.0/availability_zones', surroundings.AvailabilityZones),
    ('/v2.0/service-providers', surroundings.ServiceProviders),
    *(('/v2.0/%s/{id}/tags' % plural, tags.of(rows)) for plural, rows in tags.TAGGED.items()),
)

# What the kit's own errors are called in this API.
_KINDS = {'BadRequest': 'HTTPBadRequest', 'NotFound': 'HTTPNotFound', 'Forbidden': 'PolicyNotAuthorized',
          'Unauthorized': 'HTTPUnauthorized', 'MethodNotAllowed': 'HTTPMethodNotAllowed', 'Conflict': 'HTTPConflict',
          'Error': 'HTTPInternalServerError'}


def fault(error, req):
    """The envelope, with the type that clients of this API know."""
    body = faults.network(error, req)
    if 'kind' not in error.details:
        body['NeutronError']['type'] = _KINDS.get(body['NeutronError']['type'], body['NeutronError']['type'])
    return body


def api(runtime):
    return Api(ROUTES, fault=fault)
