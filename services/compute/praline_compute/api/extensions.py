# SPDX-License-Identifier: Apache-2.0
"""The list of extensions that old clients ask for: /extensions; all of them are always there."""
from praline_common import errors, policy
from praline_common.api.rest import Controller, operation

_UPDATED = '2014-12-03T00:00:00Z'
_NAMES = {
    'os-admin-actions': 'AdminActions', 'os-agents': 'Agents', 'os-aggregates': 'Aggregates',
    'os-assisted-volume-snapshots': 'AssistedVolumeSnapshots', 'os-attach-interfaces': 'AttachInterfaces',
    'os-availability-zone': 'AvailabilityZone', 'os-baremetal-nodes': 'BareMetalNodes',
    'os-block-device-mapping': 'BlockDeviceMapping', 'os-console-auth-tokens': 'ConsoleAuthTokens',
    'os-console-output': 'ConsoleOutput', 'os-consoles': 'Consoles', 'os-create-backup': 'CreateBackup',
    'os-deferred-delete': 'DeferredDelete', 'os-evacuate': 'Evacuate', 'os-flavor-access': 'FlavorAccess',
    'os-flavor-extra-specs': 'FlavorExtraSpecs', 'os-flavor-manage': 'FlavorManage',
    'os-floating-ip-pools': 'FloatingIpPools', 'os-floating-ips': 'FloatingIps', 'os-hosts': 'Hosts',
    'os-hypervisors': 'Hypervisors', 'os-instance-actions': 'InstanceActions', 'os-keypairs': 'Keypairs',
    'os-lock-server': 'LockServer', 'os-migrate-server': 'MigrateServer', 'os-migrations': 'Migrations',
    'os-multinic': 'Multinic', 'os-multiple-create': 'MultipleCreate', 'os-networks': 'Networks',
    'os-pause-server': 'PauseServer', 'os-personality': 'Personality', 'os-quota-class-sets': 'QuotaClasses',
    'os-quota-sets': 'Quotas', 'os-remote-consoles': 'Consoles', 'os-rescue': 'Rescue',
    'os-scheduler-hints': 'SchedulerHints', 'os-security-groups': 'SecurityGroups',
    'os-server-diagnostics': 'ServerDiagnostics', 'os-server-external-events': 'ServerExternalEvents',
    'os-server-groups': 'ServerGroups', 'os-server-password': 'ServerPassword', 'os-server-usage': 'ServerUsage',
    'os-services': 'Services', 'os-shelve': 'Shelve', 'os-simple-tenant-usage': 'SimpleTenantUsage',
    'os-suspend-server': 'SuspendServer', 'os-tenant-networks': 'OSTenantNetworks', 'os-user-data': 'UserData',
    'os-used-limits': 'UsedLimits', 'os-volumes': 'Volumes', 'OS-DCF': 'DiskConfig',
    'OS-EXT-AZ': 'ExtendedAvailabilityZone', 'OS-EXT-IMG-SIZE': 'ImageSize', 'OS-EXT-IPS': 'ExtendedIps',
    'OS-EXT-IPS-MAC': 'ExtendedIpsMac', 'OS-EXT-SRV-ATTR': 'ExtendedServerAttributes',
    'OS-EXT-STS': 'ExtendedStatus', 'OS-FLV-DISABLED': 'FlavorDisabled', 'OS-FLV-EXT-DATA': 'FlavorExtraData',
    'OS-SCH-HNT': 'SchedulerHints', 'OS-SRV-USG': 'ServerUsage'}


class Extensions(Controller):

    @operation('os_compute_api:extensions', policy=policy.ANYONE)
    def get_all(self, req):
        return {'extensions': [_view(alias) for alias in sorted(_NAMES)]}

    @operation('os_compute_api:extensions', policy=policy.ANYONE)
    def get_one(self, req, alias):
        if alias not in _NAMES:
            raise errors.NotFound('The resource could not be found.')
        return {'extension': _view(alias)}


def _view(alias):
    return {'alias': alias, 'name': _NAMES[alias], 'description': '', 'links': [], 'updated': _UPDATED,
            'namespace': 'http://docs.openstack.org/compute/ext/fake_xml'}
