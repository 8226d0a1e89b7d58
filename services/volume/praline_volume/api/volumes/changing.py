# SPDX-License-Identifier: Apache-2.0
"""The actions that change a volume or copy it: size, type, flags, image and back."""
from praline_common import errors
from praline_common.api.rest import action
from praline_common.policy import MEMBER, READER
from praline_volume import states
from praline_volume.api import forms
from praline_volume.api import history
from praline_volume.api import images
from praline_volume.api.volumes import schemas
from praline_volume.db import snapshots
from praline_volume.db import types
from praline_volume.db import volumes
from praline_volume.intake import retype
from praline_volume.intake import standing
from praline_volume.intake import volumes as intake

_RULE = 'volume_extension:volume_actions:'
UPLOAD_PUBLIC = _RULE + 'upload_public'
EXTEND_ATTACHED, REIMAGE_RESERVED = 'volume:extend_attached_volume', 'volume:reimage_reserved'


class Changing:

    @action('os-extend', 'volume:extend', policy=MEMBER, body=schemas.EXTEND, item=volumes.get, status=202,
            rule=lambda req, volume, body: EXTEND_ATTACHED if _while_in_use(req, volume) else 'volume:extend')
    def extend(self, req, volume, body):
        in_use = _while_in_use(req, volume)
        with self.db.write() as conn:
            intake.extend(self.runtime, conn, req.context, volume, int(body['os-extend']['new_size']), in_use)

    @action('os-retype', 'volume:retype', policy=MEMBER, body=schemas.RETYPE, item=volumes.get, status=202)
    def retype(self, req, volume, body):
        wanted = body['os-retype']
        with self.db.write() as conn:
            retype.retype(self.runtime, conn, req.context, volume, types.named(conn, req.context, wanted['new_type']))

    @action('os-set_bootable', _RULE + 'set_bootable', policy=MEMBER, body=schemas.BOOTABLE, item=volumes.get)
    def set_bootable(self, req, volume, body):
        standing.require_changeable(volume)
        with self.db.write() as conn:
            volumes.save(conn, volume['id'], bootable=forms.is_true(body['os-set_bootable']['bootable']))

    @action('os-update_readonly_flag', 'volume:update_readonly_flag', policy=MEMBER, body=schemas.READONLY,
            item=volumes.get, status=202)
    def set_readonly(self, req, volume, body):
        if volume['status'] not in states.READONLY_SETTABLE:
            raise errors.BadRequest(f'Invalid volume: volume {volume["id"]} is {volume["status"]}; its readonly flag '
                                    f'changes only while it is available')
        flag = str(forms.is_true(body['os-update_readonly_flag']['readonly']))
        with self.db.write() as conn:
            volumes.save(conn, volume['id'], admin_metadata={**volume['admin_metadata'], 'readonly': flag})

    @action('os-volume_upload_image', _RULE + 'upload_image', policy=MEMBER, body=schemas.UPLOAD, item=volumes.get,
            status=202)
    def upload(self, req, volume, body):
        wanted = body['os-volume_upload_image']
        if wanted.get('visibility') == 'public':
            self.policy.require(req.context, UPLOAD_PUBLIC, volume)
        force = forms.is_true(wanted.get('force'))
        intake.check_uploadable(volume, force)
        disk_format, container_format = wanted.get('disk_format', 'raw'), wanted.get('container_format') or 'bare'
        image = self.runtime.contracts.image.create(
            req.context, wanted['image_name'], intake.uploaded_properties(volume), disk_format=disk_format,
            container_format=container_format, visibility=wanted.get('visibility', 'private'),
            protected=forms.is_true(wanted.get('protected')))
        with self.db.write() as conn:
            intake.upload(self.runtime, conn, req.context, volume, image['id'], disk_format, container_format, force)
            volume_type = types.find(conn, volume['volume_type_id'])
        return {'os-volume_upload_image': _uploading(req, volume, volume_type, image, wanted, disk_format,
                                                     container_format)}

    @action('os-set_image_metadata', 'volume_extension:volume_image_metadata:set', policy=MEMBER,
            body=schemas.SET_IMAGE_METADATA, item=volumes.get)
    def set_image_metadata(self, req, volume, body):
        standing.require_metadata_changeable(volume)
        changed = {**(volume['image_metadata'] or {}), **body['os-set_image_metadata']['metadata']}
        with self.db.write() as conn:
            volumes.save(conn, volume['id'], image_metadata=changed)
        return {'metadata': changed}

    @action('os-unset_image_metadata', 'volume_extension:volume_image_metadata:remove', policy=MEMBER,
            body=schemas.UNSET_IMAGE_METADATA, item=volumes.get)
    def unset_image_metadata(self, req, volume, body):
        key, kept = body['os-unset_image_metadata']['key'], dict(volume['image_metadata'] or {})
        if kept.pop(key, None) is None:
            raise errors.NotFound(f'Volume {volume["id"]} has no image metadata with key {key}.')
        standing.require_metadata_changeable(volume)
        with self.db.write() as conn:
            volumes.save(conn, volume['id'], image_metadata=kept)

    @action('os-show_image_metadata', 'volume_extension:volume_image_metadata:show', policy=READER,
            body=schemas.SHOW_IMAGE_METADATA, item=volumes.get)
    def show_image_metadata(self, req, volume, body):
        return {'metadata': volume['image_metadata'] or {}}

    @action('revert', 'volume:revert_to_snapshot', policy=MEMBER, body=schemas.REVERT, item=volumes.get, status=202,
            since='3.40')
    def revert(self, req, volume, body):
        asked = body['revert'].get('snapshot_id')
        with self.db.write() as conn:
            taken = snapshots.of_volume(conn, volume['id'])
            if not taken or taken[-1]['id'] != asked:
                raise errors.BadRequest(f'{asked} is not the latest snapshot of volume {volume["id"]}')
            if taken[-1]['size'] != volume['size']:
                raise errors.BadRequest(f'Volume {volume["id"]} was extended after the snapshot; it cannot be reverted')
            if volume['status'] != 'available' or taken[-1]['status'] != 'available':
                raise errors.Conflict(f'Volume {volume["id"]} is {volume["status"]} and the snapshot is '
                                      f'{taken[-1]["status"]}; both must be available')
            intake.revert(self.runtime, conn, req.context, volume, taken[-1])

    @action('os-reimage', 'volume:reimage', policy=MEMBER, body=schemas.REIMAGE, item=volumes.get, status=202,
            since='3.68',
            rule=lambda req, volume, body: REIMAGE_RESERVED if volume['status'] == 'reserved' else 'volume:reimage')
    def reimage(self, req, volume, body):
        wanted = body['os-reimage']
        image = images.find(self.runtime, req, wanted['image_id'])
        with self.db.write() as conn:
            intake.reimage(self.runtime, conn, req.context, volume, image,
                           forms.is_true(wanted.get('reimage_reserved')))


def _while_in_use(req, volume):
    return req.version >= history.EXTEND_IN_USE and volume['status'] == 'in-use'


def _uploading(req, volume, volume_type, image, wanted, disk_format, container_format):
    view = {'id': volume['id'], 'updated_at': volume['updated_at'], 'status': 'uploading',
            'display_description': volume['description'], 'size': volume['size'], 'image_id': image['id'],
            'image_name': wanted['image_name'], 'disk_format': disk_format, 'container_format': container_format,
            'volume_type': volume_type and {
                **{name: volume_type[name] for name in ('id', 'name', 'description', 'is_public', 'extra_specs',
                                                        'qos_specs_id', 'created_at', 'updated_at')},
                'deleted': False, 'deleted_at': None}}
    if req.version >= history.UPLOAD_PARAMETERS:
        view['visibility'] = wanted.get('visibility', 'private')
        view['protected'] = forms.is_true(wanted.get('protected'))
    return view
