# SPDX-License-Identifier: Apache-2.0
"""What an image is: the schema that bodies are checked against and that /v2/schemas/image answers."""

DISK_FORMATS = ('ami', 'ari', 'aki', 'vhd', 'vhdx', 'vmdk', 'raw', 'qcow2', 'vdi', 'iso', 'ploop', 'gpt')
CONTAINER_FORMATS = ('ami', 'ari', 'aki', 'bare', 'ovf', 'ova', 'docker', 'compressed')
UUID = '^([0-9a-fA-F]){8}-([0-9a-fA-F]){4}-([0-9a-fA-F]){4}-([0-9a-fA-F]){4}-([0-9a-fA-F]){12}$'
_INTEGER = {'type': 'integer', 'minimum': 0, 'maximum': 2147483647}


def _read_only(types, description, **more):
    return {'type': types, 'readOnly': True, 'description': description, **more}


PROPERTIES = {
    'id': {'type': 'string', 'description': 'Identifies the image', 'pattern': UUID},
    'name': {'type': ['null', 'string'], 'description': 'Name for people', 'maxLength': 255},
    'status': _read_only('string', 'What can be done with the image now', enum=[
        'queued', 'saving', 'active', 'killed', 'deleted', 'uploading', 'importing', 'pending_delete',
        'deactivated']),
    'visibility': {'type': 'string', 'description': 'Who may use the image',
                   'enum': ['community', 'public', 'private', 'shared']},
    'protected': {'type': 'boolean', 'description': 'Whether deletion is refused'},
    'os_hidden': {'type': 'boolean', 'description': 'Whether lists leave the image out unless asked'},
    'checksum': _read_only(['null', 'string'], 'MD5 of the data', maxLength=32),
    'os_hash_algo': _read_only(['null', 'string'], 'Algorithm of os_hash_value', maxLength=64),
    'os_hash_value': _read_only(['null', 'string'], 'Hash of the data', maxLength=128),
    'owner': {'type': ['null', 'string'], 'description': 'Project that owns the image', 'maxLength': 255},
    'size': _read_only(['null', 'integer'], 'Bytes of the data'),
    'virtual_size': _read_only(['null', 'integer'], 'Bytes of the disk that the data describes'),
    'container_format': {'type': ['null', 'string'], 'description': 'What the data is wrapped in',
                         'enum': [None, *CONTAINER_FORMATS]},
    'disk_format': {'type': ['null', 'string'], 'description': 'Format of the data', 'enum': [None, *DISK_FORMATS]},
    'created_at': _read_only('string', 'When the image was registered'),
    'updated_at': _read_only('string', 'When the image was last changed'),
    'tags': {'type': 'array', 'description': 'Words to find the image by',
             'items': {'type': 'string', 'maxLength': 255}},
    'direct_url': _read_only('string', 'Where a store outside keeps the data'),
    'min_ram': {**_INTEGER, 'description': 'MiB of memory that a guest needs'},
    'min_disk': {**_INTEGER, 'description': 'GiB of disk that a guest needs'},
    'self': _read_only('string', 'URL of the image'),
    'file': _read_only('string', 'URL of the data'),
    'stores': _read_only('string', 'Stores that hold the data'),
    'schema': _read_only('string', 'URL of this schema'),
    'locations': {'type': 'array', 'description': 'URLs of the data in stores outside',
                  'items': {'type': 'object', 'required': ['url', 'metadata'],
                            'properties': {'url': {'type': 'string', 'maxLength': 255},
                                           'metadata': {'type': 'object'}}}},
}
LINKS = [{'rel': 'self', 'href': '{self}'}, {'rel': 'enclosure', 'href': '{file}'},
         {'rel': 'describedby', 'href': '{schema}'}]
IMAGE = {'name': 'image', 'properties': PROPERTIES, 'additionalProperties': {'type': 'string'}, 'links': LINKS}
BODY = {'type': 'object', 'properties': PROPERTIES, 'additionalProperties': {'type': 'string'}}

FORBIDDEN = ('direct_url', 'self', 'file', 'schema', 'stores')
READ_ONLY = ('created_at', 'updated_at', 'status', 'checksum', 'size', 'virtual_size', 'os_hash_algo',
             'os_hash_value', 'direct_url', 'self', 'file', 'schema', 'stores')
RESERVED = ('location', 'deleted', 'deleted_at')
RESERVED_PREFIX = 'os_glance'
SETTABLE = ('name', 'visibility', 'protected', 'os_hidden', 'owner', 'container_format', 'disk_format', 'min_ram',
            'min_disk')
