# SPDX-License-Identifier: Apache-2.0
"""Small fixed answers: zones, extensions, filters."""
from praline_common.api import rest
from praline_common.policy import ANYONE
from praline_volume.db import services

EXTENSIONS = (
    ('SchedulerHints', 'OS-SCH-HNT'), ('AvailabilityZones', 'os-availability-zone'),
    ('Capabilities', 'capabilities'), ('ExtendedSnapshotAttributes', 'os-extended-snapshot-attributes'),
    ('Hosts', 'os-hosts'), ('QuotaClasses', 'os-quota-class-sets'), ('Quotas', 'os-quota-sets'),
    ('Qos_specs_manage', 'qos-specs'), ('Scheduler_stats', 'scheduler-stats'), ('Services', 'os-services'),
    ('SnapshotActions', 'os-snapshot-actions'), ('TypesExtraSpecs', 'os-types-extra-specs'),
    ('TypesManage', 'os-types-manage'), ('UsedLimits', 'os-used-limits'), ('VolumeActions', 'os-volume-actions'),
    ('VolumeHostAttribute', 'os-vol-host-attr'), ('VolumeImageMetadata', 'os-vol-image-meta'),
    ('VolumeMigStatusAttribute', 'os-vol-mig-status-attr'), ('VolumeTenantAttribute', 'os-vol-tenant-attr'),
    ('VolumeTransfer', 'os-volume-transfer'), ('VolumeTypeAccess', 'os-volume-type-access'),
    ('VolumeTypeEncryption', 'encryption'), ('AdminActions', 'os-admin-actions'), ('Backups', 'backups'),
    ('ExtendedServices', 'os-extended-services'),
    ('VolumeManage', 'os-volume-manage'), ('VolumeUnmanage', 'os-volume-unmanage'),
    ('SnapshotManage', 'os-snapshot-manage'), ('SnapshotUnmanage', 'os-snapshot-unmanage'),
    ('VolumeEncryptionMetadata', 'os-volume-encryption-metadata'))
FILTERS = {
    'volume': ['name', 'status', 'metadata', 'bootable', 'migration_status', 'availability_zone', 'group_id', 'size',
               'created_at', 'updated_at', 'consumes_quota'],
    'snapshot': ['name', 'status', 'volume_id', 'metadata', 'consumes_quota'],
    'group': ['name'], 'group_snapshot': ['name', 'status', 'group_id'],
    'attachment': ['volume_id', 'status', 'instance_id', 'attach_status'],
    'backup': ['name', 'status', 'volume_id'],
    'message': ['resource_uuid', 'resource_type', 'event_id', 'request_id', 'message_level'],
    'pool': ['name', 'volume_type'], 'volume_type': ['is_public', 'extra_specs']}


class Zones(rest.Controller):

    @rest.operation('volume:availability_zone_list', policy=ANYONE)
    def get_all(self, req):
        with self.db.read() as conn:
            zones = services.zones(conn, self.runtime.options.availability_zone)
        return {'availabilityZoneInfo': [{'zoneName': name, 'zoneState': {'available': available}}
                                         for name, available in sorted(zones.items())]}


class Extensions(rest.Controller):

    @rest.operation('volume:extensions', policy=ANYONE)
    def get_all(self, req):
        return {'extensions': [{'name': name, 'alias': alias, 'description': f'{name} is available.', 'links': [],
                                'updated': '2026-11-21T00:00:00+00:00'} for name, alias in EXTENSIONS]}


class ResourceFilters(rest.Controller):

    @rest.operation('volume:resource_filters', policy=ANYONE, since='3.33')
    def get_all(self, req):
        wanted = req.GET.get('resource')
        return {'resource_filters': [{'resource': name, 'filters': found} for name, found in FILTERS.items()
                                     if wanted in (None, name)]}
