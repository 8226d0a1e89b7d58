# SPDX-License-Identifier: Apache-2.0
"""Schema pieces that several resources of the compute API share."""
TRUE = (True, 'True', 'TRUE', 'true', '1', 'ON', 'On', 'on', 'YES', 'Yes', 'yes')
FALSE = (False, 'False', 'FALSE', 'false', '0', 'OFF', 'Off', 'off', 'NO', 'No', 'no')

BOOLEAN = {'enum': [*TRUE, *FALSE]}
NAME = {'type': 'string', 'minLength': 1, 'maxLength': 255,
        'pattern': r'^[^\s\x00-\x1f\x7f]([^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f])?$'}
NAME_OR_NULL = {'oneOf': [{'type': 'string', 'minLength': 1, 'maxLength': 255}, {'type': 'null'}]}
DESCRIPTION = {'type': ['string', 'null'], 'maxLength': 255, 'pattern': r'^[^\x00-\x1f\x7f]*$'}
UUID = {'type': 'string', 'format': 'uuid'}
UUID_OR_EMPTY = {'oneOf': [UUID, {'type': 'string', 'maxLength': 0}]}
POSITIVE = {'type': ['integer', 'string'], 'pattern': '^[0-9]*$', 'minimum': 1, 'minLength': 1}
NOT_NEGATIVE = {'type': ['integer', 'string'], 'pattern': '^[0-9]*$', 'minimum': 0, 'minLength': 1}
SIZE = {'type': ['integer', 'string'], 'pattern': '^[0-9]+$', 'minimum': 1, 'maximum': 0x7FFFFFFF}
SIZE_OR_ZERO = {**SIZE, 'minimum': 0}
IP = {'type': 'string', 'format': 'ip'}
IPV4 = {'type': 'string', 'format': 'ipv4'}
IPV6 = {'type': 'string', 'format': 'ipv6'}
HOSTNAME = {'type': 'string', 'minLength': 2, 'maxLength': 63, 'pattern': '^[a-zA-Z0-9]+[a-zA-Z0-9-]*[a-zA-Z0-9]+$'}
FQDN = {'type': 'string', 'minLength': 1, 'maxLength': 255, 'pattern': '^[a-zA-Z0-9._-]*$'}
TAG = {'type': 'string', 'minLength': 1, 'maxLength': 60, 'pattern': '^[^,/]*$'}
DISK_CONFIG = {'enum': ['AUTO', 'MANUAL']}
REFERENCE = {'type': ['string', 'integer'], 'minLength': 1}
METADATA = {'type': 'object', 'additionalProperties': False,
            'patternProperties': {'^[a-zA-Z0-9_:. -]{1,255}$': {'type': 'string', 'maxLength': 255}}}
BASE64 = {'type': 'string', 'maxLength': 65535, 'pattern': r'^[A-Za-z0-9+/\s]*={0,2}\s*$'}
TRUSTED_CERTS = {'oneOf': [
    {'type': 'array', 'minItems': 1, 'maxItems': 50, 'uniqueItems': True,
     'items': {'type': 'string', 'minLength': 1}}, {'type': 'null'}]}


def closed(required=(), **properties):
    """An object with these properties and no others."""
    return {'type': 'object', 'properties': properties, 'required': list(required), 'additionalProperties': False}


def wrapped(word, schema):
    """{word: <schema>} and nothing else."""
    return closed((word,), **{word: schema})


def merged(schema, required=(), **properties):
    """The object schema with more properties (None takes one away) and more required ones."""
    both = {**schema['properties'], **properties}
    return {**schema, 'properties': {name: value for name, value in both.items() if value is not None},
            'required': [*schema['required'], *required]}


def query(open_=True, **properties):
    """A query string's schema: each property once or repeated; unknown ones pass only when open."""
    one_or_more = {name: _repeatable(value) for name, value in properties.items()}
    return {'type': 'object', 'properties': one_or_more, 'additionalProperties': open_}


def _repeatable(schema):
    return {'anyOf': [schema, {'type': 'array', 'items': schema}]}


TEXT = {'type': 'string'}
LIMIT = {'type': 'string', 'pattern': '^[0-9]+$'}


def truth(value):
    """What a BOOLEAN means."""
    return value in TRUE
