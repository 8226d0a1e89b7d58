# SPDX-License-Identifier: Apache-2.0
"""Which collections the Block Storage API has."""
from praline_common.api import faults
from praline_common.api.app import Api
from praline_volume.api import attachments
from praline_volume.api import backups
from praline_volume.api import catalogue
from praline_volume.api import clusters
from praline_volume.api import consistency_groups
from praline_volume.api import default_types
from praline_volume.api import encryption
from praline_volume.api import group_snapshots
from praline_volume.api import group_types
from praline_volume.api import groups
from praline_volume.api import history
from praline_volume.api import limits
from praline_volume.api import managing
from praline_volume.api import messages
from praline_volume.api import metadata
from praline_volume.api import pools
from praline_volume.api import qos
from praline_volume.api import quotas
from praline_volume.api import services
from praline_volume.api import snapshots
from praline_volume.api import transfers
from praline_volume.api import types
from praline_volume.api import versions
from praline_volume.api.volumes import actions
from praline_volume.api.volumes import controller

ROUTES = (
    ('/', versions.Versions),
    ('/v3', versions.Version),
    ('/v3/volumes', controller.Volumes),
    ('/v3/volumes/{id}/action', actions.VolumeActions),
    ('/v3/volumes/{id}/metadata', metadata.VolumeMetadata),
    ('/v3/volumes/{id}/encryption', encryption.VolumeEncryption),
    ('/v3/snapshots', snapshots.Snapshots),
    ('/v3/snapshots/{id}/action', snapshots.SnapshotActions),
    ('/v3/snapshots/{id}/metadata', metadata.SnapshotMetadata),
    ('/v3/attachments', attachments.Attachments),
    ('/v3/attachments/{id}/action', attachments.AttachmentActions),
    ('/v3/os-volume-manage', managing.Volumes),
    ('/v3/manageable_volumes', managing.NewVolumes),
    ('/v3/os-snapshot-manage', managing.Snapshots),
    ('/v3/manageable_snapshots', managing.NewSnapshots),
    ('/v3/types', types.Types),
    ('/v3/types/{id}/action', types.TypeActions),
    ('/v3/types/{id}/extra_specs', types.ExtraSpecs),
    ('/v3/types/{id}/os-volume-type-access', types.Access),
    ('/v3/types/{id}/encryption', encryption.Encryption),
    ('/v3/default-types', default_types.DefaultTypes),
    ('/v3/qos-specs', qos.QosSpecs),
    ('/v3/qos-specs/{id}/delete_keys', qos.DeleteKeys),
    ('/v3/qos-specs/{id}/associations', qos.Associations),
    ('/v3/qos-specs/{id}/associate', qos.Associate),
    ('/v3/qos-specs/{id}/disassociate', qos.Disassociate),
    ('/v3/qos-specs/{id}/disassociate_all', qos.DisassociateAll),
    ('/v3/os-volume-transfer', transfers.Transfers),
    ('/v3/os-volume-transfer/{id}/accept', transfers.Accept),
    ('/v3/volume-transfers', transfers.NewTransfers),
    ('/v3/volume-transfers/{id}/accept', transfers.Accept),
    ('/v3/groups', groups.Groups),
    ('/v3/groups/action', groups.NewGroups),
    ('/v3/groups/{id}/action', groups.GroupActions),
    ('/v3/group_types', group_types.GroupTypes),
    ('/v3/group_types/{id}/group_specs', group_types.GroupSpecs),
    ('/v3/group_snapshots', group_snapshots.GroupSnapshots),
    ('/v3/group_snapshots/{id}/action', group_snapshots.GroupSnapshotActions),
    ('/v3/consistencygroups', consistency_groups.ConsistencyGroups),
    ('/v3/consistencygroups/{id}/delete', consistency_groups.Delete),
    ('/v3/consistencygroups/{id}/update', consistency_groups.Update),
    ('/v3/cgsnapshots', consistency_groups.ConsistencySnapshots),
    ('/v3/messages', messages.Messages),
    ('/v3/limits', limits.Limits),
    ('/v3/os-quota-sets', quotas.QuotaSets),
    ('/v3/os-quota-sets/{id}/defaults', quotas.QuotaDefaults),
    ('/v3/os-quota-class-sets', quotas.QuotaClassSets),
    ('/v3/os-services', services.Services),
    ('/v3/os-hosts', services.Hosts),
    ('/v3/scheduler-stats/get_pools', pools.Pools),
    ('/v3/capabilities', pools.Capabilities),
    ('/v3/os-availability-zone', catalogue.Zones),
    ('/v3/extensions', catalogue.Extensions),
    ('/v3/resource_filters', catalogue.ResourceFilters),
    ('/v3/clusters', clusters.Clusters),
    ('/v3/workers/cleanup', clusters.Cleanup),
    ('/v3/backups', backups.Backups),
    ('/v3/backups/{id}/action', backups.BackupActions),
    ('/v3/backups/{id}/restore', backups.Restore),
    ('/v3/backups/{id}/export_record', backups.ExportRecord),
)


def api(runtime):
    return Api(ROUTES, history=history.HISTORY, fault=faults.volume, project_in_path='v3', empty_ids_refused=True)
