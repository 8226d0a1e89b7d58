# SPDX-License-Identifier: Apache-2.0
"""/servers/{id}/metadata: the server's own keys and values."""
from praline_common import errors, policy
from praline_common.api.rest import Controller, operation
from praline_compute import states
from praline_compute.api import types
from praline_compute.api.servers import creating
from praline_compute.db import quotas, servers

_RULE = 'os_compute_api:server-metadata:'
_ALL = types.wrapped('metadata', types.METADATA)
_ONE = types.wrapped('meta', {**types.METADATA, 'minProperties': 1, 'maxProperties': 1})
_WHERE = (states.ACTIVE, states.PAUSED, states.SUSPENDED, states.STOPPED)


class ServerMetadata(Controller):

    @operation(_RULE + 'index', policy=policy.READER, item=servers.get)
    def get_all(self, req, server):
        return {'metadata': server['metadata']}

    @operation(_RULE + 'create', policy=policy.MEMBER, item=servers.get, body=_ALL)
    def post(self, req, server, body):
        return {'metadata': self._save(req, server, lambda held: {**held, **body['metadata']})}

    @operation(_RULE + 'update_all', policy=policy.MEMBER, item=servers.get, body=_ALL)
    def put_all(self, req, server, body):
        return {'metadata': self._save(req, server, lambda held: body['metadata'])}

    @operation(_RULE + 'show', policy=policy.READER)
    def get_one(self, req, server_id, key):
        return {'meta': {key: self._server(req, server_id, 'show', key)['metadata'][key]}}

    @operation(_RULE + 'update', policy=policy.MEMBER, body=_ONE)
    def put(self, req, server_id, key, body):
        if key not in body['meta']:
            raise errors.BadRequest('Request body and URI mismatch')
        self._save(req, self._server(req, server_id, 'update'), lambda held: {**held, **body['meta']})
        return body

    @operation(_RULE + 'delete', policy=policy.MEMBER, status=204)
    def delete(self, req, server_id, key):
        server = self._server(req, server_id, 'delete', key)
        self._save(req, server, lambda held: {name: value for name, value in held.items() if name != key},
                   'delete metadata')

    def _server(self, req, server_id, verb, key=None):
        with self.db.read() as conn:
            server = servers.get(conn, req.context, server_id)
        self.policy.require(req.context, _RULE + verb, server)
        if key is not None and key not in server['metadata']:
            raise errors.NotFound('Metadata item was not found')
        return server

    def _save(self, req, server, change, action='update metadata'):
        with self.db.write() as conn:
            server = servers.get(conn, req.context, server['id'])
            states.check_unlocked(server, req.context)
            if server['vm_state'] not in _WHERE or server['task_state'] is not None:
                state = 'vm_state' if server['vm_state'] not in _WHERE else 'task_state'
                raise errors.Conflict("Cannot '%s' instance %s while it is in %s %s" % (
                    action, server['id'], state, server[state]))
            metadata = change(server['metadata'])
            creating.check_metadata(metadata, quotas.limits(
                conn, self.runtime.options, server['project_id'])['metadata_items'])
            servers.change(conn, server, metadata=metadata)
        return metadata
