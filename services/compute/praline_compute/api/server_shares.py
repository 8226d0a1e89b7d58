# SPDX-License-Identifier: Apache-2.0
"""/servers/{id}/shares: shared file systems of a server.  Nothing here serves shares, and requests are told so."""
from praline_common import errors, policy
from praline_common.api.rest import Controller, operation
from praline_compute import states
from praline_compute.api import types
from praline_compute.db import servers

_RULE = 'os_compute_api:os-server-shares:'
_CREATE = types.wrapped('share', types.closed(('share_id',), share_id=types.UUID, tag={
    'type': 'string', 'minLength': 1, 'maxLength': 255, 'pattern': '^[a-zA-Z0-9-]*$'}))
_NO_QUERY = types.query(open_=False)


def _of_server(controller, req, server_id, *rest):
    with controller.db.read() as conn:
        return servers.get(conn, req.context, server_id)


class ServerShares(Controller):

    @operation(_RULE + 'index', policy=policy.READER, since='2.97', item=servers.get, query=_NO_QUERY)
    def get_all(self, req, server):
        return {'shares': []}

    @operation(_RULE + 'create', policy=policy.MEMBER, since='2.97', item=servers.get, body=_CREATE, status=201)
    def post(self, req, server, body):
        _check(server, 'create share', states.STOPPED)
        raise errors.Forbidden('This cloud has no shared file system service: no share can be attached.')

    @operation(_RULE + 'show', policy=policy.READER, since='2.97', target=_of_server, query=_NO_QUERY)
    def get_one(self, req, server_id, share_id):
        raise _missing(share_id)

    @operation(_RULE + 'delete', policy=policy.MEMBER, since='2.97', target=_of_server)
    def delete(self, req, server_id, share_id):
        _check(_of_server(self, req, server_id), 'delete share', states.STOPPED, states.ERROR)
        raise _missing(share_id)


def _check(server, verb, *allowed):
    if server['vm_state'] not in allowed:
        raise errors.Conflict("Cannot '%s' instance %s while it is in vm_state %s"
                              % (verb, server['id'], server['vm_state']))


def _missing(share_id):
    return errors.NotFound('Share %s could not be found.' % share_id)
