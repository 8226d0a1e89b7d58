# SPDX-License-Identifier: Apache-2.0
"""Which collections the compute API has; a new one is a line here."""
from praline_common.api import faults
from praline_common.api.app import Api
from praline_compute.api import (
    aggregates, audit_logs, availability_zones, extensions, external_events, flavors, hosts, hypervisors,
    instance_actions, interfaces, keypairs, limits, migrations, quota_sets, remote_consoles, server_groups,
    server_password, services, tenant_usages, versions, volume_attachments)
from praline_compute.api.history import HISTORY
from praline_compute.api.servers import actions as server_actions
from praline_compute.api.servers import controller as servers
from praline_compute.api.servers import groups, ips, metadata, tags

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
    ('/v2.1/servers/{id}/action', server_actions.ServerActions),
    ('/v2.1/servers/{id}/ips', ips.ServerAddresses),
    ('/v2.1/servers/{id}/metadata', metadata.ServerMetadata),
    ('/v2.1/servers/{id}/os-security-groups', groups.ServerSecurityGroups),
    ('/v2.1/servers/{id}/tags', tags.ServerTags),
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
    ('/v2.1/extensions', extensions.Extensions),
    ('/v2.1/os-console-auth-tokens', remote_consoles.ConsoleTokens),
    ('/v2.1/os-instance_usage_audit_log', audit_logs.AuditLogs),
    ('/v2.1/os-migrations', migrations.Migrations),
    ('/v2.1/os-server-external-events', external_events.ExternalEvents),
    ('/v2.1/os-simple-tenant-usage', tenant_usages.TenantUsages),
    ('/v2.1/servers/{id}/migrations', migrations.ServerMigrations),
    ('/v2.1/servers/{id}/migrations/{migration}/action', migrations.ServerMigrationActions),
    ('/v2.1/servers/{id}/os-instance-actions', instance_actions.InstanceActions),
    ('/v2.1/servers/{id}/os-interface', interfaces.Interfaces),
    ('/v2.1/servers/{id}/os-volume_attachments', volume_attachments.VolumeAttachments),
    ('/v2.1/servers/{id}/os-server-password', server_password.ServerPassword),
    ('/v2.1/servers/{id}/remote-consoles', remote_consoles.RemoteConsoles),
)


def api(runtime):
    return Api(ROUTES, history=HISTORY, fault=faults.compute, project_in_path='v2.1')
