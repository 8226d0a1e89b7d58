# SPDX-License-Identifier: Apache-2.0
"""What requests about servers may hold, from version to version."""
from praline_common.api.rest import Since
from praline_compute.api import types
from praline_compute.api.types import closed, merged, query, wrapped

_LEGACY_DEVICE = closed(
    virtual_name={'type': 'string', 'maxLength': 255}, volume_id=types.UUID, snapshot_id=types.UUID,
    volume_size=types.SIZE, delete_on_termination=types.BOOLEAN, no_device={},
    device_name={'type': 'string', 'minLength': 1, 'maxLength': 255, 'pattern': '^[a-zA-Z0-9._/-]*$'},
    connection_info={'type': 'string'})
_DEVICE = merged(
    _LEGACY_DEVICE, source_type={'enum': ['volume', 'image', 'snapshot', 'blank']},
    uuid={'type': 'string', 'minLength': 1, 'maxLength': 255, 'pattern': '^[a-zA-Z0-9._-]*$'},
    image_id=types.UUID, destination_type={'enum': ['local', 'volume']},
    guest_format={'type': 'string', 'maxLength': 255}, device_type={'type': 'string', 'maxLength': 255},
    disk_bus={'type': 'string', 'maxLength': 255},
    boot_index={'type': ['integer', 'string', 'null'], 'pattern': '^-?[0-9]+$'})
_TAGGED_DEVICE = merged(_DEVICE, tag=types.TAG)
_TYPED_DEVICE = merged(_TAGGED_DEVICE, volume_type={'type': ['string', 'null'], 'maxLength': 255})


def _many(schema, **limits):
    return {'type': 'array', 'items': schema, **limits}


_NETWORK = closed(fixed_ip=types.IP, port={'type': ['string', 'null'], 'format': 'uuid'}, uuid=types.TEXT)
_TAGGED_NETWORK = merged(_NETWORK, tag=types.TAG)


def _networks(schema):
    """A list of networks, or one of the two words of 2.37."""
    return {'oneOf': [_many(merged(schema, uuid=types.UUID)), {'type': 'string', 'enum': ['none', 'auto']}]}


_HINT_IDS = {'oneOf': [types.UUID, _many(types.UUID)]}
_HINTS = {'type': 'object', 'additionalProperties': True, 'properties': {
    'group': _HINT_IDS, 'different_host': _HINT_IDS,
    'same_host': {'type': ['string', 'array'], 'items': types.UUID},
    'query': {'type': ['string', 'object']}, 'target_cell': types.NAME,
    'different_cell': {'type': ['string', 'array'], 'items': types.TEXT}, 'build_near_host_ip': types.IP,
    'cidr': {'type': 'string', 'pattern': '^/[0-9a-f.:]+$'}}}
_PERSONALITY = _many(closed(path=types.TEXT, contents={'type': 'string', 'pattern': types.BASE64['pattern']}))

_SERVER = closed(
    ('name', 'flavorRef'), name=types.NAME, imageRef=types.UUID_OR_EMPTY, flavorRef=types.REFERENCE,
    adminPass=types.TEXT, metadata=types.METADATA, networks=_many(_NETWORK), accessIPv4=types.IPV4,
    accessIPv6=types.IPV6, personality=_PERSONALITY, availability_zone=types.NAME,
    block_device_mapping=_many(_LEGACY_DEVICE), block_device_mapping_v2=_many(_DEVICE),
    config_drive=types.BOOLEAN, key_name=types.NAME, min_count=types.POSITIVE, max_count=types.POSITIVE,
    return_reservation_id=types.BOOLEAN, security_groups=_many(closed(name=types.NAME)), user_data=types.BASE64,
    **{'OS-DCF:diskConfig': types.DISK_CONFIG})
_19 = merged(_SERVER, description=types.DESCRIPTION)
_32 = merged(_19, networks=_many(_TAGGED_NETWORK), block_device_mapping_v2=_many(_TAGGED_DEVICE))
_33 = merged(_19, networks=_many(_TAGGED_NETWORK))
_37 = merged(_33, ('networks',), networks=_networks(_NETWORK))
_42 = merged(_37, networks=_networks(_TAGGED_NETWORK), block_device_mapping_v2=_many(_TAGGED_DEVICE))
_52 = merged(_42, tags=_many(types.TAG, maxItems=50))
_57 = merged(_52, personality=None)
_63 = merged(_57, trusted_image_certificates=types.TRUSTED_CERTS)
_67 = merged(_63, block_device_mapping_v2=_many(_TYPED_DEVICE))
_74 = merged(_67, host=types.FQDN, hypervisor_hostname=types.FQDN)
_90 = merged(_74, hostname=types.HOSTNAME)
_94 = merged(_90, hostname=types.FQDN)


def _create(server):
    return closed(('server',), server=server, **{'os:scheduler_hints': _HINTS, 'OS-SCH-HNT:scheduler_hints': _HINTS})


CREATE = Since(v2_1=_create(_SERVER), v2_19=_create(_19), v2_32=_create(_32), v2_33=_create(_33), v2_37=_create(_37),
               v2_42=_create(_42), v2_52=_create(_52), v2_57=_create(_57), v2_63=_create(_63), v2_67=_create(_67),
               v2_74=_create(_74), v2_90=_create(_90), v2_94=_create(_94))

_UPDATE = closed(name=types.NAME, accessIPv4=types.IPV4, accessIPv6=types.IPV6,
                 **{'OS-DCF:diskConfig': types.DISK_CONFIG})
_UPDATE_19 = merged(_UPDATE, description=types.DESCRIPTION)
UPDATE = Since(v2_1=wrapped('server', _UPDATE), v2_19=wrapped('server', _UPDATE_19),
               v2_90=wrapped('server', merged(_UPDATE_19, hostname=types.HOSTNAME)),
               v2_94=wrapped('server', merged(_UPDATE_19, hostname=types.FQDN)),
               v2_104=wrapped('server', merged(_UPDATE_19, hostname=types.FQDN,
                                               pinned_availability_zone=types.NAME_OR_NULL)))

_REBUILD = closed(('imageRef',), name=types.NAME, imageRef=types.UUID, adminPass=types.TEXT, metadata=types.METADATA,
                  preserve_ephemeral=types.BOOLEAN, accessIPv4=types.IPV4, accessIPv6=types.IPV6,
                  personality=_PERSONALITY, **{'OS-DCF:diskConfig': types.DISK_CONFIG})
_REBUILD_19 = merged(_REBUILD, description=types.DESCRIPTION)
_REBUILD_54 = merged(_REBUILD_19, key_name=types.NAME_OR_NULL)
_REBUILD_57 = merged(_REBUILD_54, personality=None, user_data={**types.BASE64, 'type': ['string', 'null']})
_REBUILD_63 = merged(_REBUILD_57, trusted_image_certificates=types.TRUSTED_CERTS)
REBUILD = Since(v2_1=wrapped('rebuild', _REBUILD), v2_19=wrapped('rebuild', _REBUILD_19),
                v2_54=wrapped('rebuild', _REBUILD_54), v2_57=wrapped('rebuild', _REBUILD_57),
                v2_63=wrapped('rebuild', _REBUILD_63),
                v2_90=wrapped('rebuild', merged(_REBUILD_63, hostname=types.HOSTNAME)),
                v2_94=wrapped('rebuild', merged(_REBUILD_63, hostname=types.FQDN)))

REBOOT = wrapped('reboot', closed(('type',), type={'enum': ['HARD', 'Hard', 'hard', 'SOFT', 'Soft', 'soft']}))
RESIZE = wrapped('resize', closed(('flavorRef',), flavorRef=types.REFERENCE,
                                  **{'OS-DCF:diskConfig': types.DISK_CONFIG}))
CREATE_IMAGE = wrapped('createImage', closed(('name',), name=types.NAME, metadata=types.METADATA))

# {API sort key: column}.
COLUMNS = {'display_name': 'name', 'uuid': 'id', 'image_ref': 'image_id', 'instance_type_id': 'flavor_id',
           'display_description': 'description', 'node': 'host', **{name: name for name in (
               'access_ip_v4', 'access_ip_v6', 'auto_disk_config', 'availability_zone', 'config_drive', 'created_at',
               'host', 'hostname', 'key_name', 'launch_index', 'launched_at', 'locked_by', 'power_state', 'progress',
               'project_id', 'root_device_name', 'task_state', 'terminated_at', 'updated_at', 'user_id',
               'vm_state')}}
_SORT = [*COLUMNS, 'kernel_id', 'ramdisk_id']
_IGNORED = ['architecture', 'cell_name', 'cleaned', 'default_ephemeral_device', 'default_swap_device', 'deleted',
            'deleted_at', 'disable_terminate', 'ephemeral_gb', 'ephemeral_key_uuid', 'id', 'key_data', 'launched_on',
            'locked', 'memory_mb', 'os_type', 'reservation_id', 'root_gb', 'shutdown_terminate', 'user_data', 'vcpus',
            'vm_mode']
_WORDS = ('user_id', 'project_id', 'tenant_id', 'launch_index', 'image_ref', 'image', 'kernel_id', 'ramdisk_id',
          'hostname', 'key_name', 'power_state', 'vm_state', 'task_state', 'host', 'node', 'flavor', 'reservation_id',
          'launched_at', 'terminated_at', 'availability_zone', 'name', 'display_name', 'description',
          'display_description', 'locked_by', 'uuid', 'root_device_name', 'config_drive', 'access_ip_v4',
          'access_ip_v6', 'auto_disk_config', 'progress', 'sort_dir', 'all_tenants', 'soft_deleted', 'deleted',
          'status', 'changes-since', 'ip', 'ip6', 'created_at', 'marker', 'block_device_mapping', 'services',
          'metadata', 'system_metadata', 'info_cache', 'security_groups', 'pci_devices')
_ASKED = dict.fromkeys(_WORDS, types.TEXT)
_LIST = dict(_ASKED, limit=types.LIMIT, sort_key={'enum': [*_SORT, *_IGNORED]})
_LIST_26 = dict(_LIST, **dict.fromkeys(('tags', 'tags-any', 'not-tags', 'not-tags-any'), types.TEXT))
_LIST_66 = dict(_LIST_26, **{'changes-before': types.TEXT})
_LIST_73 = dict(_LIST_66, locked=types.TEXT)
_LIST_75 = dict(_LIST_73, sort_key={'enum': [*_SORT, 'locked']})
_PRIVATE = {'patternProperties': {'^_': {}}}
LIST = Since(v2_1=query(**_LIST), v2_26=query(**_LIST_26), v2_66=query(**_LIST_66), v2_73=query(**_LIST_73),
             v2_75={**query(open_=False, **_LIST_75), **_PRIVATE})
