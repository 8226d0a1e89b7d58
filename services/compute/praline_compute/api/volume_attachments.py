# SPDX-License-Identifier: Apache-2.0
"""The volumes of a server: /servers/{id}/os-volume_attachments; the id of an attachment is the volume's."""
import re
import string
import uuid

from praline_common import errors, policy
from praline_common.api import paging
from praline_common.api.rest import Controller, Reply, Since, operation
from praline_compute import states
from praline_compute.api import outcomes, types
from praline_compute.api.servers import accept
from praline_compute.db import devices, servers
from praline_compute.db.columns import now

_RULE = 'os_compute_api:os-volumes-attachments:'
_DEVICE = {'type': ['string', 'null'], 'pattern': '(^/dev/x{0,1}[a-z]{0,1}d{0,1})([a-z]+)[0-9]*$'}
_CREATE = types.closed(('volumeId',), volumeId=types.UUID, device=_DEVICE)
_TAGGED = types.merged(_CREATE, tag=types.TAG)
_BODY = Since(v2_1=types.wrapped('volumeAttachment', _CREATE), v2_49=types.wrapped('volumeAttachment', _TAGGED),
              v2_79=types.wrapped('volumeAttachment', types.merged(_TAGGED, delete_on_termination=types.BOOLEAN)))
_UPDATE = Since(v2_1=types.wrapped('volumeAttachment', types.closed(('volumeId',), volumeId=types.UUID)),
                v2_85=types.wrapped('volumeAttachment', types.merged(
                    _TAGGED, delete_on_termination=types.BOOLEAN, serverId=types.UUID, id=types.UUID)))
_PAGED = dict(limit=types.LIMIT, offset=types.LIMIT)
_FIXED = {'id': 'volume_id', 'serverId': 'server_id', 'device': 'device_name', 'tag': 'tag'}


def _of_server(controller, req, server_id, *_rest):
    with controller.db.read() as conn:
        return servers.get(conn, req.context, server_id)


class VolumeAttachments(Controller):

    def __init__(self, runtime):
        super().__init__(runtime)
        self.policy.register(_RULE + 'swap', policy.SERVICE)

    @operation(_RULE + 'index', policy=policy.READER, item=servers.get,
               query=Since(v2_1=types.query(**_PAGED), v2_75=types.query(open_=False, **_PAGED)))
    def get_all(self, req, server):
        page = paging.read(req, max_limit=self.conf.list_limit)
        with self.db.read() as conn:
            found = [row for row in devices.list(conn, server['id']) if row['volume_id']]
        start = int(req.GET.get('offset') or 0)
        return {'volumeAttachments': [_view(req, row) for row in found[start:start + page.limit]]}

    @operation(_RULE + 'show', policy=policy.READER, target=_of_server)
    def get_one(self, req, server_id, volume_id):
        return {'volumeAttachment': _view(req, self._device(server_id, volume_id))}

    @operation(_RULE + 'create', policy=policy.MEMBER, item=servers.get, body=_BODY)
    def post(self, req, server, body):
        """Answers once the volume is reserved for the server; the rest is waited for by looking at the volume."""
        asked = body['volumeAttachment']
        _check_shelved(req, server, 'attach_volume')
        accept.check(server, 'attach_volume', req.context)
        volume = self._volume(req, asked['volumeId'])
        self._check(req, server, volume)
        device = _row(server, asked)

        def write(conn, server):
            known = devices.list(conn, server['id'])
            if any(row['volume_id'] == device['volume_id'] for row in known):
                raise errors.BadRequest('Invalid volume: volume %s already attached' % device['volume_id'])
            device['device_name'] = _name(known, server)
            devices.create(conn, [device])

        if req.version >= (2, 101):
            accept.begin(self, req, server, 'attach_volume', 'attach_volume', also=write,
                         arguments={'device_id': device['id']})
            return Reply(status=202)
        operation_id = accept.begin(self, req, server, 'attach_volume', 'attach_volume', also=write,
                                    arguments={'device_id': device['id']})
        outcomes.of_step(self.runtime, operation_id, 'reserve', 10)
        shown = {'id': device['volume_id'], 'serverId': server['id'], 'volumeId': device['volume_id'],
                 'device': device['device_name']}
        if req.version >= (2, 70):
            shown['tag'] = device['tag']
        if req.version >= (2, 79):
            shown['delete_on_termination'] = device['delete_on_termination']
        return {'volumeAttachment': shown}

    @operation(_RULE + 'update', policy=policy.MEMBER, target=_of_server, body=_UPDATE, status=202)
    def put(self, req, server_id, volume_id, body):
        """From 2.85 on delete_on_termination; giving the guest another volume is for a migrating volume service."""
        asked = body['volumeAttachment']
        server = _of_server(self, req, server_id)
        swap = req.version < (2, 85) or asked['volumeId'] != volume_id
        if swap:
            self.policy.require(req.context, _RULE + 'swap', server)
        if req.version >= (2, 85):
            self._update(server, volume_id, asked)
        if swap:
            self._refuse_swap(req, volume_id)

    @operation(_RULE + 'delete', policy=policy.MEMBER, target=_of_server, status=202)
    def delete(self, req, server_id, volume_id):
        server = _of_server(self, req, server_id)
        _check_shelved(req, server, 'detach_volume')
        volume = self._volume(req, volume_id)
        accept.check(server, 'detach_volume', req.context)
        device = self._device(server_id, volume_id)
        if device['boot_index'] == 0:
            raise errors.BadRequest('Cannot detach a root device volume')

        def write(conn, server):
            now_known = devices.find(conn, server_id, volume_id)
            if now_known is None or now_known['state'] != 'attached' or volume['status'] == 'detaching':
                raise errors.BadRequest("Invalid volume: Invalid input received: Invalid volume: Unable to detach "
                                        "volume. Volume status must be 'in-use' and attach_status must be 'attached' "
                                        "to detach.")
            devices.save(conn, device['id'], state='detaching')

        accept.begin(self, req, server, 'detach_volume', 'detach_volume', also=write,
                     arguments={'device_id': device['id'], 'volume_id': volume_id})

    def _device(self, server_id, volume_id):
        with self.db.read() as conn:
            found = devices.find(conn, server_id, volume_id)
        if found is None:
            raise errors.NotFound('Instance %s is not attached to volume %s' % (server_id, volume_id))
        return found

    def _volume(self, req, volume_id):
        try:
            return self.runtime.contracts.volume.get(req.context, volume_id)
        except errors.NotFound:
            raise errors.NotFound('Volume %s could not be found.' % volume_id) from None

    def _check(self, req, server, volume):
        """BadRequest for what the volume service would refuse, before anything is written."""
        with self.db.read() as conn:
            if devices.find(conn, server['id'], volume['id']):
                raise errors.BadRequest('Invalid volume: volume %s already attached' % volume['id'])
        if volume['multiattach'] and req.version < (2, 60):
            raise errors.BadRequest('Multiattach volumes are only supported starting with compute API version 2.60.')
        if volume['multiattach'] and server['vm_state'] in (states.SHELVED, states.OFFLOADED):
            raise errors.BadRequest('Attaching multiattach volumes is not supported for shelved-offloaded instances.')
        allowed = ('available', 'in-use') if volume['multiattach'] else ('available',)
        if volume['status'] not in allowed:
            raise errors.BadRequest("Invalid volume: volume '%s' status must be '%s'. Currently in '%s'"
                                    % (volume['id'], "' or '".join(allowed), volume['status']))

    def _update(self, server, volume_id, asked):
        device = self._device(server['id'], volume_id)
        for word, column in _FIXED.items():
            if word in asked and asked[word] != device[column]:
                raise errors.BadRequest('The %s property is not mutable' % word)
        if 'delete_on_termination' in asked:
            with self.db.write() as conn:
                devices.save(conn, device['id'], delete_on_termination=types.truth(asked['delete_on_termination']))

    def _refuse_swap(self, req, volume_id):
        self._volume(req, volume_id)
        raise errors.Conflict('volume %s is not migrating; this API should only be called by the volume service'
                              % volume_id)


def _check_shelved(req, server, verb):
    if server['vm_state'] in (states.SHELVED, states.OFFLOADED) and req.version < (2, 20):
        raise errors.Conflict("Cannot '%s' instance %s while it is in vm_state %s"
                              % (verb, server['id'], server['vm_state']))


def _row(server, asked):
    return {'id': str(uuid.uuid4()), 'server_id': server['id'], 'volume_id': asked['volumeId'],
            'source_type': 'volume', 'destination_type': 'volume', 'source_id': asked['volumeId'],
            'volume_size': None, 'volume_type': None, 'device_name': None, 'disk_bus': None, 'device_type': None,
            'guest_format': None, 'boot_index': None, 'tag': asked.get('tag'), 'state': 'attaching',
            'delete_on_termination': types.truth(asked.get('delete_on_termination', False)), 'created_at': now()}


def _name(known, server):
    """The device name that the guest will most likely show: the next free one, since guests name their disks themselves
    and no name that is asked for would be theirs."""
    taken = {'a', *(_letters(row['device_name']) for row in known), _letters(server['root_device_name'])}
    local = (1 if server['flavor']['ephemeral'] else 0) + (1 if server['flavor']['swap'] else 0)
    taken.update(string.ascii_lowercase[1:1 + local])
    return '/dev/vd' + next(letters for letters in _all_letters() if letters not in taken)


def _letters(name):
    found = re.fullmatch(r'(?:/dev/)?(?:x?[a-z]?d)?([a-z]+)[0-9]*', name or '')
    return found.group(1) if found else None


def _all_letters():
    yield from string.ascii_lowercase
    yield from (first + second for first in string.ascii_lowercase for second in string.ascii_lowercase)


def _view(req, row):
    shown = {'volumeId': row['volume_id'], 'serverId': row['server_id']}
    if req.version < (2, 89):
        shown['id'] = row['volume_id']
    if row['device_name']:
        shown['device'] = row['device_name']
    if req.version >= (2, 70):
        shown['tag'] = row['tag']
    if req.version >= (2, 79):
        shown['delete_on_termination'] = row['delete_on_termination']
    if req.version >= (2, 89):
        shown.update(attachment_id=row['id'], bdm_uuid=row['id'])
    return shown
