# SPDX-License-Identifier: Apache-2.0
"""What identity's collections have in common: links, envelopes, and 403 before 404 for who may see nothing."""
from praline_common import errors
from praline_common.api import paging
from praline_common.api import rest
from praline_common.db import query
from praline_identity.tokens.room import Room

_PAGING = ('limit', 'marker', 'sort_key', 'sort_dir', 'page_reverse')


class Resource(rest.Controller):
    """A collection whose answers carry links.

    plural: the key of lists and the path under /v3; singular: the key of one.
    """

    plural = singular = None
    policy_before_missing = policy_before_body = True

    def __init__(self, runtime):
        super().__init__(runtime)
        self.room = runtime.shared(Room)
        self.tokens, self.directories = self.room.tokens, self.room.directories
        self.options = runtime.options
        self.base = runtime.conf.base_url.rstrip('/') + '/identity/v3'

    def ready(self, req, *ids):
        self.directories.freshen(*ids)

    def url(self, *parts):
        return '/'.join((self.base, *parts))

    def view(self, row):
        """The row as the API shows it; a collection says what differs."""
        return row

    def linked(self, row):
        shown = self.view(row)
        shown['links'] = {'self': self.url(self.plural, row['id'])}
        return shown

    def one(self, row):
        return {self.singular: self.linked(row)}

    def many(self, req, found, page=None):
        return self.listed(req, self.plural, [self.linked(row) for row in found], page)

    def listed(self, req, key, shown, page=None):
        """The envelope of a list: {key: [...], 'links': {'self', 'next', 'previous'}}, `truncated` when more follow."""
        body = {key: shown, 'links': {'next': None, 'self': self.here(req), 'previous': None}}
        if page is not None and len(shown) >= page.limit:
            body[key] = shown[:page.limit - 1]
            body['truncated'] = True
            if body[key]:
                following = paging.link(req, body[key][-1]['id'], limit=page.limit - 1)
                body['links']['next'] = self._here(req) + following[following.index('?'):]
        return body

    def here(self, req):
        return self._here(req) + ('?' + req.query_string if req.query_string else '')

    def _here(self, req):
        return self.base[:-len('/v3')] + req.path_info

    @staticmethod
    def issued(req, token, checked, with_catalog=True, headers=()):
        """The Reply to a login; the request remembers who it was, for who is told of logins."""
        req.environ['praline.login'] = checked.body['user']
        return rest.Reply(checked.rendered(with_catalog), headers={'X-Subject-Token': token, **dict(headers)})

    def page(self, req, sort_keys=('id', 'name')):
        """The Page that the query asks for, by id unless it says otherwise; one row more tells whether more follow."""
        page = paging.read(req, sort_keys, max_limit=self.conf.list_limit)
        page.limit, page.reverse, page.lost = page.limit + 1, False, errors.NotFound
        return page

    def directory_of(self, req, asked):
        """The Domain with a directory of its own that a list request is about, or None."""
        context = req.context
        return self.directories.of(asked.get('domain_id') or context.domain_id or context.project_domain_id)

    @staticmethod
    def asked(req):
        """The query's filters: {name: text}, without what belongs to paging."""
        return {name: value for name, value in req.GET.items() if name not in _PAGING}


def everything():
    return query.Page()
