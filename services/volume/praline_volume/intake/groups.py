# SPDX-License-Identifier: Apache-2.0
"""Accepts what is asked for groups: the work is done volume by volume, the group follows."""
import uuid

from praline_common import errors as common
from praline_volume import states
from praline_volume.db import groups
from praline_volume.db import snapshots
from praline_volume.db import types
from praline_volume.db import volumes
from praline_volume.intake import quota
from praline_volume.intake import snapshots as snapshot_intake
from praline_volume.intake import volumes as volume_intake

NOT_OFFERED = ('consistent_group_snapshot_enabled', 'group_replication_enabled',
               'consistent_group_replication_enabled')


def require_offered(group_type):
    """BadRequest for a type whose specs ask for what no back end here does: one moment for all, replication."""
    for name in NOT_OFFERED:
        if 'true' in str(group_type['group_specs'].get(name, '')).lower():
            raise common.BadRequest(f'Invalid group type: {group_type["name"]} asks for {name}, which no back end here '
                                    f'offers')


def create(runtime, conn, context, fields, status='available'):
    """The row of a new group.  fields: name, description, group_type_id, volume_types (ids), availability_zone."""
    if fields.get('availability_zone'):
        volume_intake.require_zone(runtime, conn, fields['availability_zone'])
    quota.require_groups(conn, runtime.conf, context.project_id)
    return groups.create(conn, {
        'id': str(uuid.uuid4()), 'project_id': context.project_id, 'user_id': context.user_id, 'status': status,
        **fields, 'availability_zone': fields.get('availability_zone') or runtime.options.availability_zone})


def copy(runtime, conn, context, fields, sources, kind):
    """A group with a copy of each source: `kind` is 'snapshot' or 'source', what the new volumes are made from."""
    group = create(runtime, conn, context, fields, status='creating')
    for source in sources:
        volume_intake.create(runtime, conn, context, {
            'id': str(uuid.uuid4()), 'group_id': group['id'], kind: source, 'name': source['name'],
            'volume_type': types.find(conn, source['volume_type_id'])})
    groups.follow(conn, group['id'])
    return group


def update(conn, context, group, changes, add, remove):
    """Rename, and let volumes in or out.  BadRequest naming the one that cannot."""
    if group['status'] != 'available':
        raise common.BadRequest(f'Invalid group: group {group["id"]} is {group["status"]}, not available')
    for volume_id in remove:
        volume = volumes.get(conn, context, volume_id)
        if volume['group_id'] != group['id']:
            raise common.BadRequest(f'Invalid volume: volume {volume_id} is not in group {group["id"]}')
        if volume['status'] not in states.LEAVING:
            raise common.BadRequest(f'Invalid volume: volume {volume_id} is {volume["status"]}; to leave a group it '
                                    f'must be {" or ".join(states.LEAVING)}')
        volumes.save(conn, volume_id, group_id=None)
    for volume_id in add:
        volume = volumes.get(conn, context, volume_id)
        _check_member(group, volume)
        volumes.save(conn, volume_id, group_id=group['id'])
    groups.save(conn, group['id'], **changes)


def _check_member(group, volume):
    if volume['group_id'] not in (None, group['id']):
        raise common.BadRequest(f'Invalid volume: volume {volume["id"]} is in group {volume["group_id"]} already')
    if volume['status'] not in states.JOINING:
        raise common.BadRequest(f'Invalid volume: volume {volume["id"]} is {volume["status"]}; to join a group it '
                                f'must be {" or ".join(states.JOINING)}')
    if volume['volume_type_id'] not in group['volume_types']:
        raise common.BadRequest(f'Invalid volume: the type of volume {volume["id"]} is none of group {group["id"]}')


def delete(runtime, conn, context, group, with_volumes):
    """Start deleting the group, with its volumes if told so.  BadRequest when something is in the way."""
    held = groups.volume_ids(conn, [group['id']])[group['id']]
    if held and not with_volumes:
        raise common.BadRequest(f'Invalid group: group {group["id"]} still has {len(held)} volumes; '
                                f'delete them too by delete-volumes')
    if groups.snapshots_of(conn, group['id']):
        raise common.BadRequest(f'Invalid group: group {group["id"]} still has group snapshots')
    if not groups.save(conn, group['id'], ('available', 'error'), status='deleting'):
        raise common.BadRequest(f'Invalid group: group {group["id"]} is {group["status"]}')
    for volume_id in held:
        volume_intake.delete(runtime, conn, context, volumes.get(conn, context, volume_id), with_group=True)
    groups.follow(conn, group['id'])


def create_snapshot(runtime, conn, context, group, fields):
    """Start taking a snapshot of every volume in the group; the row."""
    held = groups.volume_ids(conn, [group['id']])[group['id']]
    if group['status'] != 'available' or not held:
        raise common.BadRequest(f'Invalid group: group {group["id"]} is {group["status"]} with {len(held)} volumes')
    row = groups.create(conn, {
        'id': str(uuid.uuid4()), 'group_id': group['id'], 'project_id': group['project_id'],
        'user_id': context.user_id, 'status': 'creating', 'group_type_id': group['group_type_id'],
        **fields}, table=groups.SNAPSHOTS)
    for volume_id in held:
        snapshot_intake.create(runtime, conn, context, volumes.get(conn, context, volume_id), {
            'id': str(uuid.uuid4()), 'name': fields.get('name'), 'description': fields.get('description'),
            'group_snapshot_id': row['id']}, force=True)
    return row


def delete_snapshot(runtime, conn, context, row):
    """Start deleting the snapshots that were taken together."""
    if not groups.save(conn, row['id'], ('available', 'error'), table=groups.SNAPSHOTS, status='deleting'):
        raise common.BadRequest(f'Invalid group snapshot: group snapshot {row["id"]} is {row["status"]}')
    for member in groups.members(conn, row['id']):
        snapshot_intake.delete(runtime, conn, context, snapshots.get(conn, context, member['id']), with_group=True)
    groups.follow_snapshot(conn, row['id'])


def check_new_volume(conn, context, group_id, volume_type):
    """The group that a new volume of this type may join.  NotFound, BadRequest."""
    group = groups.get(conn, context, group_id)
    if group['status'] not in ('available', 'creating'):
        raise common.BadRequest(f'Invalid group: group {group_id} is {group["status"]}; to take a volume it must be '
                                f'available or creating')
    if volume_type is None or volume_type['id'] not in group['volume_types']:
        raise common.BadRequest(f'Invalid input received: a volume in group {group_id} must name one of its volume '
                                f'types')
    return group
