# SPDX-License-Identifier: Apache-2.0
"""More addresses for a server's cards: the actions addFixedIp and removeFixedIp, until 2.43."""
from praline_common import errors, policy
from praline_common.api.rest import Actions, action
from praline_compute.api import types
from praline_compute.api.proxied import ask
from praline_compute.db import servers

_RULE = 'os_compute_api:os-multinic:'
_NETWORK = types.closed(('networkId',), networkId={'type': ['string', 'integer'], 'minLength': 1})


class MultinicActions(Actions):
    """Part of the one controller of server actions."""

    @action('addFixedIp', _RULE + 'add', policy=policy.MEMBER, until='2.43', item=servers.get, status=202,
            body=types.wrapped('addFixedIp', _NETWORK))
    def add_fixed_ip(self, req, server, body):
        """The first subnet of the network that has an address left."""
        network_id = str(body['addFixedIp']['networkId'])
        ports = [port for port in self._ports(req, server) if port['network_id'] == network_id]
        subnets = self._network(req, 'GET', '/v2.0/subnets', query={'network_id': network_id})['subnets']
        refused = None
        for port in ports[:1]:
            for subnet in subnets:
                try:
                    return self._save(req, server, port, [*port['fixed_ips'], {'subnet_id': subnet['id']}])
                except (errors.Conflict, errors.BadRequest) as error:
                    refused = error
        raise errors.BadRequest(refused.message if refused else 'Instance %s is not on network %s'
                                % (server['id'], network_id))

    @action('removeFixedIp', _RULE + 'remove', policy=policy.MEMBER, until='2.43', item=servers.get, status=202,
            body=types.wrapped('removeFixedIp', types.closed(('address',), address=types.IP)))
    def remove_fixed_ip(self, req, server, body):
        address = body['removeFixedIp']['address']
        for port in self._ports(req, server):
            left = [fixed for fixed in port['fixed_ips'] if fixed['ip_address'] != address]
            if len(left) < len(port['fixed_ips']):
                return self._save(req, server, port, left)
        raise errors.BadRequest('Fixed IP %s not found for instance %s.' % (address, server['id']))

    def _ports(self, req, server):
        return self._network(req, 'GET', '/v2.0/ports', query={'device_id': server['id']})['ports']

    def _save(self, req, server, port, fixed_ips):
        self._network(req, 'PUT', '/v2.0/ports/' + port['id'], {'port': {'fixed_ips': fixed_ips}})
        self.runtime.own.call(req.context, 'ports_changed', server_ids=[server['id']])

    def _network(self, req, verb, path, body=None, **more):
        return ask(self.runtime.contracts.network, req, verb, path, body, **more)
