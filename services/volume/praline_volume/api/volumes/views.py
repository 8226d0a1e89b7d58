# SPDX-License-Identifier: Apache-2.0
"""Volumes as users see them."""
from praline_volume.api import history
from praline_volume.api import listing


def brief(req, volume):
    return {'id': volume['id'], 'name': volume['name'], 'links': listing.links(req, 'volumes', volume['id'])}


def created(req, volume):
    """What creating and updating answer: without the attributes that only show and list have."""
    view = first(req, volume)
    _add_versioned(view, req, volume)
    return view


def first(req, volume):
    """The volume as 3.0 had it."""
    return {
        'id': volume['id'], 'status': volume['status'], 'size': volume['size'],
        'availability_zone': volume['availability_zone'], 'created_at': volume['created_at'],
        'updated_at': volume['updated_at'], 'name': volume['name'], 'description': volume['description'],
        'volume_type': volume['volume_type'], 'snapshot_id': volume['snapshot_id'],
        'source_volid': volume['source_volid'], 'metadata': metadata(volume),
        'links': listing.links(req, 'volumes', volume['id']), 'user_id': volume['user_id'],
        'bootable': 'true' if volume['bootable'] else 'false', 'encrypted': False, 'replication_status': None,
        'consistencygroup_id': None, 'multiattach': volume['multiattach'],
        'attachments': [_attachment(req, row) for row in volume['attachments']]}


def detail(req, volume):
    view = created(req, volume)
    view['os-vol-tenant-attr:tenant_id'] = volume['project_id']
    if req.context.is_admin:
        view['os-vol-host-attr:host'] = volume['host']
        view['os-vol-mig-status-attr:migstat'] = volume['migration_status']
        view['os-vol-mig-status-attr:name_id'] = None
    if volume['image_metadata']:
        view['volume_image_metadata'] = volume['image_metadata']
    return view


def metadata(volume):
    """The user's own, and what an attachment or an operator said about reading and writing."""
    return {**volume['metadata'], **volume['admin_metadata']} if volume['admin_metadata'] else volume['metadata']


def _attachment(req, row):
    privileged = req.context.is_admin or 'service' in req.context.roles
    return {'id': row['volume_id'], 'attachment_id': row['id'], 'volume_id': row['volume_id'],
            'server_id': row['server_id'], 'host_name': row['host'] if privileged else None,
            'device': row['mountpoint'], 'attached_at': row['attached_at']}


def _add_versioned(view, req, volume):
    version, admin = req.version, req.context.is_admin
    if admin:
        view['migration_status'] = volume['migration_status']
    if version >= history.GROUP_ID:
        view['group_id'] = volume['group_id']
    if admin and version >= history.PROVIDER_ID:
        view['provider_id'] = None
    if version >= history.SHARED_TARGETS:
        view['shared_targets'] = False
        view['service_uuid'] = volume['service_uuid']
    if admin and version >= history.CLUSTER_NAME:
        view['cluster_name'] = None
    if version >= history.TYPE_ID:
        view['volume_type_id'] = volume['volume_type_id']
    if version >= history.CONSUMES_QUOTA:
        view['consumes_quota'] = volume['consumes_quota']
