# SPDX-License-Identifier: Apache-2.0
"""Request bodies of volumes and their actions."""
from praline_common.api.rest import Since
from praline_volume import states
from praline_volume.api.forms import BOOLEAN, IMAGE_METADATA, METADATA, NAME, OPTIONAL_NAME, OPTIONAL_UUID, SIZE, TEXT
from praline_volume.api.forms import UUID, fields, only

_ANYTHING = {}
_NAMES = {'name': OPTIONAL_NAME, 'description': TEXT, 'display_name': OPTIONAL_NAME, 'display_description': TEXT}
_CREATE = {
    **_NAMES, 'volume_type': TEXT, 'metadata': {'oneOf': [METADATA, {'type': 'null'}]},
    'snapshot_id': OPTIONAL_UUID, 'source_volid': OPTIONAL_UUID, 'consistencygroup_id': OPTIONAL_UUID,
    'size': {**SIZE, 'type': ['integer', 'string', 'null']}, 'availability_zone': OPTIONAL_NAME,
    'multiattach': {'oneOf': [BOOLEAN, {'type': 'null'}]}, 'image_id': TEXT, 'imageRef': TEXT}
_GROUP = {'group_id': TEXT}
_BACKUP = {'backup_id': OPTIONAL_UUID}
_VOLUMES = {'oneOf': [UUID, {'type': 'array', 'items': UUID, 'uniqueItems': True}]}
# Cinder's others (a query, the server to be near to) are for filters that nothing here has: refused, not passed over.
_HINTS = {'OS-SCH-HNT:scheduler_hints': {'oneOf': [{'type': 'null'}, fields(
    {'same_host': _VOLUMES, 'different_host': _VOLUMES})]}}

CREATE = Since(
    v3_0=only('volume', fields(_CREATE, extra=True), **_HINTS),
    v3_13=only('volume', fields(_CREATE | _GROUP, extra=True), **_HINTS),
    v3_47=only('volume', fields(_CREATE | _GROUP | _BACKUP, extra=True), **_HINTS),
    v3_53=only('volume', fields(_CREATE | _GROUP | _BACKUP), **_HINTS))
_UPDATE = {**_NAMES, 'metadata': METADATA}
UPDATE = Since(v3_0=only('volume', fields(_UPDATE)),
               v3_53=only('volume', fields(_UPDATE, anyOf=[{'required': [name]} for name in _UPDATE])))

ATTACH = only('os-attach', fields(
    {'instance_uuid': UUID, 'mountpoint': NAME, 'host_name': {'type': 'string', 'maxLength': 255},
     'mode': {'enum': ['rw', 'ro']}}, ['mountpoint'],
    anyOf=[{'required': ['instance_uuid']}, {'required': ['host_name']}]))
DETACH = only('os-detach', {'oneOf': [{'type': 'null'}, fields({'attachment_id': OPTIONAL_UUID})]})
FORCE_DETACH = only('os-force_detach', fields({'attachment_id': OPTIONAL_UUID,
                                               'connector': {'type': ['object', 'null', 'string']}}))
RESERVE = only('os-reserve', _ANYTHING)
UNRESERVE = only('os-unreserve', _ANYTHING)
BEGIN_DETACHING = only('os-begin_detaching', _ANYTHING)
ROLL_DETACHING = only('os-roll_detaching', _ANYTHING)
UNMANAGE = only('os-unmanage', _ANYTHING)
FORCE_DELETE = only('os-force_delete', _ANYTHING)
INITIALIZE = only('os-initialize_connection', fields({'connector': {'type': 'object'}}, ['connector']))
TERMINATE = only('os-terminate_connection', fields({'connector': {'type': ['object', 'null']}}, ['connector']))
EXTEND = only('os-extend', fields({'new_size': SIZE}, ['new_size']))
RETYPE = only('os-retype', fields({'new_type': {'type': 'string'},
                                   'migration_policy': {'enum': ['on-demand', 'never', None]}}, ['new_type']))
BOOTABLE = only('os-set_bootable', fields({'bootable': BOOLEAN}, ['bootable']))
READONLY = only('os-update_readonly_flag', fields({'readonly': BOOLEAN}, ['readonly']))
_UPLOAD = {'image_name': NAME, 'force': BOOLEAN, 'container_format': TEXT,
           'disk_format': {'enum': ['raw', 'vmdk', 'vdi', 'qcow2', 'vhd', 'vhdx', 'ploop']}}
UPLOAD = Since(
    v3_0=only('os-volume_upload_image', fields(_UPLOAD, ['image_name'])),
    v3_1=only('os-volume_upload_image', fields(
        {**_UPLOAD, 'visibility': {'enum': ['community', 'public', 'private', 'shared']}, 'protected': BOOLEAN},
        ['image_name'])))
RESET_STATUS = only('os-reset_status', fields(
    {'status': {'enum': [*states.VOLUME_STATUSES, None]}, 'attach_status': {'enum': [*states.ATTACH_STATUSES, None]},
     'migration_status': {'enum': [*states.MIGRATION_STATUSES, None]}}, minProperties=1))
SET_IMAGE_METADATA = only('os-set_image_metadata', fields({'metadata': IMAGE_METADATA}, ['metadata']))
UNSET_IMAGE_METADATA = only('os-unset_image_metadata', fields({'key': NAME}, ['key']))
SHOW_IMAGE_METADATA = only('os-show_image_metadata', _ANYTHING)
REVERT = only('revert', fields({'snapshot_id': {'type': ['string', 'null']}}, extra=True))
REIMAGE = only('os-reimage', fields({'image_id': UUID, 'reimage_reserved': BOOLEAN}, ['image_id']))
_MIGRATE = {'host': {'type': 'string', 'maxLength': 255}, 'force_host_copy': BOOLEAN, 'lock_volume': BOOLEAN}
MIGRATE = Since(v3_0=only('os-migrate_volume', fields(_MIGRATE, ['host'])),
                v3_16=only('os-migrate_volume', fields({**_MIGRATE, 'host': OPTIONAL_NAME, 'cluster': OPTIONAL_NAME})))
_ERROR = {'error': {'type': ['string', 'null', 'boolean']}}
MIGRATED = only('os-migrate_volume_completion', fields({'new_volume': UUID, **_ERROR}, ['new_volume']))
EXTENDED = only('os-extend_volume_completion', fields(_ERROR))
