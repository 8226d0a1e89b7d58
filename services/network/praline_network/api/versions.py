# SPDX-License-Identifier: Apache-2.0
"""The version documents: what stands at the root and what v2.0 holds."""
from praline_common.api.rest import Controller, operation
from praline_common.policy import ANYONE

COLLECTIONS = {
    'network': 'networks', 'subnet': 'subnets', 'port': 'ports', 'subnetpool': 'subnetpools',
    'address_scope': 'address-scopes', 'router': 'routers', 'floatingip': 'floatingips',
    'security_group': 'security-groups', 'security_group_rule': 'security-group-rules', 'agent': 'agents',
    'quota': 'quotas', 'availability_zone': 'availability_zones', 'service_provider': 'service-providers',
    'network_ip_availability': 'network-ip-availabilities', 'rbac_policy': 'rbac-policies', 'extension': 'extensions',
}


def _base(req):
    return req.application_url.rstrip('/') + '/v2.0'


class Versions(Controller):

    @operation('get_versions', policy=ANYONE, public=True)
    def get_all(self, req):
        return {'versions': [{'id': 'v2.0', 'status': 'CURRENT', 'links': [
            {'rel': 'self', 'href': _base(req) + '/'}]}]}


class Version2(Controller):

    @operation('get_version', policy=ANYONE, public=True)
    def get_all(self, req):
        return {'resources': [{'name': name, 'collection': plural, 'links': [
            {'rel': 'self', 'href': '%s/%s' % (_base(req), plural)}]} for name, plural in COLLECTIONS.items()]}
