# SPDX-License-Identifier: Apache-2.0
"""Reads what a request wants of providers out of its query: amounts, traits, aggregates, trees."""
import uuid

from praline_common import errors
from praline_scheduler.db import shapes
from praline_scheduler.db.resource_classes import require

FORBIDDEN_TRAITS, SEVERAL_MEMBER_OF, FORBIDDEN_AGGREGATES, ANY_TRAIT = (1, 22), (1, 24), (1, 32), (1, 39)


def resources(text):
    """'VCPU:2,MEMORY_MB:1024' -> {'VCPU': 2, 'MEMORY_MB': 1024}."""
    out = {}
    for part in text.split(','):
        name, colon, amount = part.partition(':')
        if not colon or ':' in amount:
            raise errors.BadRequest('Badly formed resources parameter. Expected resources query string parameter in '
                                    'form: ?resources=VCPU:2,MEMORY_MB:1024. Got: %s.' % (part or 'empty string'))
        out[name] = _amount(name, amount)
    return out


def _amount(name, text):
    try:
        amount = int(text)
    except ValueError:
        raise errors.BadRequest('Requested resource %s expected positive integer amount. Got: %s.'
                                % (name, text)) from None
    if amount < 1:
        raise errors.BadRequest('Requested resource %s requires amount >= 1. Got: %d.' % (name, amount))
    return amount


def traits(req, key='required'):
    """([set of traits, one of which is needed], {forbidden traits}) of a repeated parameter."""
    values, required, forbidden = req.GET.getall(key), [], set()
    if req.version < ANY_TRAIT:
        values = values[-1:]
    for value in values:
        if value.startswith('in:'):
            required.append(_any_of(req, value))
        else:
            for name in (part.strip() for part in value.split(',')):
                if name.startswith('!') and name.lstrip('!') and req.version >= FORBIDDEN_TRAITS:
                    forbidden.add(name.lstrip('!'))
                elif name and not name.startswith('!'):
                    required.append({name})
                else:
                    raise _bad_traits(value)
    return required, forbidden


def _any_of(req, value):
    names = {part.strip() for part in value[3:].split(',')}
    if req.version < ANY_TRAIT:
        raise errors.BadRequest("Invalid query string parameters: The format 'in:HW_CPU_X86_VMX,CUSTOM_MAGIC' only "
                                "supported since microversion 1.39. Got: %s" % value)
    if not all(names) or any(name.startswith('!') for name in names):
        raise _bad_traits(value)
    return names


def _bad_traits(value):
    return errors.BadRequest("Invalid query string parameters: Expected 'required' parameter value of the form: "
                             "HW_CPU_X86_VMX,CUSTOM_MAGIC. Got: %s" % value)


def member_of(req, key='member_of'):
    """([set of aggregates, one of which is needed], {forbidden aggregates}) of a repeated parameter."""
    values, required, forbidden = req.GET.getall(key), [], set()
    if len(values) > 1 and req.version < SEVERAL_MEMBER_OF:
        raise errors.BadRequest('Multiple %s parameters are not supported' % key)
    for value in values:
        rest = value.removeprefix('!')
        if ',' in value and not rest.startswith('in:'):
            raise errors.BadRequest("Multiple values for 'member_of' must be prefixed with the 'in:' or '!in:' keyword "
                                    "using the valid microversion. Got: %s" % value)
        ids = {_uuid(item, "Expected 'member_of' parameter to contain valid UUID(s)")
               for item in rest.removeprefix('in:').split(',')}
        if value.startswith('!'):
            if req.version < FORBIDDEN_AGGREGATES:
                raise errors.BadRequest('Forbidden %s parameters are not supported in the specified microversion' % key)
            forbidden |= ids
        else:
            required.append(ids)
    return required, forbidden


def in_tree(text):
    return _uuid(text.strip(), "Expected 'in_tree' parameter to be a format of uuid")


def _uuid(text, expected):
    try:
        uuid.UUID(text)
    except ValueError:
        raise errors.BadRequest('Invalid query string parameters: %s. Got: %s' % (expected, text)) from None
    return text


def require_known(conn, classes, trait_names):
    """BadRequest naming the classes or traits that do not exist."""
    try:
        require(conn, classes)
    except errors.NotFound as error:
        raise errors.BadRequest('Invalid resource class in resources parameter: %s' % error.message) from None
    own = {name for name in trait_names if name not in shapes.STANDARD}
    if own:
        own -= set(shapes.custom_traits(conn))
    if own:
        raise errors.BadRequest('No such trait(s): %s.' % ', '.join(sorted(own)))


def conflicting(required, forbidden):
    """[the required sets that nothing can fulfil because all of them are forbidden]."""
    return [sorted(names) for names in required if names <= forbidden]


def has_traits(provider, required, forbidden):
    return (all(not provider.traits.isdisjoint(names) for names in required)
            and provider.traits.isdisjoint(forbidden))


def in_aggregates(provider, required, forbidden):
    return (all(not provider.aggregates.isdisjoint(ids) for ids in required)
            and provider.aggregates.isdisjoint(forbidden))


def has_room(provider, wanted):
    return all(name in provider.inventories and provider.inventories[name].fits(amount)
               for name, amount in wanted.items())
