# SPDX-License-Identifier: Apache-2.0
"""The compute services: /os-services; by host and binary until 2.52, by uuid from 2.53 on."""
import uuid

from praline_common import errors, policy
from praline_common.api.rest import Controller, Since, operation
from praline_compute.api import types
from praline_compute.db import aggregates, services

_LIST = dict(host=types.TEXT, binary=types.TEXT)
_REASON = {'type': 'string', 'minLength': 1, 'maxLength': 255}
_NAMED = types.closed(('host', 'binary'), host=types.FQDN, binary=_REASON, disabled_reason=_REASON)
_NAMED_BODY = Since(v2_1=_NAMED, v2_11=types.merged(_NAMED, forced_down=types.BOOLEAN), v2_53={'type': 'object'})
_CHANGE = types.closed(status={'enum': ['enabled', 'disabled']}, disabled_reason=_REASON, forced_down=types.BOOLEAN)
_UPDATE = 'os_compute_api:os-services:update'


def tell_scheduler(runtime, context):
    """What hosts may get, or their zones, changed: the worker sends the scheduler the new picture."""
    runtime.own.cast(context, 'hosts_changed')


class Services(Controller):
    policy_before_missing = True
    views = {'enable': 'enable', 'disable': 'disable', 'disable-log-reason': 'reason', 'force-down': 'force'}

    @operation('os_compute_api:os-services:list', policy=policy.ADMIN,
               query=Since(v2_1=types.query(**_LIST), v2_75=types.query(open_=False, **_LIST)))
    def get_all(self, req):
        host, binary = req.GET.get('host'), req.GET.get('binary')
        if binary and binary != services.BINARY:
            return {'services': []}
        with self.db.read() as conn:
            found, zones = services.list(conn, host), aggregates.zones(conn)
        return {'services': [self._view(req, row, zones) for row in found]}

    @operation(_UPDATE, policy=policy.ADMIN, since='2.53', body=_CHANGE)
    def put(self, req, service_id, body):
        """Status, reason and forced_down of the service of this uuid."""
        service_id = _id(req, service_id)
        values = _values(body)
        if not values:
            raise errors.BadRequest("No updates were requested. Fields 'status' or 'forced_down' should be specified.")
        with self.db.write() as conn:
            row = services.get(conn, service_id)
            services.save(conn, row['host'], **values)
            zones = aggregates.zones(conn)
        tell_scheduler(self.runtime, req.context)
        return {'service': self._view(req, {**row, **values}, zones)}

    @operation('os_compute_api:os-services:delete', policy=policy.ADMIN, status=204)
    def delete(self, req, service_id):
        """Forget a host that nothing runs on; it comes back if its agent is still there."""
        service_id = _id(req, service_id)
        with self.db.read() as conn:
            row = services.get(conn, service_id)
            services.check_unused(conn, row['host'])
        self.runtime.contracts.scheduler.forget_host(req.context, row['host'])
        with self.db.write() as conn:
            services.check_unused(conn, row['host'])
            services.delete(conn, row['host'])

    @operation(_UPDATE, policy=policy.ADMIN, body=_NAMED_BODY)
    def enable_put(self, req, body):
        self._save(req, body, disabled=False, disabled_reason=None)
        return _named(body, status='enabled')

    @operation(_UPDATE, policy=policy.ADMIN, body=_NAMED_BODY)
    def disable_put(self, req, body):
        self._save(req, body, disabled=True, disabled_reason=None)
        return _named(body, status='disabled')

    @operation(_UPDATE, policy=policy.ADMIN, body=_NAMED_BODY)
    def reason_put(self, req, body):
        if 'disabled_reason' not in body:
            raise errors.BadRequest('Missing disabled reason field')
        self._save(req, body, disabled=True, disabled_reason=body['disabled_reason'])
        return _named(body, status='disabled', disabled_reason=body['disabled_reason'])

    @operation(_UPDATE, policy=policy.ADMIN, since='2.11', body=_NAMED_BODY)
    def force_put(self, req, body):
        if 'forced_down' not in body:
            raise errors.BadRequest('Missing forced_down field')
        forced = types.truth(body['forced_down'])
        self._save(req, body, forced_down=forced)
        return _named(body, forced_down=forced)

    def _save(self, req, body, **values):
        if req.version >= (2, 53):
            raise errors.BadRequest('Invalid uuid %s' % req.path.rpartition('/')[2])
        if body['binary'] != services.BINARY:
            raise errors.BadRequest('Updating a %s service is not supported. Only nova-compute services can be '
                                    'updated.' % body['binary'])
        with self.db.write() as conn:
            services.get_of_host(conn, body['host'])
            services.save(conn, body['host'], **values)
        tell_scheduler(self.runtime, req.context)

    def _view(self, req, row, zones):
        up = services.is_up(row, self.runtime.options)
        shown = {'id': row['service_id'] if req.version >= (2, 53) else row['id'], 'binary': services.BINARY,
                 'host': row['host'], 'zone': zones.get(row['host'], self.runtime.options.default_availability_zone),
                 'status': 'disabled' if row['disabled'] else 'enabled', 'state': 'up' if up else 'down',
                 'updated_at': services.seen(row), 'disabled_reason': row['disabled_reason']}
        if req.version >= (2, 11):
            shown['forced_down'] = row['forced_down']
        return shown


def _values(body):
    values = {}
    if body.get('status') == 'enabled' and body.get('disabled_reason'):
        raise errors.BadRequest("Specifying 'disabled_reason' with status 'enabled' is invalid.")
    if 'status' in body:
        values.update(disabled=body['status'] == 'disabled', disabled_reason=body.get('disabled_reason'))
    if 'forced_down' in body:
        values['forced_down'] = types.truth(body['forced_down'])
    return values


def _named(body, **values):
    return {'service': {'host': body['host'], 'binary': body['binary'], **values}}


def _id(req, text):
    """The path's id: a uuid from 2.53 on, a number before."""
    if req.version < (2, 53):
        if not text.isascii() or not text.isdigit():
            raise errors.BadRequest('id must be an integer')
        return int(text)
    try:
        return str(uuid.UUID(text))
    except ValueError:
        raise errors.BadRequest('Invalid uuid %s' % text) from None
