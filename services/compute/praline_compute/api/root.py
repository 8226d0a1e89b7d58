# SPDX-License-Identifier: Apache-2.0
"""Which collections the compute API has; a new one is a line here."""
from praline_common.api import faults
from praline_common.api.app import Api
from praline_compute.api import (
    aggregates, availability_zones, flavors, hosts, hypervisors, keypairs, limits, quota_sets, server_groups, services,
    versions)
from praline_compute.api.history import HISTORY
from praline_compute.api.servers import controller as servers

ROUTES = (
    ('/', versions.Versions),
    ('/v2', versions.Version20),
    ('/v2.1', versions.Version21),
    ('/v2.1/flavors', flavors.Flavors),
    ('/v2.1/flavors/{id}/action', flavors.FlavorActions),
    ('/v2.1/flavors/{id}/os-extra_specs', flavors.ExtraSpecs),
    ('/v2.1/flavors/{id}/os-flavor-access', flavors.FlavorAccess),
    ('/v2.1/os-keypairs', keypairs.Keypairs),
    ('/v2.1/servers', servers.Servers),
    ('/v2.1/limits', limits.Limits),
    ('/v2.1/os-aggregates', aggregates.Aggregates),
    ('/v2.1/os-aggregates/{id}/action', aggregates.AggregateActions),
    ('/v2.1/os-aggregates/{id}/images', aggregates.AggregateImages),
    ('/v2.1/os-availability-zone', availability_zones.AvailabilityZones),
    ('/v2.1/os-hosts', hosts.Hosts),
    ('/v2.1/os-hosts/{host}/startup', hosts.HostStartup),
    ('/v2.1/os-hosts/{host}/shutdown', hosts.HostShutdown),
    ('/v2.1/os-hosts/{host}/reboot', hosts.HostReboot),
    ('/v2.1/os-hypervisors', hypervisors.Hypervisors),
    ('/v2.1/os-hypervisors/{id}/uptime', hypervisors.HypervisorUptime),
    ('/v2.1/os-hypervisors/{pattern}/search', hypervisors.HypervisorSearch),
    ('/v2.1/os-hypervisors/{pattern}/servers', hypervisors.HypervisorServers),
    ('/v2.1/os-quota-sets', quota_sets.QuotaSets),
    ('/v2.1/os-quota-sets/{project}/defaults', quota_sets.QuotaDefaults),
    ('/v2.1/os-quota-sets/{project}/detail', quota_sets.QuotaDetail),
    ('/v2.1/os-quota-class-sets', quota_sets.QuotaClassSets),
    ('/v2.1/os-server-groups', server_groups.ServerGroups),
    ('/v2.1/os-services', services.Services),
)


def api(runtime):
    return Api(ROUTES, history=HISTORY, fault=faults.compute, project_in_path='v2.1')
