# SPDX-License-Identifier: Apache-2.0
"""Hosts as they were shown until 2.42: /os-hosts."""
from praline_common import errors, policy
from praline_common.api.rest import Controller, operation
from praline_compute.api import types
from praline_compute.api.hypervisors import numbers
from praline_compute.api.services import tell_scheduler
from praline_compute.db import aggregates, hypervisors, services
from praline_compute.errors import NotSupported

_LAST = '2.42'
_SWITCH = {'type': 'string', 'pattern': '^ *([eE][nN]|[dD][iI][sS])[aA][bB][lL][eE] *$'}
_CHANGE = {**types.closed(status=_SWITCH, maintenance_mode=_SWITCH), 'minProperties': 1}


class Hosts(Controller):
    policy_before_missing = True

    @operation('os_compute_api:os-hosts:list', policy=policy.ADMIN, until=_LAST)
    def get_all(self, req):
        wanted = req.GET.get('zone')
        with self.db.read() as conn:
            found, zones = services.list(conn), aggregates.zones(conn)
        shown = [{'host_name': row['host'], 'service': 'compute',
                  'zone': zones.get(row['host'], self.runtime.options.default_availability_zone)}
                 for row in found if not row['disabled']]
        return {'hosts': [host for host in shown if not wanted or host['zone'] == wanted]}

    @operation('os_compute_api:os-hosts:show', policy=policy.ADMIN, until=_LAST)
    def get_one(self, req, host):
        """What it has, what is in use, and each project's share."""
        with self.db.read() as conn:
            row = _host(conn, host)
            shares = hypervisors.usage_by_project(conn, host)
        size = numbers(row['report'])
        total = {name: sum(share[name] for share in shares) for name in ('vcpus', 'ram', 'disk')}
        return {'host': [
            _resource(host, '(total)', size['vcpus'], size['memory_mb'], size['local_gb']),
            _resource(host, '(used_now)', size['vcpus_used'], size['memory_mb_used'], size['local_gb_used']),
            _resource(host, '(used_max)', total['vcpus'], total['ram'], total['disk']),
            *(_resource(host, share['project_id'], share['vcpus'], share['ram'], share['disk']) for share in shares)]}

    @operation('os_compute_api:os-hosts:update', policy=policy.ADMIN, until=_LAST, body=_CHANGE)
    def put(self, req, host, body):
        if 'maintenance_mode' in body:
            self._check(host)
            raise NotSupported()
        disabled = body['status'].strip().lower() == 'disable'
        with self.db.write() as conn:
            _host(conn, host)
            services.save(conn, host, disabled=disabled, disabled_reason=None)
        tell_scheduler(self.runtime, req.context)
        return {'host': host, 'status': 'disabled' if disabled else 'enabled'}


    def _check(self, host):
        with self.db.read() as conn:
            _host(conn, host)


class _Power(Controller):
    """No driver of ours switches machines on or off."""
    policy_before_missing = True

    def _refuse(self, host):
        with self.db.read() as conn:
            _host(conn, host)
        raise NotSupported()


class HostStartup(_Power):
    policy_before_missing = True
    @operation('os_compute_api:os-hosts:start', policy=policy.ADMIN, until=_LAST)
    def get_all(self, req, host):
        self._refuse(host)


class HostShutdown(_Power):
    policy_before_missing = True
    @operation('os_compute_api:os-hosts:shutdown', policy=policy.ADMIN, until=_LAST)
    def get_all(self, req, host):
        self._refuse(host)


class HostReboot(_Power):
    policy_before_missing = True
    @operation('os_compute_api:os-hosts:reboot', policy=policy.ADMIN, until=_LAST)
    def get_all(self, req, host):
        self._refuse(host)


def _host(conn, host):
    found = services.list(conn, host)
    if not found:
        raise errors.NotFound('Compute host %s could not be found.' % host)
    return found[0]


def _resource(host, project, vcpus, ram, disk):
    return {'resource': {'host': host, 'project': project, 'cpu': vcpus, 'memory_mb': ram, 'disk_gb': disk}}
