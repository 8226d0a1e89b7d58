# SPDX-License-Identifier: Apache-2.0
"""Reads the filters and the order out of a list request, and writes the page."""
import datetime
from urllib.parse import urlencode

from praline_common import errors
from praline_common.db.query import Page
from praline_image.api.images.view import view

SORT_KEYS = ('name', 'status', 'container_format', 'disk_format', 'size', 'id', 'created_at', 'updated_at')
_LISTS = ('id', 'name', 'status', 'container_format', 'disk_format')
_EXACT = ('owner', 'checksum', 'os_hash_algo', 'os_hash_value')
_NUMBERS = ('min_disk', 'min_ram', 'size', 'virtual_size')
_BOUNDS = {'size_min': ('size', '__ge__'), 'size_max': ('size', '__le__'), 'min_disk_min': ('min_disk', '__ge__'),
           'min_disk_max': ('min_disk', '__le__'), 'min_ram_min': ('min_ram', '__ge__'),
           'min_ram_max': ('min_ram', '__le__')}
_TIMES = {'gt': '__gt__', 'gte': '__ge__', 'lt': '__lt__', 'lte': '__le__', 'eq': '__eq__', 'neq': '__ne__'}
_PAGE = ('limit', 'marker', 'sort', 'sort_key', 'sort_dir', 'member_status', 'tag', 'visibility')


def read(req, options, most):
    """(Page, wanted): what db.listing.list_ needs."""
    query = req.GET
    return Page(limit=_limit(query, options, most), marker=query.get('marker'), sort=_sort(query)), _wanted(query)


def _limit(query, options, most):
    text = query.get('limit')
    if text is None:
        return min(options.page, most)
    try:
        limit = int(text)
    except ValueError:
        raise errors.BadRequest('limit param must be an integer') from None
    if limit < 0:
        raise errors.BadRequest('limit param must be positive')
    return min(limit, most)


def _sort(query):
    """[(column, direction)], ending in created_at, so that pages are the same every time."""
    pairs = _new_sort(query) if 'sort' in query else _old_sort(query)
    for key, direction in pairs:
        if key not in SORT_KEYS:
            raise errors.BadRequest('Invalid sort key: %s. It must be one of the following: %s.'
                                    % (key, ', '.join(SORT_KEYS)))
        if direction not in ('asc', 'desc'):
            raise errors.BadRequest('Invalid sort direction: %s' % direction)
    if not any(key == 'created_at' for key, _ in pairs):
        pairs.append(('created_at', pairs[0][1] if len(query.getall('sort_dir')) == 1 else 'desc'))
    return pairs


def _new_sort(query):
    if 'sort_key' in query or 'sort_dir' in query:
        raise errors.BadRequest('Old and new sorting syntax cannot be combined')
    parts = [item.partition(':') for item in query['sort'].strip().split(',')]
    return [(key.strip(), direction.strip() or 'desc') for key, _, direction in parts]


def _old_sort(query):
    keys = [key.strip() for key in query.getall('sort_key')] or ['created_at']
    directions = [direction.strip() for direction in query.getall('sort_dir')] or ['desc']
    if len(directions) == 1:
        directions *= len(keys)
    if len(directions) != len(keys):
        raise errors.BadRequest('Number of sort dirs does not match the number of sort keys')
    return list(zip(keys, directions))


def _wanted(query):
    wanted = {'columns': {'os_hidden': False}, 'ranges': [], 'properties': {},
              'tags': [tag.strip() for tag in query.getall('tag')],
              'visibility': _one_of(query, 'visibility', ('community', 'public', 'private', 'shared', 'all')),
              'member_status': _one_of(query, 'member_status', ('pending', 'accepted', 'rejected', 'all'))
              or 'accepted'}
    for name, text in query.items():
        if name not in _PAGE:
            _filter(wanted, name, text)
    return wanted


def _one_of(query, name, values):
    value = query.get(name)
    if value and value not in values:
        raise errors.BadRequest('Invalid %s value: %s' % ('status' if name == 'member_status' else name, value))
    return value or None


def _filter(wanted, name, text):
    columns = wanted['columns']
    if name in ('os_hidden', 'protected'):
        columns[name] = _boolean(name, text)
    elif name in _LISTS:
        columns[name] = text[3:].replace('"', '').split(',') if text.startswith('in:') else text
    elif name in _EXACT:
        columns[name] = text
    elif name in _NUMBERS:
        columns[name] = _number(name, text)
    elif name in _BOUNDS:
        wanted['ranges'].append((*_BOUNDS[name], _number(name, text)))
    elif name in ('created_at', 'updated_at'):
        wanted['ranges'].append((name, *_time(name, text)))
    elif name == 'changes-since':
        raise errors.BadRequest('The "changes-since" filter is no longer available on v2.')
    else:
        wanted['properties'][name] = text


def _boolean(name, text):
    if text.lower() not in ('true', 'false'):
        raise errors.BadRequest("Invalid value '%s' for '%s' filter. Valid values are 'true' or 'false'."
                                % (text, name))
    return text.lower() == 'true'


def _number(name, text):
    try:
        value = int(text)
    except ValueError:
        raise errors.BadRequest('Cannot convert filter "%s" to an integer: %s' % (name, text)) from None
    if value < 0 or value >= 1 << 63:
        raise errors.BadRequest('Filter "%s" is out of range: %s' % (name, text))
    return value


def _time(name, text):
    operator, colon, stamp = text.partition(':')
    if not colon or operator not in _TIMES:
        operator, stamp = 'eq', text
    try:
        value = datetime.datetime.fromisoformat(stamp)
    except ValueError:
        raise errors.BadRequest('Filter "%s" is not a time: %s' % (name, text)) from None
    if value.tzinfo is not None:
        value = value.astimezone(datetime.UTC).replace(tzinfo=None)
    return _TIMES[operator], value


def page_of(req, rows, limit):
    """The list's body, with the links to the first and the next page."""
    query = [(name, value) for name, value in req.GET.items() if name != 'marker']
    body = {'images': [view(row) for row in rows], 'first': _link(query), 'schema': '/v2/schemas/images'}
    if rows and len(rows) == limit:
        body['next'] = _link([*query, ('marker', rows[-1]['id'])])
    return body


def _link(query):
    return '/v2/images?' + urlencode(query) if query else '/v2/images'
