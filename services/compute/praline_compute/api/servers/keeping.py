# SPDX-License-Identifier: Apache-2.0
"""Server actions that lock, reset, rescue, shelve, restore, and look inside."""
import re

from praline_common import errors, policy
from praline_common.api.rest import Actions, Since, action
from praline_compute import states
from praline_compute.api import types
from praline_compute.api.servers import accept, creating, images, removal
from praline_compute.api.types import closed, wrapped
from praline_compute.db import actions, servers

_REASON = {'oneOf': [{'type': 'null'}, closed(locked_reason={'type': 'string', 'minLength': 1, 'maxLength': 255})]}
_LENGTH = {'anyOf': [{'type': ['integer', 'string'], 'pattern': '^-?[0-9]+$', 'minimum': -1}, {'type': 'null'}]}
_RESCUE = {'oneOf': [{'type': 'null'}, closed(adminPass=types.TEXT, rescue_image_ref=types.UUID)]}
_UNSHELVE = {'oneOf': [{'type': 'null'}, closed(('availability_zone',), availability_zone=types.NAME)]}
_UNSHELVE_91 = {'oneOf': [{'type': 'null'}, closed(availability_zone={'oneOf': [types.NAME, {'type': 'null'}]},
                                                  host=types.FQDN)]}
_OVERRIDE = 'os_compute_api:os-lock-server:unlock:unlock_override'
_UNSHELVE_TO_HOST = 'os_compute_api:os-shelve:unshelve_to_host'


class KeepingActions(Actions):

    def __init__(self, runtime):
        super().__init__(runtime)
        self.policy.register(_OVERRIDE, policy.ADMIN)
        self.policy.register(_UNSHELVE_TO_HOST, policy.ADMIN)

    @action('lock', 'os_compute_api:os-lock-server:lock', policy=policy.MEMBER, item=servers.get, status=202,
            body=Since(v2_1=wrapped('lock', {}), v2_73=wrapped('lock', _REASON)))
    def lock(self, req, server, body):
        reason = (body['lock'] or {}).get('locked_reason') if req.version >= (2, 73) else None
        owner = server['project_id'] == req.context.project_id
        with self.db.write() as conn:
            servers.save(conn, server['id'], locked_by='owner' if owner and not req.context.is_admin else 'admin',
                         locked_reason=reason)
            actions.create(conn, req.context, server['id'], 'lock')

    @action('unlock', 'os_compute_api:os-lock-server:unlock', policy=policy.MEMBER, item=servers.get, status=202,
            body=wrapped('unlock', {}))
    def unlock(self, req, server, body):
        if server['locked_by'] == 'admin':
            self.policy.require(req.context, _OVERRIDE, server)
        with self.db.write() as conn:
            servers.save(conn, server['id'], locked_by=None, locked_reason=None)
            actions.create(conn, req.context, server['id'], 'unlock')

    @action('os-resetState', 'os_compute_api:os-admin-actions:reset_state', policy=policy.ADMIN, item=servers.get,
            status=202, body=wrapped('os-resetState', closed(('state',), state={'enum': ['active', 'error']})))
    def reset_state(self, req, server, body):
        with self.db.write() as conn:
            servers.save(conn, server['id'], vm_state=body['os-resetState']['state'], task_state=None)
            actions.create(conn, req.context, server['id'], 'resetState')

    @action('resetNetwork', 'os_compute_api:os-admin-actions:reset_network', policy=policy.ADMIN, item=servers.get,
            status=410, body=wrapped('resetNetwork', {}))
    def reset_network(self, req, server, body):
        raise Gone('This resource is no longer available. No forwarding address is given.')

    @action('injectNetworkInfo', 'os_compute_api:os-admin-actions:inject_network_info', policy=policy.ADMIN,
            item=servers.get, status=202, body=wrapped('injectNetworkInfo', {}))
    def inject_network_info(self, req, server, body):
        """Nothing to do: the guest asks the metadata service and DHCP, which always know."""
        states.check_unlocked(server, req.context)

    @action('forceDelete', 'os_compute_api:os-deferred-delete:force', policy=policy.MEMBER, item=servers.get,
            status=202, body=wrapped('forceDelete', {}))
    def force_delete(self, req, server, body):
        removal.begin(self, req, server, force=True)

    @action('restore', 'os_compute_api:os-deferred-delete:restore', policy=policy.MEMBER, item=servers.get,
            status=202, body=wrapped('restore', {}))
    def restore(self, req, server, body):
        """A server that was deleted a little while ago runs again."""
        accept.begin(self, req, server, 'restore', 'restore_server')

    @action('changePassword', 'os_compute_api:os-admin-password', policy=policy.MEMBER, item=servers.get, status=202,
            body=wrapped('changePassword', closed(('adminPass',), adminPass=types.TEXT)))
    def change_password(self, req, server, body):
        """Needs a program inside the guest that takes the new password; this driver has none to talk to."""
        accept.check(server, 'changePassword', req.context)
        raise errors.Conflict('Failed to set admin password on %s: the guest has no agent that could do it'
                              % server['id'])

    @action('os-getConsoleOutput', 'os_compute_api:os-console-output', policy=policy.MEMBER, item=servers.get,
            body=wrapped('os-getConsoleOutput', closed(length=_LENGTH)))
    def console_output(self, req, server, body):
        if not server['host']:
            raise errors.Conflict('Instance %s is not ready' % server['id'])
        length = body['os-getConsoleOutput'].get('length')
        length = None if length is None or int(length) < 0 else int(length)
        text = self.runtime.agents.call(req.context, 'console_log', server=server['agent'], host=server['host'],
                                        uuid=server['id'], lines=length)
        text = re.sub('[\x00-\x08\x0b\x0c\x0e-\x1f]', '', text)
        return {'output': '\n'.join(text.split('\n')[-length:]) if length else text}

    @action('rescue', 'os_compute_api:os-rescue', policy=policy.MEMBER, item=servers.get, body=wrapped(
        'rescue', _RESCUE))
    def rescue(self, req, server, body):
        """Boot from a throw-away disk, the server's own behind it."""
        asked = body['rescue'] or {}
        image_id = asked.get('rescue_image_ref') or server['image_id']
        if not image_id or not server['image_id'] and req.version < (2, 87):
            raise errors.BadRequest('Instance %s cannot be rescued: Cannot rescue a volume-backed instance'
                                    % server['id'])
        image = images.get(self.runtime.contracts, req.context, image_id)
        password = asked.get('adminPass') or creating.new_password()
        accept.begin(self, req, server, 'rescue', 'rescue_server', arguments={'image': image}, deadline=1800,
                     admin_password=password, old_vm_state=server['vm_state'], rescue_image_id=image_id)
        return {'adminPass': password}

    @action('unrescue', 'os_compute_api:os-unrescue', policy=policy.MEMBER, item=servers.get, status=202,
            body=wrapped('unrescue', {}))
    def unrescue(self, req, server, body):
        accept.begin(self, req, server, 'unrescue', 'unrescue_server')

    @action('shelve', 'os_compute_api:os-shelve:shelve', policy=policy.MEMBER, item=servers.get, status=202,
            body=wrapped('shelve', {}))
    def shelve(self, req, server, body):
        """Keep it as an image and give its host back."""
        accept.check(server, 'shelve', req.context)
        image_id = None
        if server['image_id']:
            image_id = self.runtime.contracts.image.create(
                req.context, '%s-shelved' % server['name'], {'image_type': 'snapshot', 'instance_uuid': server['id'],
                                                             'base_image_ref': server['image_id']})['id']
        accept.begin(self, req, server, 'shelve', 'shelve_server', deadline=1800, arguments={'image_id': image_id},
                     shelved_image_id=image_id, old_vm_state=server['vm_state'])

    @action('shelveOffload', 'os_compute_api:os-shelve:shelve_offload', policy=policy.ADMIN, item=servers.get,
            status=202, body=wrapped('shelveOffload', {}))
    def shelve_offload(self, req, server, body):
        accept.begin(self, req, server, 'shelve_offload', 'offload_server', action='shelveOffload')

    @action('unshelve', 'os_compute_api:os-shelve:unshelve', policy=policy.MEMBER, item=servers.get, status=202,
            body=Since(v2_1=wrapped('unshelve', {}), v2_77=wrapped('unshelve', _UNSHELVE),
                       v2_91=wrapped('unshelve', _UNSHELVE_91)))
    def unshelve(self, req, server, body):
        asked = (body['unshelve'] or {}) if req.version >= (2, 77) else {}
        if asked.get('host'):
            self.policy.require(req.context, _UNSHELVE_TO_HOST, server)
        if asked and server['vm_state'] != states.OFFLOADED:
            raise errors.Conflict("Cannot 'unshelve' instance %s while it is in vm_state %s"
                                  % (server['id'], server['vm_state']))
        values = {}
        if 'availability_zone' in asked:
            values['requested_zone'] = asked['availability_zone']
        accept.begin(self, req, server, 'unshelve', 'unshelve_server', deadline=1800,
                     arguments={'host': asked.get('host')}, **values)


class Gone(errors.Error):
    status, title = 410, 'Gone'
