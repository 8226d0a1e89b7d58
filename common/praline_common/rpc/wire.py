# SPDX-License-Identifier: Apache-2.0
"""What a call, its result and its failure look like on the wire.

A packed value is {'json': text} or, when wire objects are inside it,
{'json': text, 'mark': key, 'objects': text}: each object's place in the first text holds {key: index}.
The key is drawn anew for each message, so that no user's data can pass for an object.
"""
import secrets

import orjson

from praline_common import errors
from praline_common.objects import base

_STRICT = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS
_SERIALIZER = base.Serializer()


def pack(value):
    """Packs JSON values and wire objects; TypeError for anything else."""
    found = []
    mark = None

    def set_aside(item):
        nonlocal mark
        if not isinstance(item, base.WireObject):
            raise TypeError('%s cannot travel: only JSON values and wire objects can' % type(item).__name__)
        mark = mark or 'object-' + secrets.token_hex(8)
        found.append(_SERIALIZER.serialize_entity(None, item))
        return {mark: len(found) - 1}

    try:
        packed = {'json': orjson.dumps(value, default=set_aside, option=_STRICT).decode()}
    except TypeError as exc:
        raise TypeError(str(exc.__cause__ or exc)) from None
    if found:
        packed.update(mark=mark, objects=orjson.dumps(found).decode())
    return packed


def unpack(packed):
    """The value that `pack` was given, sharing nothing with it."""
    value = orjson.loads(packed['json'])
    if 'mark' not in packed:
        return value
    found = [_SERIALIZER.deserialize_entity(None, item) for item in orjson.loads(packed['objects'])]
    return _put_back(value, packed['mark'], found)


def _put_back(value, mark, found):
    if isinstance(value, dict):
        if mark in value:
            return found[value[mark]]
        return {key: _put_back(item, mark, found) for key, item in value.items()}
    if isinstance(value, list):
        return [_put_back(item, mark, found) for item in value]
    return value


def pack_error(error):
    """The envelope of an errors.Error; details that cannot travel go as text."""
    kinds = [kind.__name__ for kind in type(error).__mro__ if issubclass(kind, errors.Error)]
    envelope = {'kind': kinds[0], 'kinds': kinds, 'message': error.message, 'details': error.details}
    return {'json': orjson.dumps({'error': envelope}, default=str, option=orjson.OPT_NON_STR_KEYS).decode()}


def unpack_error(envelope):
    """The error to raise: of the sender's class, or of its nearest base that is known here."""
    kinds = envelope.get('kinds') or [envelope['kind']]
    return errors.of_kind(kinds, envelope['message'], envelope['details'])
