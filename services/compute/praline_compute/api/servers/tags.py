# SPDX-License-Identifier: Apache-2.0
"""/servers/{id}/tags, from 2.26 on: short words on a server, for filters."""
from praline_common import errors, policy
from praline_common.api.rest import Controller, Reply, operation
from praline_compute import states
from praline_compute.api import types
from praline_compute.api.links import Links
from praline_compute.api.servers import creating, views
from praline_compute.db import servers

_RULE = 'os_compute_api:os-server-tags:'
_ALL = types.wrapped('tags', {'type': 'array', 'items': types.TAG, 'maxItems': 50})
_WHERE = (states.ACTIVE, states.PAUSED, states.SUSPENDED, states.STOPPED)


class ServerTags(Controller):

    @operation(_RULE + 'index', policy=policy.READER, item=servers.get, since='2.26')
    def get_all(self, req, server):
        return {'tags': views.tags(server)}

    @operation(_RULE + 'update_all', policy=policy.MEMBER, item=servers.get, since='2.26', body=_ALL)
    def put_all(self, req, server, body):
        return {'tags': self._save(req, server['id'], 'update tags', lambda held: body['tags'])}

    @operation(_RULE + 'delete_all', policy=policy.MEMBER, item=servers.get, since='2.26', status=204)
    def delete_all(self, req, server):
        self._save(req, server['id'], 'delete tags', lambda held: [])

    @operation(_RULE + 'show', policy=policy.READER, since='2.26', status=204)
    def get_one(self, req, server_id, tag):
        if tag not in views.tags(self._server(req, server_id, 'show')):
            raise errors.NotFound("Server %s has no tag '%s'" % (server_id, tag))

    @operation(_RULE + 'update', policy=policy.MEMBER, since='2.26', status=204)
    def put(self, req, server_id, tag):
        server = self._server(req, server_id, 'update')
        held = views.tags(server)
        if not 1 <= len(tag) <= 60 or ',' in tag or '/' in tag:
            raise errors.BadRequest("Tag '%s' is invalid. It must be a string of 1 to 60 characters without the "
                                    "characters '/' and ','." % tag)
        if len(held) >= 50:
            raise errors.BadRequest('The number of tags exceeded the per-server limit 50')
        self._save(req, server_id, 'update tag', lambda held: [*held, tag])
        if tag in held:
            return None
        href = '%s/servers/%s/tags/%s' % (Links(self.conf).versioned, server_id, tag)
        return Reply(None, status=201, headers={'Location': href})

    @operation(_RULE + 'delete', policy=policy.MEMBER, since='2.26', status=204)
    def delete(self, req, server_id, tag):
        held = views.tags(self._server(req, server_id, 'delete'))
        if tag not in held:
            self._check(self._server(req, server_id, 'delete'), 'delete tag')
            raise errors.NotFound("Server %s has no tag '%s'" % (server_id, tag))
        self._save(req, server_id, 'delete tag', lambda held: [item for item in held if item != tag])

    def _server(self, req, server_id, verb):
        with self.db.read() as conn:
            server = servers.get(conn, req.context, server_id)
        self.policy.require(req.context, _RULE + verb, server)
        return server

    @staticmethod
    def _check(server, action):
        if server['vm_state'] not in _WHERE:
            raise errors.Conflict("Cannot '%s' instance %s while it is in vm_state %s" % (
                action, server['id'], server['vm_state']))

    def _save(self, req, server_id, action, change):
        with self.db.write() as conn:
            server = servers.get(conn, req.context, server_id)
            self._check(server, action)
            wanted = creating.joined(change(views.tags(server)))
            servers.change(conn, server, tags=wanted)
        return views.tags(server)
