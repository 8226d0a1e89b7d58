# SPDX-License-Identifier: Apache-2.0
"""The extensions of the v2.0 API that this service answers."""
from praline_common import errors
from praline_common.api.rest import Controller, operation
from praline_common.policy import ANYONE
from praline_network.api.tags import TAGGED

# alias: (name, what it adds)
EXTENSIONS = {
    'address-scope': ('Address scope', 'Address scopes for subnet pools.'),
    'agent': ('agent', 'The agents and whether they live.'),
    'allowed-address-pairs': ('Allowed Address Pairs', 'Addresses besides its own that a port may use.'),
    'availability_zone': ('Availability Zone', 'Availability zones of networks and routers.'),
    'binding': ('Port Binding', 'The host that a port is bound to.'),
    'default-subnetpools': ('Default Subnetpools', 'A subnet pool that is used when none is named.'),
    'dhcp_agent_scheduler': ('DHCP Agent Scheduler', 'Which agent serves which network.'),
    'dns-integration': ('DNS Integration', 'Names of ports and networks.'),
    'ext-gw-mode': ('Neutron L3 Configurable external gateway mode', 'Whether a router translates source addresses.'),
    'external-net': ('Neutron external network', 'Networks that lead outside.'),
    'extra_dhcp_opt': ('Neutron Extra DHCP options', 'DHCP options of single ports.'),
    'extraroute': ('Neutron Extra Route', 'Routes of routers.'),
    'extraroute-atomic': ('Atomically add/remove extra routes', 'Single routes come and go.'),
    'filter-validation': ('Filter parameters validation', 'Unknown filters are refused.'),
    'ip-substring-filtering': ('IP address substring filtering', 'Ports by a part of their address.'),
    'l3_agent_scheduler': ('L3 Agent Scheduler', 'Which agent runs which router.'),
    'net-mtu': ('Network MTU', 'MTU of networks.'),
    'net-mtu-writable': ('Network MTU (writable)', 'MTU of networks may be chosen.'),
    'network-ip-availability': ('Network IP Availability', 'Used and free addresses of networks.'),
    'network_availability_zone': ('Network Availability Zone', 'Availability zones of networks.'),
    'pagination': ('Pagination support', 'Lists in pages.'),
    'port-security': ('Port Security', 'Ports without filters.'),
    'project-id': ('project_id field enabled', 'project_id beside tenant_id.'),
    'provider': ('Provider Network', 'What networks are made of.'),
    'quota_details': ('Quota details management support', 'Used and reserved of quotas.'),
    'quotas': ('Quota management support', 'How much a project may have.'),
    'rbac-policies': ('RBAC Policies', 'Networks and groups that are shared with one project.'),
    'revision-if-match': ('If-Match constraints based on revision_number', 'Changes only to a known revision.'),
    'router': ('Neutron L3 Router', 'Routers and floating IPs.'),
    'router_availability_zone': ('Router Availability Zone', 'Availability zones of routers.'),
    'security-group': ('security-group', 'Security groups.'),
    'security-groups-normalized-cidr': ('Normalized CIDR field for security group rules', 'Canonical prefixes.'),
    'service-type': ('Neutron Service Type Management', 'Service providers.'),
    'sorting': ('Sorting support', 'Lists in an order.'),
    'standard-attr-description': ('standard-attr-description', 'Descriptions of everything.'),
    'standard-attr-revisions': ('Resource revision numbers', 'Revision numbers of everything.'),
    'standard-attr-tag': ('Tag support for resources with standard attribute',
                          'Tags of the resources: %s.' % ', '.join(sorted(TAGGED))),
    'standard-attr-timestamp': ('Resource timestamps', 'Times of creation and change.'),
    'subnet-service-types': ('Subnet service types', 'Subnets for certain ports only.'),
    'subnet_allocation': ('Subnet Allocation', 'Subnets from pools.'),
    'tag': ('Tag support', 'Tags of networks.'),
    'tag-ext': ('Tag support for resources: subnet, subnetpool, port, router', 'Tags of more.'),
}
_UPDATED = '2026-01-01T00:00:00-00:00'


def _view(alias):
    name, description = EXTENSIONS[alias]
    return {'alias': alias, 'name': name, 'description': description, 'updated': _UPDATED, 'links': []}


class Extensions(Controller):

    @operation('get_extensions', policy=ANYONE)
    def get_all(self, req):
        return {'extensions': [_view(alias) for alias in EXTENSIONS]}

    @operation('get_extension', policy=ANYONE)
    def get_one(self, req, alias):
        if alias not in EXTENSIONS:
            raise errors.NotFound("Extension with alias %s does not exist" % alias, kind='ExtensionNotFound')
        return {'extension': _view(alias)}
