# SPDX-License-Identifier: Apache-2.0
"""`/v3/limits`: what a project may have, and what it has."""
from praline_common.api import rest
from praline_common.policy import READER
from praline_volume.api import history
from praline_volume.db import quotas
from praline_volume.intake import quota


class Limits(rest.Controller):

    @rest.operation('limits_extension:used_limits', policy=READER)
    def get_all(self, req):
        project = req.context.project_id
        if req.context.is_admin and req.version >= history.LIMITS_OF_PROJECT:
            project = req.GET.get('project_id') or req.GET.get('tenant_id') or project
        with self.db.read() as conn:
            allowed, used = quota.limits(conn, self.conf, project), quotas.usage(conn, project)
        return {'limits': {'rate': [], 'absolute': {
            'maxTotalVolumes': allowed['volumes'], 'maxTotalSnapshots': allowed['snapshots'],
            'maxTotalVolumeGigabytes': allowed['gigabytes'], 'maxTotalBackups': allowed['backups'],
            'maxTotalBackupGigabytes': allowed['backup_gigabytes'], 'totalVolumesUsed': used['volumes'],
            'totalSnapshotsUsed': used['snapshots'], 'totalGigabytesUsed': used['gigabytes'],
            'totalBackupsUsed': 0, 'totalBackupGigabytesUsed': 0}}}
