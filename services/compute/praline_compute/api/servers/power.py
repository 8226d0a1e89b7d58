# SPDX-License-Identifier: Apache-2.0
"""Server actions that turn it on and off."""
from praline_common import policy
from praline_common.api.rest import Actions, action
from praline_compute.api.servers import accept, schemas
from praline_compute.api.types import wrapped
from praline_compute.db import servers


def _any(word):
    return wrapped(word, {})


class PowerActions(Actions):

    @action('os-start', 'os_compute_api:servers:start', policy=policy.MEMBER, item=servers.get, status=202,
            body=_any('os-start'))
    def start(self, req, server, body):
        accept.begin(self, req, server, 'start', 'start_server')

    @action('os-stop', 'os_compute_api:servers:stop', policy=policy.MEMBER, item=servers.get, status=202,
            body=_any('os-stop'))
    def stop(self, req, server, body):
        accept.begin(self, req, server, 'stop', 'stop_server')

    @action('reboot', 'os_compute_api:servers:reboot', policy=policy.MEMBER, item=servers.get, status=202,
            body=schemas.REBOOT)
    def reboot(self, req, server, body):
        hard = body['reboot']['type'].upper() == 'HARD'
        accept.begin(self, req, server, 'reboot hard' if hard else 'reboot', 'reboot_server',
                     arguments={'hard': hard})

    @action('pause', 'os_compute_api:os-pause-server:pause', policy=policy.MEMBER, item=servers.get, status=202,
            body=_any('pause'))
    def pause(self, req, server, body):
        accept.begin(self, req, server, 'pause', 'pause_server')

    @action('trigger_crash_dump', 'os_compute_api:servers:trigger_crash_dump', policy=policy.MEMBER, since='2.17',
            item=servers.get, status=202, body=wrapped('trigger_crash_dump', {'type': 'null'}))
    def trigger_crash_dump(self, req, server, body):
        accept.begin(self, req, server, 'trigger_crash_dump', 'trigger_crash_dump')

    @action('unpause', 'os_compute_api:os-pause-server:unpause', policy=policy.MEMBER, item=servers.get, status=202,
            body=_any('unpause'))
    def unpause(self, req, server, body):
        accept.begin(self, req, server, 'unpause', 'unpause_server')

    @action('suspend', 'os_compute_api:os-suspend-server:suspend', policy=policy.MEMBER, item=servers.get, status=202,
            body=_any('suspend'))
    def suspend(self, req, server, body):
        accept.begin(self, req, server, 'suspend', 'suspend_server')

    @action('resume', 'os_compute_api:os-suspend-server:resume', policy=policy.MEMBER, item=servers.get, status=202,
            body=_any('resume'))
    def resume(self, req, server, body):
        accept.begin(self, req, server, 'resume', 'resume_server')
