# SPDX-License-Identifier: Apache-2.0
"""`/v3/clusters` (3.7) and `/v3/workers` (3.24): hosts that share a back end, and who cleans up after a dead one.

No back end here is shared, so there are no clusters; and work is leased, so it is resumed without being asked to.
"""
from praline_common import errors
from praline_common.api import rest
from praline_common.policy import ADMIN
from praline_volume.api import forms
from praline_volume.api import history
from praline_volume.api.forms import fields
from praline_volume.db import filters

_WHICH = {'name': forms.NAME, 'binary': forms.OPTIONAL_NAME}
ENABLE = fields(_WHICH, ['name'])
DISABLE = fields({**_WHICH, 'disabled_reason': forms.TEXT}, ['name'])
CLEANUP = fields({
    'cluster_name': forms.NAME, 'host': forms.NAME, 'disabled': forms.BOOLEAN, 'is_up': forms.BOOLEAN,
    'binary': {'enum': ['cinder-volume', 'cinder-scheduler']}, 'resource_id': forms.OPTIONAL_UUID,
    'resource_type': {'enum': ['Volume', 'volume', 'Snapshot', 'snapshot']},
    'service_id': {'type': ['integer', 'string', 'null'], 'pattern': '^[0-9]+$', 'minimum': 1}})
FILTERS = {'name', 'binary', 'is_up', 'disabled', 'num_hosts', 'num_down_hosts'}
REPLICATION_FILTERS = {'replication_status', 'frozen', 'active_backend_id'}


class Clusters(rest.Controller):

    views = {'detail': 'detail', 'enable': 'enable', 'disable': 'disable'}

    @rest.operation('clusters:get_all', policy=ADMIN, since='3.7')
    def get_all(self, req):
        return _list(req)

    @rest.operation('clusters:get_all', policy=ADMIN, since='3.7')
    def detail_get(self, req):
        return _list(req)

    @rest.operation('clusters:get', policy=ADMIN, since='3.7')
    def get_one(self, req, name):
        raise _missing(name)

    @rest.operation('clusters:update', policy=ADMIN, body=ENABLE, since='3.7')
    def enable_put(self, req, body):
        raise _missing(body['name'])

    @rest.operation('clusters:update', policy=ADMIN, body=DISABLE, since='3.7')
    def disable_put(self, req, body):
        raise _missing(body['name'])


class Cleanup(rest.Controller):
    """`POST /v3/workers/cleanup`: nothing waits for it, so no service is told to clean and none is missing."""

    @rest.operation('workers:cleanup', policy=ADMIN, body=CLEANUP, optional_body=True, status=202, since='3.24')
    def post(self, req, body):
        if body and body.get('resource_id') and not {'service_id', 'cluster_name', 'host'} & set(body):
            raise errors.BadRequest(f'Invalid input received: There is no resource with UUID {body["resource_id"]} '
                                    f'pending cleanup.')
        return {'cleaning': [], 'unavailable': []}


def _list(req):
    known = FILTERS | REPLICATION_FILTERS if req.version >= history.CLUSTER_REPLICATION else FILTERS
    unknown = sorted(set(req.GET) - known)
    if unknown:
        raise errors.BadRequest(f'Invalid input received: Invalid filter keys: {", ".join(unknown)}')
    for name in ('is_up', 'disabled'):
        if name in req.GET:
            filters.truth(name, req.GET[name])
    return {'clusters': []}


def _missing(name):
    return errors.NotFound(f'Cluster {name} could not be found.')
