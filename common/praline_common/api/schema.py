# SPDX-License-Identifier: Apache-2.0
"""JSON schemas, compiled at their first use, and the sentence that a violation becomes."""
import ipaddress
import re
import uuid

import jsonschema_rs

from praline_common import errors

_compiled = {}


def check_body(declared, body):
    """BadRequest naming the field when the body does not fit; `declared` None accepts none."""
    if declared is None:
        return
    try:
        _validator(declared).validate(body)
    except jsonschema_rs.ValidationError as error:
        raise errors.BadRequest(_sentence(error, body)) from None


def check_query(declared, req):
    """The query as {name: value, or list when repeated} against its schema."""
    if declared is None:
        return
    query = {}
    for name, value in req.GET.items():
        query[name] = value if name not in query else [*_listed(query[name]), value]
    try:
        _validator(declared).validate(query)
    except jsonschema_rs.ValidationError as error:
        raise errors.BadRequest(_sentence(error, query)) from None


def _listed(value):
    return value if isinstance(value, list) else [value]


def _validator(declared):
    found = _compiled.get(id(declared))
    if found is None:
        compiled = jsonschema_rs.Draft7Validator(declared, formats=FORMATS, validate_formats=True)
        found = _compiled[id(declared)] = (compiled, declared)
    return found[0]


def _sentence(error, body):
    path = [str(part) for part in error.instance_path]
    value, message = body, error.message
    for part in error.instance_path:
        value = _inside(value, part)
    if len(message) > 500:
        message = message[:500] + '...'
    if not path:
        return 'Invalid input: %s' % message
    return 'Invalid input for field/attribute %s. Value: %s. %s' % (path[-1], _short(value, path), message)


def _inside(value, part):
    """A part of the body; the validator calls the key '0' 0, and names of keys themselves are not in it."""
    if isinstance(value, dict):
        return value.get(part, value.get(str(part)))
    return value[part] if isinstance(value, list) else value


def _short(value, path):
    if any(word in part.lower() for part in path for word in ('password', 'secret', 'adminpass')):
        return '***'
    text = str(value)
    return text if len(text) <= 100 else text[:100] + '...'


def _is(parse):
    def check(value):
        try:
            parse(value)
        except (ValueError, TypeError):
            return False
        return True
    return check


FORMATS = {
    'uuid': _is(lambda value: uuid.UUID(value)),
    'ipv4': _is(ipaddress.IPv4Address), 'ipv6': _is(ipaddress.IPv6Address), 'ip': _is(ipaddress.ip_address),
    'cidr': _is(lambda value: ipaddress.ip_network(value, strict=False)),
    'mac': lambda value: bool(re.fullmatch(r'([0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}', value)),
    'boolean': lambda value: value.lower() in ('true', 'false', '1', '0', 'yes', 'no', 'on', 'off', 't', 'f'),
}
