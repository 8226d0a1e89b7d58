# SPDX-License-Identifier: Apache-2.0
"""What a project may have and what it uses: /limits."""
from praline_common import policy
from praline_common.api.rest import Controller, Since, operation
from praline_compute.api import types
from praline_compute.db import quotas

_NAMES = {'maxTotalRAMSize': 'ram', 'maxTotalInstances': 'instances', 'maxTotalCores': 'cores',
          'maxTotalKeypairs': 'key_pairs', 'maxServerMeta': 'metadata_items', 'maxServerGroups': 'server_groups',
          'maxServerGroupMembers': 'server_group_members'}
_FILES = {'maxPersonality': 'injected_files', 'maxPersonalitySize': 'injected_file_content_bytes'}
_NETWORK = {'maxTotalFloatingIps': 'floating_ips', 'maxSecurityGroups': 'security_groups',
            'maxSecurityGroupRules': 'security_group_rules'}
_META = {'maxImageMeta': 'metadata_items'}
_MOST = Since(v2_1={**_NAMES, **_FILES, **_META, **_NETWORK}, v2_36={**_NAMES, **_FILES, **_META},
              v2_39={**_NAMES, **_FILES}, v2_57=_NAMES)
_COUNTS = {'totalRAMUsed': 'ram', 'totalCoresUsed': 'cores', 'totalInstancesUsed': 'instances',
           'totalServerGroupsUsed': 'server_groups'}
_USED = Since(v2_1={**_COUNTS, 'totalFloatingIpsUsed': 'floating_ips', 'totalSecurityGroupsUsed': 'security_groups'},
              v2_36=_COUNTS)
_QUERY = Since(v2_1=types.query(tenant_id=types.TEXT), v2_75=types.query(open_=False, tenant_id=types.TEXT))
OTHER = 'os_compute_api:limits:other_project'


class Limits(Controller):

    def __init__(self, runtime):
        super().__init__(runtime)
        self.policy.register(OTHER, policy.ADMIN)

    @operation('os_compute_api:limits', policy=policy.ANYONE, query=_QUERY)
    def get_all(self, req):
        """The project's limits; another's with tenant_id, for an admin."""
        project_id = req.GET.get('tenant_id')
        if project_id:
            self.policy.require(req.context, OTHER, {'project_id': project_id})
        project_id = project_id or req.context.project_id
        with self.db.read() as conn:
            limits = quotas.limits(conn, self.runtime.options, project_id)
            used = quotas.usage(conn, project_id)
        absolute = {name: limits[resource] for name, resource in _MOST.at(req.version).items()}
        absolute.update((name, used[resource]) for name, resource in _USED.at(req.version).items())
        return {'limits': {'rate': [], 'absolute': absolute}}
