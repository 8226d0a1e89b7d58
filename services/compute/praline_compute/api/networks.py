# SPDX-License-Identifier: Apache-2.0
"""Networks as they were shown until 2.35: /os-networks and /os-tenant-networks; what made networks is gone."""
from praline_common import errors, policy
from praline_common.api.rest import Actions, Controller, action, operation
from praline_compute.api.gone import gone
from praline_compute.api.proxied import LAST, ask
from praline_compute.errors import Gone

_NOTHING = dict.fromkeys(('cidr', 'netmask', 'gateway', 'broadcast', 'dns1', 'dns2', 'cidr_v6', 'gateway_v6',
                          'netmask_v6'))
_NOTHING_FOR_ADMINS = dict.fromkeys((
    'created_at', 'updated_at', 'deleted_at', 'deleted', 'injected', 'bridge', 'vlan', 'vpn_public_address',
    'vpn_public_port', 'vpn_private_address', 'dhcp_start', 'project_id', 'host', 'bridge_interface', 'multi_host',
    'priority', 'rxtx_base', 'mtu', 'dhcp_server', 'enable_dhcp', 'share_address'))


class _Networks(Controller):

    def _all(self, req):
        """Every network that the network service shows this user."""
        return ask(self.runtime.contracts.network, req, 'GET', '/v2.0/networks')['networks']

    def _one(self, req, network_id):
        try:
            return ask(self.runtime.contracts.network, req, 'GET', '/v2.0/networks/' + network_id)['network']
        except errors.NotFound:
            raise errors.NotFound('Network not found') from None


class Networks(_Networks):

    @operation('os_compute_api:os-networks:list', policy=policy.READER, until=LAST)
    def get_all(self, req):
        return {'networks': [_view(req, network) for network in self._all(req)]}

    @operation('os_compute_api:os-networks:show', policy=policy.READER, until=LAST)
    def get_one(self, req, network_id):
        return {'network': _view(req, self._one(req, network_id))}

    post, delete, post_one = gone('os-networks:create'), gone('os-networks:delete'), gone('os-networks:add')


class NetworkActions(Actions):
    @action('disassociate', 'os_compute_api:os-networks:disassociate', policy=policy.ANYONE)
    def disassociate(self, req, network_id):
        raise Gone()


class TenantNetworks(_Networks):

    @operation('os_compute_api:os-tenant-networks:list', policy=policy.READER, until=LAST)
    def get_all(self, req):
        return {'networks': [_brief(network) for network in self._all(req)]}

    @operation('os_compute_api:os-tenant-networks:show', policy=policy.READER, until=LAST)
    def get_one(self, req, network_id):
        return {'network': _brief(self._one(req, network_id))}

    post, delete = gone('os-tenant-networks:create'), gone('os-tenant-networks:delete')


def _view(req, network):
    shown = {'id': network['id'], 'label': network['name'], **_NOTHING}
    return {**shown, **_NOTHING_FOR_ADMINS} if req.context.is_admin else shown


def _brief(network):
    """cidr is the word None: so it was shown since networks are the network service's."""
    return {'id': network['id'], 'cidr': 'None', 'label': network['name']}
