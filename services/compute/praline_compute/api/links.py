# SPDX-License-Identifier: Apache-2.0
"""The links of compute's answers; they start with the configured base_url."""
from urllib.parse import urlencode


class Links:
    """of('servers', id): the self and bookmark links; next(...): the link to the next page."""

    def __init__(self, conf):
        self.root = conf.base_url.rstrip('/') + '/compute'
        self.versioned = self.root + '/v2.1'

    def of(self, collection, some_id):
        return [{'rel': 'self', 'href': '%s/%s/%s' % (self.versioned, collection, some_id)},
                self.bookmark(collection, some_id)]

    def bookmark(self, collection, some_id):
        return {'rel': 'bookmark', 'href': '%s/%s/%s' % (self.root, collection, some_id)}

    def next(self, req, path, rows, limit, key='id'):
        """[the next link] when the page of `rows` is full, else []."""
        if not rows or not limit or len(rows) < limit:
            return []
        query = [(name, value) for name, value in req.GET.items() if name != 'marker']
        query.append(('marker', rows[-1][key]))
        return [{'rel': 'next', 'href': '%s/%s?%s' % (self.versioned, path, urlencode(query))}]
