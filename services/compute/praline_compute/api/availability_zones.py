# SPDX-License-Identifier: Apache-2.0
"""Availability zones: /os-availability-zone; a zone is available while one of its hosts is enabled."""
from praline_common import policy
from praline_common.api.rest import Controller, operation
from praline_compute.db import aggregates, services

# Nova's name for the zone of the services that are no hypervisors.
_INTERNAL = 'internal'


class AvailabilityZones(Controller):
    views = {'detail': 'detail'}

    @operation('os_compute_api:os-availability-zone:list', policy=policy.ANYONE)
    def get_all(self, req):
        open_, closed = self._zones()
        return {'availabilityZoneInfo': [_view(name, True) for name in sorted(open_)]
                + [_view(name, False) for name in sorted(closed)]}

    @operation('os_compute_api:os-availability-zone:detail', policy=policy.ADMIN)
    def detail_get(self, req):
        """With every enabled host of the available zones, and the zone of what answers this."""
        open_, closed = self._zones()
        shown = [_view(name, True, self._hosts(open_[name])) for name in sorted(open_)]
        return {'availabilityZoneInfo': [_view(_INTERNAL, True, self._control()), *shown]
                + [_view(name, False) for name in sorted(closed)]}

    def _control(self):
        """The host of this process, with the services that schedule and conduct for all hosts."""
        return {self.conf.host: {binary: {'available': True, 'active': True, 'updated_at': None}
                                 for binary in ('nova-conductor', 'nova-scheduler')}}

    def _zones(self):
        """({zone: its enabled hosts' rows}, names of the zones that have none)."""
        with self.db.read() as conn:
            found, zones = services.list(conn), aggregates.zones(conn)
        open_, closed = {}, set()
        for row in found:
            zone = zones.get(row['host'], self.runtime.options.default_availability_zone)
            if row['disabled']:
                closed.add(zone)
            else:
                open_.setdefault(zone, []).append(row)
        return open_, closed - set(open_)

    def _hosts(self, rows):
        return {row['host']: {services.BINARY: {
            'available': services.is_up(row, self.runtime.options), 'active': True, 'updated_at': services.seen(row)}}
            for row in rows}


def _view(name, available, hosts=None):
    return {'zoneName': name, 'zoneState': {'available': available}, 'hosts': hosts}
