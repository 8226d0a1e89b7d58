# SPDX-License-Identifier: Apache-2.0
"""Reads limit, marker and sort out of a query, and makes the links of a page."""
from urllib.parse import urlencode

from praline_common import errors
from praline_common.db.query import Page

# Python reads no number of more than 4300 digits, and a database none of 20.
_MOST_DIGITS = 18


def read(req, sort_keys=None, default_sort=(), max_limit=1000, default_limit=None, aliases=None):
    """The Page that this list request asks for, without filters.

    Understands limit, marker, sort_key/sort_dir (repeated), sort=key:dir,key:dir and
    page_reverse.  sort_keys: allowed API names, None where the caller reads the order itself or the API passes
    over it; aliases: {API name: column name}.
    default_limit: rows when none is asked for (default: max_limit).
    """
    query, aliases = req.GET, aliases or {}
    sort = [(aliases.get(key, key), direction) for key, direction in _sort(query, sort_keys)]
    return Page(limit=_limit(query, max_limit, default_limit), marker=query.get('marker') or None,
                sort=sort or list(default_sort), reverse=query.get('page_reverse', '').lower() == 'true')


def _limit(query, max_limit, default_limit):
    text = query.get('limit')
    if text is None:
        return default_limit or max_limit
    if not text.isascii() or not text.isdigit() or len(text) > _MOST_DIGITS:
        raise errors.BadRequest('limit must be an integer of 0 or more, not %r' % text)
    return min(int(text), max_limit)


def _sort(query, allowed):
    if allowed is None:
        return []
    if query.get('sort'):
        pairs = [item.strip().partition(':')[::2] for item in query['sort'].split(',')]
    else:
        keys, directions = query.getall('sort_key'), query.getall('sort_dir')
        pairs = [(key, directions[i] if i < len(directions) else directions[-1] if directions else '')
                 for i, key in enumerate(keys)]
        if directions and not keys:
            return []
    out = []
    for key, direction in pairs:
        direction = (direction or 'desc').lower()
        if key not in allowed:
            raise errors.BadRequest('sort_key %r is not one of %s' % (key, ', '.join(sorted(allowed))))
        if direction not in ('asc', 'desc'):
            raise errors.BadRequest('sort_dir must be asc or desc, not %r' % direction)
        out.append((key, direction))
    return out


def next_link(req, rows, page, key='id'):
    """The URL of the page after this one, or None when this one is not full."""
    if page.limit is None or len(rows) < page.limit or not rows:
        return None
    return link(req, rows[-1][key])


def link(req, marker, **changes):
    query = [(name, value) for name, value in req.GET.items() if name != 'marker' and name not in changes]
    query.append(('marker', marker))
    query.extend(changes.items())
    return '%s?%s' % (req.path_url, urlencode(query))
