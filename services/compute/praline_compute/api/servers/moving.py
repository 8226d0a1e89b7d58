# SPDX-License-Identifier: Apache-2.0
"""Server actions that take it to another host."""
import uuid

from praline_common import errors, policy
from praline_common.api.rest import Actions, Since, action
from praline_compute.api import types
from praline_compute.api.servers import accept, creating
from praline_compute.api.types import closed, merged, wrapped
from praline_compute.db import servers, services

_HOST = {'anyOf': [types.FQDN, {'type': 'null'}]}
_BLOCK = {'enum': [*types.BOOLEAN['enum'], 'auto']}
_LIVE = closed(('block_migration', 'disk_over_commit', 'host'), block_migration=types.BOOLEAN,
               disk_over_commit=types.BOOLEAN, host=_HOST)
_LIVE_25 = closed(('block_migration', 'host'), block_migration=_BLOCK, host=_HOST)
_LIVE_30 = merged(_LIVE_25, force=types.BOOLEAN)
_EVACUATE = closed(('onSharedStorage',), host=types.FQDN, onSharedStorage=types.BOOLEAN, adminPass=types.TEXT)
_EVACUATE_14 = closed(host=types.FQDN, adminPass=types.TEXT)
_EVACUATE_29 = merged(_EVACUATE_14, force=types.BOOLEAN)
_LONG = 3600


class MovingActions(Actions):

    @action('migrate', 'os_compute_api:os-migrate-server:migrate', policy=policy.ADMIN, item=servers.get, status=202,
            body=Since(v2_1=wrapped('migrate', {}), v2_56=wrapped('migrate', {
                'oneOf': [{'type': 'null'}, closed(host=_HOST)]})))
    def migrate(self, req, server, body):
        """Off, to another host, and on; it waits for confirmResize or revertResize."""
        host = (body['migrate'] or {}).get('host') if req.version >= (2, 56) else None
        self._check_host(server, host)
        accept.begin(self, req, server, 'resize', 'migrate_server', action='migrate', deadline=_LONG, arguments={
            'migration': str(uuid.uuid4()), 'host': host, 'was': server['vm_state']})

    @action('os-migrateLive', 'os_compute_api:os-migrate-server:migrate_live', policy=policy.ADMIN, item=servers.get,
            status=202, body=Since(v2_1=wrapped('os-migrateLive', _LIVE), v2_25=wrapped('os-migrateLive', _LIVE_25),
                                   v2_30=wrapped('os-migrateLive', _LIVE_30),
                                   v2_68=wrapped('os-migrateLive', _LIVE_25)))
    def migrate_live(self, req, server, body):
        host = body['os-migrateLive']['host']
        accept.check(server, 'live_migrate', req.context, 'os-migrateLive')
        self._check_host(server, host)
        self._check_can_live(server)
        accept.begin(self, req, server, 'live_migrate', 'live_migrate_server', action='live-migration',
                     deadline=_LONG, arguments={'migration': str(uuid.uuid4()), 'host': host,
                                                'was': server['vm_state']})

    @action('evacuate', 'os_compute_api:os-evacuate', policy=policy.ADMIN, item=servers.get,
            body=Since(v2_1=wrapped('evacuate', _EVACUATE), v2_14=wrapped('evacuate', _EVACUATE_14),
                       v2_29=wrapped('evacuate', _EVACUATE_29), v2_68=wrapped('evacuate', _EVACUATE_14)))
    def evacuate(self, req, server, body):
        """Away from a host that died, made anew from its image or on its volumes."""
        asked = body['evacuate']
        with self.db.read() as conn:
            found = services.list(conn, server['host']) if server['host'] else []
        if found and services.is_up(found[0], self.runtime.options):
            raise errors.BadRequest('Compute service of %s is still in use.' % server['host'])
        self._check_host(server, asked.get('host'))
        password = asked.get('adminPass') or creating.new_password()
        accept.begin(self, req, server, 'evacuate', 'evacuate_server', deadline=_LONG, admin_password=password,
                     arguments={'migration': str(uuid.uuid4()), 'host': asked.get('host'), 'was': server['vm_state']})
        return {'adminPass': password} if req.version < (2, 14) else None

    def _check_host(self, server, host):
        if not host:
            return
        with self.db.read() as conn:
            if not services.list(conn, host):
                raise errors.BadRequest('Compute host %s could not be found.' % host)
        if host == server['host']:
            raise errors.BadRequest('The target host can\'t be the same one.')

    def _check_can_live(self, server):
        with self.db.read() as conn:
            found = services.list(conn, server['host'])
        kind = found[0]['report'].get('hypervisor_type') if found else None
        if kind != 'fake':
            raise errors.BadRequest('Live migration is not supported by the hypervisor of %s (%s).' % (
                server['host'], kind))
