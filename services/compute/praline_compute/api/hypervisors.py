# SPDX-License-Identifier: Apache-2.0
"""Hypervisors: /os-hypervisors; numbers are their ids until 2.52, uuids from 2.53 on."""
import uuid

import orjson

from praline_common import errors, policy
from praline_common.api import paging
from praline_common.api.rest import Controller, Since, operation
from praline_common.db.query import Page
from praline_compute.api import types
from praline_compute.api.links import Links
from praline_compute.db import hypervisors, services

_PAGED = dict(limit=types.LIMIT, marker=types.TEXT)
_LIST = Since(v2_1=types.query(), v2_33=types.query(**_PAGED), v2_53=types.closed(
    **_PAGED, hypervisor_hostname_pattern={**types.FQDN, 'minLength': 1}, with_servers=types.BOOLEAN))
_SHOW = Since(v2_1=types.query(), v2_53=types.closed(with_servers=types.BOOLEAN))
_SUMS = ('vcpus', 'memory_mb', 'local_gb', 'vcpus_used', 'memory_mb_used', 'local_gb_used', 'free_ram_mb',
         'free_disk_gb', 'current_workload', 'running_vms', 'disk_available_least')


class _Hypervisors(Controller):
    """What every path of hypervisors shares: ids, rows, views."""
    policy_before_missing = True

    def __init__(self, runtime):
        super().__init__(runtime)
        self.links = Links(self.conf)

    def _load(self, req, text):
        with self.db.read() as conn:
            return hypervisors.get(conn, _id(req, text))

    def _search(self, pattern):
        with self.db.read() as conn:
            found = hypervisors.list(conn, pattern=pattern)
        if not found:
            raise errors.NotFound("No hypervisor matching '%s' could be found." % pattern)
        return found

    def _servers(self, rows):
        with self.db.read() as conn:
            return hypervisors.servers(conn, [row['host'] for row in rows])

    def _add_uptimes(self, req, rows, shown):
        """From 2.88 on in every detail: one question to each agent, null where none answers."""
        known = {}
        for row, view in zip(rows, shown):
            if row['agent'] not in known:
                known[row['agent']] = self._uptime(req, row)
            view['uptime'] = known[row['agent']]

    def _uptime(self, req, row):
        if not services.is_up(row, self.runtime.options):
            return None
        try:
            return self.runtime.agents.call(req.context, 'uptime', server=row['agent'], timeout=10)
        except errors.Unavailable:
            return None

    def _brief(self, req, row):
        up = services.is_up(row, self.runtime.options)
        return {'id': row['uuid'] if req.version >= (2, 53) else row['id'], 'hypervisor_hostname': row['host'],
                'state': 'up' if up else 'down', 'status': 'disabled' if row['disabled'] else 'enabled'}

    def _view(self, req, row):
        report = row['report']
        shown = self._brief(req, row)
        shown.update(hypervisor_type=report['hypervisor_type'], hypervisor_version=report['hypervisor_version'],
                     host_ip=report.get('host_ip'), service={
                         'id': row['service_id'] if req.version >= (2, 53) else row['id'], 'host': row['host'],
                         'disabled_reason': row['disabled_reason']})
        if req.version >= (2, 88):
            return shown
        cpu = report.get('cpu_info') or {}
        shown.update(numbers(report), cpu_info=cpu if req.version >= (2, 28) else orjson.dumps(cpu).decode())
        return shown


class Hypervisors(_Hypervisors):
    policy_before_missing = True
    views = {'detail': 'detail', 'statistics': 'statistics'}

    @operation('os_compute_api:os-hypervisors:list', policy=policy.ADMIN, query=_LIST)
    def get_all(self, req):
        return self._list(req, self._brief, 'os-hypervisors')

    @operation('os_compute_api:os-hypervisors:list-detail', policy=policy.ADMIN, query=_LIST)
    def detail_get(self, req):
        return self._list(req, self._view, 'os-hypervisors/detail')

    @operation('os_compute_api:os-hypervisors:show', policy=policy.ADMIN, query=_SHOW)
    def get_one(self, req, hypervisor_id):
        row = self._load(req, hypervisor_id)
        shown = self._view(req, row)
        if req.version >= (2, 88):
            self._add_uptimes(req, [row], [shown])
        self._add_servers(req, [row], [shown])
        return {'hypervisor': shown}

    @operation('os_compute_api:os-hypervisors:statistics', policy=policy.ADMIN, until='2.87')
    def statistics_get(self, req):
        """Sums over the enabled hypervisors."""
        with self.db.read() as conn:
            reports = [numbers(row['report']) for row in hypervisors.list(conn) if not row['disabled']]
        sums = {name: sum(report[name] for report in reports) for name in _SUMS}
        return {'hypervisor_statistics': {'count': len(reports), **sums}}

    def _list(self, req, view, path):
        page, pattern = None, None
        if req.version >= (2, 53):
            pattern = req.GET.get('hypervisor_hostname_pattern')
        if pattern is not None:
            if 'limit' in req.GET or 'marker' in req.GET:
                raise errors.BadRequest('Paging over hypervisors with the hypervisor_hostname_pattern query parameter '
                                        'is not supported.')
            found = self._search(pattern)
        else:
            page = self._page(req)
            with self.db.read() as conn:
                found = hypervisors.list(conn, page, key='uuid' if req.version >= (2, 53) else 'id')
        shown = [view(req, row) for row in found]
        if req.version >= (2, 88) and path.endswith('detail'):
            self._add_uptimes(req, found, shown)
        self._add_servers(req, found, shown)
        answer = {'hypervisors': shown}
        following = page and self.links.next(req, path, shown, page.limit)
        if following:
            answer['hypervisors_links'] = following
        return answer

    def _page(self, req):
        page = Page(sort=[('id', 'asc')])
        if req.version >= (2, 33):
            page.limit, page.marker = paging.read(req, max_limit=self.conf.list_limit).limit, req.GET.get('marker')
        if page.marker and req.version < (2, 53):
            if not page.marker.isascii() or not page.marker.isdigit():
                raise errors.BadRequest('marker [%s] not found' % page.marker)
            page.marker = int(page.marker)
        return page

    def _add_servers(self, req, rows, shown):
        """with_servers: the key is absent before 2.75 where a host has none."""
        if req.version < (2, 53) or not types.truth(req.GET.get('with_servers', 'false')):
            return
        servers = self._servers(rows)
        for row, view in zip(rows, shown):
            if servers.get(row['host']) or req.version >= (2, 75):
                view['servers'] = servers.get(row['host'], [])


class HypervisorUptime(_Hypervisors):
    """GET /os-hypervisors/{id}/uptime."""
    policy_before_missing = True

    @operation('os_compute_api:os-hypervisors:uptime', policy=policy.ADMIN, until='2.87')
    def get_all(self, req, hypervisor_id):
        row = self._load(req, hypervisor_id)
        uptime = self._uptime(req, row)
        if uptime is None:
            raise errors.BadRequest('Compute service of %s is unavailable at this time.' % row['host'])
        return {'hypervisor': {**self._brief(req, row), 'uptime': uptime}}


class HypervisorSearch(_Hypervisors):
    """GET /os-hypervisors/{pattern}/search."""
    policy_before_missing = True

    @operation('os_compute_api:os-hypervisors:search', policy=policy.ADMIN, until='2.52')
    def get_all(self, req, pattern):
        return {'hypervisors': [self._brief(req, row) for row in self._search(pattern)]}


class HypervisorServers(_Hypervisors):
    """GET /os-hypervisors/{pattern}/servers."""
    policy_before_missing = True

    @operation('os_compute_api:os-hypervisors:servers', policy=policy.ADMIN, until='2.52')
    def get_all(self, req, pattern):
        found = self._search(pattern)
        servers, shown = self._servers(found), []
        for row in found:
            view = self._brief(req, row)
            if servers.get(row['host']):
                view['servers'] = servers[row['host']]
            shown.append(view)
        return {'hypervisors': shown}


def numbers(report):
    """The sizes of a HostReport in the API's names; MiB and GiB."""
    return {'vcpus': report['vcpus'], 'memory_mb': report['memory_mb'], 'local_gb': report['disk_gb'],
            'vcpus_used': report['vcpus_used'], 'memory_mb_used': report['memory_mb_used'],
            'local_gb_used': report['disk_gb_used'], 'free_ram_mb': report['memory_mb'] - report['memory_mb_used'],
            'free_disk_gb': report['disk_gb'] - report['disk_gb_used'], 'current_workload': 0,
            'running_vms': report['running_guests'], 'disk_available_least': report['disk_gb_free']}


def _id(req, text):
    if req.version < (2, 53):
        if not text.isascii() or not text.isdigit():
            raise errors.NotFound("Hypervisor with ID '%s' could not be found." % text)
        return int(text)
    try:
        return str(uuid.UUID(text))
    except ValueError:
        raise errors.BadRequest('Invalid uuid %s' % text) from None
