# SPDX-License-Identifier: Apache-2.0
"""Who may have a volume: reserve, attach, detach.  The volume's status follows its attachments.

A volume is in-use when an attachment is attached, else attaching, else reserved, else available.
"""
from praline_common import errors as common
from praline_volume import errors
from praline_volume.db import attachments
from praline_volume.db import clock
from praline_volume.db import volumes

RANKED = (('attached', 'in-use', 'attached'), ('attaching', 'attaching', 'attaching'),
          ('reserved', 'reserved', 'reserved'))
OURS = ('in-use', 'attaching', 'reserved', 'detaching', 'available')


def reserve(conn, context, attachment_id, volume, server_id, mode=None):
    """The attachment's row, in status reserved.  Asked twice it is the same one.  InvalidVolume."""
    known = attachments.find(conn, attachment_id)
    if known:
        return known
    held = attachments.of_volume(conn, volume['id'])
    allowed = ['available', 'downloading']
    if volume['multiattach']:
        allowed += ['in-use', 'attaching', 'reserved']
    elif any(other['server_id'] == server_id and other['status'] == 'reserved' for other in held):
        # The same server asks again (a shelved server's volume): its reservation is no obstacle.
        allowed.append('reserved')
    if volume['status'] not in allowed:
        raise errors.InvalidVolume(f'volume {volume["id"]} is {volume["status"]}; to be attached it must be '
                                   f'{" or ".join(allowed)}')
    made = attachments.create(conn, {
        'id': attachment_id, 'volume_id': volume['id'], 'project_id': volume['project_id'], 'server_id': server_id,
        'status': 'reserved', 'attach_mode': mode or 'null'})
    settle(conn, volume['id'])
    return made


def connected(conn, attachment, connector, connection_info, mountpoint=None, mode=None):
    """The host can reach the volume now; the attachment's row."""
    status = 'attached' if attachment['status'] == 'attached' else 'attaching'
    attachments.save(conn, attachment['id'], status=status, connector=connector, connection_info=connection_info,
                     host=connector.get('host'), attach_mode=mode or 'rw',
                     mountpoint=mountpoint or connector.get('mountpoint') or attachment['mountpoint'],
                     attached_at=clock.now())
    settle(conn, attachment['volume_id'])
    return attachments.find(conn, attachment['id'])


def complete(conn, attachment, mountpoint=None):
    """The guest has it, under this name."""
    attachments.save(conn, attachment['id'], status='attached', attached_at=attachment['attached_at'] or clock.now(),
                     mountpoint=mountpoint or attachment['mountpoint'])
    settle(conn, attachment['volume_id'])


def remove(conn, attachment, force=False):
    """Forget the attachment, whose export is gone if it was the last; `force` also ends the volume's error state."""
    attachments.delete(conn, attachment['id'])
    if force:
        volumes.save(conn, attachment['volume_id'], ('error',), status='detaching')
    settle(conn, attachment['volume_id'])


def begin_detaching(conn, volume):
    """in-use becomes detaching, unless other servers have the volume too."""
    if volume['status'] != 'in-use' or volume['attach_status'] != 'attached':
        raise errors.InvalidVolume(f'volume {volume["id"]} is {volume["status"]}, not in-use; it cannot be detached')
    if len(volume['attachments']) < 2:
        volumes.save(conn, volume['id'], ('in-use',), status='detaching')


def roll_detaching(conn, volume):
    volumes.save(conn, volume['id'], ('detaching',), status='in-use')


def reserve_volume(conn, volume):
    """The older flow: attaching, without saying to whom."""
    allowed = ('available', 'in-use') if volume['multiattach'] else ('available',)
    if not volumes.save(conn, volume['id'], allowed, status='attaching'):
        raise errors.InvalidVolume(f'volume {volume["id"]} is {volume["status"]}; to be reserved it must be '
                                   f'{" or ".join(allowed)}')


def unreserve_volume(conn, volume):
    """Nothing when nobody had reserved it."""
    volumes.save(conn, volume['id'], ('attaching',), status='in-use' if volume['attachments'] else 'available')


def attach(conn, context, attachment_id, volume, server_id, host, mountpoint, mode):
    """The older flow: who has it says so.  Asked twice by the same server it changes nothing."""
    for known in volume['attachments']:
        if server_id and known['server_id'] == server_id:
            return known
    if volume['status'] not in ('available', 'attaching', 'reserved') and not (
            volume['multiattach'] and volume['status'] == 'in-use'):
        raise errors.InvalidVolume(f'volume {volume["id"]} is {volume["status"]}; to be attached it must be '
                                   f'available or attaching')
    if mode == 'rw' and volume['admin_metadata'].get('readonly', '').lower() == 'true':
        raise errors.InvalidVolume(f'volume {volume["id"]} is read-only and cannot be attached as {mode}')
    attachments.create(conn, {
        'id': attachment_id, 'volume_id': volume['id'], 'project_id': volume['project_id'], 'server_id': server_id,
        'host': host, 'mountpoint': mountpoint, 'attach_mode': mode, 'status': 'attached',
        'attached_at': clock.now()})
    volumes.save(conn, volume['id'], status='in-use', attach_status='attached',
                 admin_metadata={'readonly': 'False', **volume['admin_metadata'], 'attached_mode': mode})
    return attachments.find(conn, attachment_id)


def chosen(conn, volume, attachment_id):
    """The attachment that os-detach means.  BadRequest when it must be named or is another volume's, NotFound when it
    is not there."""
    held = [row for row in attachments.of_volume(conn, volume['id']) if row['status'] != 'reserved']
    if attachment_id:
        for row in attachments.of_volume(conn, volume['id']):
            if row['id'] == attachment_id:
                return row
        if attachments.find(conn, attachment_id):
            raise common.BadRequest('Invalid input received: Mismatched volume and attachment')
        raise common.NotFound(f'Volume attachment {attachment_id} could not be found.')
    if len(held) > 1:
        raise errors.InvalidVolume(f'volume {volume["id"]} has {len(held)} attachments; name one by attachment_id')
    return held[0] if held else None


def reset(conn, volume, changes):
    """Write what an operator says of a volume that is not as its row has it.  BadRequest for in-use by nobody.

    `detached` forgets the attachments too: no export is taken away, for whoever says so knows of none.
    """
    held = attachments.of_volume(conn, volume['id'])
    if changes.get('status') == 'in-use' and not held:
        raise common.BadRequest(f'Cannot reset-state to in-use: volume {volume["id"]} has no attachments')
    if changes.get('attach_status') == 'detached':
        for row in held:
            attachments.delete(conn, row['id'])
        changes = {**changes, 'admin_metadata': _without_mode(volume)}
    volumes.save(conn, volume['id'], **changes)


def settle(conn, volume_id):
    """Let the volume's status follow its attachments; one that is extending, deleting or in error keeps its own."""
    found = {row['status'] for row in attachments.of_volume(conn, volume_id)}
    status, attach_status = 'available', 'detached'
    for kind, name, attached in RANKED:
        if kind in found:
            status, attach_status = name, attached
            break
    volumes.save(conn, volume_id, attach_status=attach_status)
    volumes.save(conn, volume_id, OURS, status=status)
    if status == 'available':
        row = volumes.find(conn, volume_id)
        if row and 'attached_mode' in row['admin_metadata']:
            volumes.save(conn, volume_id, admin_metadata=_without_mode(row))


def _without_mode(volume):
    return {name: value for name, value in volume['admin_metadata'].items() if name != 'attached_mode'}
