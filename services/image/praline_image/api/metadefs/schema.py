# SPDX-License-Identifier: Apache-2.0
"""The shapes of metadata definitions, which bodies are checked against and /v2/schemas/metadefs answers."""

_TEXT, _TIME = {'type': 'string'}, {'type': 'string', 'readOnly': True, 'description': 'Date and time'}
_NAME = {'type': 'string', 'minLength': 1, 'maxLength': 80}
_TEXTS = {'type': 'array', 'items': _TEXT, 'uniqueItems': True}
_LINKS = {'self': {**_TEXT, 'readOnly': True}, 'schema': {**_TEXT, 'readOnly': True}, 'created_at': _TIME,
          'updated_at': _TIME}
_COUNT = {'type': 'integer', 'minimum': 0}
TYPES = ['array', 'boolean', 'integer', 'number', 'object', 'string', None]

PROPERTY = {'type': 'object', 'additionalProperties': False, 'required': ['title', 'type'], 'properties': {
    'name': _NAME, 'title': _TEXT, 'description': _TEXT, 'type': {'enum': TYPES}, 'operators': _TEXTS,
    'minimum': {'type': 'number'}, 'maximum': {'type': 'number'}, 'minLength': _COUNT, 'maxLength': _COUNT,
    'pattern': {'type': 'string', 'format': 'regex'}, 'enum': {'type': 'array'}, 'readonly': {'type': 'boolean'},
    'default': {}, 'minItems': _COUNT, 'maxItems': _COUNT, 'uniqueItems': {'type': 'boolean'},
    'additionalItems': {'type': 'boolean'}, 'required': _TEXTS,
    'items': {'type': 'object', 'properties': {'type': {'enum': TYPES}, 'enum': {'type': 'array'}}}}}
OBJECT = {'type': 'object', 'additionalProperties': False, 'required': ['name'], 'properties': {
    'name': _NAME, 'description': _TEXT, 'required': _TEXTS,
    'properties': {'type': 'object', 'additionalProperties': PROPERTY}, **_LINKS}}
TAG = {'type': 'object', 'additionalProperties': False, 'required': ['name'],
       'properties': {'name': _NAME, **_LINKS}}
RESOURCE_TYPE = {'type': 'object', 'additionalProperties': False, 'required': ['name'], 'properties': {
    'name': _NAME, 'prefix': {'type': 'string', 'maxLength': 80},
    'properties_target': {'type': 'string', 'maxLength': 80}, **_LINKS}}
NAMESPACE = {'type': 'object', 'additionalProperties': False, 'required': ['namespace'], 'properties': {
    'namespace': _NAME, 'display_name': {'type': 'string', 'maxLength': 80},
    'description': {'type': 'string', 'maxLength': 500}, 'visibility': {'enum': ['public', 'private']},
    'protected': {'type': 'boolean'}, 'owner': {'type': 'string', 'maxLength': 255},
    'resource_type_associations': {'type': 'array', 'items': RESOURCE_TYPE},
    'properties': {'type': 'object', 'additionalProperties': PROPERTY},
    'objects': {'type': 'array', 'items': OBJECT}, 'tags': {'type': 'array', 'items': TAG}, **_LINKS}}
TAGS = {'type': 'object', 'required': ['tags'], 'properties': {'tags': {'type': 'array', 'items': TAG}}}


def _document(name, shape):
    return {'name': name, 'properties': shape['properties'], 'required': shape['required'],
            'additionalProperties': False}


def _collection(name, item):
    return {'name': name, 'properties': {name: {'type': 'array', 'items': item}, 'first': _TEXT, 'next': _TEXT,
                                         'schema': _TEXT},
            'links': [{'rel': 'first', 'href': '{first}'}, {'rel': 'next', 'href': '{next}'},
                      {'rel': 'describedby', 'href': '{schema}'}]}


DOCUMENTS = {
    'namespace': _document('namespace', NAMESPACE), 'object': _document('object', OBJECT),
    'property': _document('property', PROPERTY), 'tag': _document('tag', TAG),
    'resource_type': _document('resource_type_association', RESOURCE_TYPE)}
DOCUMENTS.update(
    namespaces=_collection('namespaces', DOCUMENTS['namespace']), objects=_collection('objects', DOCUMENTS['object']),
    tags=_collection('tags', DOCUMENTS['tag']),
    resource_types=_collection('resource_type_associations', DOCUMENTS['resource_type']),
    properties={'name': 'properties', 'properties': {
        'properties': {'type': 'object', 'additionalProperties': DOCUMENTS['property']}, 'first': _TEXT,
        'next': _TEXT, 'schema': _TEXT}})
