# SPDX-License-Identifier: Apache-2.0
"""What a resource is made of: each attribute's schema, default, column, and who may read or write it."""
import ipaddress

import sqlalchemy as sa

from praline_common import shortcuts
from praline_common.policy import ADMIN
from praline_network import errors

ABSENT = object()
_TRUE, _FALSE = ('true', 't', 'yes', 'y', 'on', '1'), ('false', 'f', 'no', 'n', 'off', '0')


def text(length=255, **more):
    # PostgreSQL keeps no NUL in a text.
    return {'type': 'string', 'maxLength': length, 'pattern': '^[^\\x00]*$', **more}


def nullable(schema):
    kinds = schema['type'] if isinstance(schema['type'], list) else [schema['type']]
    out = {**schema, 'type': [*kinds, 'null']}
    if 'enum' in out:
        out['enum'] = [*out['enum'], None]
    return out


def one_of(*values):
    return {'type': 'string', 'enum': list(values)}


def array(items, **more):
    return {'type': 'array', 'items': items, **more}


BOOLEAN = {'enum': [True, False, 0, 1, *(form for word in _TRUE + _FALSE
                                         for form in {word, word.title(), word.upper()})]}
INTEGER = {'type': ['integer', 'string'], 'pattern': '^-?[0-9]{1,9}$', 'minimum': -2 ** 31, 'maximum': 2 ** 31 - 1}
UUID = {'type': 'string', 'format': 'uuid'}
IP = {'type': 'string', 'format': 'ip'}
CIDR = {'type': 'string', 'format': 'cidr'}
MAC = {'type': 'string', 'format': 'mac'}
ROUTE = {'type': 'object', 'properties': {'destination': CIDR, 'nexthop': IP}, 'required': ['destination', 'nexthop'],
         'additionalProperties': False}


def to_boolean(value):
    return value if isinstance(value, bool) else str(value).lower() in _TRUE


def to_integer(value):
    return value if value is None else int(value)


class Field:
    """One attribute of a resource.

    schema: of the value in a request.  default: for a creation that leaves it out (a callable is called),
    ABSENT leaves the decision to the db layer.  post, put: whether a request may give it.  column: its name
    in a row, the attribute's own by default.  convert: from the request to the row; show: back.
    write_only: it is in no view.  write, read: check strings for those who may, policy `create_<resource>:<field>`
    and so on.
    """

    def __init__(self, schema=None, default=ABSENT, post=True, put=True, required=False, column=None, convert=None,
                 show=None, write=None, read=None, write_only=False):
        self.schema, self.default, self.required = schema, default, required
        self.post, self.put = post and schema is not None, put and schema is not None
        self.column, self.convert, self.show = column, convert or _converter(schema), show
        self.write, self.read, self.write_only = write, read, write_only

    def given(self, value):
        """The row's value; null means what a creation that leaves it out gets."""
        if value is None:
            return None if self.default is ABSENT else self.initial()
        return self.convert(value) if self.convert else value

    def initial(self):
        return self.default() if callable(self.default) else self.default


def _converter(schema):
    if schema is BOOLEAN:
        return to_boolean
    if schema is not None and schema.get('pattern') == INTEGER['pattern']:
        return to_integer
    return None


def read_only(column=None, read=None, show=None):
    return Field(column=column, read=read, show=show)


def admin_only(schema, **more):
    return Field(schema, write=ADMIN, read=ADMIN, **more)


def fixed(value):
    """An attribute that always has this value."""
    return Field(show=lambda _: value)


def standard(named=True, described=True, tagged=True):
    """The attributes that every resource has."""
    out = {'id': read_only(), 'project_id': Field(text(), put=False), 'tenant_id': Field(text(), put=False,
                                                                                       column='project_id')}
    if named:
        out['name'] = Field(text(), default='')
    if described:
        out['description'] = Field(text(), default='', convert=lambda value: value or '')
    if tagged:
        out['tags'] = read_only()
    out.update(revision_number=read_only(), created_at=read_only(), updated_at=read_only())
    return out


class Resource:
    """A resource's names, its fields, and the schemas of its bodies, made from them."""

    def __init__(self, name, plural, fields, bulk=True):
        self.name, self.plural, self.fields = name, plural, fields
        for key, field in fields.items():
            field.column = field.column or key
        item = self._item('post')
        item['required'] = [key for key, field in fields.items() if field.required]
        # Of many, each may stand in an envelope of its own.
        many = array({'type': 'object', 'if': {'required': [name], 'maxProperties': 1},
                      'then': {'properties': {name: item}}, 'else': item}, minItems=1)
        created = {name: item, plural: many} if bulk else {name: item}
        self.create_schema = {'type': 'object', 'properties': created, 'additionalProperties': False,
                              'minProperties': 1, 'maxProperties': 1}
        self.update_schema = {'type': 'object', 'properties': {name: self._item('put')}, 'required': [name],
                              'additionalProperties': False}
        self._shown = {}

    def _item(self, verb):
        return {'type': 'object', 'additionalProperties': False, 'properties': {
            key: field.schema for key, field in self.fields.items() if getattr(field, verb)}}

    def rules(self):
        """(policy name, check string) of every field that not everybody may read or write."""
        for key, field in self.fields.items():
            if field.read:
                yield 'get_%s:%s' % (self.name, key), field.read
            if field.write:
                yield 'create_%s:%s' % (self.name, key), field.write
                yield 'update_%s:%s' % (self.name, key), field.write

    def shown(self, hidden, wanted):
        """((attribute, column, show), ...) of what a view holds."""
        key = (hidden, wanted)
        found = self._shown.get(key)
        if found is None or shortcuts.avoided():
            found = tuple((name, field.column, field.show) for name, field in self.fields.items()
                          if name not in hidden and not field.write_only and (not wanted or name in wanted))
            if len(self._shown) < 1000:
                self._shown[key] = found
        return found


def canonical_ip(value):
    """An IP address as it is compared: no leading zeros, IPv6 in its short form."""
    return str(ipaddress.ip_address(value))


def canonical_routes(routes):
    return [{'destination': str(ipaddress.ip_network(route['destination'], strict=False)),
             'nexthop': canonical_ip(route['nexthop'])} for route in routes or []]


def matches(column, values):
    """The clause `column is one of these words of a query`; BadRequest when a word cannot be of its type."""
    if isinstance(column.type, sa.Boolean):
        return column.in_([_boolean_word(column.name, value) for value in values])
    if isinstance(column.type, sa.Integer):
        return column.in_([_integer_word(column.name, value) for value in values])
    clause = column.in_(values)
    return sa.or_(clause, column.is_(None)) if '' in values and column.nullable else clause


def _boolean_word(name, value):
    if value.lower() not in _TRUE + _FALSE:
        raise errors.invalid("'%s' is not a boolean: %s" % (value, name))
    return value.lower() in _TRUE


def _integer_word(name, value):
    if not value.lstrip('-').isdigit():
        raise errors.invalid("'%s' is not an integer: %s" % (value, name))
    return int(value)
