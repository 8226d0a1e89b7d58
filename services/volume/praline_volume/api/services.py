# SPDX-License-Identifier: Apache-2.0
"""`/v3/os-services` and `/v3/os-hosts`: the processes behind this API, as operators see and set them."""
from praline_common import errors
from praline_common.api import rest
from praline_common.policy import ADMIN
from praline_volume.api import forms
from praline_volume.api import history
from praline_volume.api import log_levels
from praline_volume.api.forms import fields
from praline_volume.db import quotas
from praline_volume.db import services

_WHICH = {'host': forms.NAME, 'binary': forms.NAME, 'service': forms.NAME, 'cluster': forms.OPTIONAL_NAME}
CHANGE = fields(_WHICH, ['host'])
DISABLE = fields({**_WHICH, 'disabled_reason': {'type': 'string', 'minLength': 1, 'maxLength': 255,
                                                'pattern': r'^\S(.*\S)?$'}}, ['host', 'disabled_reason'])
FREEZE = fields({'host': forms.OPTIONAL_NAME, 'cluster': forms.OPTIONAL_NAME})
FAILOVER = fields({'host': forms.OPTIONAL_NAME, 'cluster': forms.OPTIONAL_NAME, 'backend_id': forms.TEXT})
STATUS = fields({'status': {'type': 'string'}}, ['status'])


class Services(log_levels.LogLevels, rest.Controller):

    views = {'enable': 'enable', 'disable': 'disable', 'disable-log-reason': 'disable_because',
             'freeze': 'freeze', 'thaw': 'thaw', 'failover_host': 'failover_host', 'failover': 'failover',
             'get-log': 'get_log', 'set-log': 'set_log'}

    @rest.operation('volume_extension:services:index', policy=ADMIN)
    def get_all(self, req):
        with self.db.read() as conn:
            rows = services.list(conn, req.GET.get('host'), req.GET.get('binary'))
        return {'services': [self._view(req, row) for row in rows]}

    @rest.operation('volume_extension:services:update', policy=ADMIN, body=CHANGE)
    def enable_put(self, req, body):
        return {**self._switch(body, False, None), 'disabled_reason': None}

    @rest.operation('volume_extension:services:update', policy=ADMIN, body=CHANGE)
    def disable_put(self, req, body):
        return self._switch(body, True, None)

    @rest.operation('volume_extension:services:update', policy=ADMIN, body=DISABLE)
    def disable_because_put(self, req, body):
        return {**self._switch(body, True, body['disabled_reason']), 'disabled_reason': body['disabled_reason']}

    @rest.operation('volume:freeze_host', policy=ADMIN, body=FREEZE)
    def freeze_put(self, req, body):
        self._freeze(body, True)

    @rest.operation('volume:thaw_host', policy=ADMIN, body=FREEZE)
    def thaw_put(self, req, body):
        self._freeze(body, False)

    @rest.operation('volume:failover_host', policy=ADMIN, body=FAILOVER, status=202)
    def failover_host_put(self, req, body):
        self._refuse_failover(body)

    @rest.operation('volume:failover_host', policy=ADMIN, body=FAILOVER, status=202, since='3.26')
    def failover_put(self, req, body):
        self._refuse_failover(body)

    def _refuse_failover(self, body):
        if bool(body.get('host')) == bool(body.get('cluster')):
            raise errors.BadRequest("Invalid input received: the body must hold one of 'host' and 'cluster'")
        if body.get('cluster'):
            raise errors.BadRequest(f'Invalid input received: No service found with cluster={body["cluster"]}')
        with self.db.read() as conn:
            row = _one(conn, body['host'], services.VOLUME, errors.BadRequest)
        raise errors.BadRequest(f'Invalid input received: replication_status of {row["host"]} is disabled; only a '
                                f'replicated back end fails over')

    def _switch(self, body, disabled, reason):
        binary = body.get('binary') or body.get('service')
        if not binary:
            raise errors.BadRequest("The body must hold 'binary' or 'service'")
        with self.db.write() as conn:
            row = _one(conn, body['host'], binary)
            services.save(conn, row['id'], disabled=disabled, disabled_reason=reason)
        return {'host': row['host'], 'service': binary, 'binary': binary, 'disabled': disabled,
                'status': 'disabled' if disabled else 'enabled'}

    def _freeze(self, body, frozen):
        if not body.get('host'):
            raise errors.BadRequest("The body must hold 'host'")
        with self.db.write() as conn:
            row = _one(conn, body['host'], services.VOLUME, errors.BadRequest)
            if row['frozen'] == frozen:
                raise errors.BadRequest(f'Invalid input received: frozen of {row["host"]} is {frozen} already')
            services.save(conn, row['id'], frozen=frozen)

    def _view(self, req, row):
        up = services.is_up(row, self.runtime.options.service_down_time)
        view = {'binary': row['binary'], 'host': row['host'], 'zone': row['availability_zone'],
                'status': 'disabled' if row['disabled'] else 'enabled', 'state': 'up' if up else 'down',
                'disabled_reason': row['disabled_reason'], 'updated_at': row['updated_at']}
        if req.version >= history.CLUSTERS:
            view['cluster'] = None
        if row['binary'] == services.VOLUME:
            view.update(replication_status='disabled', active_backend_id=None, frozen=row['frozen'])
            if req.version >= history.BACKEND_STATE:
                view['backend_state'] = 'up' if up and not row['report'].get('trouble') else 'down'
        return view


class Hosts(rest.Controller):

    @rest.operation('volume_extension:hosts', policy=ADMIN)
    def get_all(self, req):
        with self.db.read() as conn:
            rows = services.list(conn)
        shown = [self._view(row) for row in rows]
        return {'hosts': [view for view in shown if view['service'] == req.GET.get('service', view['service'])]}

    @rest.operation('volume_extension:hosts', policy=ADMIN)
    def get_one(self, req, host):
        with self.db.read() as conn:
            row = _one(conn, host, services.VOLUME)
            totals = _totals(conn, row)
        everything = {key: sum(total[key] for total in totals.values()) for key in _COUNTED}
        return {'host': [_resource(host, project, total)
                         for project, total in [('(total)', everything), *totals.items()]]}

    @rest.operation('volume_extension:hosts', policy=ADMIN, body=STATUS)
    def put(self, req, host, body):
        wanted = body['status'].strip().lower()
        if wanted not in ('enable', 'disable'):
            raise errors.BadRequest(f"Invalid status {body['status']!r}: 'enable' or 'disable'")
        with self.db.write() as conn:
            services.save(conn, _one(conn, host, services.VOLUME)['id'], disabled=wanted == 'disable')
        return {'host': host, 'status': f'{wanted}d'}

    def _view(self, row):
        up = services.is_up(row, self.runtime.options.service_down_time)
        return {'host_name': row['host'], 'service': row['binary'], 'zone': row['availability_zone'],
                'service-status': 'available' if up else 'unavailable',
                'service-state': 'disabled' if row['disabled'] else 'enabled', 'last-update': row['updated_at']}


_COUNTED = ('volume_count', 'total_volume_gb', 'snapshot_count', 'total_snapshot_gb')


def _one(conn, host, binary, missing=errors.NotFound):
    rows = services.list(conn, host, binary)
    if not rows:
        raise missing(f'Service {binary} could not be found on host {host}.')
    return rows[0]


def _totals(conn, row):
    """`{project: counts}` of the volumes and snapshots on one back end."""
    return quotas.usage_of_host(conn, f'{row["host"]}#{row["report"].get("backend_name", "")}')


def _resource(host, project, counts):
    return {'resource': {'host': host, 'project': project, **{key: str(counts[key]) for key in _COUNTED}}}
