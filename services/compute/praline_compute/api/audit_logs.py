# SPDX-License-Identifier: Apache-2.0
"""The periodic usage audit of hosts, which no host here runs: /os-instance_usage_audit_log."""
import datetime

from praline_common import errors, policy
from praline_common.api.rest import Controller, operation
from praline_compute.api import times
from praline_compute.db import services

_FORMATS = ('%Y-%m-%d %H:%M:%S.%f', '%Y-%m-%d %H:%M:%S')


class AuditLogs(Controller):

    @operation('os_compute_api:os-instance-usage-audit-log:list', policy=policy.ADMIN)
    def get_all(self, req):
        return {'instance_usage_audit_logs': self._log(datetime.datetime.now(times.UTC))}

    @operation('os_compute_api:os-instance-usage-audit-log:show', policy=policy.ADMIN)
    def get_one(self, req, before):
        for form in _FORMATS:
            try:
                return {'instance_usage_audit_log': self._log(datetime.datetime.strptime(before, form))}
            except ValueError:
                continue
        raise errors.BadRequest('Invalid timestamp for date %s' % before)

    def _log(self, before):
        """The audit of the last whole month before that moment."""
        end = before.replace(day=1, hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
        begin = (end - datetime.timedelta(days=1)).replace(day=1)
        with self.db.read() as conn:
            hosts = [row['host'] for row in services.list(conn)]
        return {'period_beginning': str(begin), 'period_ending': str(end), 'num_hosts': len(hosts),
                'num_hosts_done': 0, 'num_hosts_running': 0, 'num_hosts_not_run': len(hosts), 'hosts_not_run': hosts,
                'total_instances': 0, 'total_errors': 0, 'log': {},
                'overall_status': '%s hosts done. 0 errors.' % ('0 of %d' % len(hosts) if hosts else 'ALL')}
