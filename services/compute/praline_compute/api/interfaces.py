# SPDX-License-Identifier: Apache-2.0
"""The network cards of a server: /servers/{id}/os-interface; the id of one is its port's."""
from praline_common import errors, policy
from praline_common.api.rest import Controller, Since, operation
from praline_compute.api import outcomes, types
from praline_compute.api.servers import accept
from praline_compute.db import servers

_RULE = 'os_compute_api:os-attach-interfaces:'
_WAIT = 60
_CREATE = types.closed(net_id=types.UUID, port_id=types.UUID, fixed_ips={
    'type': 'array', 'minItems': 1, 'maxItems': 1,
    'items': types.closed(('ip_address',), ip_address=types.IP)})


def _body(attachment):
    return types.closed(interfaceAttachment=attachment)


def _of_server(controller, req, server_id, *_rest):
    with controller.db.read() as conn:
        return servers.get(conn, req.context, server_id)


class Interfaces(Controller):

    @operation(_RULE + 'list', policy=policy.READER, item=servers.get)
    def get_all(self, req, server):
        return {'interfaceAttachments': [_view(req, port, server) for port in self._ports(req, server)]}

    @operation(_RULE + 'show', policy=policy.READER, target=_of_server)
    def get_one(self, req, server_id, port_id):
        server = _of_server(self, req, server_id)
        return {'interfaceAttachment': _view(req, self._port(req, server, port_id), server)}

    @operation(_RULE + 'create', policy=policy.MEMBER, item=servers.get, optional_body=True,
               body=Since(v2_1=_body(_CREATE), v2_49=_body(types.merged(_CREATE, tag=types.TAG))))
    def post(self, req, server, body):
        """A card on a network, or with a port; on the project's only network when neither is named.

        Answers once the guest has it.
        """
        asked = (body or {}).get('interfaceAttachment') or {}
        address = asked['fixed_ips'][0]['ip_address'] if asked.get('fixed_ips') else None
        if asked.get('net_id') and asked.get('port_id'):
            raise errors.BadRequest('Must not input both network_id and port_id')
        if address and not asked.get('net_id'):
            raise errors.BadRequest('Must input network_id when request IP address')
        accept.check(server, 'attach_interface', req.context)
        request = self._request(req, asked, address)
        operation_id = accept.begin(self, req, server, 'attach_interface', 'attach_interface',
                                    arguments={'request': request})
        if outcomes.of_step(self.runtime, operation_id, 'note', _WAIT) is None:
            raise errors.Unavailable('The interface is not attached yet after %d seconds; its progress is in '
                                     'os-instance-actions.' % _WAIT)
        port_id = outcomes.of_step(self.runtime, operation_id, 'allocate', 0)['port_id']
        server = {**server, 'network_info': {'ports': [*server['network_info']['ports'],
                                                       {'id': port_id, 'tag': asked.get('tag')}]}}
        return {'interfaceAttachment': _view(req, self._port(req, server, port_id), server)}

    @operation(_RULE + 'delete', policy=policy.MEMBER, target=_of_server, status=202)
    def delete(self, req, server_id, port_id):
        server = _of_server(self, req, server_id)
        accept.check(server, 'detach_interface', req.context)
        if not any(port['id'] == port_id for port in self._ports(req, server)):
            raise errors.NotFound('Port %s could not be found.' % port_id)
        accept.begin(self, req, server, 'detach_interface', 'detach_interface', arguments={'port_id': port_id})

    def _request(self, req, asked, address):
        named = asked.get('net_id') or asked.get('port_id')
        wanted = [{'network_id': asked.get('net_id'), 'port_id': asked.get('port_id'), 'fixed_ip': address,
                   'tag': asked.get('tag')}] if named else []
        try:
            requests = self.runtime.contracts.network.check_networks(req.context, wanted)['requests']
        except errors.Conflict as error:
            if named:
                raise
            raise errors.BadRequest(error.message) from None
        if not requests:
            raise errors.BadRequest('No network attached: the project has none that is not external.')
        return {**requests[0], 'tag': asked.get('tag')}

    def _ports(self, req, server):
        return self.runtime.contracts.network.ports(req.context, [server['id']]).get(server['id'], [])

    def _port(self, req, server, port_id):
        for port in self._ports(req, server):
            if port['id'] == port_id:
                return port
        raise errors.NotFound('Instance %s does not have a port with id %s' % (server['id'], port_id))


def _view(req, port, server):
    shown = {'net_id': port['network_id'], 'port_id': port['id'], 'mac_addr': port['mac_address'],
             'port_state': port['status'],
             'fixed_ips': [{'subnet_id': fixed['subnet_id'], 'ip_address': fixed['ip_address']}
                           for fixed in port['fixed_ips']]}
    if req.version >= (2, 70):
        tags = {kept['id']: kept.get('tag') for kept in (server['network_info'] or {}).get('ports') or []}
        shown['tag'] = tags.get(port['id'])
    return shown
