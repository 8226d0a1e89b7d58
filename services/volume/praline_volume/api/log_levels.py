# SPDX-License-Identifier: Apache-2.0
"""`PUT /v3/os-services/get-log` and `set-log` (3.32): what the processes of this service write to their logs.

A level holds until its process ends.  In the embedded cloud all are one process, whose loggers they share.
"""
from praline_common import errors
from praline_common import log
from praline_common.api import rest
from praline_common.policy import ADMIN
from praline_volume.api import forms
from praline_volume.api.forms import fields
from praline_volume.db import services

API, BINARIES = 'cinder-api', ('cinder-api', services.SCHEDULER, services.VOLUME)
LEVELS = ('INFO', 'WARNING', 'ERROR', 'DEBUG')
_WHICH = {'binary': {'enum': ['', '*', None, *BINARIES]}, 'server': forms.TEXT, 'prefix': forms.TEXT}
GET = fields(_WHICH)
SET = fields({**_WHICH, 'level': {'type': ['string', 'null']}})


class LogLevels:
    """For the controller of os-services."""

    @rest.operation('volume_extension:services:update', policy=ADMIN, body=GET, since='3.32')
    def get_log_put(self, req, body):
        prefix = body.get('prefix') or ''
        found = [{'binary': binary, 'host': host, 'levels': self._ask(req, binary, host, 'log_levels', prefix=prefix)}
                 for binary, host in self._processes(body)]
        return {'log_levels': found}

    @rest.operation('volume_extension:services:update', policy=ADMIN, body=SET, status=202, since='3.32')
    def set_log_put(self, req, body):
        level = (body.get('level') or '').upper()
        if level not in LEVELS:
            raise errors.BadRequest(f'Invalid input received: level {body.get("level")!r} is none of {", ".join(LEVELS)}')
        for binary, host in self._processes(body):
            self._ask(req, binary, host, 'set_log_levels', prefix=body.get('prefix') or '', level=level)

    def _processes(self, body):
        """[(binary, host)] of those that are up; `server` is a host with or without its back end."""
        wanted = BINARIES if body.get('binary') in ('', '*', None) else (body['binary'],)
        server, down = body.get('server'), self.runtime.options.service_down_time
        with self.db.read() as conn:
            rows = [row for row in services.list(conn, server or None) if services.is_up(row, down)]
        found = [(API, self.conf.host)] if server in (None, '', self.conf.host) else []
        return [(binary, host) for binary, host in found + [(row['binary'], row['host']) for row in rows]
                if binary in wanted]

    def _ask(self, req, binary, host, verb, **arguments):
        if binary == services.VOLUME:
            return self.runtime.agents.call(req.context, verb, server=host.partition('@')[0], **arguments)
        if binary == services.SCHEDULER:
            return self.runtime.own.call(req.context, verb, **arguments)
        return log.levels(**arguments) if verb == 'log_levels' else log.set_levels(**arguments)
