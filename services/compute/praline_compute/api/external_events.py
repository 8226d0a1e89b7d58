# SPDX-License-Identifier: Apache-2.0
"""What other services have to say about servers: /os-server-external-events."""
from praline_common import policy
from praline_common.api.rest import Controller, Reply, Since, operation
from praline_compute.api import types
from praline_compute.db import servers

_NETWORK = ['network-changed', 'network-vif-plugged', 'network-vif-unplugged', 'network-vif-deleted']
_TAGGED = ('volume-extended', 'power-update', 'accelerator-request-bound')


def _events(*names):
    event = types.closed(('name', 'server_uuid'), name={'enum': [*_NETWORK, *names]}, server_uuid=types.UUID,
                         status={'enum': ['failed', 'completed', 'in-progress']},
                         tag={'type': 'string', 'maxLength': 255})
    return types.wrapped('events', {'type': 'array', 'minItems': 1, 'items': event})


_BODY = Since(v2_1=_events(), v2_51=_events(_TAGGED[0]), v2_76=_events(*_TAGGED[:2]), v2_82=_events(*_TAGGED),
              v2_93=_events(*_TAGGED, 'volume-reimaged'))


class ExternalEvents(Controller):

    @operation('os_compute_api:os-server-external-events:create', policy=policy.SERVICE, body=_BODY)
    def post(self, req, body):
        """200 when every event went to a server on a host, 207 when not; each carries its own code."""
        wanted = {event['server_uuid'] for event in body['events']}
        with self.db.read() as conn:
            hosts = servers.hosts(conn, wanted)
        shown = [_judged(event, hosts) for event in body['events']]
        accepted = [event for event in shown if event['code'] == 200]
        if accepted:
            self.runtime.own.cast(req.context, 'external_events', events=accepted)
        return Reply({'events': shown}, status=200 if len(accepted) == len(shown) else 207)


def _judged(event, hosts):
    if event['server_uuid'] not in hosts:
        return {**event, 'status': 'failed', 'code': 404}
    if event['name'] in _TAGGED and event.get('tag') is None:
        return {**event, 'status': 'failed', 'code': 400}
    if not hosts[event['server_uuid']]:
        return {**event, 'status': 'failed', 'code': 422}
    return {**event, 'status': 'completed', 'code': 200}
