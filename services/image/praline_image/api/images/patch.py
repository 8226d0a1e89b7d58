# SPDX-License-Identifier: Apache-2.0
"""Image PATCH: reads the list of changes and applies them to an image; writes nothing itself."""
import re

from praline_common import errors
from praline_common.api import schema as validation
from praline_image.api.images import schema

CONTENT_TYPES = {'application/openstack-images-v2.0-json-patch': 4, 'application/openstack-images-v2.1-json-patch': 10}
_OPERATIONS = ('add', 'remove', 'replace')
_BASE = (*schema.SETTABLE, 'tags')


def read(content_type, body):
    """[(operation, property, value or None, draft)] of a request.  UnsupportedMedia, BadRequest, Forbidden."""
    draft = CONTENT_TYPES.get(content_type)
    if draft is None:
        raise errors.UnsupportedMedia('Image PATCH expects Content-Type one of: %s'
                                      % ', '.join(sorted(CONTENT_TYPES)))
    if not isinstance(body, list):
        raise errors.BadRequest('Request body must be a JSON array of operation objects.')
    return [(*_change(raw, draft), draft) for raw in body]


def _change(raw, draft):
    if not isinstance(raw, dict):
        raise errors.BadRequest('Operations must be JSON objects.')
    operation, pointer = (_operation_10 if draft == 10 else _operation_4)(raw)
    path = _path(pointer)
    if len(path) != 1:
        raise errors.BadRequest("Invalid JSON pointer for this resource: '/%s'" % '/'.join(path))
    name = path[0]
    if name in schema.READ_ONLY or name == 'id':
        raise errors.Forbidden("Attribute '%s' is read-only." % name)
    if name in schema.RESERVED or name.startswith(schema.RESERVED_PREFIX):
        raise errors.Forbidden("Attribute '%s' is reserved." % name)
    if operation == 'remove':
        return operation, name, None
    if 'value' not in raw:
        raise errors.BadRequest('Operation "%s" requires a member named "value".' % operation)
    validation.check_body(schema.BODY, {name: raw['value']})
    return operation, name, raw['value']


def _operation_10(raw):
    said = 'It must be one of the following: %s.' % ', '.join(_OPERATIONS)
    if raw.get('op') is None:
        raise errors.BadRequest('Unable to find `op` in JSON Schema change. ' + said)
    if raw['op'] not in _OPERATIONS:
        raise errors.BadRequest('Invalid operation: `%s`. %s' % (raw['op'], said))
    if 'path' not in raw:
        raise errors.BadRequest("Unable to find 'path' in JSON Schema change")
    return raw['op'], raw['path']


def _operation_4(raw):
    found = [name for name in _OPERATIONS if name in raw]
    if len(found) != 1:
        raise errors.BadRequest('Operation objects must contain exactly one member named "add", "remove", or '
                                '"replace".')
    return found[0], raw[found[0]]


def _path(pointer):
    """The parts of a JSON pointer."""
    if not isinstance(pointer, str) or not pointer.startswith('/'):
        raise errors.BadRequest('Pointer `%s` does not start with "/".' % pointer)
    if re.search(r'/\s*?/', pointer[1:]) or pointer.endswith('/'):
        raise errors.BadRequest('Pointer `%s` has an empty part.' % pointer)
    if re.search('~[^01]', pointer) or pointer.endswith('~'):
        raise errors.BadRequest('Pointer `%s` contains "~" not part of a recognized escape sequence.' % pointer)
    return [part.replace('~1', '/').replace('~0', '~').strip() for part in pointer[1:].split('/')]


def apply(image, changes):
    """The columns that the changes leave different, tags among them.  Conflict, Forbidden."""
    columns, properties = {}, dict(image['properties'])
    for operation, name, value, draft in changes:
        if name == 'locations':
            raise errors.Forbidden("Attribute 'locations' cannot be changed: images live in this service's store.")
        if name in _BASE:
            _apply_base(columns, operation, name, value, draft)
        else:
            _apply_own(properties, operation, name, value, draft)
    if properties != image['properties']:
        columns['properties'] = properties
    return columns


def _apply_base(columns, operation, name, value, draft):
    if operation == 'remove':
        raise errors.Forbidden('Property %s may not be removed.' % name)
    if operation == 'add' and draft == 4:
        raise errors.Conflict('Property %s already present.' % name)
    columns[name] = value


def _apply_own(properties, operation, name, value, draft):
    if operation != 'add' and name not in properties:
        raise errors.Conflict('Property %s does not exist.' % name)
    if operation == 'add' and draft == 4 and name in properties:
        raise errors.Conflict('Property %s already present.' % name)
    if operation == 'remove':
        del properties[name]
    else:
        properties[name] = value
