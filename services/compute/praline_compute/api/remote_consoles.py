# SPDX-License-Identifier: Apache-2.0
"""Consoles: /servers/{id}/remote-consoles, the older actions for them, and /os-console-auth-tokens."""
from urllib.parse import quote

from praline_common import errors, policy
from praline_common.api.rest import Actions, Controller, Since, action, operation
from praline_compute import states
from praline_compute.api import types
from praline_compute.db import console_tokens, servers

_RULE = 'os_compute_api:os-remote-consoles'
_PROTOCOLS = ['vnc', 'spice', 'serial', 'rdp']
_TYPES = ['novnc', 'xvpvnc', 'spice-html5', 'serial', 'rdp-html5']


def _wanted(protocols, kinds):
    return types.wrapped('remote_console', types.closed(
        ('protocol', 'type'), protocol={'enum': protocols}, type={'enum': kinds}))


def _kind(word, *kinds):
    return types.wrapped(word, types.closed(('type',), type={'enum': kinds}))


class _Consoles:
    """How a console is opened, for the resource and for the actions."""

    def _url(self, req, server, protocol, kind):
        """The address of a web page with the server's display.  BadRequest for what no driver here offers."""
        if (protocol, kind) != ('vnc', 'novnc'):
            raise errors.BadRequest('Unavailable console type %s.' % kind)
        states.check(server, 'get_console', 'get_vnc_console')
        if not server['host']:
            raise errors.Conflict('Instance %s is not ready' % server['id'])
        host, port = self.runtime.agents.call(req.context, 'vnc_address', server=server['agent'], host=server['host'],
                                              uuid=server['id'])
        with self.db.write() as conn:
            token = console_tokens.create(conn, server['id'], kind, host, port,
                                          self.runtime.options.console_seconds)
        page = self.runtime.options.console_url or self.conf.base_url.rstrip('/') + '/console/vnc_lite.html'
        return '%s?path=%s' % (page, quote('?token=' + token, safe=''))


class RemoteConsoles(_Consoles, Controller):

    @operation(_RULE, policy=policy.MEMBER, since='2.6', item=servers.get,
               body=Since(v2_6=_wanted(_PROTOCOLS, _TYPES),
                          v2_8=_wanted([*_PROTOCOLS, 'mks'], [*_TYPES, 'webmks']),
                          v2_99=_wanted([*_PROTOCOLS, 'mks'], [*_TYPES, 'webmks', 'spice-direct'])))
    def post(self, req, server, body):
        asked = body['remote_console']
        return {'remote_console': {**asked, 'url': self._url(req, server, asked['protocol'], asked['type'])}}


class ConsoleActions(_Consoles, Actions):
    """The actions for consoles, until 2.5; part of the one controller of server actions."""

    @action('os-getVNCConsole', _RULE, policy=policy.MEMBER, until='2.5', item=servers.get,
            body=_kind('os-getVNCConsole', 'novnc', 'xvpvnc'))
    def get_vnc_console(self, req, server, body):
        return self._console(req, server, 'vnc', body['os-getVNCConsole']['type'])

    @action('os-getSPICEConsole', _RULE, policy=policy.MEMBER, until='2.5', item=servers.get,
            body=_kind('os-getSPICEConsole', 'spice-html5'))
    def get_spice_console(self, req, server, body):
        return self._console(req, server, 'spice', body['os-getSPICEConsole']['type'])

    @action('os-getSerialConsole', _RULE, policy=policy.MEMBER, until='2.5', item=servers.get,
            body=_kind('os-getSerialConsole', 'serial'))
    def get_serial_console(self, req, server, body):
        return self._console(req, server, 'serial', body['os-getSerialConsole']['type'])

    @action('os-getRDPConsole', _RULE, policy=policy.MEMBER, until='2.5', item=servers.get,
            body=_kind('os-getRDPConsole', 'rdp-html5'))
    def get_rdp_console(self, req, server, body):
        return self._console(req, server, 'rdp', body['os-getRDPConsole']['type'])

    def _console(self, req, server, protocol, kind):
        return {'console': {'type': kind, 'url': self._url(req, server, protocol, kind)}}


class ConsoleTokens(Controller):
    """GET /os-console-auth-tokens/{token}: where a console proxy must connect to."""

    @operation('os_compute_api:os-console-auth-tokens', policy=policy.ADMIN,
               query=Since(v2_1=types.query(), v2_99=types.query(open_=False)))
    def get_one(self, req, token):
        if req.version < (2, 31):
            raise errors.BadRequest('The token is not of an rdp-html5 console; ask with version 2.31 or newer')
        with self.db.read() as conn:
            found = console_tokens.get(conn, token)
        return {'console': {'instance_uuid': found['server_id'], 'host': found['host'], 'port': found['port'],
                            'internal_access_path': None}}
