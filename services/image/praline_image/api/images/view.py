# SPDX-License-Identifier: Apache-2.0
"""How an image looks to a client."""
from praline_image import store

_COPIED = ('name', 'disk_format', 'container_format', 'visibility', 'size', 'virtual_size', 'status', 'checksum',
           'protected', 'min_ram', 'min_disk', 'owner', 'os_hidden', 'os_hash_algo', 'os_hash_value', 'id', 'tags')


def view(row):
    image = dict(row['properties'])
    for name in _COPIED:
        image[name] = row[name]
    image['created_at'] = time(row['created_at'])
    image['updated_at'] = time(row['updated_at'])
    image['self'] = '/v2/images/' + row['id']
    image['file'] = '/v2/images/%s/file' % row['id']
    image['schema'] = '/v2/schemas/image'
    if row['status'] in ('active', 'deactivated'):
        image['stores'] = store.NAME
    return image


def time(value):
    return value.isoformat(timespec='seconds') + 'Z'
