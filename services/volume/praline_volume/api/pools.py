# SPDX-License-Identifier: Apache-2.0
"""`/v3/scheduler-stats/get_pools` and `/v3/capabilities`: the room and the abilities of back ends."""
from praline_common import errors
from praline_common.api import rest
from praline_common.policy import ADMIN
from praline_volume import placement
from praline_volume.api import history
from praline_volume.db import backends
from praline_volume.db import filters
from praline_volume.db import types


class Pools(rest.Controller):

    @rest.operation('scheduler_extension:scheduler_stats:get_pools', policy=ADMIN)
    def get_all(self, req):
        detail = filters.truth('detail', req.GET.get('detail', 'false'))
        with self.db.read() as conn:
            found = backends.list(conn, self.runtime.options)
            if req.version >= history.POOL_FILTER:
                found = _chosen(conn, req, found)
        if not detail:
            return {'pools': [{'name': backend['host']} for backend in found]}
        return {'pools': [{'name': backend['host'], 'capabilities': _capabilities(backend)} for backend in found]}


class Capabilities(rest.Controller):

    @rest.operation('volume_extension:capabilities', policy=ADMIN)
    def get_one(self, req, host):
        with self.db.read() as conn:
            for backend in backends.list(conn, self.runtime.options):
                if host in (backend['host'], backend['host'].partition('#')[0]):
                    return {'namespace': f'OS::Storage::Capabilities::{host}', 'vendor_name': 'Open Source',
                            'volume_backend_name': backend['name'], 'pool_name': None, 'driver_version': '1.0',
                            'storage_protocol': 'iSCSI', 'display_name': None, 'description': None,
                            'visibility': None, 'replication_targets': [], 'properties': {}}
        raise errors.NotFound(f"Can't find service: {host}")


def _capabilities(backend):
    return {'volume_backend_name': backend['name'], 'pool_name': backend['name'], 'driver_version': '1.0',
            'storage_protocol': 'iSCSI', 'vendor_name': 'Open Source', 'QoS_support': False,
            'total_capacity_gb': round(backend['total_gb'], 2), 'free_capacity_gb': round(backend['free_gb'], 2),
            'allocated_capacity_gb': backend['promised_gb'], 'provisioned_capacity_gb': backend['promised_gb'],
            'reserved_percentage': 0, 'max_over_subscription_ratio': str(backend['oversubscription']),
            'thin_provisioning_support': True, 'thick_provisioning_support': False, 'multiattach': True,
            'online_extend_support': True, 'backend_state': 'down' if backend['trouble'] else 'up',
            'timestamp': backend['heard_at'], 'updated': backend['heard_at']}


def _chosen(conn, req, found):
    if 'name' in req.GET:
        found = [backend for backend in found if backend['host'] == req.GET['name']]
    if 'volume_type' in req.GET and req.version >= history.POOL_TYPE_FILTER:
        specs = types.named(conn, req.context, req.GET['volume_type'])['extra_specs']
        found = [backend for backend in found if not placement.objection(backend, 0, specs, None)]
    return found
