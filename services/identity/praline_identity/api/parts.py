# SPDX-License-Identifier: Apache-2.0
"""Pieces of JSON schema that many of identity's bodies are made of."""
from praline_identity import errors

BOOLEAN = {'type': 'boolean'}
TEXT = {'type': ['string', 'null']}
ID = {'type': 'string', 'minLength': 1, 'maxLength': 64, 'pattern': r'^[a-zA-Z0-9-]+$'}
ID_OR_NULL = {**ID, 'type': ['string', 'null']}
NAME = {'type': 'string', 'minLength': 1, 'maxLength': 255, 'pattern': r'[\S]+'}
SHORT_NAME = {**NAME, 'maxLength': 64}
URL = {'type': 'string', 'minLength': 0, 'maxLength': 225, 'pattern': r'^[a-zA-Z0-9+.-]+:.+'}
TAG = {'type': 'string', 'minLength': 1, 'maxLength': 255, 'pattern': '^[^,/]*$'}
TAGS = {'type': 'array', 'items': TAG, 'maxItems': 80, 'uniqueItems': True}
OPTIONS = {'type': 'object', 'additionalProperties': False,
           'properties': {'immutable': {'type': ['boolean', 'null']}}}


def wrapped(key, properties, required=(), least=0, extra=True):
    """{key: {...}} with these properties, others allowed unless `extra` is False."""
    inner = {'type': 'object', 'properties': properties, 'required': list(required), 'additionalProperties': extra}
    if least:
        inner['minProperties'] = least
    return {'type': 'object', 'required': [key], 'properties': {key: inner}}


def check_id(given):
    """BadRequest for an id that a client chose, in the path, and that no column holds."""
    if len(given) > 64:
        raise errors.BadRequest('Invalid input for field/attribute id. Value: %s... It is longer than 64 characters.'
                                % given[:64])
