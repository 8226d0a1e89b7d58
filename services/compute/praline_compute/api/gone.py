# SPDX-License-Identifier: Apache-2.0
"""Parts of the API that were taken away: every method that they had answers 410."""
from praline_common import errors, policy
from praline_common.api.rest import Controller, operation
from praline_compute.api import types
from praline_compute.errors import Gone


def gone(name):
    """A method that answers 410, whatever the path names and whatever the body holds."""
    @operation('os_compute_api:' + name, policy=policy.ANYONE)
    def refuse(self, req, *ids):
        raise Gone()
    return refuse


def taken_away(name, *methods):
    """A controller all of whose `methods` ('get_all', 'delete', ...) are gone."""
    return type(name, (Controller,), {method: gone('%s:%s' % (name, method)) for method in methods})


_LIST_CREATE, _CHANGE = ('get_all', 'post'), ('put', 'delete')
Agents = taken_away('os-agents', *_LIST_CREATE, *_CHANGE)
Cells = taken_away('os-cells', *_LIST_CREATE, 'get_one', *_CHANGE, 'post_one')
CellCapacities = taken_away('os-cells', 'get_all')
Certificates = taken_away('os-certificates', 'post', 'get_one')
Cloudpipe = taken_away('os-cloudpipe', *_LIST_CREATE, 'put')
Consoles = taken_away('os-consoles', *_LIST_CREATE, 'get_one', 'delete')
DefaultRules = taken_away('os-security-group-default-rules', *_LIST_CREATE, 'get_one', 'delete')
FixedIps = taken_away('os-fixed-ips', 'get_one')
FixedIpActions = taken_away('os-fixed-ips', 'post')
FloatingIpDns = taken_away('os-floating-ip-dns', 'get_all', *_CHANGE)
FloatingIpDnsEntries = taken_away('os-floating-ip-dns', 'get_one', *_CHANGE)
FloatingIpsBulk = taken_away('os-floating-ips-bulk', *_LIST_CREATE, 'get_one', 'put')
Fping = taken_away('os-fping', 'get_all', 'get_one')
VirtualInterfaces = taken_away('os-virtual-interfaces', 'get_all')


class BaremetalNodes(Controller):
    """/os-baremetal-nodes until 2.35: there is no bare metal service here, so there are none."""

    @operation('os_compute_api:os-baremetal-nodes:list', policy=policy.ADMIN, until='2.35')
    def get_all(self, req):
        return {'nodes': []}

    @operation('os_compute_api:os-baremetal-nodes:show', policy=policy.ADMIN, until='2.35')
    def get_one(self, req, node_id):
        raise errors.NotFound('Node %s could not be found.' % node_id)

    @operation('os_compute_api:os-baremetal-nodes:create', policy=policy.ADMIN, until='2.35')
    def post(self, req):
        raise _ask_the_bare_metal_service('node-create')

    @operation('os_compute_api:os-baremetal-nodes:delete', policy=policy.ADMIN, until='2.35')
    def delete(self, req, node_id):
        raise _ask_the_bare_metal_service('node-delete')


class AssistedSnapshots(Controller):
    """/os-assisted-volume-snapshots: no volume back end here needs the hypervisor's help for its snapshots."""

    @operation('os_compute_api:os-assisted-volume-snapshots:create', policy=policy.SERVICE,
               body=types.wrapped('snapshot', {'type': 'object', 'required': ['volume_id', 'create_info']}))
    def post(self, req, body):
        raise errors.BadRequest('Volume %s is not one whose snapshots need the hypervisor.'
                                % body['snapshot']['volume_id'])

    @operation('os_compute_api:os-assisted-volume-snapshots:delete', policy=policy.SERVICE)
    def delete(self, req, snapshot_id):
        if 'delete_info' not in req.GET:
            raise errors.BadRequest('delete_info is missing')
        raise errors.BadRequest('Snapshot %s is not one that needed the hypervisor.' % snapshot_id)


def _ask_the_bare_metal_service(command):
    return errors.BadRequest('Command not supported. Please use Ironic command %s to perform this action.' % command)
