# SPDX-License-Identifier: Apache-2.0
"""Pieces of JSON schemas that several collections share."""

UUID = {'type': 'string', 'format': 'uuid'}
OPTIONAL_UUID = {'oneOf': [UUID, {'type': 'null'}]}
NAME = {'type': 'string', 'minLength': 1, 'maxLength': 255, 'pattern': r'\S'}
OPTIONAL_NAME = {'type': ['string', 'null'], 'maxLength': 255}
TEXT = {'type': ['string', 'null'], 'maxLength': 255}
BOOLEAN = {'enum': [True, 'True', 'TRUE', 'true', '1', 'ON', 'On', 'on', 'YES', 'Yes', 'yes', 'y', 't',
                    False, 'False', 'FALSE', 'false', '0', 'OFF', 'Off', 'off', 'NO', 'No', 'no', 'n', 'f']}
SIZE = {'type': ['integer', 'string'], 'pattern': '^[0-9]+$', 'minimum': 1, 'maximum': 2147483647, 'maxLength': 10}
METADATA = {'type': 'object', 'additionalProperties': False,
            'patternProperties': {'^[a-zA-Z0-9-_:. /]{1,255}$': {'type': 'string', 'maxLength': 255}}}
# As long as a property of an image.
IMAGE_METADATA = {'type': 'object', 'additionalProperties': False,
                  'patternProperties': {'^[a-zA-Z0-9-_:. /]{1,255}$': {'type': 'string', 'maxLength': 65535}}}
EXTRA_SPECS = {'type': 'object', 'additionalProperties': False,
               'patternProperties': {'^[a-zA-Z0-9-_:.]{1,255}$': {'type': ['string', 'null'], 'maxLength': 255}}}


def only(word, schema, **others):
    """A body whose one required key is `word`."""
    return {'type': 'object', 'required': [word], 'additionalProperties': False,
            'properties': {word: schema, **others}}


def fields(properties, required=(), extra=False, **more):
    return {'type': 'object', 'properties': properties, 'required': list(required),
            'additionalProperties': extra, **more}


def is_true(value):
    """What BOOLEAN let pass, as a bool."""
    return value is True or str(value).lower() in ('true', '1', 'on', 'yes', 'y', 't')
