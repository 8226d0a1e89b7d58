# SPDX-License-Identifier: Apache-2.0
"""Hours, and the processors, memory and disk of them: /os-simple-tenant-usage."""
import datetime

from praline_common import errors, policy
from praline_common.api import paging
from praline_common.api.rest import Controller, Since, operation
from praline_compute.api import times, types
from praline_compute.api.links import Links
from praline_compute.db import tenant_usages
from praline_compute.db.columns import stamp

_FORMATS = ('%Y-%m-%dT%H:%M:%S', '%Y-%m-%dT%H:%M:%S.%f', '%Y-%m-%d %H:%M:%S.%f')
_ONE = dict(start=types.TEXT, end=types.TEXT)
_MANY = dict(_ONE, detailed=types.TEXT)
_PAGED = dict(limit=types.LIMIT, marker=types.TEXT)


def _query(properties):
    return Since(v2_1=types.query(**properties), v2_40=types.query(**properties, **_PAGED),
                 v2_75=types.query(open_=False, **properties, **_PAGED))


class TenantUsages(Controller):

    def __init__(self, runtime):
        super().__init__(runtime)
        self.links = Links(self.conf)

    @operation('os_compute_api:os-simple-tenant-usage:list', policy=policy.ADMIN, query=_query(_MANY))
    def get_all(self, req):
        """Every project's; with detailed=1 every server's too."""
        usages, following = self._usages(req, 'os-simple-tenant-usage', None, req.GET.get('detailed') == '1')
        answer = {'tenant_usages': usages}
        if following:
            answer['tenant_usages_links'] = following
        return answer

    @operation('os_compute_api:os-simple-tenant-usage:show', policy=policy.READER, query=_query(_ONE),
               target=lambda controller, req, project_id: {'project_id': project_id})
    def get_one(self, req, project_id):
        usages, following = self._usages(req, 'os-simple-tenant-usage/' + project_id, project_id, True)
        answer = {'tenant_usage': usages[0] if usages else {}}
        if following:
            answer['tenant_usage_links'] = following
        return answer

    def _usages(self, req, path, project_id, detailed):
        now = datetime.datetime.now(times.UTC)
        start, stop = _moment(req.GET.get('start')), _moment(req.GET.get('end'))
        if not start < stop:
            raise errors.BadRequest('Invalid start time. The start time cannot occur after the end time.')
        stop = min(stop, now)
        limit, marker = self.conf.list_limit, None
        if req.version >= (2, 40):
            page = paging.read(req, max_limit=self.conf.list_limit)
            limit, marker = page.limit, page.marker
        with self.db.read() as conn:
            found = tenant_usages.list(conn, stamp(start), stamp(stop), project_id, limit, marker)
        following = self.links.next(req, path, found, limit) if req.version >= (2, 40) else []
        return _sums(found, start, stop, now, detailed), following


def _sums(rows, start, stop, now, detailed):
    projects = {}
    for row in rows:
        server = _server(row, start, stop, now)
        total = projects.setdefault(row['project_id'], {
            'tenant_id': row['project_id'], 'start': stamp(start), 'stop': stamp(stop), 'total_hours': 0.0,
            'total_vcpus_usage': 0.0, 'total_memory_mb_usage': 0.0, 'total_local_gb_usage': 0.0})
        hours = server['hours']
        total['total_hours'] += hours
        for name in ('vcpus', 'memory_mb', 'local_gb'):
            total['total_%s_usage' % name] += server[name] * hours
        if detailed:
            total.setdefault('server_usages', []).append(server)
    return [*projects.values()]


def _server(row, start, stop, now):
    flavor = row['flavor']
    launched, ended = _stored(row['launched_at']), row['terminated_at'] and _stored(row['terminated_at'])
    hours = max(0.0, (min(stop, ended or stop) - max(launched, start)).total_seconds() / 3600)
    return {'instance_id': row['id'], 'name': row['name'], 'tenant_id': row['project_id'], 'flavor': flavor['name'],
            'vcpus': flavor['vcpus'], 'memory_mb': flavor['ram'], 'local_gb': flavor['disk'] + flavor['ephemeral'],
            'hours': hours, 'started_at': row['launched_at'], 'ended_at': row['terminated_at'],
            'state': 'terminated' if ended else row['vm_state'],
            'uptime': int(((ended or now) - launched).total_seconds())}


def _stored(text):
    return datetime.datetime.fromisoformat(text).replace(tzinfo=times.UTC)


def _moment(text):
    """The moment of a query's start or end; now when it has none."""
    if not text:
        return datetime.datetime.now(times.UTC)
    for form in _FORMATS:
        try:
            return datetime.datetime.strptime(text, form).replace(tzinfo=times.UTC)
        except ValueError:
            continue
    raise errors.BadRequest('Invalid datetime string: Datetime is in invalid format')
