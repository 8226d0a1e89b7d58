# SPDX-License-Identifier: Apache-2.0
"""What was asked of a server and how it went: /servers/{id}/os-instance-actions."""
from praline_common import policy
from praline_common.api import paging
from praline_common.api.rest import Controller, Since, operation
from praline_compute import errors
from praline_compute.api import times, types
from praline_compute.api.links import Links
from praline_compute.api.servers.views import host_id
from praline_compute.db import instance_actions, servers

_RULE = 'os_compute_api:os-instance-actions:'
_PAGED = {'limit': types.LIMIT, 'marker': types.TEXT, 'changes-since': types.TEXT}
_QUERY = Since(v2_1=types.query(), v2_58=types.closed(**_PAGED),
               v2_66=types.closed(**_PAGED, **{'changes-before': types.TEXT}))


class InstanceActions(Controller):

    def __init__(self, runtime):
        super().__init__(runtime)
        self.links = Links(self.conf)
        self.policy.register(_RULE + 'events', policy.ADMIN)
        self.policy.register(_RULE + 'events:details', policy.ADMIN)

    @operation(_RULE + 'list', policy=policy.READER, query=_QUERY)
    def get_all(self, req, server_id):
        """Newest first; in pages from 2.58 on; also of deleted servers from 2.21 on."""
        with self.db.read() as conn:
            server = self._server(conn, req, server_id, 'list')
            if req.version < (2, 58):
                return {'instanceActions': [_view(req, row) for row in instance_actions.list(conn, server['id'])]}
            page = paging.read(req, max_limit=self.conf.list_limit)
            since, before = times.window(req)
            found = instance_actions.list(conn, server['id'], page.limit, page.marker, since, before)
        answer = {'instanceActions': [_view(req, row) for row in found]}
        following = self.links.next(req, 'servers/%s/os-instance-actions' % server_id, found, page.limit, 'request_id')
        if following:
            answer['links'] = following
        return answer

    @operation(_RULE + 'show', policy=policy.READER)
    def get_one(self, req, server_id, request_id):
        """With its events: for admins, and from 2.51 on for everybody."""
        with self.db.read() as conn:
            server = self._server(conn, req, server_id, 'show')
            row = instance_actions.get(conn, server['id'], request_id)
            events = instance_actions.events(conn, row['operation_id']) if row['operation_id'] else []
        shown = _view(req, row)
        everything = self.policy.allows(req.context, _RULE + 'events', server)
        if everything or req.version >= (2, 51):
            shown['events'] = [self._event(req, event, row, server, everything) for event in events]
        return {'instanceAction': shown}

    def _server(self, conn, req, server_id, verb):
        found = servers.find(conn, server_id, deleted=req.version >= (2, 21))
        if found is None or not (req.context.is_admin or found['project_id'] == req.context.project_id):
            raise errors.ServerNotFound(server_id=server_id)
        self.policy.require(req.context, _RULE + verb, found)
        return found

    def _event(self, req, event, row, server, everything):
        shown = {'event': 'compute_' + event['event'], 'start_time': times.of_seconds(event['started_at']),
                 'finish_time': times.of_seconds(event['finished_at']), 'result': event['result']}
        if everything:
            shown['traceback'] = event['cause']
        host = row['host'] or server['host'] or ''
        if req.version >= (2, 62):
            shown['hostId'] = host_id(host, server['project_id']) if host else ''
            if everything:
                shown['host'] = host
        if req.version >= (2, 84) and self.policy.allows(req.context, _RULE + 'events:details', server):
            shown['details'] = event['cause']
        return shown


def _view(req, row):
    shown = {'action': row['action'], 'instance_uuid': row['server_id'], 'request_id': row['request_id'],
             'user_id': row['user_id'], 'project_id': row['project_id'], 'start_time': row['started_at'],
             'message': row['message']}
    if req.version >= (2, 58):
        shown['updated_at'] = row['updated_at']
    return shown
