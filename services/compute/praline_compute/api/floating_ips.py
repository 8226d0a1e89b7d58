# SPDX-License-Identifier: Apache-2.0
"""Floating IPs as they were until 2.35: /os-floating-ips, /os-floating-ip-pools; their actions until 2.43."""
import ipaddress
import uuid

from praline_common import errors, policy
from praline_common.api.rest import Actions, Controller, action, operation
from praline_compute.api import types
from praline_compute.api.proxied import LAST, ask
from praline_compute.db import servers

_RULE = 'os_compute_api:os-floating-ips:'
_PATH = '/v2.0/floatingips'


class _FloatingIps:
    """What the resource and the actions share: questions to the network service."""

    def _ask(self, req, verb, path, body=None, **query):
        return ask(self.runtime.contracts.network, req, verb, path, body, query=query or None)

    def _pools(self, req):
        return self._ask(req, 'GET', '/v2.0/networks', **{'router:external': 'True'})['networks']

    def _by_address(self, req, address):
        found = self._ask(req, 'GET', _PATH, floating_ip_address=address)['floatingips']
        if not found:
            raise errors.NotFound('floating IP not found')
        return found[0]

    def _views(self, req, rows):
        pools = {pool['id']: pool['name'] or pool['id'] for pool in self._pools(req)} if rows else {}
        bound = [row['port_id'] for row in rows if row['port_id']]
        ports = self._ask(req, 'GET', '/v2.0/ports', id=bound)['ports'] if bound else []
        owners = {port['id']: port['device_id'] for port in ports}
        return [{'id': row['id'], 'ip': row['floating_ip_address'], 'fixed_ip': row['fixed_ip_address'],
                 'instance_id': owners.get(row['port_id']),
                 'pool': pools.get(row['floating_network_id'], row['floating_network_id'])} for row in rows]


class FloatingIps(_FloatingIps, Controller):

    @operation(_RULE + 'list', policy=policy.READER, until=LAST)
    def get_all(self, req):
        rows = self._ask(req, 'GET', _PATH, project_id=req.context.project_id)['floatingips']
        return {'floating_ips': self._views(req, rows)}

    @operation(_RULE + 'show', policy=policy.READER, until=LAST)
    def get_one(self, req, floating_ip_id):
        return {'floating_ip': self._views(req, [self._get(req, floating_ip_id)])[0]}

    @operation(_RULE + 'create', policy=policy.MEMBER, until=LAST, optional_body=True,
               body={'type': ['object', 'null'], 'properties': {'pool': {'type': ['string', 'null']}}})
    def post(self, req, body):
        """An address of the named pool; of the only one when none is named."""
        wanted = (body or {}).get('pool')
        pools = [pool for pool in self._pools(req) if wanted in (None, pool['id'], pool['name'])]
        if not pools:
            raise errors.NotFound('Floating IP pool not found.')
        made = self._ask(req, 'POST', _PATH, {'floatingip': {'floating_network_id': pools[0]['id']}})['floatingip']
        return {'floating_ip': self._views(req, [made])[0]}

    @operation(_RULE + 'delete', policy=policy.MEMBER, until=LAST, status=202)
    def delete(self, req, floating_ip_id):
        self._get(req, floating_ip_id)
        self._ask(req, 'DELETE', '%s/%s' % (_PATH, floating_ip_id))

    def _get(self, req, floating_ip_id):
        try:
            uuid.UUID(floating_ip_id)
        except ValueError:
            raise errors.BadRequest('Invalid ID received %s.' % floating_ip_id) from None
        try:
            return self._ask(req, 'GET', '%s/%s' % (_PATH, floating_ip_id))['floatingip']
        except errors.NotFound:
            raise errors.NotFound('Floating IP not found for ID %s' % floating_ip_id) from None


class FloatingIpPools(_FloatingIps, Controller):

    @operation('os_compute_api:os-floating-ip-pools', policy=policy.ANYONE, until=LAST)
    def get_all(self, req):
        return {'floating_ip_pools': [{'name': pool['name'] or pool['id']} for pool in self._pools(req)]}


class FloatingIpActions(_FloatingIps, Actions):
    """Part of the one controller of server actions."""

    @action('addFloatingIp', _RULE + 'add', policy=policy.MEMBER, until='2.43', item=servers.get, status=202,
            body=types.wrapped('addFloatingIp', types.closed(('address',), address=types.IP, fixed_address=types.IP)))
    def add_floating_ip(self, req, server, body):
        asked = body['addFloatingIp']
        fixed = [(port['id'], address['address']) for port in server['network_info']['ports']
                 for address in port['addresses']]
        if not fixed:
            raise errors.BadRequest('No fixed IPs associated to instance')
        port_id, fixed_address = _chosen(fixed, asked.get('fixed_address'))
        found = self._by_address(req, asked['address'])
        try:
            self._ask(req, 'PUT', '%s/%s' % (_PATH, found['id']), {'floatingip': {
                'port_id': port_id, 'fixed_ip_address': fixed_address}})
        except (errors.Conflict, errors.NotFound) as error:
            raise errors.BadRequest('Unable to associate floating IP %s to fixed IP %s for instance %s. Error: %s' % (
                asked['address'], fixed_address, server['id'], error.message)) from None
        self.runtime.own.call(req.context, 'ports_changed', server_ids=[server['id']])

    @action('removeFloatingIp', _RULE + 'remove', policy=policy.MEMBER, until='2.43', item=servers.get, status=202,
            body=types.wrapped('removeFloatingIp', types.closed(('address',), address=types.IP)))
    def remove_floating_ip(self, req, server, body):
        address = body['removeFloatingIp']['address']
        found = self._by_address(req, address)
        if found['port_id'] not in {port['id'] for port in server['network_info']['ports']}:
            raise errors.Conflict('Floating IP %s is not associated with instance %s.' % (address, server['id']))
        self._ask(req, 'PUT', '%s/%s' % (_PATH, found['id']), {'floatingip': {'port_id': None}})
        self.runtime.own.call(req.context, 'ports_changed', server_ids=[server['id']])


def _chosen(fixed, wanted):
    """(port id, address) that a floating IP is for: the wanted address, or the first IPv4 one."""
    for port_id, address in fixed:
        if address == wanted or (wanted is None and ipaddress.ip_address(address).version == 4):
            return port_id, address
    raise errors.BadRequest('Specified fixed address not assigned to instance' if wanted else
                            'Unable to associate floating IP: the instance has no fixed IPv4 addresses to associate.')
