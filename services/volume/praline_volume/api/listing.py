# SPDX-License-Identifier: Apache-2.0
"""What all collections of this API do alike: filters, pages, links."""
from praline_common import errors
from praline_common.api import paging
from praline_volume.api import history
from praline_volume.db import filters

OTHERS = ('limit', 'marker', 'offset', 'sort', 'sort_key', 'sort_dir', 'with_count', 'all_tenants')
_ROOTS = 'praline.volume.roots'
NEWEST_FIRST = (('created_at', 'desc'),)


def everyone(req):
    """Whether an administrator asks for all projects' things."""
    if not req.context.is_admin:
        return False
    if req.GET.get('project_id') or req.GET.get('tenant_id'):
        return True
    asked = req.GET.get('all_tenants')
    return asked is not None and (asked == '' or filters.truth('all_tenants', asked))


def conditions(req, table, columns, since=None):
    """SQL conditions of the query; `columns` {API name: column}, `since` {API name: first version}.

    From 3.31 on users are told of a filter that is none; before, and for administrators, it is passed over.
    """
    wanted, unknown = {}, []
    for name, text in req.GET.items():
        plain = name.rstrip('~')
        if name in OTHERS:
            continue
        if plain not in columns or req.version < (since or {}).get(plain, (3, 0)) or (
                name.endswith('~') and req.version < history.LIKE_FILTER):
            unknown.append(name)
        else:
            wanted[name] = text
    if unknown and req.version >= history.GENERAL_FILTERS and not req.context.is_admin:
        raise errors.BadRequest(f'Invalid filters {", ".join(sorted(unknown))} are found in query options.')
    return filters.conditions(table, wanted, columns, like=req.version >= history.LIKE_FILTER,
                              strict=req.version >= history.STRICT_BOOLEANS)


def page(req, conf, sort_keys, **declared):
    """`(Page, offset)`: the page holds the rows before the offset too."""
    wanted = paging.read(req, sort_keys, NEWEST_FIRST, conf.list_limit, conf.list_limit, **declared)
    offset = req.GET.get('offset', '0')
    if not offset.isascii() or not offset.isdigit() or int(offset) > 1 << 31:
        raise errors.BadRequest(f'offset must be an integer of 0 or more, not {offset!r}')
    wanted.limit += int(offset)
    return wanted, int(offset)


def asked_for_count(req):
    if req.version < history.COUNT or 'with_count' not in req.GET:
        return False
    return filters.truth('with_count', req.GET['with_count'])


def answer(req, name, views, wanted, offset, count=None, path=None):
    """The body of a list: the views, the link to the next page if this one is full, the count if asked for."""
    body = {name: views}
    if views and len(views) + offset >= wanted.limit:
        query = paging.link(req, views[-1]['id']).partition('?')[2]
        body[f'{name}_links'] = [{'rel': 'next', 'href': f'{base(req)}/{path or name}?{query}'}]
    if count is not None:
        body['count'] = count
    return body


def base(req):
    """`.../v3` or `.../v3/<project>`, as the request had it."""
    return _roots(req)[0]


def links(req, collection, thing_id):
    versioned, plain = _roots(req)
    return [{'rel': 'self', 'href': f'{versioned}/{collection}/{thing_id}'},
            {'rel': 'bookmark', 'href': f'{plain}/{collection}/{thing_id}'}]


def _roots(req):
    """What links start with, with the version and without: worked out once a request, not once a row."""
    found = req.environ.get(_ROOTS)
    if found is None:
        application, project_id = req.application_url, req.context.project_id
        project = f'/{project_id}' if project_id and req.path_info.startswith(f'/v3/{project_id}/') else ''
        found = req.environ[_ROOTS] = (f'{application}/v3{project}', f'{application}{project}')
    return found
